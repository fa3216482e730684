//! Sampling parameters where more than one model may be asked, and not all of them are known to reject them.

use super::sampling::{PARAMETERS, is_set_apart, rejects_any};
use super::{RULE, Sent};
use crate::finding::{Confidence, Finding, Fix, Safety};
use crate::model::{Json, NodeRef, Project};
use crate::sdk::models::models;

/// Not all models are known, or not all of them are such, but one that is certainly among them is: the
/// default, one of a table, the choice of a branch.
pub(super) fn one_rejects(sent: &Sent<'_>) -> Option<Finding> {
    let (project, request) = (sent.project, sent.request);
    let model = sent.body.get("model")?;
    let given = |name: &&str| sent.body.get(name).filter(|v| is_set_apart(project, name, v));
    let (name, value) = PARAMETERS.iter().find_map(|p| Some((*p, given(p)?)))?;
    if !project.is_unconditional_field(request, value.at) {
        return None;
    }
    let (literal, id) =
        one_that_rejects(project, project.model_literals_of(model.at), &[request.at, value.at, model.at])?;
    let finding = Finding::new(
        &RULE,
        project.location(project.written(value.at)),
        format!("`{id}`, which this is also sent to, rejects `{name}` other than the default"),
    )
    .confidence(match project.is_test(request.at) {
        true => Confidence::Low,
        false => Confidence::Medium,
    })
    .related(project.location(literal), "one of the models")
    .related(project.call_location(request.at), "sent here")
    .help(format!(
        "send `{name}` to models up to 4.6 only, or to none: the API answers 400; `output_config.effort` and the prompt \
         shape the answer instead"
    ));
    Some(finding.fix(sent.without(&[(name, value.at)]).map(|fix| Fix { safety: Safety::Unsafe, ..fix })))
}

/// A model that is certainly among those that are asked and takes no sampling parameter, where nothing around
/// the places told (the request, the value, the model) asks which one it is.
pub(super) fn one_that_rejects<'p>(
    project: &'p Project,
    asked: impl IntoIterator<Item = (NodeRef, impl AsRef<str>)>,
    around: &[NodeRef],
) -> Option<(NodeRef, &'p str)> {
    let found = asked.into_iter().find_map(|(literal, id)| {
        models().find(id.as_ref()).filter(|(m, _)| rejects_any(m)).map(|(m, _)| (literal, &*m.id))
    })?;
    (!around.iter().any(|&at| project.minds_the_model(at))).then_some(found)
}

/// Any model may be asked for, and the project has a list of models that take no such parameter: this
/// request does not look at it.
pub(super) fn one_is_spared(sent: &Sent<'_>) -> Option<Finding> {
    let (project, request) = (sent.project, sent.request);
    let model = sent.body.get("model").filter(|_| sent.models.is_none())?;
    let given = |name: &&str| {
        let certain = |v: &&Json| {
            is_set_apart(project, name, v) || v.number().is_none() && project.is_always_given(v.at)
        };
        sent.body.get(name).filter(certain)
    };
    let (name, value) = PARAMETERS.iter().find_map(|p| Some((*p, given(p)?)))?;
    let minds = || [request.at, value.at, model.at].iter().any(|&at| project.minds_the_model(at));
    if project.is_test(request.at) || !project.is_unconditional_field(request, value.at) || minds() {
        return None;
    }
    let asks = |name: &str| {
        let text = &project.file(request.at.file).source.text;
        text.contains(name.rsplit('.').next().unwrap_or(name))
    };
    let listed =
        sent.spared.get_or_init(|| project.spared_models(rejects_any)).iter().find(|l| !asks(&l.name))?;
    let id = &listed.model.id;
    let finding = Finding::new(
        &RULE,
        project.location(project.written(value.at)),
        format!("`{name}` is sent to whatever model is set, and `{id}` rejects it"),
    )
    .confidence(Confidence::Medium)
    .related(project.location(listed.at), "elsewhere these models are spared")
    .related(project.call_location(request.at), "sent here")
    .help(format!(
        "leave `{name}` out for the models since 4.7 here as well: the API answers 400 to any value other than the default"
    ));
    Some(finding)
}
