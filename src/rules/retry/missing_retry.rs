//! Nothing repeats the request when the API is overloaded.

use std::collections::BTreeMap;

use crate::finding::Severity;
use crate::finding::{Confidence, Finding};
use crate::model::{NodeRef, Project, Request, RetryPath, Sender};
use crate::rules::{ALL_LANGUAGES, Category, Rule};
use crate::sdk::Road;

pub(crate) static RULE: Rule = Rule {
    id: "missing-retry",
    summary: "nothing between the request and its callers retries 429 and 529",
    docs: include_str!("missing_retry.md"),
    category: Category::Retry,
    severity: Severity::Warning,
    pedantic: false,
    languages: ALL_LANGUAGES,
    check,
};

/// Calls shown with an option that switches retries off.
const SHOWN_CALLS: usize = 4;

fn check(project: &Project, findings: &mut Vec<Finding>) {
    let mut switched_off: BTreeMap<NodeRef, Vec<NodeRef>> = BTreeMap::new();
    // A function that sends for several vendors is the business of those who call it for Claude.
    let mut shared: BTreeMap<NodeRef, &Request> = BTreeMap::new();
    for request in project.requests() {
        if project.is_test(request.at) || project.is_probe(request) {
            continue;
        }
        let options = match project.sender(request) {
            Sender::Off(options) => options,
            Sender::Never => Vec::new(),
            Sender::Retries | Sender::Unknown => continue,
        };
        // Whoever sent it retries it: as a client of the same API; or whoever is asked to send it.
        if request.road == Road::Http && project.passes_on_a_request(request) || project.is_for_relay(request)
        {
            continue;
        }
        if request.kind.lazy && project.is_made_anew(request) {
            continue;
        }
        let path = project.retry_path(request);
        // Whoever switches retries off below a base class that is out of sight has them there.
        let above = !options.is_empty() && path.foreign_base;
        let lacks = path.lacks_retry() || project.repeats_only_others(request, &path);
        let for_most = !lacks && path.callers.lack_it_mostly();
        if for_most && options.is_empty() && !path.foreign_base && project.shared_sender(request).is_none() {
            findings.push(for_some(project, request, &path));
        }
        if !lacks || path.is_one_shot() || above {
            continue;
        }
        if options.is_empty() {
            match project.shared_sender(request) {
                Some(calls) => shared.extend(calls.into_iter().map(|call| (call, request))),
                None => findings.push(unprotected(project, request, request.at)),
            }
        }
        for option in options {
            switched_off.entry(option).or_default().push(request.at);
        }
    }
    for (call, request) in shared {
        findings.push(unprotected(project, request, call));
    }
    for (option, calls) in switched_off {
        if !project.is_test(option) {
            findings.push(disabled(project, option, &calls));
        }
    }
}

fn unprotected(project: &Project, request: &Request, at: NodeRef) -> Finding {
    let sender = match request.road {
        Road::Http => "HTTP clients do not repeat it by themselves",
        _ => "this client does not repeat it by itself",
    };
    Finding::new(
        &RULE,
        project.call_location(at),
        "no retry between this request and its callers: one 429 or 529 and the work is lost",
    )
    .label(sender)
    .confidence(Confidence::High)
    .help(
        "repeat 408, 409, 429, 529, other 5xx and connection errors a few times, with exponential backoff, a random \
         part and `retry-after` honoured; or use an official SDK, which does so by default",
    )
}

/// Some callers have a retry, most have none. A retry anywhere on the way is one for the rest of this rule, and
/// objects that wrap each other at run time are called through one type: only for those who ask for everything.
fn for_some(project: &Project, request: &Request, path: &RetryPath) -> Finding {
    let message = "most callers of this request have no retry: one 429 or 529 and their work is lost";
    let mut finding = unprotected(project, request, request.at).confidence(Confidence::Low);
    finding.message = message.to_string();
    for &call in path.callers.bare.iter().take(SHOWN_CALLS) {
        finding = finding.related(project.call_location(call), "called without a retry");
    }
    match path.retries.first() {
        Some(retry) => finding.related(project.retry_location(retry), "repeats it for others"),
        None => finding,
    }
}

fn disabled(project: &Project, option: NodeRef, calls: &[NodeRef]) -> Finding {
    let mut finding = Finding::new(
        &RULE,
        project.location(option),
        "retries are switched off and nothing else repeats the request: one 429 or 529 and the work is lost",
    )
    .label("no retries")
    .help("leave the default of two retries, raise it, or repeat the request around the call");
    for &call in calls.iter().take(SHOWN_CALLS) {
        finding = finding.related(project.call_location(call), "request without any retry");
    }
    finding
}
