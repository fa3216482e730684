//! A blocking request in asynchronous code.

use std::collections::BTreeMap;

use crate::finding::{Confidence, Finding, Severity};
use crate::lang::Language;
use crate::model::{NodeRef, Project};
use crate::rules::{Category, Rule};

pub(crate) static RULE: Rule = Rule {
    id: "blocking-call-in-async",
    summary: "a blocking request or sleep in asynchronous code holds up everything else",
    docs: include_str!("blocking_call_in_async.md"),
    category: Category::Retry,
    severity: Severity::Warning,
    pedantic: false,
    languages: &[Language::Python, Language::Rust],
    check,
};

/// Calls between a place that is told by itself and the request.
const NEAR: u32 = 2;

fn check(project: &Project, findings: &mut Vec<Finding>) {
    let mut calls: BTreeMap<NodeRef, (NodeRef, u32)> = BTreeMap::new();
    let mut sleeps: BTreeMap<NodeRef, NodeRef> = BTreeMap::new();
    for request in project.requests() {
        // The method itself is handed on: to a thread.
        if project.is_test(request.at) || project.is_tiny_probe(request) || request.first_argument > 0 {
            continue;
        }
        for sleep in project.blocking_sleeps(request) {
            sleeps.entry(sleep).or_insert(request.at);
        }
        // A program that does one thing after the other holds nothing up.
        if !project.is_blocking(request) || project.runs_alone(request) {
            continue;
        }
        for (at, hops) in project.blocked(request.at) {
            calls.entry(at).or_insert((request.at, hops));
        }
    }
    let mut told: BTreeMap<NodeRef, usize> = BTreeMap::new();
    for (at, (request, hops)) in calls {
        // Many may come to it from far.
        if hops > NEAR
            && let Some(first) = told.get(&request).and_then(|&i| findings.get_mut(i))
        {
            *first = first.clone().related(project.call_location(at), "and so does this");
            continue;
        }
        told.entry(request).or_insert(findings.len());
        let finding = Finding::new(
            &RULE,
            project.call_location(at),
            "this request blocks the event loop until the answer is there: nothing else runs for seconds or minutes",
        )
        .label("blocks asynchronous code")
        .confidence(if hops == 0 { Confidence::High } else { Confidence::Medium })
        .help("use the asynchronous client and await it (`AsyncAnthropic`, `reqwest::Client`), or run the call in a thread (`asyncio.to_thread`, `spawn_blocking`)");
        findings.push(match hops {
            0 => finding,
            _ => finding.related(project.call_location(request), "request"),
        });
    }
    for (at, request) in sleeps {
        findings.push(
            Finding::new(
                &RULE,
                project.call_location(at),
                "this sleep blocks the event loop: nothing else runs meanwhile",
            )
            .label("blocks asynchronous code")
            .related(project.call_location(request), "request in the same function")
            .help("await an asynchronous sleep: `asyncio.sleep`, `tokio::time::sleep`"),
        );
    }
}
