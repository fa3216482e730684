//! Errors that arrive in the middle of a stream and that nobody notices.

use crate::finding::{Finding, Location, Severity};
use crate::model::{NodeRef, Project, Request, StreamReader};
use crate::rules::{ALL_LANGUAGES, Category, Rule};

pub(crate) static RULE: Rule = Rule {
    id: "unhandled-stream-error",
    summary: "errors in the middle of a stream go unnoticed: they come as events, after status 200",
    docs: include_str!("unhandled_stream_error.md"),
    category: Category::Streaming,
    severity: Severity::Warning,
    pedantic: false,
    languages: ALL_LANGUAGES,
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    for reader in project.stream_readers() {
        // What is handed on whole may be looked at there.
        if reader.sees_errors || reader.hands_on || reader.several_vendors {
            continue;
        }
        findings.push(unread(project, reader));
    }
    let mut seen: Vec<Location> = Vec::new();
    for request in project.requests().iter().filter(|r| !project.is_test(r.at)) {
        if let Some(handler) = project.status_only_handler(request) {
            findings.push(uncaught(project, request, handler));
        } else if let Some(place) = unrepeated(project, request).filter(|p| !seen.contains(p)) {
            seen.push(place);
            findings.push(left_out(project, request, place));
        }
    }
    for listener in project.unheard_emitters() {
        findings.push(
            Finding::new(
                &RULE,
                project.call_location(listener),
                "nobody listens for errors of this stream: one in the middle of the answer ends the process",
            )
            .label("no listener for `error`, and nobody waits for the end")
            .help(
                "add `.on(\"error\", …)`, or wait for `stream.finalMessage()` or `stream.done()` where errors are \
                 handled; otherwise the failure is an unhandled rejection",
            ),
        );
    }
}

fn uncaught(project: &Project, request: &Request, handler: NodeRef) -> Finding {
    Finding::new(
        &RULE,
        project.location(handler),
        "this class is never raised once a stream has begun: an overload in the middle of the answer has status 200",
    )
    .label("not for errors in the middle of a stream")
    .related(project.call_location(request.at), "streamed here")
    .help(
        "catch `APIStatusError` and look at its `type` (`\"overloaded_error\"`, `\"rate_limit_error\"`, \
         `\"api_error\"`); its `status_code` is that of the beginning, 200",
    )
}

/// What leaves out an overload in the middle of a stream, where all that repeats the request
/// repeats one from before its beginning.
fn unrepeated(project: &Project, request: &Request) -> Option<Location> {
    let path = project.retry_path(request);
    if path.unknown.is_some()
        || path.retries.iter().any(|r| project.is_test(r.at) || project.turns_elsewhere(r))
    {
        return None;
    }
    let places: Option<Vec<Location>> =
        path.retries.iter().map(|retry| project.late_overload_left_out(request, retry)).collect();
    places?.first().cloned()
}

fn left_out(project: &Project, request: &Request, place: Location) -> Finding {
    Finding::new(
        &RULE,
        place,
        "this retry repeats 529, but not an overload in the middle of the stream, whose error has no such status",
    )
    .label("decides by the status")
    .related(project.call_location(request.at), "streamed here")
    .help(
        "look at the error's `type` as well: `\"overloaded_error\"`, `\"rate_limit_error\"`, `\"api_error\"`; once the \
         stream has begun the status is 200 in Python, and there is none in TypeScript",
    )
}

fn unread(project: &Project, reader: &StreamReader) -> Finding {
    let finding = Finding::new(
        &RULE,
        reader.place,
        "this reader of a stream passes over `error` events: an overload in the middle of an answer looks like its end",
    )
    .label("an `error` event ends up here")
    .help(
        "treat the event `error` as a failure; its data is `{\"type\": \"error\", \"error\": {\"type\": \
         \"overloaded_error\", …}}`, and the HTTP status was 200 before it came",
    );
    let parse = project.call_location(reader.parse);
    if parse == reader.place { finding } else { finding.related(parse, "the events are parsed here") }
}
