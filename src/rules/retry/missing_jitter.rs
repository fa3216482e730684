//! Retries whose growing delay has no random part.

use std::collections::BTreeSet;

use crate::finding::{Confidence, Finding, Severity};
use crate::model::{Growth, NodeRef, Project, Request, Retry, RetryDelay, RetryForm, Tri};
use crate::rules::{ALL_LANGUAGES, Category, Rule};

pub(crate) static RULE: Rule = Rule {
    id: "missing-jitter",
    summary: "the delay of a retry grows without a random part, so clients that failed together return together",
    docs: include_str!("missing_jitter.md"),
    category: Category::Retry,
    severity: Severity::Warning,
    pedantic: false,
    languages: ALL_LANGUAGES,
    check,
};

/// Retries further away repeat a task of which the request is a small part.
const NEAR: u32 = 3;

fn check(project: &Project, findings: &mut Vec<Finding>) {
    let mut seen: BTreeSet<NodeRef> = BTreeSet::new();
    for request in project.requests() {
        if project.is_test(request.at) || project.is_probe(request) {
            continue;
        }
        for retry in &project.retry_path(request).retries {
            let far = retry.hops > NEAR || retry.of_item && retry.hops == NEAR;
            if far || retry.honours_server() || project.is_test(retry.at) {
                continue;
            }
            if super::is_dead(project, request, retry)
                || retry.form == RetryForm::Library && project.retry_scope(request, retry).leaves_temporary()
            {
                continue;
            }
            report(project, request, retry, &mut seen, findings);
        }
    }
    for (request, retry) in project.unseen_retries() {
        if !retry.honours_server() {
            report(project, &request, &retry, &mut seen, findings);
        }
    }
}

fn report(
    project: &Project,
    request: &Request,
    retry: &Retry,
    seen: &mut BTreeSet<NodeRef>,
    findings: &mut Vec<Finding>,
) {
    // Nothing grows before the one and only retry.
    if project.repeats_once(retry) {
        return;
    }
    // Answers that are no JSON, or not what was asked for, do not come in crowds.
    let of_answer = |d: &RetryDelay| project.is_past_success(request, retry, d);
    let bare = |d: &&RetryDelay| grows(d) && d.random == Tri::No && !of_answer(d);
    let mut told: Vec<(&RetryDelay, Vec<&RetryDelay>)> = Vec::new();
    for delay in retry.delays.iter().filter(bare) {
        // What several branches look up in one table is mended in one place.
        let alike = |first: &RetryDelay| {
            first.growth == Growth::Table && project.is_written_alike(first.at, delay.at)
        };
        match told.iter_mut().find(|(first, _)| alike(first)) {
            Some((_, again)) => again.push(delay),
            None => told.push((delay, Vec::new())),
        }
    }
    for (delay, again) in told {
        seen.extend(again.iter().map(|d| d.at));
        if seen.insert(delay.at) {
            let finding = finding(project, request.at, retry, delay);
            findings.push(again.iter().fold(finding, |f, d| f.related(project.location(d.at), "and here")));
        }
    }
}

fn grows(delay: &RetryDelay) -> bool {
    matches!(delay.growth, Growth::Linear | Growth::Table | Growth::Exponential)
}

fn finding(project: &Project, request: NodeRef, retry: &Retry, delay: &RetryDelay) -> Finding {
    let how = match delay.growth {
        Growth::Exponential => "exponentially",
        Growth::Table => "as a fixed table",
        _ => "linearly",
    };
    let what = match retry.form {
        RetryForm::Library | RetryForm::Queue => "set here",
        _ => "computed here",
    };
    Finding::new(
        &RULE,
        project.location(delay.at),
        format!("the delay between retries grows {how} but has no random part"),
    )
    .label(what)
    .related(project.call_location(request), "the request that is retried")
    .confidence(if retry.at.file == request.file { Confidence::High } else { Confidence::Medium })
    .help(
        "add a random part, such as a delay drawn between zero and the computed one: clients that met the same 429 or \
         529 otherwise come back in the same instant and meet it again",
    )
    .fix(project.with_jitter(retry, delay))
}
