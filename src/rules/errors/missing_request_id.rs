//! An API error is logged without the id that support asks for.

use crate::finding::{Finding, Severity};
use crate::model::{NodeRef, Project, Request};
use crate::rules::{ALL_LANGUAGES, Category, Rule};
use crate::sdk::Road;

pub(crate) static RULE: Rule = Rule {
    id: "missing-request-id",
    summary: "an API error is logged without its request id",
    docs: include_str!("missing_request_id.md"),
    category: Category::Errors,
    severity: Severity::Info,
    // Whoever logs a fixed text may know the request by other means.
    pedantic: true,
    languages: ALL_LANGUAGES,
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    let mut reported: Vec<NodeRef> = Vec::new();
    for request in project.requests() {
        if project.is_test(request.at)
            || project.is_probe(request)
            || request.road != Road::Sdk && request.road != Road::Crate
        {
            continue;
        }
        for handler in project.handlers(request.at) {
            if handler.hops > 1 || !handler.sees_api || project.is_test(handler.at) {
                continue;
            }
            let outcome = project.outcome(&handler);
            let Some(&log) = outcome.logs.first() else { continue };
            // Raised again or handed on, the error is known to others.
            if outcome.raises || project.carries_error(&handler) || reported.contains(&log) {
                continue;
            }
            reported.push(log);
            findings.push(finding(project, log, request));
        }
    }
}

fn finding(project: &Project, log: NodeRef, request: &Request) -> Finding {
    Finding::new(&RULE, project.call_location(log), "the failure is logged without the error's request id")
        .label("nothing here leads to the request")
        .related(project.call_location(request.at), "request")
        .help(
            "log the whole error, or `request_id` (Python) or `requestID` (TypeScript): support finds a request by it, \
             and it tells one failure from another",
        )
}
