//! Rules about requests that the API turns away.

pub(crate) mod blocking_long_request;
pub(crate) mod deprecated_model;
pub(crate) mod hardcoded_media_type;
pub(crate) mod invalid_cache_control;
pub(crate) mod invalid_content_block;
pub(crate) mod invalid_message;
pub(crate) mod invalid_output_schema;
pub(crate) mod invalid_thinking;
pub(crate) mod low_max_tokens;
pub(crate) mod max_tokens_over_limit;
pub(crate) mod missing_required_field;
pub(crate) mod removed_sdk_api;
pub(crate) mod retired_model;
pub(crate) mod unbounded_payload;
pub(crate) mod unknown_model;
pub(crate) mod unsupported_parameter;
pub(crate) mod wrong_platform_model;

use crate::finding::{Confidence, Edit, Finding};
use crate::model::{ModelMention, Project};
use crate::rules::Rule;
use crate::sdk::model_id::ModelId;
use crate::sdk::models::Platform;

/// Whether the configuration says that an id is all right where it stands.
fn is_allowed(project: &Project, rule: &Rule, mention: &ModelMention, id: &ModelId<'_>) -> bool {
    let rules = project.rules_of(mention.at.file);
    rules.allows_model(rule, id.id) || rules.allows_model(rule, &mention.text)
}

/// How many of the requests that a literal is sent with are shown.
const MAX_SHOWN: usize = 4;

/// A finding at the literal that names a model, with the requests it is sent with.
fn at_model(project: &Project, rule: &'static Rule, mention: &ModelMention, message: String) -> Finding {
    let direct = mention.reaches.iter().any(|u| u.direct);
    let sure = match mention.is_for_gateway() {
        // What names a gateway still has is its own matter.
        true => Confidence::Low,
        false if direct => Confidence::High,
        false => Confidence::Medium,
    };
    let mut finding = Finding::new(rule, mention.at, message).confidence(sure);
    for reached in mention.reaches.iter().take(MAX_SHOWN).filter(|u| !u.direct) {
        finding = finding.related(project.call_location(reached.request), "sent with this request");
    }
    finding
}

/// The edit that names another model of the same platform, in the same form, where nothing but the
/// id is written.
fn rename(project: &Project, mention: &ModelMention, id: &ModelId<'_>, next: &str) -> Option<Vec<Edit>> {
    let profile = |id: &str| id.find("claude").map(|at| id[..at].to_string());
    // Profiles and resource names belong to an account and a region.
    let same_form = mention.platform(id) == id.form;
    if mention.text.starts_with("arn:") || same_form && profile(id.id) != profile(next) {
        return None;
    }
    let text = mention.text.strip_suffix(id.id)?;
    Some(vec![project.retext(mention.at, &mention.text, &format!("{text}{next}"))?])
}

/// Who serves the ids of a platform.
fn service(platform: Platform) -> &'static str {
    match platform {
        Platform::Anthropic => "the Claude API",
        Platform::Bedrock => "Amazon Bedrock",
        Platform::Vertex => "Vertex AI",
    }
}

/// What a request for a model that is not there gets.
fn not_found(mention: &ModelMention, platform: Platform, id: &str) -> String {
    if mention.is_for_gateway() {
        return "requests fail unless the gateway still has the name or stands in another model for it"
            .to_string();
    }
    match platform {
        Platform::Anthropic => format!("requests get a 404 `not_found_error`: `model: {id}`"),
        Platform::Bedrock => {
            "requests get a `ValidationException`: `The provided model identifier is invalid`".to_string()
        }
        Platform::Vertex => "requests get a 404 `NOT_FOUND` from Vertex AI".to_string(),
    }
}
