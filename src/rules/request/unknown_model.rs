//! There is no such model.

use super::{at_model, is_allowed, not_found};
use crate::finding::{Finding, Severity};
use crate::model::{ModelMention, Project};
use crate::rules::{ALL_LANGUAGES, Category, Rule};
use crate::sdk::model_id::ModelId;
use crate::sdk::models::{Platform, models};

pub(crate) static RULE: Rule = Rule {
    id: "unknown-model",
    summary: "a model id that looks like one of Claude's and is none",
    docs: include_str!("unknown_model.md"),
    category: Category::Request,
    severity: Severity::Error,
    pedantic: false,
    languages: ALL_LANGUAGES,
    check,
};

/// So many days after the data was checked there may be models that it does not know.
const FRESH: i64 = 30;

fn check(project: &Project, findings: &mut Vec<Finding>) {
    let today = project.as_of();
    let fresh = models().as_of.until(today) <= FRESH;
    for mention in project.model_mentions() {
        let Some(id) = mention.id().filter(|id| !is_allowed(project, &RULE, mention, id)) else { continue };
        // What others call so may be a name that the code has an id for.
        let sent = || mention.reaches.iter().any(|u| u.alone && u.platform.is_some());
        let named = id.looks_real() || id.is_family_alone() && sent();
        if id.model().is_some() || !named || !is_certain(mention, &id) {
            continue;
        }
        if id.is_newer_than_known() && !fresh {
            continue;
        }
        let message = format!("there is no model `{}`", id.id);
        let meant = match models().nearest(&id, today) {
            Some(near) => format!("perhaps `{near}` is meant"),
            None => "see `claude-lint models` for the ids there are".to_string(),
        };
        let help = format!("{meant}; {}", not_found(mention, mention.platform(&id), id.id));
        findings.push(at_model(project, &RULE, mention, message).help(help));
    }
}

/// Gateways and other vendors have names of their own for Claude's models: only what goes straight to a
/// platform counts, and settings that are said to be Claude's.
fn is_certain(mention: &ModelMention, id: &ModelId<'_>) -> bool {
    let own = |platform| {
        mention.reaches.iter().any(|u| u.platform == Some(platform) && !u.has_names_of_its_own())
            && !mention.has_names_of_its_own()
    };
    match id.form {
        Platform::Anthropic if mention.reaches.is_empty() => {
            mention.is_set_for_claude() && id.is_dashed() && id.provider.is_none()
        }
        // No platform has another model by a name of that form.
        Platform::Anthropic if id.is_dashed() && id.provider.is_none() => {
            own(id.form) || mention.reaches.iter().all(|u| u.claude_only)
        }
        form => own(form),
    }
}
