//! The id is not one that this platform takes.

use super::{at_model, service};
use crate::finding::{Finding, Severity};
use crate::model::{ModelMention, ModelUse, Project, Tri};
use crate::rules::{ALL_LANGUAGES, Category, Rule};
use crate::sdk::Road;
use crate::sdk::api::api;
use crate::sdk::model_id::{ModelId, Standing};
use crate::sdk::models::{Platform, models};

pub(crate) static RULE: Rule = Rule {
    id: "wrong-platform-model",
    summary: "a model id in a form that the platform it is sent to does not take",
    docs: include_str!("wrong_platform_model.md"),
    category: Category::Request,
    severity: Severity::Error,
    pedantic: false,
    languages: ALL_LANGUAGES,
    check,
};

/// The id of a model, and the platform that it is sent to.
struct Sent<'a> {
    mention: &'a ModelMention,
    id: &'a ModelId<'a>,
    reached: &'a ModelUse,
    platform: Platform,
}

fn check(project: &Project, findings: &mut Vec<Finding>) {
    for mention in project.model_mentions() {
        let Some(id) = mention.id() else { continue };
        // What is put in front of it on the way is part of what is sent.
        if mention.reaches.iter().any(|u| u.completed) {
            continue;
        }
        let uses = || mention.reaches.iter().filter(|u| !u.has_names_of_its_own());
        // A literal that goes to several platforms is chosen among elsewhere, also where one of them takes
        // names of its own.
        let platforms = || mention.reaches.iter().map(|u| u.platform);
        let Some(reached) = uses().next() else { continue };
        let Some(platform) = reached.platform.filter(|p| platforms().all(|other| other == Some(*p))) else {
            continue;
        };
        let sent = Sent { mention, id: &id, reached, platform };
        let found = wrong_form(project, &sent)
            .or_else(|| without_profile(project, &sent))
            .or_else(|| refused_version(project, &sent));
        findings.extend(found);
    }
}

fn wrong_form(project: &Project, sent: &Sent<'_>) -> Option<Finding> {
    let Sent { mention, id, reached, platform } = *sent;
    let request = project.request_at(reached.request)?;
    let prefixed = id.provider.is_some() && matches!(request.road, Road::Sdk | Road::Http | Road::Bedrock);
    if prefixed && id.provider.is_some_and(|provider| project.is_provider_known(mention, reached, provider)) {
        return None;
    }
    let dated =
        id.id.rsplit('-').next().is_some_and(|w| w.len() == 8 && w.bytes().all(|b| b.is_ascii_digit()));
    let fault = match (platform, id.form) {
        _ if prefixed => "has a provider in front, which only frameworks and gateways understand".to_string(),
        (Platform::Vertex, Platform::Anthropic | Platform::Vertex) if dated && !id.id.contains('@') => {
            "is an id of the Claude API, where Vertex AI writes the day behind `@`".to_string()
        }
        (Platform::Vertex, Platform::Anthropic) => return None,
        (here, there) if here == there => return None,
        (_, there) => format!("is an id of {}", service(there)),
    };
    let message = format!("`{}` {fault}, but it is sent to {}", mention.text, service(platform));
    let here = id.model().and_then(|m| ids_on(m, platform));
    let instead = match here {
        Some(here) => format!("use `{here}`"),
        None => format!("use the id of {}", service(platform)),
    };
    let error = match platform {
        Platform::Anthropic => "the API answers 404 `not_found_error`",
        Platform::Bedrock => "Bedrock answers 400: `The provided model identifier is invalid`",
        Platform::Vertex => "Vertex AI answers 404",
    };
    Some(at_model(project, &RULE, mention, message).help(format!("{instead}; {error}")))
}

/// An id of a model on another platform.
fn ids_on(model: &'static crate::sdk::models::Model, platform: Platform) -> Option<&'static str> {
    let first = |ids: &'static Option<crate::sdk::models::Elsewhere>| {
        ids.as_ref().and_then(|e| e.model_ids.iter().find(|i| i.starts_with("us.")).or(e.model_ids.first()))
    };
    let id = match platform {
        Platform::Anthropic => Some(&model.id),
        Platform::Bedrock => first(&model.bedrock),
        Platform::Vertex => first(&model.vertex),
    };
    id.map(|id| &**id)
}

fn without_profile(project: &Project, sent: &Sent<'_>) -> Option<Finding> {
    let Sent { mention, id, reached, platform } = *sent;
    let model = id.model()?;
    let profiled = !id.id.starts_with("anthropic.") || mention.text.starts_with("arn:");
    if platform != Platform::Bedrock
        || profiled
        || !api().model.profile_only.contains(&model.id)
        || matches!(model.standing(platform, project.as_of()), Standing::Ended(_))
        || project.is_mantle(reached.request)
    {
        return None;
    }
    let message = format!("`{}` cannot be called on demand: it needs an inference profile", id.id);
    let help = format!(
        "put the profile of the region in front, as in `us.{0}` or `global.{0}`; Bedrock answers 400: `Invocation of \
         model ID {0} with on-demand throughput isn't supported. Retry your request with the ID or ARN of an \
         inference profile that contains this model`",
        id.id
    );
    Some(at_model(project, &RULE, mention, message).help(help))
}

/// Newer SDKs send an API version that Bedrock takes for newer models only.
fn refused_version(project: &Project, sent: &Sent<'_>) -> Option<Finding> {
    let Sent { mention, id, reached, platform } = *sent;
    let request = project.request_at(reached.request)?;
    let model = id.model()?;
    let (first, _) = models().find(&api().model.first_on_bedrock_2026_10_21)?;
    let older = match (model.released, first.released) {
        (Some(released), Some(first)) => released < first,
        // The oldest have no day in the data, and an end.
        (None, _) => model.retires_on.is_some(),
        _ => false,
    };
    if platform != Platform::Bedrock || request.road != Road::Sdk || !older {
        return None;
    }
    let package = project.package(request)?;
    if project.has_change(request.at, package, "api-2026-10-21").0 != Tri::Yes {
        return None;
    }
    let change = project.change(request.at, package, "api-2026-10-21")?;
    let message = format!(
        "Bedrock refuses `{}` with API version `2026-10-21`, which `{package}` sends from {} on",
        id.id, change.version
    );
    let help = format!(
        "use `{}` or a newer model, or stay with the SDK's last version before that change",
        ids_on(first, Platform::Bedrock).unwrap_or(&first.id)
    );
    Some(at_model(project, &RULE, mention, message).help(help))
}
