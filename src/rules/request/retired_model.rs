//! The model is gone.

use super::{at_model, is_allowed, is_behind_gateway, not_found, rename, service};
use crate::finding::{Finding, Fix, Severity};
use crate::model::Project;
use crate::rules::{ALL_LANGUAGES, Category, Rule};
use crate::sdk::model_id::Standing;
use crate::sdk::models::Platform;

/// See the page.
pub static RULE: Rule = Rule {
    id: "retired-model",
    summary: "the model was retired: every request for it is a 404",
    docs: include_str!("retired_model.md"),
    category: Category::Request,
    severity: Severity::Error,
    pedantic: false,
    languages: ALL_LANGUAGES,
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    let today = project.as_of();
    for mention in project.model_mentions() {
        let Some(id) = mention.id().filter(|id| !is_allowed(project, &RULE, mention, id)) else { continue };
        let Some(model) = id.model() else { continue };
        let platform = mention.platform(&id);
        let Standing::Ended(end) = model.standing(platform, today) else { continue };
        let ago = match end.until(today) {
            0 => "today".to_string(),
            1 => "yesterday".to_string(),
            days => format!("{days} days ago"),
        };
        let place = match platform {
            Platform::Anthropic => String::new(),
            other => format!(" on {}", service(other)),
        };
        let message = format!("`{}` was retired{place} on {end}, {ago}", id.id);
        let next = model.successor(&id, today);
        let fix = next.and_then(|next| {
            let (title, edits) = (format!("use `{next}`"), rename(project, mention, &id, next)?);
            let unsure = is_behind_gateway(mention);
            Some(if unsure { Fix::unsure(title, edits) } else { Fix::safe(title, edits) })
        });
        let instead = match next {
            Some(next) => format!("use `{next}` instead"),
            None => "use a model that is served".to_string(),
        };
        let help = format!("{instead}; {}", not_found(platform, id.id));
        findings.push(at_model(project, &RULE, mention, message).help(help).fix(fix));
    }
}
