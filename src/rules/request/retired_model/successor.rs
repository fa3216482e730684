//! Moving to another model: what stands in the way, and the edits that do it.

use super::super::{rename, unsupported_parameter};
use crate::finding::{Edit, Finding, Fix, Location, Safety};
use crate::model::{ModelMention, Project, Request};
use crate::sdk::model_id::{ModelId, Standing};
use crate::sdk::models::{Model, models};

/// How many places are shown that the other model would not take.
const MAX_SHOWN: usize = 4;
/// How many requests are looked at for one literal.
const MAX_REQUESTS: usize = 32;

/// What a move to another model takes.
pub(in crate::rules::request) struct Move {
    /// The edits, where there are any.
    pub fix: Option<Fix>,
    /// What the other model rejects of what is sent now, as a part of a sentence; empty where it rejects
    /// nothing that is in sight.
    pub rejects: String,
    /// Where that stands.
    places: Vec<Location>,
    to: String,
}

impl Move {
    /// Adds the places to change and the edits to a finding.
    pub(in crate::rules::request) fn added_to(self, mut finding: Finding) -> Finding {
        for at in self.places {
            finding = finding.related(at, format!("`{}` rejects this", self.to));
        }
        finding.fix(self.fix)
    }
}

/// Moves a literal to another model. What that model rejects goes with it where it is certain that nothing
/// else needs it; elsewhere somebody has to look.
pub(in crate::rules::request) fn moved(
    project: &Project,
    mention: &ModelMention,
    id: &ModelId<'_>,
    next: &str,
) -> Move {
    let model = models().find(next).map(|(model, _)| model);
    let mut found: Vec<Finding> = Vec::new();
    let mut alone = true;
    let requests = requests_of(project, mention);
    // Which of several requests a setting is read for is not known: none of them is pointed at.
    let shows = !mention.reaches.is_empty() || requests.len() == 1;
    for &request in &requests {
        let rejected = model.map(|m| unsupported_parameter::rejected_by(project, request, m));
        let rejected = rejected.unwrap_or_default();
        alone &= rejected.is_empty() || asks_for_ended_only(project, request, mention, id);
        found.extend(rejected);
    }
    found.sort_by_key(|f| f.primary.at);
    found.dedup_by(|a, b| a.primary.at == b.primary.at && a.message == b.message);
    let mut reasons: Vec<&str> = found.iter().map(|f| reason(f, model)).collect();
    reasons.sort_unstable();
    reasons.dedup();
    let rejects = reasons.join(" and ");
    let mut places: Vec<Location> = found.iter().map(|f| f.primary.at).collect();
    places.dedup();
    places.truncate(if shows { MAX_SHOWN } else { 0 });
    let fix = rename(project, mention, id, next).map(|edits| {
        let title = format!("use `{next}`");
        let readable = !requests.iter().any(|request| would_trip(project, request, model));
        if !readable {
            return Fix::unsure(format!("{title}, whose answers may begin with thinking"), edits);
        }
        let removal = removal(&found).filter(|_| alone);
        match removal {
            Some(removal) if removal.is_empty() && !mention.has_names_of_its_own() => Fix::safe(title, edits),
            Some(removal) if !removal.is_empty() && !mention.has_names_of_its_own() => {
                let edits: Vec<Edit> = edits.into_iter().chain(removal).collect();
                Fix::safe(format!("{title} and remove what it rejects"), edits)
            }
            _ => Fix::unsure(title, edits),
        }
    });
    Move { fix, rejects, places, to: next.to_string() }
}

/// Whether the answer is read as if it began with its text, and those of the other model begin with thinking.
fn would_trip(project: &Project, request: &Request, model: Option<&Model>) -> bool {
    let thinks = model.is_some_and(|model| model.thinking.is_on_by_default());
    thinks
        && project.body_field(request, "thinking").is_absent()
        && (project.blocks_by_position(request).iter().any(|block| !block.checked)
            || !project.untyped_blocks(request).is_empty())
}

/// What a finding says that the model rejects.
fn reason<'f>(finding: &'f Finding, model: Option<&Model>) -> &'f str {
    let head = model.map(|m| format!("`{}` rejects ", m.id)).unwrap_or_default();
    finding.message.strip_prefix(&head).unwrap_or(&finding.message)
}

/// The edits that take out all of it, where each is safe and none touches another.
fn removal(found: &[Finding]) -> Option<Vec<Edit>> {
    let mut edits: Vec<Edit> = Vec::new();
    for finding in found {
        let fix = finding.fix.as_ref().filter(|fix| fix.safety == Safety::Safe)?;
        edits.extend(fix.edits.iter().cloned());
    }
    edits.sort();
    edits.dedup();
    let apart = |w: &[Edit]| w[0].at.file != w[1].at.file || w[0].at.span.end <= w[1].at.span.start;
    edits.windows(2).all(apart).then_some(edits)
}

/// The requests that a literal may be sent with: those it was followed to; for a setting, all whose model is
/// out of reach.
fn requests_of<'p>(project: &'p Project, mention: &ModelMention) -> Vec<&'p Request> {
    if !mention.reaches.is_empty() {
        return mention.reaches.iter().filter_map(|u| project.request_at(u.request)).collect();
    }
    let open = |r: &&Request| !project.is_test(r.at) && project.possible_models(r, None).is_none();
    match mention.setting {
        Some(_) => project.requests().iter().filter(open).take(MAX_REQUESTS).collect(),
        None => Vec::new(),
    }
}

/// Whether a request asks for no model that still answers: what is taken out is missed by none.
fn asks_for_ended_only(
    project: &Project,
    request: &Request,
    mention: &ModelMention,
    id: &ModelId<'_>,
) -> bool {
    let (platform, day) = (mention.platform(id), project.as_of());
    let ended = |m: &&Model| matches!(m.standing(platform, day), Standing::Ended(_));
    let only = |body| project.possible_models(request, body).is_some_and(|all| all.iter().all(&ended));
    let bodies = project.message_bodies(request);
    if bodies.is_empty() { only(None) } else { bodies.iter().all(|body| only(Some(body))) }
}
