//! Streams passed on by a server of one's own, which proxies may hold back.

use crate::finding::{Finding, Severity};
use crate::model::Project;
use crate::rules::{ALL_LANGUAGES, Category, Rule};

pub(crate) static RULE: Rule = Rule {
    id: "sse-relay-buffering",
    summary: "a stream is passed on as `text/event-stream` without the headers that keep proxies from holding it back",
    docs: include_str!("sse_relay_buffering.md"),
    category: Category::Streaming,
    severity: Severity::Info,
    // General practice of servers rather than a fact of the API, and often set up in the proxy.
    pedantic: true,
    languages: ALL_LANGUAGES,
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    for relay in project.stream_relays() {
        findings.push(
            Finding::new(
                &RULE,
                project.location(relay),
                "this response is an event stream that proxies may buffer: `X-Accel-Buffering: no` is not set",
            )
            .label("may arrive all at once, at the end")
            .help(
                "send `X-Accel-Buffering: no` and `Cache-Control: no-cache, no-transform` with it, do not compress it, \
                 and flush after each event",
            ),
        );
    }
}
