//! What a model would reject where the request is no body of the Messages API, or its values are not known.

use super::RULE;
use super::sampling::{PARAMETERS, rejects_any};
use crate::finding::Finding;
use crate::model::{Field, Json, NodeRef, Project, Request};
use crate::sdk::Road;
use crate::sdk::models::Model;

/// What a model would reject of the fields of a request, were it asked for: sampling parameters that may be
/// set to anything, and on the roads with forms of their own also what is said of tools, thinking and the last
/// message.
pub(super) fn rejected_by(project: &Project, request: &Request, model: &Model) -> Vec<Finding> {
    let mut found = Vec::new();
    let mut add = |at: NodeRef, what: &str| {
        let message = format!("`{}` rejects {what}", model.id);
        found.push(Finding::new(&RULE, project.location(project.written(at)), message));
    };
    let own_form = project.message_bodies(request).is_empty();
    for name in PARAMETERS.iter().filter(|_| rejects_any(model)) {
        let unsure = |at: NodeRef| match project.number(at) {
            // What is written down in a body is judged there.
            Some(n) => own_form && if *name == "top_k" { n > 0.0 } else { n != 1.0 },
            // A parameter that is nothing by default may be given.
            None => !project.is_null(at),
        };
        if let Some(&at) = sampling_field(project, request, name).nodes().iter().find(|&&at| unsure(at)) {
            add(at, &format!("`{name}` other than the default"));
        }
    }
    if !own_form {
        return found;
    }
    if model.forced_tool_choice.as_deref() == Some("rejected")
        && let Some(at) = first(project, request, "tool_choice", |json| {
            ["any", "tool"].iter().any(|kind| json.get(kind).is_some())
        })
    {
        add(at, "a forced `tool_choice`");
    }
    if model.thinking.enabled_budget_tokens == "rejected"
        && let Some(at) = first(project, request, "thinking", |json| {
            json.get("type").is_some_and(|kind| kind.is_text("enabled"))
        })
    {
        add(at, "`thinking` of type `enabled`");
    }
    if model.supports_prefill == Some(false)
        && let Some(at) = first(project, request, "messages", |json| {
            let last = json.items().last().filter(|_| json.is_list() && json.is_whole());
            last.and_then(|m| m.get("role")).is_some_and(|role| role.is_text("assistant"))
        })
    {
        add(at, "an assistant turn at the end");
    }
    found
}

fn first(project: &Project, request: &Request, name: &str, such: impl Fn(&Json) -> bool) -> Option<NodeRef> {
    let field = project.body_field(request, name);
    field.nodes().iter().copied().find(|&at| such(&project.json(at)))
}

/// A sampling parameter of a request, or of the object of a framework that sends it.
fn sampling_field(project: &Project, request: &Request, name: &str) -> Field {
    let camel = match name {
        "top_p" => "topP",
        "top_k" => "topK",
        other => other,
    };
    let mut field = project.body_field(request, name);
    if request.road == Road::Framework {
        if field.nodes().is_empty() && camel != name {
            field = project.body_field(request, camel);
        }
        for client in &request.clients {
            if field.nodes().is_empty() {
                field = project.client_option(client, &format!("{name}|{camel}"));
            }
        }
    }
    field
}
