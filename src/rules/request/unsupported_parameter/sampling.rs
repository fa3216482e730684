//! `temperature`, `top_p` and `top_k`.

mod elsewhere;
mod removed;
mod together;

use super::{RULE, Sent, some_models};
use crate::finding::{Confidence, Finding};
use crate::model::{Field, Json, JsonKind, Project, Request, SamplingDefaults};
use crate::sdk::Road;
use crate::sdk::models::Model;
pub(super) use elsewhere::elsewhere;
pub(super) use removed::removed_by_sdk;
use together::together;

pub(super) const PARAMETERS: &[&str] = &["temperature", "top_p", "top_k"];

fn rejects_both(model: &Model) -> bool {
    let rule = model.sampling_params.as_ref().map(|s| &*s.api_2023_06_01);
    rule == Some("temperature_and_top_p_together_returns_400")
}

pub(super) fn rejects_any(model: &Model) -> bool {
    let rule = model.sampling_params.as_ref().map(|s| &*s.api_2023_06_01);
    rule == Some("non_default_value_returns_400")
}

fn given<'s>(sent: &'s Sent<'_>, name: &str) -> Option<&'s Json> {
    let extra = sent.body.get("extra_body").and_then(|b| b.get(name));
    extra.or_else(|| sent.given(name)).filter(|v| !matches!(v.kind, JsonKind::Null))
}

pub(super) fn judge(sent: &Sent<'_>) -> Option<Finding> {
    let given = |name: &str| given(sent, name);
    out_of_range(sent, &given)
        .or_else(|| rejected_by_version(sent, &given))
        .or_else(|| rejected_by_model(sent))
        .or_else(|| some_models::one_rejects(sent))
        .or_else(|| some_models::one_is_spared(sent))
        .or_else(|| together(sent))
}

type Given<'g> = dyn Fn(&str) -> Option<&'g Json> + 'g;

fn out_of_range(sent: &Sent<'_>, given: &Given<'_>) -> Option<Finding> {
    let (name, value, range) = PARAMETERS.iter().find_map(|p| {
        let value = given(p)?;
        let n = value.number()?;
        let (wrong, range) = match *p {
            "top_k" => (n < 0.0 || n.fract() != 0.0, "a whole number from 0 on"),
            _ => (!(0.0..=1.0).contains(&n), "from 0 to 1"),
        };
        wrong.then_some((*p, value, range))
    })?;
    Some(sent.fault(
        value.at,
        format!("`{name}` is out of range: it is {range}"),
        format!(
            "the API answers 400 `{name}: range: 0..1` or similar; OpenAI's scale up to 2 is not Claude's"
        ),
    ))
}

fn rejected_by_version(sent: &Sent<'_>, given: &Given<'_>) -> Option<Finding> {
    let version = sent.project.api_version(sent.request)?;
    let name = |p: &&&str| version.rejects.iter().any(|r| r == **p);
    let (name, value) = PARAMETERS.iter().filter(name).find_map(|p| {
        let value = given(p)?;
        let certain = value.number().is_some() || sent.project.is_always_given(value.at);
        certain.then_some((*p, value))
    })?;
    let fix = sent.without(&[(name, value.at)]);
    let finding = sent.fault(
        value.at,
        format!("API version {} rejects `{name}` on every model", version.id),
        format!(
            "remove it: this request sends `anthropic-version: {}`, which answers 400 to any `temperature`, `top_p` or \
             `top_k`; `output_config.effort` and the prompt shape the answer instead",
            version.id
        ),
    );
    Some(finding.fix(fix))
}

/// Whether a value is certainly not the default, where nobody sets another.
pub(super) fn is_set_apart(project: &Project, name: &str, value: &Json) -> bool {
    value.number().or_else(|| project.number_where_unset(value.at)).is_some_and(|n| match name {
        "top_k" => n > 0.0,
        "top_p" => n < 0.99,
        _ => n != 1.0,
    })
}

pub(super) fn rejected_by_model(sent: &Sent<'_>) -> Option<Finding> {
    let given = |name: &str| given(sent, name);
    if !sent.all_models(rejects_any) {
        return None;
    }
    let set = |p: &&&str| given(p).is_some_and(|v| is_set_apart(sent.project, p, v));
    let mut set = PARAMETERS.iter().filter(set);
    let name = set.next()?;
    let mut finding = sent.fault(
        given(name)?.at,
        format!("{} rejects `{name}` other than the default", sent.model_names()),
        format!("remove `{name}`: the API answers 400; `output_config.effort` and the prompt shape the answer instead"),
    );
    let mut all = vec![(*name, given(name)?.at)];
    for other in set {
        finding = finding.related(sent.project.location(given(other)?.at), format!("`{other}` as well"));
        all.push((*other, given(other)?.at));
    }
    Some(finding.fix(sent.without(&all)))
}

/// Settings that begin with both, where nothing shows that one of them is left out.
pub(super) fn defaults(project: &Project) -> Vec<Finding> {
    let sends = |request: &Request| {
        let bodies = project.message_bodies(request);
        let own = matches!(request.road, Road::Sdk | Road::Http) && !project.is_test(request.at);
        own && project.api_version(request).is_none_or(|v| v.rejects.is_empty())
            && bodies.iter().all(|b| !b.lacks("temperature") && !b.lacks("top_p"))
            && ["temperature", "top_p"].iter().all(|name| match project.body_field(request, name) {
                Field::Absent => false,
                Field::Known(nodes) => nodes.iter().all(|&n| project.is_unconditional_field(request, n)),
                Field::Unknown(_) => true,
            })
    };
    let found = project.sampling_defaults();
    if found.is_empty() || !project.requests().iter().any(sends) || project.asks_for_both() {
        return Vec::new();
    }
    let finding = |both: &SamplingDefaults| {
        Finding::new(
            &RULE,
            project.location(both.top_p),
            "`temperature` and `top_p` both have a default, and all models since 4.1 reject them in one request",
        )
        .confidence(Confidence::Medium)
        .related(project.location(both.temperature), "the other one")
        .help(
            "let one of them begin as nothing and send only what is set: the API answers 400 `` `temperature` and `top_p` \
             cannot both be specified for this model. Please use only one. ``",
        )
    };
    found.iter().map(finding).collect()
}
