//! Retries that cannot retry, or not what they seem to.

use std::collections::BTreeSet;

use crate::finding::{Confidence, Finding, Severity};
use crate::model::{NodeRef, Project, Request, Retry, RetryForm, Sender};
use crate::rules::{ALL_LANGUAGES, Category, Rule};
use crate::sdk::failures::Failure;

pub(crate) static RULE: Rule = Rule {
    id: "ineffective-retry",
    summary: "a retry that can never repeat the request, or not as it is written",
    docs: include_str!("ineffective_retry.md"),
    category: Category::Retry,
    severity: Severity::Error,
    pedantic: false,
    languages: ALL_LANGUAGES,
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    super::each_construct(project, |request, retry| {
        let found = finding(project, request, retry);
        let is_found = found.is_some();
        findings.extend(found);
        is_found
    });
    let mut seen: BTreeSet<NodeRef> = BTreeSet::new();
    for request in project.requests() {
        if let Some(policy) = project.post_left_out(request)
            && !project.is_test(request.at)
            && seen.insert(policy)
        {
            findings.push(
                Finding::new(
                    &RULE,
                    project.call_location(policy),
                    "this retry leaves out POST by default, and every request to the Messages API is a POST",
                )
                .label("never repeats it")
                .related(project.call_location(request.at), "sent by POST")
                .help(
                    "list `POST` among the methods that are repeated (urllib3: `allowed_methods=[\"POST\"]` with \
                     `status_forcelist=[429, 500, 502, 503, 504, 529]`; axios-retry: a `retryCondition`)",
                ),
            );
        }
    }
    for (at, name) in project.invented_retries() {
        findings.push(
            Finding::new(&RULE, at, format!("`{name}` does not exist in the SDK, so this fails when it is reached"))
                .label("no such name")
                .help("set `max_retries` (`maxRetries` in TypeScript) on the client or by `with_options`: there is no other setting"),
        );
    }
}

fn finding(project: &Project, request: &Request, retry: &Retry) -> Option<Finding> {
    let near = project.call_location(request.at);
    let made = |place, message: &str, help: &str| {
        Finding::new(&RULE, place, message).related(near, "the request that is not retried").help(help)
    };
    let counts = matches!(retry.form, RetryForm::Loop | RetryForm::Recursion | RetryForm::Library);
    if project.given_back_unread(request, retry) {
        return counts.then(|| {
            made(
                project.call_location(request.at),
                "this gives back a stream that has only begun: it fails where it is read, after the retry around it \
                 has ended",
                "read the stream within what is repeated, and repeat only while nothing was shown, or leave the retry \
                 to the client (`max_retries`, `maxRetries`)",
            )
            .related(project.retry_location(retry), "never repeats it")
        });
    }
    if !retry.effective {
        return counts.then(|| {
            made(
                project.retry_location(retry),
                "this retry decorates a generator, which returns before anything in it can fail",
                "repeat the request inside the generator, before its first `yield`, or decorate a function that opens \
                 the stream and returns it",
            )
        });
    }
    if let Some(predicate) = project.bare_predicate(retry) {
        return Some(made(
            project.location(predicate),
            "tenacity calls `retry` with the state of the retry, not with the error, so this predicate never sees it",
            "wrap the predicate: `retry=retry_if_exception(is_retryable)`; bare, it is asked about a `RetryCallState` \
             and the outcome is the same for every error",
        ));
    }
    if let Some(step) = project.swallowed_before(request, retry).filter(|_| !sees_another(project, retry)) {
        return Some(
            made(
                project.retry_location(retry),
                "this retry never sees a failure: the function under it catches them all and returns normally",
                "raise the error again in the handler, or move the retry inside the `try`, around the request itself",
            )
            .related(project.call_location(step), "failures of this call are caught here")
            .confidence(Confidence::Medium),
        );
    }
    // Where the client repeats it by itself, less is lost.
    let alone = matches!(project.sender(request), Sender::Never | Sender::Off(_));
    let renamed = project.renamed_before(request, retry);
    if let Some(step) = renamed.filter(|_| alone || project.repeats_nothing(request, retry)) {
        let severity = if alone { RULE.severity } else { Severity::Warning };
        return Some(
            made(
                project.retry_location(retry),
                "this retry names errors that never reach it: the function under it turns overloads into another class, \
                 which it does not repeat",
                "name the class that the function raises, or raise the error itself again, or move the retry around the \
                 request",
            )
            .related(project.call_location(step), "its failures become errors of another class")
            .severity(severity),
        );
    }
    if let Some(call) = project.returned_unawaited(request, retry) {
        return Some(
            made(
                project.call_location(call),
                "this is returned without being waited for, so its failure comes after the `try` was left",
                "write `return await …`: without it the handler never runs and nothing is repeated",
            )
            .label("no `await`"),
        );
    }
    if let Some(taken) = project.taken_in_loop(retry) {
        return Some(made(
            project.call_location(taken),
            "the first attempt takes this out of its record, so the next attempt is sent without it",
            "take it out once, in front of the loop, or read it with `get`",
        ));
    }
    let scope = project.retry_scope(request, retry);
    let by_hand = matches!(retry.form, RetryForm::Loop | RetryForm::Recursion);
    let (own, asked) = match project.sender(request) {
        Sender::Never | Sender::Off(_) => (false, true),
        // Other services answer 503 when they are overloaded.
        Sender::Retries => (true, project.is_of_own_sdk(request)),
        Sender::Unknown => (false, false),
    };
    if by_hand && asked && project.knows_unavailable_only(&scope) {
        let told = scope.repeat(Failure::Overloaded).and_then(|r| r.refused);
        let place = told.map_or_else(|| project.retry_filter_location(retry), |n| project.location(n));
        let found = made(
            place,
            "only 503 is repeated, but the API answers 529 when it is overloaded and 429 at the rate limit",
            "repeat 429, 529 and every other status from 500 on: the type of the error is `overloaded_error`",
        );
        // The client's own attempts are left.
        return Some(if own { found.severity(Severity::Warning) } else { found });
    }
    None
}

/// Whether a retry sees the failures of some request.
fn sees_another(project: &Project, retry: &Retry) -> bool {
    project.requests().iter().filter(|r| !project.is_test(r.at)).any(|request| {
        let path = project.retry_path(request);
        let mut same = path.retries.iter().filter(|r| r.at == retry.at);
        same.any(|r| !super::is_dead(project, request, r))
    })
}
