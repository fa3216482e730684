//! Retries that come back after the same time, or at once.

use crate::finding::{Confidence, Finding, Location, Severity};
use crate::model::{Growth, Project, Request, Retry, RetryDelay, RetryForm, Sender, Tri};
use crate::rules::{ALL_LANGUAGES, Category, Rule};
use crate::sdk::failures::Failure;

pub(crate) static RULE: Rule = Rule {
    id: "constant-backoff",
    summary: "a retry waits the same time after every failure, or not at all",
    docs: include_str!("constant_backoff.md"),
    category: Category::Retry,
    severity: Severity::Warning,
    pedantic: false,
    languages: ALL_LANGUAGES,
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    super::each_retry(project, |request, retry| {
        let places = places(project, request, retry);
        let found = !places.is_empty();
        findings.extend(places.into_iter().map(|place| finding(project, request, retry, place)));
        found
    });
}

/// A place to report, and whether something is waited there.
type Place = (Location, bool);

fn places(project: &Project, request: &Request, retry: &Retry) -> Vec<Place> {
    let by_hand = matches!(retry.form, RetryForm::Loop | RetryForm::Recursion);
    if !by_hand && retry.form != RetryForm::Library || retry.honours_server() {
        return Vec::new();
    }
    // Another request each time need not wait.
    if retry.delays.is_empty() && project.changes_request(retry) {
        return Vec::new();
    }
    let temporary = [Failure::RateLimit, Failure::Overloaded, Failure::Server, Failure::Connection];
    let scope = project.retry_scope(request, retry);
    if !by_hand && scope.leaves_temporary() || by_hand && !scope.any(&temporary) {
        return Vec::new();
    }
    let same = |d: &RetryDelay| d.growth <= Growth::Constant && d.random == Tri::No;
    if !retry.delays.iter().all(same) {
        return Vec::new();
    }
    let waiting = retry
        .delays
        .iter()
        .filter(|d| d.growth == Growth::Constant && !project.is_past_success(request, retry, d));
    let waiting: Vec<Place> = waiting.map(|d| (project.location(d.at), true)).collect();
    // One retry is over before a delay could grow.
    if !waiting.is_empty() && project.repeats_once(retry) {
        return Vec::new();
    }
    // A client that retries by itself waits between its own attempts.
    if !waiting.is_empty() || matches!(project.sender(request), Sender::Retries) {
        return waiting;
    }
    match retry.delays.first() {
        Some(delay) => vec![(project.location(delay.at), false)],
        None if !by_hand
            || project.waits_otherwise(retry)
            || project.repairs_answers(retry)
            || project.mends_another_failure(retry) =>
        {
            Vec::new()
        }
        None => vec![(project.retry_location(retry), false)],
    }
}

fn finding(project: &Project, request: &Request, retry: &Retry, (place, waits): Place) -> Finding {
    let (message, label) = match waits {
        true => ("the delay between retries is the same after every failure", "always the same"),
        false => ("the request is repeated at once, without any delay", "no delay"),
    };
    Finding::new(&RULE, place, message)
        .label(label)
        .related(project.call_location(request.at), "the request that is retried")
        .confidence(if retry.at.file == request.at.file { Confidence::High } else { Confidence::Medium })
        .help(
            "wait longer after each failure, with a random part, and at least as long as `retry-after` says: a 429 \
             lasts until the limit refills and a 529 until the load is gone, and every early try is refused again",
        )
}
