//! Retries that do not ask how long to wait.

use crate::finding::{Confidence, Finding, Severity};
use crate::model::{Growth, Project, Request, Retry, RetryForm, Sender, Tri};
use crate::rules::{ALL_LANGUAGES, Category, Rule};
use crate::sdk::failures::Failure;

pub(crate) static RULE: Rule = Rule {
    id: "ignored-retry-after",
    summary: "a hand-made retry of 429 computes its delay and never reads `retry-after`",
    docs: include_str!("ignored_retry_after.md"),
    category: Category::Retry,
    severity: Severity::Info,
    pedantic: false,
    languages: ALL_LANGUAGES,
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    super::each_retry(project, |request, retry| {
        let found = finding(project, request, retry);
        let is_found = found.is_some();
        findings.extend(found);
        is_found
    });
}

fn finding(project: &Project, request: &Request, retry: &Retry) -> Option<Finding> {
    let by_hand = matches!(retry.form, RetryForm::Loop | RetryForm::Recursion);
    if !by_hand || retry.honours_server() || project.reads_server_wish_near(retry) {
        return None;
    }
    // The SDK's own retry waits as long as the server asks.
    if !matches!(project.sender(request), Sender::Never | Sender::Off(_)) {
        return None;
    }
    if project.retry_scope(request, retry).again(Failure::RateLimit) != Tri::Yes {
        return None;
    }
    if !project.has_headers_at_hand(request, retry) {
        return None;
    }
    // A delay that is always the same, or grows without a random part, is wrong anyway, and that
    // is said of it.
    if !retry.delays.iter().all(|d| d.random == Tri::Yes && d.growth != Growth::Unknown) {
        return None;
    }
    let delay = project.delay_after(request, retry, Failure::RateLimit)?;
    if project.depends_on_outcome(delay) {
        return None;
    }
    Some(
        Finding::new(
            &RULE,
            project.location(delay),
            "the delay after a 429 is computed here, and `retry-after` is never read",
        )
        .label("own delay")
        .related(project.call_location(request.at), "the request that is retried")
        .confidence(if retry.at.file == request.at.file { Confidence::High } else { Confidence::Medium })
        .help(
            "wait at least as long as the header `retry-after` of the answer says, and use the computed delay where \
             there is none: an earlier request is refused for certain",
        ),
    )
}
