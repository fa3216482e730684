//! Long answers asked for in one piece.

use crate::finding::{Confidence, Finding, Severity};
use crate::lang::Language;
use crate::model::{Field, Json, NodeRef, Project, Request, Tri};
use crate::rules::once::Once;
use crate::rules::{Category, Rule};
use crate::sdk::Road;
use crate::sdk::api::api;

pub(crate) static RULE: Rule = Rule {
    id: "blocking-long-request",
    summary: "a request without streaming allows more tokens than can come in the default timeout",
    docs: include_str!("blocking_long_request.md"),
    category: Category::Request,
    severity: Severity::Error,
    pedantic: false,
    languages: &[Language::Python, Language::TypeScript],
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    let mut once = Once::new(findings);
    for request in project.requests() {
        if !matches!(request.road, Road::Sdk | Road::Http) || request.kind.tool_loop {
            continue;
        }
        if request.kind.stream.as_deref() == Some("always") || !default_timeout(project, request) {
            continue;
        }
        for body in project.message_bodies(request) {
            if !blocks(project, request, body) {
                continue;
            }
            let Some(given) = body.get("max_tokens") else { continue };
            let most = most(project, request, body);
            // Each of them is given by some caller or branch.
            let numbers = match given.number() {
                Some(n) => vec![n],
                None => project.numbers_by_default(given.at).unwrap_or_default(),
            };
            let highest = project.highest_let_pass(&numbers, given.at, request.at);
            // What no model gives is the other rule's.
            let blocking = |n: &f64| *n > most as f64 && !project.is_over_limit(request, *n);
            if let Some(tokens) = highest.filter(blocking) {
                once.push(finding(project, request, given, tokens, most));
            } else if request.road == Road::Sdk
                && let Field::Known(places) = project.body_field(request, "max_tokens")
                && let Some((at, limit)) = places.iter().find_map(|&at| Some((at, project.model_limit(at)?)))
            {
                once.push(whole_limit(project, request, at, limit, most));
            }
        }
    }
}

/// The most tokens of a request that is not streamed.
fn most(project: &Project, request: &Request, body: &Json) -> u64 {
    let general = api().request.max_blocking_tokens;
    let Some(model) = body.get("model").filter(|_| request.road == Road::Sdk) else { return general };
    let ids = project.possible_texts(model.at).unwrap_or_default();
    let of = |id: &str| api().request.blocking_limits.get(id).copied();
    match ids.iter().map(|(_, id)| of(id)).collect::<Option<Vec<u64>>>() {
        Some(limits) if !limits.is_empty() => limits.into_iter().max().unwrap_or(general),
        _ => general,
    }
}

/// Whether the whole answer certainly comes in one piece.
fn blocks(project: &Project, request: &Request, body: &Json) -> bool {
    match body.get("stream") {
        Some(stream) => stream.bool() == Some(false),
        None => body.lacks("stream") && project.is_streamed(request) == Tri::No,
    }
}

/// Whether nothing sets a timeout for the request.
fn default_timeout(project: &Project, request: &Request) -> bool {
    let function = request.function.and_then(|f| f.timeout.as_deref());
    let names = request.clients.iter().filter_map(|c| c.kind.timeout.as_deref()).chain(function);
    let on_call = names.into_iter().any(|n| !matches!(project.call_option(request, n), Field::Absent));
    let on_client = request.clients.iter().any(|client| {
        let options = client.kind.timeout.iter().chain(&client.kind.transports);
        options.into_iter().any(|o| !o.ends_with("()") && !project.client_option(client, o).is_absent())
    });
    let known = request.function.is_some() || request.clients.iter().all(|c| c.made.is_some());
    known && !on_call && !on_client && (request.function.is_some() || !request.clients.is_empty())
}

const STREAM: &str = "stream it (`messages.stream` and its final message), or set a timeout on the client or the request: \
                      above the limit the SDK raises `Streaming is required for operations that may take longer than 10 \
                      minutes` before anything is sent";

/// All that the model can give is asked for: more than that on every model that is served.
fn whole_limit(project: &Project, request: &Request, at: NodeRef, limit: NodeRef, most: u64) -> Finding {
    Finding::new(
        &RULE,
        project.location(at),
        "the SDK refuses the model's own limit as `max_tokens` without streaming",
    )
    .label(format!("more than {most} on every model that is served"))
    .related(project.location(limit), "the limit, from the list of models")
    .related(project.call_location(request.at), "sent without streaming, with the default timeout")
    .confidence(Confidence::Medium)
    .help(STREAM)
}

fn finding(project: &Project, request: &Request, given: &Json, tokens: f64, most: u64) -> Finding {
    let (severity, message, help) = match request.road {
        Road::Sdk => {
            (Severity::Error, format!("the SDK refuses `max_tokens` of {tokens} without streaming"), STREAM)
        }
        _ => (
            Severity::Warning,
            format!(
                "an answer of up to {tokens} tokens may take longer than ten minutes, and nothing is streamed"
            ),
            "send `\"stream\": true` and read the events, or lower `max_tokens`: idle connections are dropped long before \
             such an answer is complete",
        ),
    };
    Finding::new(&RULE, project.location(project.written(given.at)), message)
        .label(format!("more than {most}"))
        .related(project.call_location(request.at), "sent without streaming, with the default timeout")
        .severity(severity)
        .confidence(project.evidence(request, given.at))
        .help(help)
}
