//! The model will be gone.

use super::retired_model::successor::moved;
use super::{at_model, is_allowed, not_found, service};
use crate::finding::{Finding, Fix, Safety, Severity};
use crate::model::Project;
use crate::rules::{ALL_LANGUAGES, Category, Rule};
use crate::sdk::model_id::Standing;
use crate::sdk::models::Platform;

pub(crate) static RULE: Rule = Rule {
    id: "deprecated-model",
    summary: "the end of the model is announced: requests for it will fail from that day on",
    docs: include_str!("deprecated_model.md"),
    category: Category::Request,
    severity: Severity::Warning,
    pedantic: false,
    languages: ALL_LANGUAGES,
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    let today = project.as_of();
    for mention in project.model_mentions() {
        // What a library offers still works until its day.
        let Some(id) = mention.id().filter(|_| !mention.is_only_offered()) else { continue };
        if is_allowed(project, &RULE, mention, &id) {
            continue;
        }
        let Some(model) = id.model() else { continue };
        let platform = mention.platform(&id);
        let Standing::Ending(end) = model.standing(platform, today) else { continue };
        let name = id.id;
        let own = model.standing(Platform::Anthropic, today);
        let message = match (end, own) {
            (Some(end), _) => {
                let days = match today.until(end) {
                    1 => "tomorrow".to_string(),
                    days => format!("in {days} days"),
                };
                let place = match platform {
                    Platform::Anthropic => String::new(),
                    other => format!(" on {}", service(other)),
                };
                format!("`{name}` will be retired{place} on {end}, {days}")
            }
            (None, Standing::Ended(end)) => format!(
                "`{name}` was retired on the Claude API on {end}, and {} sets a date of its own",
                service(platform)
            ),
            (None, Standing::Ending(Some(end))) => format!(
                "`{name}` will be retired on the Claude API on {end}, and {} sets a date of its own",
                service(platform)
            ),
            _ => format!("`{name}` is deprecated, and no date of its end is known"),
        };
        let next = model.successor(&id, platform, today);
        let moved = next.map(|next| moved(project, mention, &id, next));
        let instead = match (next, moved.as_ref().map(|m| &*m.rejects)) {
            (Some(next), Some("") | None) => format!("move to `{next}`"),
            (Some(next), Some(rejects)) => format!("move to `{next}`, which rejects {rejects},"),
            (None, _) => "move to a model whose end is not announced".to_string(),
        };
        let help =
            format!("{instead} before that; from its last day on {}", not_found(mention, platform, name));
        // It still answers: when to move, and whether the prompts fit, somebody has to say.
        let fix = moved.and_then(|m| m.fix).map(|fix| Fix { safety: Safety::Unsafe, ..fix });
        findings.push(at_model(project, &RULE, mention, message).help(help).fix(fix));
    }
}
