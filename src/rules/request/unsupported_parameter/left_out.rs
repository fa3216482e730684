//! Questions about the name of the model that keep a parameter from some of the models that reject it, and let
//! others through.

use super::RULE;
use super::sampling::{PARAMETERS, rejects_any};
use crate::finding::{Confidence, Finding};
use crate::model::{FieldWay, Project, Request, Taken};
use crate::sdk::api::api;
use crate::sdk::models::{Model, Status, models};

/// Models named in a message.
const MAX_NAMED: usize = 3;

/// What a question about the model decides of.
struct Decided<'a> {
    /// What is sent, as it is said in a message.
    what: &'a str,
    /// Which models answer 400 to it.
    rejects: &'a dyn Fn(&Model) -> bool,
    /// Which models show that the question is about just that.
    spared: &'a dyn Fn(&Model) -> bool,
}

pub(super) fn judge(project: &Project, request: &Request) -> Vec<Finding> {
    if project.is_test(request.at) {
        return Vec::new();
    }
    let mut found = Vec::new();
    for name in PARAMETERS {
        let default = |way: &FieldWay| {
            project.number(way.value).is_some_and(|n| match *name {
                "top_k" => n <= 0.0,
                "top_p" => n >= 0.99,
                _ => n == 1.0,
            })
        };
        let ways = project.field_ways(request, name);
        let what = format!("`{name}`");
        let decided = Decided { what: &what, rejects: &rejects_any, spared: &rejects_any };
        found.extend(
            ways.iter().filter(|w| !default(w)).find_map(|way| incomplete(project, request, way, &decided)),
        );
    }
    for way in project.field_ways(request, "thinking") {
        let json = project.json(way.value);
        let Some(kind) = json.get("type").and_then(|t| t.text()) else { continue };
        let what = format!("`thinking` of type `{kind}`");
        let decided = match &*kind {
            "enabled" => Decided {
                what: &what,
                rejects: &|m| m.thinking.enabled_budget_tokens == "rejected",
                spared: &|m| m.thinking.adaptive,
            },
            "adaptive" => {
                Decided { what: &what, rejects: &|m| !m.thinking.adaptive, spared: &|m| !m.thinking.adaptive }
            }
            _ => continue,
        };
        found.extend(incomplete(project, request, &way, &decided));
    }
    found
}

/// Whether a way is barred to some of the models that reject a value, and open to others of them.
fn incomplete(
    project: &Project,
    request: &Request,
    way: &FieldWay,
    decided: &Decided<'_>,
) -> Option<Finding> {
    let barred: Vec<&Model> = models()
        .all()
        .iter()
        .filter(|m| (decided.spared)(m) && project.is_taken_for(way, m) == Taken::No)
        .collect();
    if barred.is_empty() {
        return None;
    }
    let known = project.possible_models(request, None);
    let day = project.as_of();
    let restricted = &api().model.restricted_families;
    let let_through = models().all().iter().filter(|m| {
        m.status_on(day) != Status::Retired
            && !restricted.contains(&m.family)
            && (decided.rejects)(m)
            && known.as_ref().is_none_or(|all| all.iter().any(|k| k.id == m.id))
            && project.is_taken_for(way, m) == Taken::Yes
    });
    let mut all: Vec<&Model> = let_through.collect();
    // Whoever bars a whole family chooses between models of their own.
    let barred = barred.into_iter().find(|b| all.iter().any(|m| m.family == b.family))?;
    all.sort_by_key(|m| m.family != barred.family);
    let mut names: Vec<String> = all.iter().take(MAX_NAMED).map(|m| format!("`{}`", m.id)).collect();
    if all.len() > MAX_NAMED {
        names.push(format!("{} more", all.len() - MAX_NAMED));
    }
    let last = names.pop()?;
    let (names, verb) = match names.is_empty() {
        true => (last, "rejects"),
        false => (format!("{} and {last}", names.join(", ")), "reject"),
    };
    let question = project.question_on(way, barred)?;
    let what = decided.what;
    Some(
        Finding::new(
            &RULE,
            project.location(question),
            format!("this keeps {what} from `{}`, but lets it through to {names}, which {verb} it", barred.id),
        )
        .confidence(Confidence::Medium)
        .related(project.location(way.value), "what is sent then")
        .related(project.call_location(request.at), "sent here")
        .help(
            "ask the other way round, for the models that take it, so that newer models are safe: the API answers 400; \
             `claude-lint models` lists what each takes",
        ),
    )
}
