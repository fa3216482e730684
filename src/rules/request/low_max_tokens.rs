//! A limit that whole answers do not fit into.

use crate::finding::{Confidence, Finding, Severity};
use crate::model::{Json, NodeRef, Project, Request, Sink, StopHandling, Use, What};
use crate::rules::once::Once;
use crate::rules::{ALL_LANGUAGES, Category, Rule};

pub(crate) static RULE: Rule = Rule {
    id: "low-max-tokens",
    summary: "a small `max_tokens` for an answer that is parsed, stored or run whole",
    docs: include_str!("low_max_tokens.md"),
    category: Category::Request,
    severity: Severity::Info,
    pedantic: false,
    languages: ALL_LANGUAGES,
    check,
};

/// Below this an answer that is used whole is at risk.
const SMALL: f64 = 2048.0;
/// The same where thinking counts against it.
const SMALL_WITH_THINKING: f64 = 4096.0;
/// Up to here the answer is meant to be short: a label, a small record, a few sentences.
const SHORT_LABEL: f64 = 128.0;
const SHORT: f64 = 512.0;

fn check(project: &Project, findings: &mut Vec<Finding>) {
    let mut once = Once::new(findings);
    for request in project.requests() {
        if project.is_test(request.at) || request.kind.tool_loop {
            continue;
        }
        for limit in limits(project, request) {
            if limit.tokens <= SHORT_LABEL
                || limit.tokens >= if limit.thinks { SMALL_WITH_THINKING } else { SMALL }
            {
                continue;
            }
            if let Some((what, at)) = consumption(project, request)
                && (limit.tokens > SHORT || limit.thinks && what != "stored")
            {
                once.push(finding(project, request, &limit, what, at));
            }
        }
    }
}

/// A number that caps the answer to a request.
struct Limit {
    at: NodeRef,
    tokens: f64,
    /// Whether thinking counts against it.
    thinks: bool,
}

fn limits(project: &Project, request: &Request) -> Vec<Limit> {
    let bodies = project.message_bodies(request);
    let in_body = bodies.iter().filter_map(|body| {
        // What becomes of the answer to one of several callers is not known here.
        let shared = bodies.len() > 1 && project.function_of(body.at) != project.function_of(request.at);
        let limit = body.get("max_tokens").filter(|_| !shared)?;
        let thinks = thinks(project, request, Some(body)) && body.lacks("thinking") || asks_to_think(body);
        let left = || project.left_out(limit.at).filter(|_| reads_it_here(project, request));
        let tokens = limit.number().or_else(|| project.number(left()?.default))?;
        Some(Limit { at: limit.at, tokens, thinks })
    });
    // Platforms and frameworks call it otherwise.
    let elsewhere = match bodies.is_empty() {
        true => project.body_field(request, "max_tokens").nodes().to_vec(),
        false => Vec::new(),
    };
    let elsewhere = match elsewhere[..] {
        [at] => project.number(at).map(|tokens| {
            let unthinking = project.body_field(request, "thinking").is_absent();
            Limit { at, tokens, thinks: unthinking && thinks(project, request, None) }
        }),
        _ => None,
    };
    in_body.chain(elsewhere).collect()
}

/// Whether what becomes of the answer is the same for all callers: all of its text is read where it is asked for.
fn reads_it_here(project: &Project, request: &Request) -> bool {
    let here = project.function_of(request.at);
    let mut text = project.uses(request.at).iter().filter(|u| u.what == What::Text);
    text.all(|u| project.sinks(u.at).iter().all(|end| project.function_of(end.at) == here))
}

fn finding(
    project: &Project,
    request: &Request,
    limit: &Limit,
    what: &str,
    at: crate::finding::Location,
) -> Finding {
    // Half a text can still be read; half an object cannot.
    let broken = what != "stored";
    let (severity, why) = match limit.thinks {
        true => (Severity::Warning, ", and this model thinks first, which counts against it"),
        false => (Severity::Info, ""),
    };
    Finding::new(
        &RULE,
        project.location(limit.at),
        format!("`max_tokens` of {} for an answer that is {what} whole{why}", limit.tokens),
    )
    .severity(severity)
    .confidence(match project.evidence(request, limit.at) {
        // A record of a few fields fits: only what has no natural bound, or thinking before it, does not.
        _ if !(limit.thinks || broken && project.asks_for_records(request)) => Confidence::Low,
        Confidence::High => Confidence::High,
        _ => Confidence::Medium,
    })
    .related(at, format!("{what} here"))
    .help(
        "raise it (8192 costs nothing unless it is used) and check `stop_reason`: at the limit the answer simply stops, \
         with HTTP 200",
    )
}

/// Whether the models of a request think unless told otherwise.
fn thinks(project: &Project, request: &Request, body: Option<&Json>) -> bool {
    let models = project.models_by_default(request, body);
    models.is_some_and(|all| all.iter().all(|m| m.thinking.is_on_by_default()))
}

/// Whether a request switches thinking on.
fn asks_to_think(body: &Json) -> bool {
    let kind = body.get("thinking").and_then(|thinking| thinking.get("type")).and_then(Json::text);
    kind.is_some_and(|kind| matches!(&*kind, "adaptive" | "enabled"))
}

/// What the whole answer is used for, where nothing looks at why it ended.
fn consumption(project: &Project, request: &Request) -> Option<(&'static str, crate::finding::Location)> {
    let uses = project.uses(request.at);
    // A look that takes a cut-off answer for a whole one handles nothing.
    let passes = |project: &Project| {
        let words = project.stop_words(request);
        words.is_some_and(|words| {
            matches!(project.stop_handling(request, &words.truncated), StopHandling::AsComplete(_))
        })
    };
    let looked_at = |u: &Use| matches!(u.what, What::Stop | What::Escape);
    if uses.iter().any(looked_at) && !passes(project) {
        return None;
    }
    let text = uses.iter().filter(|u| u.what == What::Text);
    let ends = text.flat_map(|u| project.sinks_of(u)).filter(|e| e.sink >= Sink::Written);
    if let Some(end) = ends.max_by_key(|e| e.sink) {
        let what = match end.sink {
            Sink::Parsed => "parsed",
            Sink::Executed => "executed",
            _ => "stored",
        };
        return Some((what, project.call_location(end.at)));
    }
    // In what a person runs by hand, a small form is small on purpose, and a cut one is seen.
    if project.is_run_by_hand(request.at) {
        return None;
    }
    // What is read into a form of its own is parsed there.
    if request.kind.checks_stop {
        return Some(("parsed", project.call_location(request.at)));
    }
    // The arguments of the one call that the model is made to write.
    let forced = uses.iter().find(|u| {
        u.what == What::Content
            && u.response.path.last().is_some_and(|p| matches!(&**p, "input" | "arguments"))
    });
    let forced = forced.filter(|_| project.forces_tool(request));
    forced.map(|u| ("used", project.location(u.at)))
}
