//! Requests and the functions that send them.

use std::collections::BTreeMap;

use super::clients::road;
use super::{RequestUse, Retries, Spot, Wrapper, shown};
use crate::facts::Kind;
use crate::model::{Field, NodeRef, Project, Request, Sender, TimeLimit, Tri};
use crate::report::neutralize;

/// Every request.
pub(super) fn requests(project: &Project) -> Vec<RequestUse> {
    project.requests().iter().map(|request| of(project, request)).collect()
}

fn of(project: &Project, request: &Request) -> RequestUse {
    let at = request.at;
    let text = |node: NodeRef| shown(project.file(node.file).text_of(node.node));
    let callee = match project.kind(at) {
        Kind::Call(call) => at.sibling(call.callee),
        _ => at,
    };
    let mut models: Vec<String> =
        project.model_ids(request).iter().map(|(_, id)| neutralize(id).into_owned()).collect();
    models.sort();
    models.dedup();
    let mut clients: Vec<Spot> =
        request.clients.iter().filter_map(|c| c.made).map(|made| Spot::of_node(project, made)).collect();
    clients.sort();
    clients.dedup();
    RequestUse {
        call: text(callee),
        road: road(request.road),
        at: Spot::of(project, project.call_location(at)),
        function: project.function_with_name(at).map(|function| name(project, function)),
        clients,
        models,
        max_tokens: match project.body_field(request, "max_tokens") {
            Field::Known(nodes) => nodes.first().map_or_else(|| "unknown".to_string(), |&node| text(node)),
            Field::Absent => "absent".to_string(),
            Field::Unknown(_) => "unknown".to_string(),
        },
        streamed: match project.is_streamed(request) {
            Tri::Yes => "yes",
            Tri::No => "no",
            Tri::Unknown => "unknown",
        },
        api_version: project.api_version(request).map(|version| version.id.clone()),
        retries: retries(project, request),
        timeout: match project.time_limit(request) {
            TimeLimit::Set => "set",
            TimeLimit::Default => "default",
            TimeLimit::Off(_) => "off",
            TimeLimit::Never => "none",
            TimeLimit::Unknown => "unknown",
        },
        test: project.is_test(at),
    }
}

fn retries(project: &Project, request: &Request) -> Retries {
    let path = project.retry_path(request);
    let mut around: Vec<Spot> =
        path.retries.iter().map(|retry| Spot::of(project, project.retry_location(retry))).collect();
    around.sort();
    around.dedup();
    Retries {
        client: match project.sender(request) {
            Sender::Retries => "yes",
            Sender::Off(_) => "off",
            Sender::Never => "none",
            Sender::Unknown => "unknown",
        },
        around,
        unknown: path.unknown.map(|at| Spot::of_node(project, at)),
    }
}

/// Functions that hold a request and are called in the project.
pub(super) fn wrappers(project: &Project) -> Vec<Wrapper> {
    let mut sending: BTreeMap<NodeRef, Vec<Spot>> = BTreeMap::new();
    for request in project.requests() {
        if let Some(function) = project.function_with_name(request.at) {
            let at = Spot::of(project, project.call_location(request.at));
            sending.entry(function).or_default().push(at);
        }
    }
    let wrapper = |(function, requests): (NodeRef, Vec<Spot>)| Wrapper {
        function: name(project, function),
        at: Spot::of(project, project.name_location(function)),
        requests,
        callers: project
            .callers(function)
            .iter()
            .map(|&call| Spot::of(project, project.call_location(call)))
            .collect(),
    };
    sending.into_iter().map(wrapper).filter(|wrapper| !wrapper.callers.is_empty()).collect()
}

/// The name of a function, with the type it belongs to.
fn name(project: &Project, function: NodeRef) -> String {
    let facts = project.facts(function.file);
    let own = match project.kind(function) {
        Kind::Function(f) => f.name.as_deref().unwrap_or_default(),
        _ => "",
    };
    let class = facts.ancestors(function.node).skip(1).find_map(|node| match facts.kind(node) {
        Kind::Class(class) => Some(&*class.name),
        _ => None,
    });
    match class {
        Some(class) if !class.is_empty() => shown(&format!("{class}.{own}")),
        _ => shown(own),
    }
}
