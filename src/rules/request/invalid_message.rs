//! Messages that the API does not take, as they are written.

mod turn;

use crate::finding::{Confidence, Finding, Severity};
use crate::model::{Json, NodeRef, Project, Request, What};
use crate::rules::once::Once;
use crate::rules::{ALL_LANGUAGES, Category, Rule};
use crate::sdk::api::api;
use turn::{trailing_space, wrong_role, wrong_side};

pub(crate) static RULE: Rule = Rule {
    id: "invalid-message",
    summary: "messages as they stand here are refused: empty, `null`, of an unknown role, or with blocks of the other side",
    docs: include_str!("invalid_message.md"),
    category: Category::Request,
    severity: Severity::Error,
    pedantic: false,
    languages: ALL_LANGUAGES,
    check,
};

/// One fault: where, what, and what the API says.
type Fault = (NodeRef, String, &'static str);

fn check(project: &Project, findings: &mut Vec<Finding>) {
    let mut once = Once::new(findings);
    for request in project.requests() {
        for body in project.message_bodies(request) {
            let mut faults = system(project, body);
            // A 400 tells whether a key is good, and costs nothing.
            if !is_key_check(project, request) {
                faults.extend(messages(project, request, body));
            }
            let nothing = empty_system(project, body);
            let sure = |at: NodeRef| match nothing.as_ref().is_some_and(|(empty, ..)| *empty == at) {
                // Empty blocks are refused; an empty text in place of blocks may pass.
                true => Confidence::Low,
                false => project.evidence(request, at),
            };
            for (at, message, help) in faults.into_iter().chain(nothing.clone()) {
                let mut finding = Finding::new(&RULE, project.location(project.written(at)), message)
                    .confidence(sure(at))
                    .help(help);
                if at.file != request.at.file || body.at != request.at {
                    finding = finding.related(project.call_location(request.at), "sent here");
                }
                once.push(finding);
            }
        }
        for turn in project.empty_turns(request) {
            once.push(
                Finding::new(
                    &RULE,
                    project.location(turn.content),
                    "this turn is sent without content where the list is empty",
                )
                .related(project.location(turn.asked), "found empty here, and gone on with")
                .related(project.call_location(request.at), "sent here")
                .confidence(Confidence::Medium)
                .help(
                    "add this turn only where there is something in it: the API answers 400 `all messages must have \
                     non-empty content except for the optional final assistant message`",
                ),
            );
        }
        for field in &api().request.not_null {
            null(project, request, field).into_iter().for_each(|f| once.push(f));
        }
    }
}

/// Whether a request is sent for its status alone.
fn is_key_check(project: &Project, request: &Request) -> bool {
    project.is_probe(request) && project.uses(request.at).iter().any(|u| u.what == What::Status)
}

/// A field that is sent as `null` when there is nothing to say.
fn null(project: &Project, request: &Request, field: &str) -> Option<Finding> {
    let found = project.null_field(request, field)?;
    let wanted = match field {
        "temperature" | "top_p" => "number",
        "top_k" => "integer",
        _ => "list",
    };
    let mut finding = Finding::new(&RULE, project.location(found.at), format!("`{field}` is sent as `null` when there is none"))
        .confidence(match found.null.file == found.at.file {
            true => project.evidence(request, found.null),
            false => project.evidence(request, found.at).min(Confidence::Medium),
        })
        .help(format!(
            "leave the field out when there is nothing to say: the API answers 400 `{field}: Input should be a valid \
             {wanted}` to `null`"
        ));
    if found.null != found.at {
        finding = finding.related(project.location(found.null), "begins as `null`");
    }
    Some(finding.related(project.call_location(request.at), "sent here"))
}

/// Whether a text is written in its place and holds nothing.
fn is_empty(project: &Project, json: &Json) -> bool {
    project.written_text(json).and_then(|t| t.known()).is_some_and(|t| t.is_empty())
        && project.is_in_place(json)
}

fn system(project: &Project, body: &Json) -> Vec<Fault> {
    body.get("system").map_or_else(Vec::new, |system| empty_blocks(project, system))
}

fn empty_system(project: &Project, body: &Json) -> Option<Fault> {
    let system = body.get("system").filter(|s| is_empty(project, s))?;
    let help = "leave `system` out when there is nothing to say: empty blocks are refused with a 400";
    Some((system.at, "`system` is empty".to_string(), help))
}

fn empty_blocks(project: &Project, content: &Json) -> Vec<Fault> {
    let texts = content.items().iter().filter(|b| b.get("type").is_some_and(|t| t.is_text("text")));
    let empty = texts.filter_map(|b| b.get("text")).filter(|t| is_empty(project, t));
    let help = "leave the block out: the API answers 400 `text content blocks must be non-empty`";
    empty.map(|t| (t.at, "a text block is empty".to_string(), help)).collect()
}

/// Turns of the system that are put before all others, or given by those who call what sends the messages.
fn begun_elsewhere(project: &Project, request: &Request) -> Vec<Fault> {
    let field = project.body_field(request, "messages");
    let begins = field.nodes().iter().flat_map(|&list| {
        let handed = project.lists_handed(list).into_iter().chain(project.lists_chosen(list));
        let handed = handed.filter(|list| project.begins_in_sight(list));
        project.put_first(list).into_iter().chain(handed.filter_map(|list| list.items().first().cloned()))
    });
    let roles =
        begins.filter_map(|turn| turn.get("role").filter(|role| role.is_text("system")).map(|r| r.at));
    roles.filter_map(|at| wrong_role(at, "system", true)).collect()
}

fn messages(project: &Project, request: &Request, body: &Json) -> Vec<Fault> {
    let Some(messages) = project.list_in_place(body, "messages") else {
        return begun_elsewhere(project, request);
    };
    if messages.is_whole() && messages.items().is_empty() && project.is_in_place(messages) {
        let help =
            "send at least one user turn: the API answers 400 `messages: at least one message is required`";
        return vec![(messages.at, "`messages` is empty".to_string(), help)];
    }
    let mut faults = begun_elsewhere(project, request);
    // `if system: messages.append({"role": "system", …})`
    let added = project.first_added(messages, body.at);
    if let Some(role) = added.as_ref().and_then(|first| first.get("role")).filter(|r| r.is_text("system")) {
        faults.extend(wrong_role(role.at, "system", true));
    }
    let last = messages.items().len().saturating_sub(1);
    for (i, message) in messages.items().iter().enumerate() {
        let role = message.get("role").and_then(|r| Some((r.at, project.written_text(r)?.known()?)));
        if let Some((at, role)) = &role {
            faults.extend(wrong_role(*at, role, i == 0 && project.begins_in_sight(messages)));
        }
        let Some(content) = message.get("content") else { continue };
        let role = role.map(|r| r.1);
        faults.extend(wrong_side(content, role.as_deref()));
        if !messages.is_whole() {
            continue;
        }
        faults.extend(empty_blocks(project, content));
        let ends = i == last && role.as_deref() == Some("assistant");
        if is_empty(project, content) && !ends {
            let help = "leave the turn out: the API answers 400 `all messages must have non-empty content except for the \
                        optional final assistant message`";
            faults.push((content.at, "a message has no content".to_string(), help));
        }
        if ends {
            faults.extend(trailing_space(project, request, body, content));
        }
    }
    faults
}
