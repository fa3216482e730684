//! Sampling parameters that the installed SDK does not have any more.

use super::PARAMETERS;
use crate::finding::{Edit, Finding, Fix};
use crate::model::{Field, Project, Request, Tri};
use crate::rules::request::unsupported_parameter::RULE;
use crate::sdk::Road;

/// Keyword arguments that the installed SDK does not have any more.
pub(in crate::rules::request::unsupported_parameter) fn removed_by_sdk(
    project: &Project,
    request: &Request,
) -> Option<Finding> {
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
