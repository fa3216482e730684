//! A field without which the API refuses the request is not there.

use crate::finding::Finding;
use crate::model::{Json, Project, Request};
use crate::rules::once::Once;
use crate::rules::{ALL_LANGUAGES, Category, Rule};
use crate::sdk::Road;
use crate::sdk::api::api;

pub(crate) static RULE: Rule = Rule {
    id: "missing-required-field",
    summary: "the request lacks `model`, `max_tokens` or `messages`, which the API requires",
    docs: include_str!("missing_required_field.md"),
    category: Category::Request,
    severity: crate::finding::Severity::Error,
    pedantic: false,
    languages: ALL_LANGUAGES,
    check,
};

/// What the Messages API requires.
const REQUIRED: &[&str] = &["model", "max_tokens", "messages"];
/// What Bedrock requires in the body; the model stands in the address.
const REQUIRED_BY_BEDROCK: &[&str] = &[VERSION, "max_tokens", "messages"];
const VERSION: &str = "anthropic_version";

fn check(project: &Project, findings: &mut Vec<Finding>) {
    let mut once = Once::new(findings);
    for request in project.requests() {
        let required = required(project, request);
        let bodies = project.message_bodies(request);
        // Beside one that says whose it is, those that do not are of other vendors.
        let told_apart = request.road == Road::Bedrock && bodies.iter().any(|b| b.get(VERSION).is_some());
        for body in bodies {
            if told_apart && body.lacks(VERSION) {
                continue;
            }
            if body.entries().is_empty()
                || project.is_handed_on(body, request)
                || has_elsewhere(project, request, body)
            {
                continue;
            }
            let missing: Vec<&str> = required.iter().copied().filter(|f| body.lacks(f)).collect();
            // A body with none of them is a request of another kind.
            let completion = body.get("max_tokens_to_sample").is_some();
            let other = request.road != Road::Sdk && missing.len() == required.len() && !completion;
            if !missing.is_empty() && !other {
                once.push(finding(project, request, body, &missing));
            }
        }
    }
}

/// Whether the fields may stand in an object that is merged into the body, or in the older form
/// of the API, which no model takes that is younger than it.
fn has_elsewhere(project: &Project, request: &Request, body: &Json) -> bool {
    let merged = ["extra_body", "params"].iter().any(|k| body.get(k).is_some());
    let is_older = || match request.road {
        Road::Http => false,
        Road::Bedrock => {
            let models = project.known_models(request);
            models.is_empty() || models.iter().any(|m| !api().model.families.contains(&m.family))
        }
        _ => true,
    };
    merged || body.get("prompt").is_some() && is_older()
}

fn required(project: &Project, request: &Request) -> Vec<&'static str> {
    match request.road {
        // The data says which of its calls need which.
        Road::Sdk => {
            REQUIRED.iter().copied().filter(|f| request.kind.required.iter().any(|r| r == f)).collect()
        }
        Road::Http => {
            let addresses = project.addresses(request);
            let own = |a: &String| a.contains("api.anthropic.com") && a.ends_with("/v1/messages");
            match !addresses.is_empty() && addresses.iter().all(own) {
                true => REQUIRED.to_vec(),
                false => Vec::new(),
            }
        }
        Road::Bedrock if !request.kind.required.is_empty() => REQUIRED_BY_BEDROCK.to_vec(),
        _ => Vec::new(),
    }
}

fn finding(project: &Project, request: &Request, body: &Json, missing: &[&str]) -> Finding {
    let names: Vec<String> = missing.iter().map(|m| format!("`{m}`")).collect();
    let verb = if missing.len() == 1 { "is" } else { "are" };
    let mut finding = Finding::new(
        &RULE,
        project.call_location(request.at),
        format!("{} {verb} missing from this request", names.join(" and ")),
    )
    .label("the API refuses it")
    .confidence(project.evidence(request, body.at))
    .help(format!(
        "add {}; without it the API answers 400 `{}: Field required`, and SDKs that check arguments raise before \
         anything is sent",
        names.join(" and "),
        missing[0]
    ));
    if body.at != request.at {
        finding = finding.related(project.location(body.at), "the body, all of which is in sight");
    }
    finding
}
