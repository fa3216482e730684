//! A branch on the words of an error's text.

use std::collections::BTreeMap;

use crate::finding::{Confidence, Finding};
use crate::model::{NodeRef, Project, Request, WordTest};
use crate::rules::{ALL_LANGUAGES, Category, Rule};
use crate::sdk::Road;

pub(crate) static RULE: Rule = Rule {
    id: "error-matched-by-message",
    summary: "the kind of an API error is guessed from the words of its text",
    docs: include_str!("error_matched_by_message.md"),
    category: Category::Errors,
    severity: crate::finding::Severity::Warning,
    pedantic: false,
    languages: ALL_LANGUAGES,
    check,
};

/// Classes that tell what words are asked for, of those that there are.
const CLASSES: [&str; 4] = ["RateLimitError", "APIStatusError", "APIError", "APIConnectionError"];
const MAX_CLASSES: usize = 3;

/// Calls between the handler and the request.
const MAX_HOPS: u32 = 1;

fn check(project: &Project, findings: &mut Vec<Finding>) {
    let mut found: BTreeMap<NodeRef, (WordTest, &Request, u32)> = BTreeMap::new();
    for request in project.requests() {
        if project.is_test(request.at) || !is_typed(request) || project.has_other_callees(request) {
            continue;
        }
        for handler in project.handlers(request.at) {
            if handler.hops > MAX_HOPS || !handler.sees_api || project.is_test(handler.at) {
                continue;
            }
            let Some(body) = handler.body else { continue };
            // Code that also asks for the class or status does not rest on the words.
            if project.tests_class_or_status(body) {
                continue;
            }
            for test in project.word_tests(&handler) {
                if project.stands_in_other_branch(test.at) {
                    continue;
                }
                let aside = test.hops > 0
                    && project.function_of(test.at).is_some_and(|f| project.tests_class_or_status(f));
                if !aside && !project.raises_with_words(&handler, &test.words) {
                    let hops = handler.hops + test.hops + u32::from(handler.in_helper);
                    found.entry(test.at).or_insert((test, request, hops));
                }
            }
        }
        // The retry of a library asks a function.
        let retries = project.retry_path(request);
        for retry in retries.retries.iter().filter(|r| r.hops <= MAX_HOPS && !project.is_test(r.at)) {
            if project.bare_predicate(retry).is_some() {
                continue;
            }
            for predicate in project.predicates_of(retry) {
                if project.tests_class_or_status(predicate) {
                    continue;
                }
                for test in project.word_tests_of(predicate) {
                    found.entry(test.at).or_insert((test, request, retry.hops));
                }
            }
        }
    }
    // One root cause: of several tests in one condition or function the first.
    let mut last: Option<Option<NodeRef>> = None;
    for (at, (test, request, hops)) in found {
        let function = project.function_of(at);
        if last == Some(function) && function.is_some() {
            continue;
        }
        last = Some(function);
        findings.push(finding(project, &test, request, hops));
    }
}

/// Whether the errors of a road have types or statuses.
fn is_typed(request: &Request) -> bool {
    match request.road {
        Road::Sdk | Road::Bedrock => true,
        Road::Http => request.kind.raises,
        Road::Crate => true,
        Road::Framework => request.clients.iter().any(|c| c.kind.id == "langchain-anthropic"),
    }
}

fn finding(project: &Project, test: &WordTest, request: &Request, hops: u32) -> Finding {
    let confidence = if hops == 0 { Confidence::High } else { Confidence::Medium };
    Finding::new(
        &RULE,
        project.location(test.at),
        format!(
            "the error is recognised by `{}` in its text, which is no part of the API and may change",
            test.words
        ),
    )
    .label("branch on words")
    .related(project.call_location(request.at), "request whose error it is")
    .confidence(confidence)
    .help(help(project, request))
}

fn help(project: &Project, request: &Request) -> String {
    if request.road == Road::Bedrock {
        return "ask for the code of the error (`ThrottlingException`, `ServiceUnavailableException`, \
                `ModelTimeoutException`) or its HTTP status instead"
            .to_string();
    }
    let classes: Vec<String> = project
        .classes_raised(request, &CLASSES)
        .into_iter()
        .take(MAX_CLASSES)
        .map(|class| format!("`{class}`"))
        .collect();
    match classes[..] {
        [] => {
            "ask for the status (429, 529) or the error type (`rate_limit_error`, `overloaded_error`) instead"
                .to_string()
        }
        _ => format!(
            "ask for the class ({}), the status (429, 529) or the error type (`rate_limit_error`, \
             `overloaded_error`) instead",
            classes.join(", ")
        ),
    }
}
