//! `temperature`, `top_p` and `top_k`.

use super::{RULE, Sent, some_models};
use crate::facts::Kind;
use crate::finding::{Confidence, Edit, Finding, Fix, Safety};
use crate::model::{Field, Json, JsonKind, NodeRef, Project, Request, SamplingDefaults, Tri};
use crate::sdk::Road;
use crate::sdk::models::{Model, Status, models};

pub(super) const PARAMETERS: &[&str] = &["temperature", "top_p", "top_k"];

fn rejects_both(model: &Model) -> bool {
    let rule = model.sampling_params.as_ref().map(|s| &*s.api_2023_06_01);
    rule == Some("temperature_and_top_p_together_returns_400")
}

pub(super) fn rejects_any(model: &Model) -> bool {
    let rule = model.sampling_params.as_ref().map(|s| &*s.api_2023_06_01);
    rule == Some("non_default_value_returns_400")
}

/// Keyword arguments that the installed SDK does not have any more.
pub(super) fn removed_by_sdk(project: &Project, request: &Request) -> Option<Finding> {
    const CHANGE: &str = "sampling-removed";
    let keywords = request.kind.body.iter().any(|b| b == "*");
    if request.road != Road::Sdk || !keywords || request.kind.required.is_empty() {
        return None;
    }
    let package = project.package(request)?;
    let (Tri::Yes, Some(requirement)) = project.has_change(request.at, package, CHANGE) else { return None };
    let mut given = PARAMETERS.iter().filter_map(|p| match project.body_field(request, p) {
        Field::Known(nodes) => Some((*p, *nodes.first()?)),
        _ => None,
    });
    let (name, at) = given.next()?;
    let file = requirement.file.file_name().map(|f| f.to_string_lossy().into_owned()).unwrap_or_default();
    let version = project.change(request.at, package, CHANGE).map(|c| c.version.to_string());
    let version = version.unwrap_or_default();
    let mut finding = Finding::new(
        &RULE,
        project.location(at),
        format!("`{name}` is no parameter of this method since `{package}` {version}, which `{file}` asks for"),
    )
    .confidence(project.evidence(request, at))
    .help(format!(
        "remove it: the call raises `TypeError: … got an unexpected keyword argument '{name}'`; for a model that still \
         takes it, pass `extra_body={{\"{name}\": …}}`"
    ))
    .related(project.call_location(request.at), "passed here");
    let mut all = vec![(name, at)];
    for (name, at) in given {
        finding = finding.related(project.location(at), format!("`{name}` as well"));
        all.push((name, at));
    }
    let edits: Option<Vec<Edit>> = all.iter().map(|(name, at)| project.without_option(*at, name)).collect();
    let names: Vec<String> = all.iter().map(|(name, _)| format!("`{name}`")).collect();
    Some(finding.fix(edits.map(|edits| Fix::safe(format!("remove {}", names.join(" and ")), edits))))
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

/// Whether a value is certainly not the default.
pub(super) fn is_set_apart(name: &str, value: &Json) -> bool {
    value.number().is_some_and(|n| match name {
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
    let set = |p: &&&str| given(p).is_some_and(|v| is_set_apart(p, v));
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

fn together(sent: &Sent<'_>) -> Option<Finding> {
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
    let whom = if served { "all models since 4.1".to_string() } else { sent.model_names() };
    let verb = if served { "reject" } else { "rejects" };
    let finding = sent
        .fault(
            top_p.at,
            format!("{whom} {verb} `temperature` and `top_p` in one request"),
            "send one of the two, or none: the API answers 400 `` `temperature` and `top_p` cannot both be specified for \
             this model. Please use only one. ``",
        )
        .related(sent.project.location(beside_it(sent, temperature, top_p)), "the other one")
        .fix(sent.without(&[("top_p", top_p.at)]).map(|fix| Fix { safety: Safety::Unsafe, ..fix }));
    Some(match (doubtful, beside) {
        (false, _) => finding,
        (true, true) if !project.is_test(sent.request.at) => finding.confidence(Confidence::Medium),
        (true, _) => finding.confidence(Confidence::Low),
    })
}

/// Where the temperature is set that goes with another field: of several places the one in the same object.
fn beside_it(sent: &Sent<'_>, temperature: &Json, other: &Json) -> NodeRef {
    let facts = sent.project.facts(other.at.file);
    let beside = facts.parent(other.at.node).and_then(|holder| match facts.kind(holder) {
        Kind::Record(r) => r.value_of("temperature").map(|value| other.at.sibling(value)),
        _ => None,
    });
    beside.unwrap_or(temperature.at)
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

/// Both on a platform that names them otherwise.
pub(super) fn elsewhere(project: &Project, request: &Request) -> Option<Finding> {
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
        _ => return None,
    };
    Some(
        Finding::new(&RULE, project.location(project.written(at)), message)
            .confidence(confidence.unwrap_or_else(|| project.evidence(request, at)))
            .related(project.call_location(request.at), "sent here")
            .help("leave it out: the platform answers 400 `ValidationException`"),
    )
}

/// Whether one of the models that a request is known to ask takes both.
fn names_one_that_takes_both(project: &Project, request: &Request) -> bool {
    let known = project.model_ids(request);
    known.iter().filter_map(|(_, id)| models().find(id)).any(|m| !rejects_both(m.0) && !rejects_any(m.0))
}

/// Whether a top-p that is written down goes with a temperature that is given.
fn sends_both(project: &Project, temperature: NodeRef, top_p: NodeRef) -> bool {
    let fixed = project.number(top_p).is_some_and(|n| n < 0.99);
    fixed && project.is_meant_to_be_given(temperature) && !project.are_alternatives(temperature, top_p)
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
