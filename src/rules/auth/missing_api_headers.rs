//! The API refuses the request for its headers.

use crate::finding::{Confidence, Finding, Fix, Severity};
use crate::model::{Encoding, Headers, NodeRef, Project, Request, Source};
use crate::rules::{ALL_LANGUAGES, Category, Rule};
use crate::sdk::Road;
use crate::sdk::api::api;
use crate::sdk::models::models;

pub(crate) static RULE: Rule = Rule {
    id: "missing-api-headers",
    summary: "raw HTTP without the key, the API version or the content type that the API asks for",
    docs: include_str!("missing_api_headers.md"),
    category: Category::Auth,
    severity: Severity::Error,
    pedantic: false,
    languages: ALL_LANGUAGES,
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    for request in project.requests() {
        if request.road != Road::Http || project.is_test(request.at) || !project.is_own_api(request) {
            continue;
        }
        let headers = project.headers(request);
        wrong_version(project, &headers, findings);
        oauth(project, &headers, findings);
        let together = |headers: &Headers| {
            // An address and headers of different files belong to different subclasses or vendors.
            let own = project.own_addresses(request);
            own.iter().all(|a| headers.known.iter().all(|(_, value)| value.file == a.at.file))
        };
        if let Some((headers, alone)) = project.sent_headers(request).filter(|(headers, _)| together(headers))
        {
            findings.extend(missing(project, request, &headers, alone));
        }
    }
    findings.extend(project.bare_headers().into_iter().map(|bare| {
        let version = &api().http.version_header;
        Finding::new(&RULE, project.location(bare.at), format!("headers with a key lack `{version}`"))
            .confidence(Confidence::Medium)
            .related(project.location(bare.address), "sent to this address")
            .help(NO_VERSION)
    }));
}

const NO_VERSION: &str = "add `anthropic-version: 2023-06-01`; the API answers 400 `invalid_request_error`: \
                          `anthropic-version: header is required`";

fn missing(project: &Project, request: &Request, headers: &Headers, alone: bool) -> Option<Finding> {
    let keyed = api().http.key_headers.iter().any(|h| headers.get(h).is_some());
    let version = &api().http.version_header;
    let at = project.call_location(request.at);
    if !keyed && alone && project.sends_no_key(request) {
        let message = "the request carries no key: neither `x-api-key` nor `authorization`";
        let help = "add the header `x-api-key`, or `authorization: Bearer …`; the API answers 401 \
                    `authentication_error`: `x-api-key header is required`";
        return Some(Finding::new(&RULE, at, message).help(help));
    }
    // Who sets the key here sets the version here too.
    if headers.lacks(version) && (alone || keyed) && !project.goes_to_compatible(request) {
        let message = format!("the request lacks the header `{version}`");
        return Some(Finding::new(&RULE, at, message).help(NO_VERSION).fix(with_version(project, headers)));
    }
    let (encoding, body) = project.body_encoding(request);
    let unsaid = headers.lacks("content-type");
    let message = match encoding {
        Encoding::Form => "the body is sent as a form, not as JSON",
        Encoding::Text if unsaid && alone => "the body is JSON, and no header `content-type` says so",
        _ => return None,
    };
    let place = body.map_or(at, |body| project.location(body));
    let help = "let the library write the JSON (`json=…`, `.json(…)`), or add `content-type: application/json`; \
                the API answers 400 `invalid_request_error`";
    Some(Finding::new(&RULE, place, message).confidence(Confidence::Medium).help(help))
}

/// The version beside the key.
fn with_version(project: &Project, headers: &Headers) -> Option<Fix> {
    let key = api().http.key_headers.iter().find_map(|header| headers.get(header))?;
    let edit = project.with_fellow(key, &api().http.version_header, VERSION)?;
    Some(Fix::safe(format!("send `{}: {VERSION}`", api().http.version_header), vec![edit]))
}

/// The version that requests are written for which name none.
const VERSION: &str = "2023-06-01";

/// Days after which there may be versions that the data does not know.
const FRESH: i64 = 30;

fn wrong_version(project: &Project, headers: &Headers, findings: &mut Vec<Finding>) {
    let name = &api().http.version_header;
    let Some(at) = headers.get(name) else { return };
    let Some(value) = project.text(at).known() else { return };
    let known = || api().version.iter().map(|v| &v.id).chain(&api().http.old_versions);
    let newer = known().all(|v| *v < value) && models().as_of.until(project.as_of()) > FRESH;
    if known().any(|v| *v == value) || newer {
        return;
    }
    let versions: Vec<String> = api().version.iter().map(|v| format!("`{}`", v.id)).collect();
    let message = format!("there is no API version `{}`", value.escape_debug());
    let help = format!(
        "versions are {}; it is no date of your own choice: the API answers 400 `invalid_request_error`: \
         `anthropic-version: \"{}\" is not a valid version`",
        versions.join(" and "),
        value.escape_debug()
    );
    let edit = project.retext(project.location(at), &value, VERSION);
    let fix = edit.map(|edit| Fix::safe(format!("send `{VERSION}`"), vec![edit]));
    let finding = Finding::new(&RULE, project.location(at), message);
    findings.push(finding.help(help).fix(fix));
}

/// OAuth tokens go into another header than keys, and need a beta header.
fn oauth(project: &Project, headers: &Headers, findings: &mut Vec<Finding>) {
    let key = &api().key;
    let is_token = |at: NodeRef| {
        let text = project.text(at);
        text.contains(&key.oauth)
            || project.sources(at).iter().any(
                |s| matches!(s, Source::Environment(read, _) if read.variable.to_ascii_uppercase().contains("OAUTH")),
            )
    };
    if let Some(at) = headers.get("x-api-key").filter(|&at| is_token(at) && !project.is_told_from_oauth(at)) {
        let message = "an OAuth token is sent in `x-api-key`";
        let help = format!(
            "send `authorization: Bearer <token>` and `anthropic-beta: {}`; in `x-api-key` the API answers 401 \
             `authentication_error`: `invalid x-api-key`",
            key.oauth_beta
        );
        let finding = Finding::new(&RULE, project.location(at), message).confidence(Confidence::Medium);
        findings.push(finding.help(help));
    }
    let called = |at: NodeRef| is_token(at) || project.is_called_oauth(at);
    if let Some(at) = headers.get("authorization").filter(|&at| called(at)) {
        let beta = headers.get("anthropic-beta");
        let told = beta.is_some_and(|b| {
            let text = project.text(b);
            text.contains(&key.oauth_beta) || text.known().is_none()
        });
        if !told && !headers.is_open {
            let message = "an OAuth token is sent without the beta header it needs";
            let help = format!(
                "add `anthropic-beta: {}`; without it the API answers 401 `authentication_error`: `OAuth \
                 authentication is currently not supported`",
                key.oauth_beta
            );
            let finding = Finding::new(&RULE, project.location(at), message).confidence(Confidence::Medium);
            findings.push(finding.help(help));
        }
    }
}
