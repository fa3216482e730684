//! A handler hides that the API failed.

use std::collections::BTreeMap;

use crate::finding::{Confidence, Finding, Severity};
use crate::model::{Given, Handler, HandlerForm, NodeRef, Project, Request, RetryForm};
use crate::rules::{ALL_LANGUAGES, Category, Rule};

pub(crate) static RULE: Rule = Rule {
    id: "swallowed-api-error",
    summary: "a handler around a request hides the failure: no log, no error, nothing to see",
    docs: include_str!("swallowed_api_error.md"),
    category: Category::Errors,
    severity: Severity::Warning,
    pedantic: false,
    languages: ALL_LANGUAGES,
    check,
};

/// Calls between the handler and the request; further out, a handler has other things in mind.
const MAX_HOPS: u32 = 1;

fn check(project: &Project, findings: &mut Vec<Finding>) {
    let mut found: BTreeMap<(NodeRef, usize), (Handler, &Request)> = BTreeMap::new();
    let mut told: BTreeMap<NodeRef, (Handler, &Request)> = BTreeMap::new();
    for request in project.requests() {
        if project.is_test(request.at) || project.is_probe(request) {
            continue;
        }
        // Tokens are counted for a better guess than the one at hand.
        if request.kind.content.is_empty() && request.kind.text.is_empty() {
            continue;
        }
        let path = project.retry_path(request);
        let retries = &path.retries;
        let repeats = |handler: &Handler| {
            retries.iter().any(|r| {
                matches!(
                    r.form,
                    RetryForm::Loop | RetryForm::Recursion | RetryForm::Fallback | RetryForm::Named
                ) && (handler.body.is_some_and(|b| r.handlers.contains(&b))
                    || project.stands_inside(handler.at, r.at))
            })
        };
        let mut logged: Vec<(u32, bool, Option<NodeRef>)> = Vec::new();
        let mut handlers = project.handlers(request.at);
        // A clause around it hides the same failures, and is where the fix goes.
        let clauses = handlers.iter().any(|h| h.hops == 0 && hides(project, h) && !repeats(h));
        if !clauses {
            handlers.extend(project.refusals(request.at));
        }
        for handler in handlers {
            // No clause sees what a status says.
            let refusal = handler.form == HandlerForm::Arm
                && project.refusals(request.at).iter().any(|r| r.at == handler.at);
            // What was logged or reported inside is known.
            let outcome = project.outcome(&handler);
            let function = project.function_of(handler.at);
            let known = logged.iter().any(|&(hops, helper, place)| {
                hops < handler.hops || place == function || helper && hops == handler.hops
            });
            let near = handler.sees_api && handler.hops <= MAX_HOPS && !project.is_test(handler.at);
            if near
                && !repeats(&handler)
                && let Some(given) = project.error_as_answer(&handler)
            {
                told.entry(given).or_insert((handler, request));
                continue;
            }
            let seen = !outcome.is_silent();
            if !seen && (!known || refusal) && near && !repeats(&handler) && project.is_lost(&handler) {
                found.entry((handler.at, handler.before)).or_insert((handler, request));
                continue;
            }
            if seen && !outcome.logs.is_empty() {
                logged.push((handler.hops, handler.in_helper, function));
            }
        }
    }
    findings.extend(
        told.into_iter().map(|(given, (handler, request))| mixed_up(project, &handler, given, request)),
    );
    findings.extend(found.into_values().map(|(handler, request)| finding(project, &handler, request)));
}

/// Whether a handler keeps the failures of the API from everyone.
fn hides(project: &Project, handler: &Handler) -> bool {
    handler.sees_api && project.outcome(handler).is_silent() && project.is_lost(handler)
}

/// The error's text in the place of the answer's.
fn mixed_up(project: &Project, handler: &Handler, given: NodeRef, request: &Request) -> Finding {
    let what = match project.outcome(handler).uses_error {
        true => "the error's text",
        false => "a fixed text",
    };
    Finding::new(
        &RULE,
        handler.place(project),
        format!(
            "this handler gives {what} back as if it were the answer: callers cannot tell one from the other"
        ),
    )
    .label("the failure ends here")
    .related(project.location(given), "given back as the answer")
    .related(project.call_location(request.at), "request that may fail")
    .confidence(if project.has_comment(handler) { Confidence::Low } else { Confidence::Medium })
    .help(
        "raise it, or give back an error that callers can tell from an answer, in a field or type of its own",
    )
}

fn finding(project: &Project, handler: &Handler, request: &Request) -> Finding {
    let default = project.outcome(handler).gives.iter().any(|g| g.1 == Given::Default);
    let confidence = match handler.hops {
        _ if project.has_comment(handler) => Confidence::Low,
        0 if !default && !handler.in_helper => Confidence::High,
        _ => Confidence::Medium,
    };
    let what = match handler.form {
        HandlerForm::Discard => "a failure of the request is dropped here",
        _ => "this handler hides that the request failed",
    };
    Finding::new(
        &RULE,
        handler.place(project),
        format!("{what}: no log, no error, and what is missing looks like an answer"),
    )
    .label("the failure ends here, unseen")
    .related(project.call_location(request.at), "request that may fail")
    .confidence(confidence)
    .help(
        "raise it, or give back an error that callers can tell from an answer; where going on without is right, log \
         the error with its status and request id first",
    )
}
