//! Settings of thinking that contradict the rest of the request.

use crate::finding::{Finding, Severity};
use crate::model::{Json, NodeRef, Project, Request, Tri};
use crate::rules::once::Once;
use crate::rules::{ALL_LANGUAGES, Category, Rule};
use crate::sdk::api::api;
use crate::sdk::models::models as models_of_data;

pub(crate) static RULE: Rule = Rule {
    id: "invalid-thinking",
    summary: "the thinking budget is too small or not below `max_tokens`, or thinking meets what excludes it",
    docs: include_str!("invalid_thinking.md"),
    category: Category::Request,
    severity: Severity::Error,
    pedantic: false,
    languages: ALL_LANGUAGES,
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    let mut once = Once::new(findings);
    for request in project.requests() {
        for body in project.message_bodies(request) {
            finding(project, request, body).into_iter().for_each(|f| once.push(f));
        }
    }
    for request in project.parameter_senders() {
        let body = project.forwarded_body(&request);
        body.and_then(|body| finding(project, &request, &body)).into_iter().for_each(|f| once.push(f));
    }
}

fn finding(project: &Project, request: &Request, body: &Json) -> Option<Finding> {
    let thinking = body.where_set("thinking")?;
    let (at, message, help) = judge(project, request, body, thinking)?;
    let finding = Finding::new(&RULE, project.location(project.written(at)), message)
        .confidence(project.evidence(request, at))
        .help(help);
    Some(match at.file != request.at.file || project.written(at) != project.written(thinking.at) {
        true => finding.related(project.call_location(request.at), "sent here"),
        false => finding,
    })
}

type Fault = (NodeRef, String, String);

fn judge(project: &Project, request: &Request, body: &Json, thinking: &Json) -> Option<Fault> {
    if thinking.bool().is_some() || thinking.text().is_some() {
        return Some((
            thinking.at,
            "`thinking` is no object".to_string(),
            "write `{\"type\": \"adaptive\"}`, or `{\"type\": \"enabled\", \"budget_tokens\": n}` on models before 4.6"
                .to_string(),
        ));
    }
    let kind = thinking.get("type")?.text()?;
    // What the model refuses altogether is told by the rule on unsupported parameters.
    if refused(project, request, body, &kind) {
        return None;
    }
    budget(project, request, body, thinking, &kind).or_else(|| company(project, body, &kind))
}

fn refused(project: &Project, request: &Request, body: &Json, kind: &str) -> bool {
    let Some(models) = project.possible_models(request, Some(body)) else { return false };
    models.iter().all(|m| match kind {
        "enabled" => m.thinking.enabled_budget_tokens == "rejected",
        "adaptive" => !m.thinking.adaptive,
        _ => false,
    })
}

fn budget(project: &Project, request: &Request, body: &Json, thinking: &Json, kind: &str) -> Option<Fault> {
    if kind != "enabled" {
        // Whatever it is, where something is: what may be nothing is left out, or sent as `null`.
        let budget = thinking.get("budget_tokens").filter(|b| !project.may_be_nothing(b.at))?;
        return Some((
            budget.at,
            format!("`budget_tokens` does not go with `\"type\": \"{kind}\"`"),
            "leave it out: the API answers 400 `budget_tokens: Extra inputs are not permitted`; `output_config.effort` \
             says how much to think"
                .to_string(),
        ));
    }
    if thinking.lacks("budget_tokens") {
        return Some((
            thinking.at,
            "`budget_tokens` is missing".to_string(),
            "`\"type\": \"enabled\"` needs it: the API answers 400 `thinking.enabled.budget_tokens: Field required`"
                .to_string(),
        ));
    }
    let given = thinking.get("budget_tokens")?;
    let Some(tokens) = given.number() else { return of_table(project, request, body, given) };
    // `if budget > 0` around it, where the default is 0
    if !project.lets_pass(tokens, given.at) {
        return None;
    }
    let least = api().request.min_thinking_budget as f64;
    if tokens < least {
        return Some((
            given.at,
            format!("a thinking budget of {tokens} is below the least the API takes, {least}"),
            format!(
                "the API answers 400 `thinking.enabled.budget_tokens: Input should be greater than or equal to {least}`"
            ),
        ));
    }
    let limit = body.get("max_tokens")?.number()?;
    let interleaved = project.sends_beta(request, body, "interleaved-thinking") != Tri::No;
    (tokens >= limit && !interleaved).then(|| nothing_left(given.at, tokens, limit))
}

fn nothing_left(at: NodeRef, tokens: f64, limit: f64) -> Fault {
    (
        at,
        format!("a thinking budget of {tokens} leaves nothing of `max_tokens` ({limit}) for the answer"),
        "raise `max_tokens` above `budget_tokens`, which counts against it: the API answers 400 `` `max_tokens` must be \
         greater than `thinking.budget_tokens` ``"
            .to_string(),
    )
}

/// A budget that does not go with the limit of the same entry of a table of models.
fn of_table(project: &Project, request: &Request, body: &Json, given: &Json) -> Option<Fault> {
    let limit = body.get("max_tokens")?;
    if project.sends_beta(request, body, "interleaved-thinking") != Tri::No {
        return None;
    }
    // One limit for budgets of several sizes.
    if let Some(limit) = limit.number()
        && let Some(&(at, tokens)) =
            project.numbers_of_table(given.at).iter().find(|(_, tokens)| *tokens >= limit)
    {
        return Some(nothing_left(at, tokens, limit));
    }
    let models = body.get("model").map(|m| project.entries_of(&[given.at, m.at])).unwrap_or_default();
    let refuses = |entry: usize| {
        let id = models.get(entry).and_then(|row| project.text(row[1]?).known());
        let model = id.and_then(|id| models_of_data().find(&id)).map(|found| found.0);
        model.is_some_and(|m| m.thinking.enabled_budget_tokens == "rejected")
    };
    project.entries_of(&[given.at, limit.at]).iter().enumerate().find_map(|(i, row)| {
        let (at, tokens, limit) = (row[0]?, project.number(row[0]?)?, project.number(row[1]?)?);
        (tokens >= limit && !refuses(i)).then(|| nothing_left(at, tokens, limit))
    })
}

/// What thinking does not stand beside.
fn company(project: &Project, body: &Json, kind: &str) -> Option<Fault> {
    if !matches!(kind, "enabled" | "adaptive") {
        return None;
    }
    if let Some(temperature) = body.get("temperature")
        && temperature.number().is_some_and(|t| t != 1.0)
    {
        return Some((
            temperature.at,
            "`temperature` must be 1 when thinking is on".to_string(),
            "leave `temperature` out: the API answers 400 `` `temperature` may only be set to 1 when thinking is enabled \
             or in adaptive mode ``"
                .to_string(),
        ));
    }
    if let Some(top_k) = body.get("top_k").filter(|k| k.number().is_some()) {
        return Some((
            top_k.at,
            "`top_k` does not go with thinking".to_string(),
            "leave `top_k` out: the API answers 400 while thinking is on".to_string(),
        ));
    }
    let forced = body.path(&["tool_choice", "type"]).filter(|t| t.is_text("any") || t.is_text("tool"));
    if let Some(forced) = forced.filter(|_| kind == "enabled") {
        return Some((
            forced.at,
            "a forced `tool_choice` does not go with enabled thinking".to_string(),
            "use `\"auto\"` or `\"none\"`: the API answers 400 `Thinking may not be enabled when tool_choice forces tool \
             use`"
            .to_string(),
        ));
    }
    let last = project.last_message(body)?;
    let prefill = last.get("role").is_some_and(|r| r.is_text("assistant"));
    prefill.then(|| {
        (
            last.at,
            "the answer cannot be begun for the model while thinking is on".to_string(),
            "end `messages` with a user turn: with thinking the API answers 400 to an assistant turn at the end"
                .to_string(),
        )
    })
}
