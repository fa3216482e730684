//! Nothing bounds the time of a request.

use std::collections::BTreeMap;

use crate::finding::{Confidence, Edit, Finding, Fix, Severity};
use crate::model::{Field, NodeRef, Project, Request, TimeLimit, Tri};
use crate::rules::{ALL_LANGUAGES, Category, Rule};
use crate::sdk::Road;
use crate::sdk::api::api;

pub(crate) static RULE: Rule = Rule {
    id: "missing-timeout",
    summary: "nothing bounds the time of a request, so a silent connection blocks its caller for good",
    docs: include_str!("missing_timeout.md"),
    category: Category::Retry,
    severity: Severity::Warning,
    pedantic: false,
    languages: ALL_LANGUAGES,
    check,
};

/// Answers that may be longer than this take longer than a short default waits.
const LONG: f64 = 4096.0;
/// Calls shown with an option or client.
const SHOWN_CALLS: usize = 4;
const HELP: &str = "give the request a limit that generations fit into: some minutes in all for a whole answer, an \
                    idle (read) limit for a stream; the official SDKs wait ten minutes by default";

/// What is wrong with the option or client that several requests share.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Shared {
    Off,
    Never,
    Short(u32),
    Default,
}

fn check(project: &Project, findings: &mut Vec<Finding>) {
    let mut shared: BTreeMap<(NodeRef, Shared), Vec<&Request>> = BTreeMap::new();
    let mut alone: BTreeMap<NodeRef, &Request> = BTreeMap::new();
    for request in project.requests() {
        if project.is_test(request.at) || project.is_probe(request) {
            continue;
        }
        let made = || request.clients.iter().filter_map(|c| c.made).find(|&m| !project.is_test(m));
        let limit = project.time_limit(request);
        // What a platform ends when its time is up does not wait for good.
        if matches!(limit, TimeLimit::Off(_) | TimeLimit::Never)
            && project.platform_handler(request.at).is_some()
        {
            continue;
        }
        match limit {
            TimeLimit::Off(options) => {
                for option in options {
                    shared.entry((option, Shared::Off)).or_default().push(request);
                }
            }
            TimeLimit::Never if request.road == Road::Http => match project.shared_sender(request) {
                Some(calls) => alone.extend(calls.into_iter().map(|c| (c, request))),
                None => alone.extend([(request.at, request)]),
            },
            TimeLimit::Never => {
                if let Some(made) = made() {
                    shared.entry((made, Shared::Never)).or_default().push(request);
                }
            }
            TimeLimit::Default => {
                let short = request.clients.first().and_then(|c| c.kind.default_read_seconds);
                let kind = match short {
                    Some(seconds) if is_long(project, request) => Shared::Short(seconds),
                    _ => continue,
                };
                if let Some(made) = made() {
                    shared.entry((made, kind)).or_default().push(request);
                }
            }
            TimeLimit::Set | TimeLimit::Unknown => {}
        }
    }
    for made in project.clients_at_default_timeout() {
        let sent: Vec<&Request> = project.requests_through(Some(made)).collect();
        let limited = |r: &&Request| project.time_limit(r) == TimeLimit::Set;
        if !sent.iter().any(limited) && !project.is_test(made) {
            shared.entry((made, Shared::Default)).or_default().extend(sent);
        }
    }
    for (at, sent) in alone {
        let request = project.request_at(at);
        let idle = sent.function.and_then(|function| function.default_idle_seconds);
        let message = match idle {
            Some(seconds) => format!(
                "nothing bounds the time of this request: on a silent connection Node gives up after {seconds} s, \
                 others wait for good"
            ),
            None => {
                "nothing bounds the time of this request: when the connection goes silent, it waits for good"
                    .to_string()
            }
        };
        // A streaming call needs a limit of another kind.
        let whole = request.is_some_and(|r| project.is_streamed(r) == Tri::No);
        let option = request.and_then(|r| match (r.function, r.clients.first()) {
            (Some(function), _) => function.timeout.as_deref(),
            (None, client) => client?.kind.timeout.as_deref(),
        });
        // Where a request is sent in steps, only the client takes one.
        let takes = match request.and_then(|r| r.clients.first()) {
            Some(client) if client.kind.stepwise => client.made,
            _ => Some(at),
        };
        let fix = request.filter(|_| whole).and_then(|request| {
            let edit = project.with_time_limit(request).or_else(|| with_timeout(project, takes?, option));
            Some(bounded(edit?, fits(project, request)))
        });
        findings.push(
            Finding::new(&RULE, project.call_location(at), message).label("no timeout").help(HELP).fix(fix),
        );
    }
    for ((at, what), requests) in shared {
        findings.push(finding(project, at, what, &requests));
    }
}

/// Whether the whole answer is waited for, and it may be long.
fn is_long(project: &Project, request: &Request) -> bool {
    let limit = project.body_field(request, "max_tokens");
    let numbers = limit.nodes().iter().filter_map(|&n| project.numbers_by_default(n)).flatten();
    project.is_streamed(request) == Tri::No && numbers.fold(0.0, f64::max) > LONG
}

fn finding(project: &Project, at: NodeRef, what: Shared, requests: &[&Request]) -> Finding {
    let place = match what {
        Shared::Off => project.location(at),
        _ => project.call_location(at),
    };
    let (message, confidence) = match what {
        Shared::Off => (
            "the timeout is switched off: when the connection goes silent, requests wait for good".into(),
            Confidence::High,
        ),
        // A framework may be given its limits elsewhere.
        Shared::Never => (
            match requests.iter().all(|r| r.clients.iter().any(|c| c.kind.pings)) {
                true => "this client has no timeout by default: while the server does not answer, requests wait on",
                false => {
                    "this client has no timeout by default: when the connection goes silent, requests wait for good"
                }
            }
            .into(),
            match requests.iter().any(|r| r.road == Road::Framework) && !is_listed(requests) {
                true => Confidence::Low,
                false => Confidence::High,
            },
        ),
        Shared::Short(seconds) => (
            format!(
                "this client waits {seconds} s for an answer, and long ones take longer: they fail and are sent again"
            ),
            Confidence::High,
        ),
        Shared::Default => {
            ("the timeout is left at ten minutes, for each of the attempts".to_string(), Confidence::Low)
        }
    };
    let fix = match what {
        Shared::Off => None,
        _ => {
            let kind = requests.iter().find_map(|r| r.clients.iter().find(|c| c.made == Some(at)));
            let edit = with_timeout(project, at, kind.and_then(|client| client.kind.timeout.as_deref()));
            // What waits ten minutes anyway is bounded: that it is said is a matter of taste.
            let fits = what != Shared::Default
                && !requests.is_empty()
                && requests.iter().all(|request| fits(project, request));
            edit.map(|edit| bounded(edit, fits))
        }
    };
    let mut finding = Finding::new(&RULE, place, message).confidence(confidence).help(HELP).fix(fix);
    if what == Shared::Default {
        finding = finding.severity(Severity::Info);
    }
    if let (Shared::Off, Some(left)) = (what, project.left_out(at)) {
        for call in left.calls.into_iter().take(SHOWN_CALLS) {
            finding = finding.related(project.call_location(call), "called without a limit");
        }
    }
    for request in requests.iter().take(SHOWN_CALLS) {
        finding = finding.related(project.call_location(request.at), "request without a limit of its own");
    }
    finding
}

/// Whether the data says of a client that nothing in it sets a limit.
fn is_listed(requests: &[&Request]) -> bool {
    requests.iter().all(|r| r.clients.iter().any(|c| c.kind.unlimited))
}

/// What the official SDKs wait by default.
const SECONDS: u32 = 600;

/// The option for a timeout, where it is a plain number.
fn with_timeout(project: &Project, at: NodeRef, option: Option<&str>) -> Option<Edit> {
    let name = option?.split('|').next().filter(|name| *name == "timeout")?;
    project.with_seconds(at, name, SECONDS)
}

/// Whether no answer takes longer: the official SDKs refuse to wait for one that may.
fn fits(project: &Project, request: &Request) -> bool {
    let Field::Known(limits) = project.body_field(request, "max_tokens") else { return false };
    let most = api().request.max_blocking_tokens as f64;
    project.is_streamed(request) == Tri::No
        && limits.iter().all(|&n| project.number(n).is_some_and(|tokens| tokens <= most))
}

fn bounded(edit: Edit, fits: bool) -> Fix {
    let title = format!("set a timeout of {SECONDS} s");
    if fits { Fix::safe(title, vec![edit]) } else { Fix::unsure(title, vec![edit]) }
}
