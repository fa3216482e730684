//! A client is made for each request and dropped.

use std::collections::BTreeMap;

use crate::finding::{Confidence, Finding, Severity};
use crate::model::{Client, NodeRef, Project, Rebuilt, Request};
use crate::rules::{ALL_LANGUAGES, Category, Rule};
use crate::sdk::Road;

pub(crate) static RULE: Rule = Rule {
    id: "client-per-request",
    summary: "a client is made for each request and dropped, with its connections",
    docs: include_str!("client_per_request.md"),
    category: Category::Retry,
    severity: Severity::Info,
    pedantic: false,
    languages: ALL_LANGUAGES,
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    let mut found: BTreeMap<NodeRef, (Rebuilt, &Request, &Client)> = BTreeMap::new();
    for request in project.requests() {
        // Frameworks keep connections of their own.
        let aside = project.is_test(request.at) || project.is_probe(request);
        if aside || matches!(request.road, Road::Framework) {
            continue;
        }
        for (client, made) in project.made_clients(request) {
            if project.is_test(made) {
                continue;
            }
            if let Some(rebuilt) = project.rebuilt(client) {
                found.entry(made).or_insert((rebuilt, request, client));
            }
        }
    }
    // One root cause: of the branches that choose a client in one place the first.
    let mut places: Vec<(Rebuilt, Option<NodeRef>)> = Vec::new();
    for (made, (rebuilt, request, client)) in found {
        let place = (rebuilt, project.function_of(made));
        if !places.contains(&place) {
            places.push(place);
            findings.push(finding(project, made, rebuilt, request, client));
        }
    }
}

fn finding(
    project: &Project,
    made: NodeRef,
    rebuilt: Rebuilt,
    request: &Request,
    client: &Client,
) -> Finding {
    let (when, at, what, confidence) = match rebuilt {
        Rebuilt::Loop(at) => ("in each turn of a loop", at, "loop", Confidence::High),
        Rebuilt::Handler(at) => ("for each request that is handled", at, "handler", Confidence::Medium),
        Rebuilt::Called(at) => ("by a function that a loop calls", at, "called here", Confidence::Medium),
    };
    let (cost, label) = match project.shares_connections(client) {
        true => ("its options are put together anew every time", "a new client each time"),
        false => ("every request opens new connections", "new connection pool"),
    };
    let finding = Finding::new(
        &RULE,
        project.call_location(made),
        format!("this client is made {when} and dropped: {cost}"),
    )
    .label(label)
    .confidence(confidence)
    .related(project.call_location(request.at), "used here")
    .help("make one client when the program starts, and share it: clients are safe to use from many tasks");
    match project.function_name(at) {
        Some(place) => finding.related(place, what),
        None => finding.related(project.call_location(at), what),
    }
}
