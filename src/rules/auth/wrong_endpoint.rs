//! The request goes to an address where nothing answers it.

use std::collections::BTreeMap;

use crate::finding::{Confidence, Finding, Severity};
use crate::model::{Address, NodeRef, Project, Request};
use crate::rules::{ALL_LANGUAGES, Category, Rule};
use crate::sdk::Road;
use crate::sdk::api::api;

pub(crate) static RULE: Rule = Rule {
    id: "wrong-endpoint",
    summary: "an address of the API that does not exist, or no longer",
    docs: include_str!("wrong_endpoint.md"),
    category: Category::Auth,
    severity: Severity::Error,
    pedantic: false,
    languages: ALL_LANGUAGES,
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    let mut found: BTreeMap<NodeRef, Finding> = BTreeMap::new();
    for request in project.requests().iter().filter(|r| !project.is_test(r.at)) {
        for address in project.own_addresses(request) {
            if found.contains_key(&address.at) {
                continue;
            }
            if let Some(finding) = judge(project, request, &address) {
                found.insert(address.at, finding);
            }
        }
    }
    findings.extend(found.into_values());
}

fn judge(project: &Project, request: &Request, address: &Address) -> Option<Finding> {
    let host = &api().http.host;
    let path = address.path();
    let compatible = request.road == Road::Framework && request.kind.id.starts_with("chat");
    let at = |message: String, help: String| {
        let mut finding = Finding::new(&RULE, project.location(address.at), message).help(help);
        if !project.contains(request.at, address.at) {
            finding = finding.related(project.call_location(request.at), "used by this request");
        }
        Some(finding)
    };
    if address.scheme() == "http" {
        let message = format!("`{host}` is addressed without encryption");
        return at(
            message,
            "use `https://`: the key would be readable on the way, and the API does not answer".into(),
        );
    }
    if compatible {
        let message = "the OpenAI-compatible address is meant for tests: caching, thinking and strict schemas are left out";
        let help = "use the Messages API through an official SDK in production";
        return at(message.into(), help.into())
            .map(|f| f.severity(Severity::Info).confidence(Confidence::Medium));
    }
    if address.is_base {
        let doubled = match request.road {
            // SDKs put `/v1/messages` behind it; what speaks OpenAI's way needs the `/v1`.
            Road::Sdk => !path.is_empty() && !project.is_for_compatible(address.at),
            _ => false,
        };
        return match doubled {
            true => at(
                format!("the base URL ends in `{path}`, and the SDK puts `/v1/messages` behind it"),
                format!("use `https://{host}`; `{path}/v1/messages` is a 404 `not_found_error`"),
            ),
            false => None,
        };
    }
    let retired = api().http.retired_endpoints.iter().any(|e| e == path);
    if retired {
        return at(
            format!("`{path}` is the retired Text Completions API: no model answers there any more"),
            "use `/v1/messages` with `messages` and `max_tokens`; requests get a 404 `not_found_error`"
                .into(),
        );
    }
    let exists = api().http.endpoints.iter().any(|e| {
        path == e || path.strip_prefix(&**e).is_some_and(|r| r.starts_with('/') && !r.contains("/v1/"))
    });
    if exists || !address.whole || !path.starts_with('/') {
        return None;
    }
    let meant = match path {
        "/v1/chat/completions" if project.is_messages_body(request) => {
            "this is OpenAI's path with a body for `/v1/messages`"
        }
        "/v1/chat/completions" => return None,
        _ => "the path is `/v1/messages`",
    };
    at(format!("the API has no path `{path}`"), format!("{meant}; the API answers 404 `not_found_error`"))
}
