//! A temperature and a top-p in one request.

use super::{rejects_any, rejects_both};
use crate::finding::{Confidence, Finding, Fix, Safety};
use crate::model::{Json, JsonKind};
use crate::rules::request::unsupported_parameter::Sent;
use crate::sdk::Road;
use crate::sdk::models::{Status, models};

/// Both, on models that take one of them.
pub(super) fn together(sent: &Sent<'_>) -> Option<Finding> {
    let given = |name: &str| {
        let extra = sent.body.get("extra_body").and_then(|b| b.get(name));
        extra.or_else(|| sent.body.get(name)).filter(|v| !matches!(v.kind, JsonKind::Null))
    };
    let (temperature, top_p) = (given("temperature")?, given("top_p")?);
    let project = sent.project;
    if project.are_exclusive(temperature.at, top_p.at) {
        return None;
    }
    let certain = |v: &Json| v.number().is_some() || project.is_always_given(v.at);
    // Settings may leave one of them out, which nothing here says.
    let doubtful = !certain(temperature) || !certain(top_p);
    if doubtful && !(project.is_setting(temperature.at) && project.is_setting(top_p.at)) {
        return None;
    }
    // Both are written down beside each other, of settings that were fetched here.
    let beside = [temperature, top_p]
        .into_iter()
        .all(|v| project.is_unconditional_field(sent.request, v.at) && project.is_fetched_setting(v.at));
    let defaults = temperature.number() == Some(1.0) && top_p.number() == Some(1.0);
    let served = sent.models.is_none() && !defaults && none_served_takes_both(sent);
    if !sent.all_models(rejects_both) && !served {
        return None;
    }
    // Of several places the one in the same object.
    let other = project.field_beside(top_p.at, "temperature").unwrap_or(temperature.at);
    let whom = if served { "all models since 4.1".to_string() } else { sent.model_names() };
    let verb = if served { "reject" } else { "rejects" };
    let finding = sent
        .fault(
            top_p.at,
            format!("{whom} {verb} `temperature` and `top_p` in one request"),
            "send one of the two, or none: the API answers 400 `` `temperature` and `top_p` cannot both be specified for \
             this model. Please use only one. ``",
        )
        .related(sent.project.location(other), "the other one")
        .fix(sent.without(&[("top_p", top_p.at)]).map(|fix| Fix { safety: Safety::Unsafe, ..fix }));
    Some(match (doubtful, beside) {
        (false, _) => finding,
        (true, true) if !project.is_test(sent.request.at) => finding.confidence(Confidence::Medium),
        (true, _) => finding.confidence(Confidence::Low),
    })
}

/// Whether the request goes where every model that is still served rejects the pair; other
/// platforms keep older models longer.
fn none_served_takes_both(sent: &Sent<'_>) -> bool {
    let elsewhere = |p: Option<&str>| matches!(p, Some("bedrock" | "vertex"));
    let first_party = match sent.request.road {
        Road::Http => {
            let addresses = sent.project.addresses(sent.request);
            addresses.iter().all(|a| !a.contains("rawpredict") && !a.contains("/invoke"))
        }
        Road::Bedrock => false,
        _ if sent.request.kind.any_vendor => false,
        _ => !sent.request.clients.iter().any(|c| elsewhere(c.kind.platform.as_deref())),
    };
    let day = sent.project.as_of();
    let mut served = models().all().iter().filter(|m| m.status_on(day) != Status::Retired);
    first_party && served.all(|m| rejects_both(m) || rejects_any(m))
}
