//! Retries that leave out some of the passing failures.

use crate::finding::{Confidence, Finding, Severity};
use crate::model::{Attempts, NodeRef, Project, Request, Retry, RetryForm, Sender, Tri};
use crate::rules::{ALL_LANGUAGES, Category, Rule};
use crate::sdk::failures::Failure;

pub(crate) static RULE: Rule = Rule {
    id: "retry-misses-overloaded",
    summary: "a hand-made retry repeats some of 429, 529, other 5xx and connection errors, but not the rest",
    docs: include_str!("retry_misses_overloaded.md"),
    category: Category::Retry,
    severity: Severity::Warning,
    pedantic: false,
    languages: ALL_LANGUAGES,
    check,
};

/// The passing failures, and what they are called.
const PASSING: [(&[Failure], &str); 4] = [
    (&[Failure::RateLimit], "429 (rate limited)"),
    (&[Failure::Overloaded], "529 (overloaded)"),
    (&[Failure::Server, Failure::Unavailable], "other 5xx"),
    (&[Failure::Connection, Failure::Timeout], "connection errors"),
];

/// With fewer attempts a retry is no more patient than a client's own.
const MANY: u32 = 3;

fn check(project: &Project, findings: &mut Vec<Finding>) {
    let mut seen: Vec<NodeRef> = Vec::new();
    for request in project.requests() {
        if project.is_test(request.at) || project.is_probe(request) {
            continue;
        }
        let sender = project.sender(request);
        if matches!(sender, Sender::Unknown) {
            continue;
        }
        let inner = matches!(sender, Sender::Retries);
        let path = project.retry_path(request);
        if path.unknown.is_some() {
            continue;
        }
        // Each way outwards to its last retry, with those on the way.
        for last in &path.retries {
            let further = |r: &&Retry| r.trail.len() > last.trail.len() && r.trail.starts_with(&last.trail);
            if path.retries.iter().any(|r| further(&r)) {
                continue;
            }
            let on_way = |r: &&Retry| {
                (r.at == last.at || last.trail.starts_with(&r.trail)) && !super::is_dead(project, request, r)
            };
            let outer: Vec<&Retry> = path.retries.iter().filter(on_way).collect();
            let found = finding(project, request, &outer, inner, &mut seen)
                .or_else(|| breaks(project, request, &outer, &mut seen));
            findings.extend(found);
        }
    }
    for (request, retry) in project.unseen_retries() {
        let found = finding(project, &request, &[&retry], true, &mut seen);
        findings.extend(found);
    }
}

/// Whether the retries on one way outwards repeat a connection that could not be made, and none that
/// breaks in the middle of a stream.
fn breaks(
    project: &Project,
    request: &Request,
    retries: &[&Retry],
    seen: &mut Vec<NodeRef>,
) -> Option<Finding> {
    let by_hand = |form| matches!(form, RetryForm::Loop | RetryForm::Recursion);
    if !retries.iter().all(|r| by_hand(r.form) && !project.turns_elsewhere(r)) {
        return None;
    }
    let near = retries.first().filter(|r| r.hops <= super::NEAR && !project.is_test(r.at))?;
    let places: Option<Vec<NodeRef>> =
        retries.iter().map(|retry| project.late_break_left_out(request, retry)).collect();
    let place = *places?.first()?;
    if seen.contains(&near.at) {
        return None;
    }
    seen.push(near.at);
    Some(
        Finding::new(
            &RULE,
            project.location(place),
            "this retry leaves out connections that break in the middle of the stream",
        )
        .label("what is repeated")
        .related(project.call_location(request.at), "the request that is retried")
        .confidence(match near.at.file == request.at.file {
            true => Confidence::High,
            false => Confidence::Medium,
        })
        .help(
            "repeat `httpx.TransportError` too: the SDK turns what fails before the stream begins into \
             `APIConnectionError`, and lets through what httpx raises later",
        ),
    )
}

/// What the retries on one way outwards leave out together.
fn finding(
    project: &Project,
    request: &Request,
    retries: &[&Retry],
    inner: bool,
    seen: &mut Vec<NodeRef>,
) -> Option<Finding> {
    let by_hand = |form| matches!(form, RetryForm::Loop | RetryForm::Recursion | RetryForm::Named);
    if !retries.iter().all(|r| by_hand(r.form) && !project.turns_elsewhere(r)) {
        return None;
    }
    let scopes: Vec<_> = retries.iter().map(|r| project.retry_scope(request, r)).collect();
    let near = retries.iter().zip(&scopes).find(|(r, s)| {
        r.hops <= super::NEAR && !project.is_test(r.at) && PASSING.iter().any(|(failures, _)| s.any(failures))
    })?;
    // A client that retries by itself repeats the rest, if less patiently.
    let patient = !matches!(near.0.attempts, Attempts::Known(n) if n < MANY);
    let left_to_client = near.1.again(Failure::Overloaded) == Tri::No && patient;
    if inner && (!left_to_client || super::stacked_retries::multiplies(project, request, near.0)) {
        return None;
    }
    // What it repeats is cut off by the program's own limit: the rest is the client's matter.
    if inner && project.catches_own_limit(near.0) {
        return None;
    }
    let (mut covered, mut missed, mut refused) = (false, Vec::new(), None);
    for (failures, name) in PASSING {
        let again: Vec<Tri> = scopes.iter().flat_map(|s| failures.iter().map(|&f| s.again(f))).collect();
        if again.contains(&Tri::Yes) {
            covered = true;
        } else if again.iter().all(|&a| a == Tri::No) {
            missed.push(name);
            let told = near.1.repeat(failures[0]).and_then(|r| r.refused);
            refused = refused.or(told);
        }
    }
    let only_unavailable = project.knows_unavailable_only(near.1);
    if !covered || missed.is_empty() || only_unavailable || seen.contains(&near.0.at) {
        return None;
    }
    seen.push(near.0.at);
    let (last, first) = missed.split_last()?;
    let list =
        if first.is_empty() { (*last).to_string() } else { format!("{} and {last}", first.join(", ")) };
    // What leaves out a bad request is the filter.
    let filter = near.1.repeat(Failure::BadRequest).and_then(|r| r.refused);
    let filter = filter.filter(|&n| project.is_condition_of(n, near.0));
    let place = match refused.or(filter) {
        Some(node) => project.location(node),
        None => project.retry_filter_location(near.0),
    };
    Some(
        Finding::new(&RULE, place, format!("this retry leaves out {list}"))
            .label("what is repeated")
            .related(project.call_location(request.at), "the request that is retried")
            .confidence(match near.0.at.file == request.at.file && !inner {
                true => Confidence::High,
                false => Confidence::Medium,
            })
            .help(
                "repeat 429, 529 and every other status from 500 on, and errors of the connection: all of them pass, \
                 and 529 `overloaded_error` is the most frequent one when the API is busy",
            ),
    )
}
