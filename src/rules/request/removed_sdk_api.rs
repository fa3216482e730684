//! The SDK has no such thing any more.

use std::collections::BTreeMap;

use crate::finding::{Finding, Fix, Location, Severity};
use crate::model::{NodeRef, Project, Request, Tri};
use crate::rules::{Category, Rule};
use crate::sdk::Road;
use crate::sdk::packages::Change;
use crate::source::manifest::Requirement;

pub(crate) static RULE: Rule = Rule {
    id: "removed-sdk-api",
    summary: "a parameter, method or name that the SDK in use does not have any more",
    docs: include_str!("removed_sdk_api.md"),
    category: Category::Request,
    severity: Severity::Error,
    pedantic: false,
    languages: &[crate::lang::Language::Python, crate::lang::Language::TypeScript],
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    let mut found: BTreeMap<Location, Finding> = BTreeMap::new();
    let mut add = |finding: Finding| {
        found.entry(finding.primary.at).or_insert(finding);
    };
    for request in project.requests() {
        if !matches!(request.road, Road::Sdk | Road::Framework) || project.is_test(request.at) {
            continue;
        }
        if let Some(at) = betas_without_beta(project, request) {
            let message = "`betas` is a parameter of `beta.messages`, not of `messages`";
            let help = "call `client.beta.messages`, or give the header `anthropic-beta` as an extra header; the SDK \
                        raises `TypeError`, or the API answers 400: `betas: Extra inputs are not permitted`";
            add(Finding::new(&RULE, project.location(at), message).help(help));
        }
        let Some(package) = project.package(request) else { continue };
        for change in project.package_changes(request.at, package) {
            let (certain, requirement) = project.has_change(request.at, package, &change.id);
            if change.requests.contains(&request.kind.id) {
                add(gone(
                    project,
                    request,
                    package,
                    change,
                    requirement.clone().filter(|_| certain == Tri::Yes),
                ));
            }
            if certain != Tri::Yes {
                continue;
            }
            for (name, at) in arguments(project, request, change) {
                let message = format!("`{name}` is gone from the SDK since `{package}` {}", change.version);
                // It was meant to do something.
                let (edit, what) = match &change.renamed_to {
                    Some(new) => (project.rename_option(at, &name, new), format!("call it `{new}`")),
                    None => (project.without_option(at, &name), format!("remove `{name}`")),
                };
                let fix = edit.map(|edit| Fix::unsure(what, vec![edit]));
                let finding = Finding::new(&RULE, project.location(at), message)
                    .help(help(change, requirement.as_ref()))
                    .fix(fix);
                // A framework passes over what it does not know.
                add(match request.road {
                    Road::Framework => finding.severity(Severity::Warning),
                    _ => finding,
                });
            }
        }
    }
    for (at, package, change, requirement) in project.removed_names() {
        let name = project.file(at.file).text_of(at.node);
        let message = format!("`{name}` is gone from the SDK since `{package}` {}", change.version);
        add(Finding::new(&RULE, project.location(at), message).help(help(change, Some(&requirement))));
    }
    findings.extend(found.into_values());
}

fn betas_without_beta(project: &Project, request: &Request) -> Option<NodeRef> {
    let plain = |path: &str| path.starts_with("messages.");
    let official = |c: &&std::sync::Arc<crate::model::Client>| c.kind.package.is_some() && plain(&c.path);
    let all = !request.clients.is_empty()
        && request.clients.iter().filter(official).count() == request.clients.len();
    if !all || request.kind.body.is_empty() {
        return None;
    }
    // What is put together elsewhere may be meant for another method.
    let given = project.body_field(request, "betas").nodes().first().copied();
    given.filter(|&at| project.contains(request.at, at))
}

/// What a request is given that was taken away.
fn arguments(project: &Project, request: &Request, change: &Change) -> Vec<(String, NodeRef)> {
    let mut out = Vec::new();
    if !change.kinds.is_empty() && !change.kinds.contains(&request.kind.id) {
        return out;
    }
    for name in &change.arguments {
        out.extend(project.option_of(request.at, name).nodes().iter().map(|&at| (name.clone(), at)));
    }
    for name in &change.record_arguments {
        let nodes = project.option_of(request.at, name).nodes().to_vec();
        out.extend(nodes.into_iter().filter(|&at| project.json(at).is_object()).map(|at| (name.clone(), at)));
    }
    if let Some(foreign) = &change.foreign {
        for option in &change.options {
            let mut nodes = project.option_of(request.at, option).nodes().to_vec();
            for client in &request.clients {
                nodes.extend(project.client_option(client, option).nodes());
            }
            out.extend(nodes.into_iter().filter_map(|at| Some((project.made_by(at, foreign)?, at))));
        }
    }
    out
}

/// A whole API that is gone.
fn gone(
    project: &Project,
    request: &Request,
    package: &str,
    change: &Change,
    requirement: Option<Requirement>,
) -> Finding {
    let message = match &requirement {
        Some(_) => format!("text completions are gone from the SDK since `{package}` {}", change.version),
        None => "text completions are retired: no model answers there any more".to_string(),
    };
    Finding::new(&RULE, project.call_location(request.at), message).help(help(change, requirement.as_ref()))
}

fn help(change: &Change, requirement: Option<&Requirement>) -> String {
    let instead = change.instead.as_deref().unwrap_or("see the SDK's migration guide");
    let note = &change.note;
    match requirement.and_then(|r| Some((r.file.file_name()?.to_str()?, r.line))) {
        Some((file, 0)) => format!("{instead}; {note} (version from `{file}`)"),
        Some((file, line)) => format!("{instead}; {note} (version from `{file}`, line {line})"),
        None => format!("{instead}; {note}"),
    }
}
