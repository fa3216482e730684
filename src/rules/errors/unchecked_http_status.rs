//! A raw response is read as an answer without a look at its status.

use crate::finding::{Confidence, Finding, Fix, Severity};
use crate::model::{Field, NodeRef, Project, Request, Use, What};
use crate::rules::{ALL_LANGUAGES, Category, Rule};
use crate::sdk::Road;

pub(crate) static RULE: Rule = Rule {
    id: "unchecked-http-status",
    summary: "a raw HTTP response is decoded and used without a look at its status",
    docs: include_str!("unchecked_http_status.md"),
    category: Category::Errors,
    severity: Severity::Error,
    pedantic: false,
    languages: ALL_LANGUAGES,
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    for request in project.requests() {
        if request.road != Road::Http || project.is_test(request.at) || project.is_probe(request) {
            continue;
        }
        if raises(project, request) || project.has_answer_hook(request) {
            continue;
        }
        let uses = project.uses(request.at);
        let looked_at = |u: &Use| match u.what {
            What::Status => !project.is_status_unread(u.at, uses) && !project.tells_single_errors(u.at),
            what => what == What::Escape,
        };
        if uses.iter().any(looked_at) {
            continue;
        }
        let used = uses.iter().filter(|u| u.what != What::Status && !project.is_test(u.at));
        let sent_in = project.function_of(request.at);
        let nearest = |u: &&Use| {
            let elsewhere = u.at.file != request.at.file || project.function_of(u.at) != sent_in;
            (u.response.hops.len(), elsewhere, u.at.file != request.at.file, u.at)
        };
        let Some(used) = used.min_by_key(nearest) else {
            continue;
        };
        if project.reads_error(request) || project.is_handed_out(request.at) {
            continue;
        }
        let asked = uses.iter().find(|u| u.what == What::Status && project.tells_single_errors(u.at));
        findings.push(finding(project, request, used, asked.map(|u| u.at)));
    }
}

/// Whether an error status raises by itself, as far as that is known.
fn raises(project: &Project, request: &Request) -> bool {
    let kind = request.kind;
    let (given, silences) = project.raise_option(request);
    match given {
        // Known only from its type: it may have been made either way.
        Field::Unknown(None) if request.clients.iter().any(|c| c.made.is_none()) => true,
        Field::Absent => kind.raises,
        Field::Unknown(_) => true,
        // A value that certainly means that an error status does not raise.
        Field::Known(nodes) => !nodes.iter().all(|&n| project.is_bool(n, silences)),
    }
}

fn finding(project: &Project, request: &Request, used: &Use, asked: Option<NodeRef>) -> Finding {
    let decoded = project.decoded_at(request).unwrap_or(used.at);
    let confidence = match used.response.hops.len() {
        0 => Confidence::High,
        _ => Confidence::Medium,
    };
    let (message, label) = match asked {
        None => (
            "the response is read as an answer and nothing looks at its status: an error from the API has another shape",
            "a 4xx, 429 or 529 comes here as well",
        ),
        Some(_) => (
            "the response is read as an answer after a look for single statuses: an error from the API has another shape",
            "every other status comes here as well",
        ),
    };
    let finding = Finding::new(&RULE, project.call_location(decoded), message).label(label);
    let finding = match asked {
        Some(asked) => finding.related(project.location(asked), "only this one is told apart"),
        None => finding,
    };
    finding
    .related(project.call_location(request.at), "sent here")
    .related(project.location(used.at), "used here")
    .confidence(confidence)
    .help(
        "check the status before decoding and keep the body of the error: `{\"type\":\"error\",\"error\":{\"type\":…,\
         \"message\":…},\"request_id\":…}` says what went wrong",
    )
    .fix(checked(project, request))
}

/// The library's own check behind what sends the request.
fn checked(project: &Project, request: &Request) -> Option<Fix> {
    let edit = project.with_status_check(request)?;
    Some(Fix::safe(format!("add `{}`", edit.text.trim().trim_start_matches('.')), vec![edit]))
}
