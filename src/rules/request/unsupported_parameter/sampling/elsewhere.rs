//! Both on a platform that names them otherwise.

use super::{rejects_any, rejects_both};
use crate::finding::{Confidence, Finding};
use crate::model::{Field, NodeRef, Project, Request};
use crate::rules::request::unsupported_parameter::RULE;
use crate::rules::request::unsupported_parameter::some_models::one_that_rejects;
use crate::sdk::Road;
use crate::sdk::models::{Model, models};

/// Both on a platform that names them otherwise.
pub(in crate::rules::request::unsupported_parameter) fn elsewhere(
    project: &Project,
    request: &Request,
) -> Option<Finding> {
    if request.road != Road::Bedrock {
        return None;
    }
    let given = |name: &str| match project.body_field(request, name) {
        Field::Known(nodes) => match nodes[..] {
            [one] => Some(one),
            _ => None,
        },
        _ => None,
    };
    let number = |at: NodeRef| project.number(at).filter(|_| project.is_unconditional_field(request, at));
    let (temperature, top_p) = (given("temperature"), given("top_p"));
    let models = project.possible_models(request, None);
    let all = |such: &dyn Fn(&Model) -> bool| models.as_ref().is_some_and(|all| all.iter().all(|m| such(m)));
    let names = models.iter().flatten().map(|m| format!("`{}`", m.id)).collect::<Vec<_>>().join(" and ");
    let mut confidence = None;
    let (at, message) = match (temperature, top_p) {
        (Some(t), Some(p)) if all(&rejects_both) && sends_both(project, t, p) => {
            (p, format!("{names} rejects temperature and top-p in one request"))
        }
        // Any model may be asked for: the ones that are sold now reject it.
        (Some(t), Some(p))
            if models.is_none()
                && sends_both(project, t, p)
                && !names_one_that_takes_both(project, request) =>
        {
            confidence = Some(Confidence::Medium);
            (p, "Claude rejects temperature and top-p in one request since 4.1".to_string())
        }
        (Some(at), _) if number(at).is_some_and(|n| n != 1.0) && all(&rejects_any) => {
            (at, format!("{names} rejects a temperature other than the default"))
        }
        (_, Some(at)) if number(at).is_some_and(|n| n < 0.99) && all(&rejects_any) => {
            (at, format!("{names} rejects a top-p other than the default"))
        }
        // The environment may name another, but this one is what is asked where it does not.
        (Some(at), _) if models.is_none() && number(at).is_some_and(|n| n != 1.0) => {
            confidence = Some(Confidence::Medium);
            let id = one_asked_that_rejects(project, request, at)?;
            (at, format!("`{id}`, which this is also sent to, rejects a temperature other than the default"))
        }
        _ => return None,
    };
    Some(
        Finding::new(&RULE, project.location(project.written(at)), message)
            .confidence(confidence.unwrap_or_else(|| project.evidence(request, at)))
            .related(project.call_location(request.at), "sent here")
            .help("leave it out: the platform answers 400 `ValidationException`"),
    )
}

/// A model that is certainly among those that are asked and takes no sampling parameter.
fn one_asked_that_rejects<'p>(project: &'p Project, request: &Request, value: NodeRef) -> Option<&'p str> {
    let asked = project.model_literals(request).into_iter().map(|(literal, _, id)| (literal, id));
    let (literal, id) = one_that_rejects(project, asked, &[request.at, value])?;
    let minds = project.minds_the_model(literal);
    (!minds && !project.is_test(request.at) && !project.is_test(literal)).then_some(id)
}

/// Whether one of the models that a request is known to ask takes both.
fn names_one_that_takes_both(project: &Project, request: &Request) -> bool {
    let known = project.model_ids(request);
    known.iter().filter_map(|(_, id)| models().find(id)).any(|m| !rejects_both(m.0) && !rejects_any(m.0))
}

/// Whether a top-p that is written down goes with a temperature that is given.
fn sends_both(project: &Project, temperature: NodeRef, top_p: NodeRef) -> bool {
    let fixed = project.numbers(top_p).is_some_and(|all| !all.is_empty());
    fixed && project.is_meant_to_be_given(temperature) && !project.are_alternatives(temperature, top_p)
}
