//! The model is gone.

pub(super) mod successor;

use self::successor::moved;
use super::{at_model, is_allowed, not_found, service};
use crate::finding::{Finding, Severity};
use crate::model::Project;
use crate::rules::{ALL_LANGUAGES, Category, Rule};
use crate::sdk::model_id::Standing;
use crate::sdk::models::Platform;

pub(crate) static RULE: Rule = Rule {
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
        let next = model.successor(&id, platform, today);
        let moved = next.map(|next| moved(project, mention, &id, next));
        let instead = match (next, moved.as_ref().map(|m| &*m.rejects)) {
            (Some(next), Some("") | None) => format!("use `{next}` instead"),
            (Some(next), Some(rejects)) => {
                format!("use `{next}` instead, and change what is sent with it: it rejects {rejects}")
            }
            (None, _) => "use a model that is served".to_string(),
        };
        let help = format!("{instead}; {}", not_found(mention, platform, id.id));
        let finding = at_model(project, &RULE, mention, message).help(help);
        findings.push(match moved {
            Some(moved) => moved.added_to(finding),
            None => finding,
        });
    }
}
