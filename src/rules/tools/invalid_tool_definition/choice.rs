//! What `tool_choice` says.

use super::Fault;
use crate::model::{Json, NodeRef, Project, Request};
use crate::sdk::api::api;

/// A `tool_choice` as it is written.
pub(super) fn choice(choice: &Json) -> Option<Fault> {
    if let Some(text) = choice.text() {
        return Some(bare(choice.at, &text));
    }
    if let Some(strict) = choice.get("strict") {
        return Some((
            strict.at,
            "`strict` is a field of the tool, not of `tool_choice`".to_string(),
            "move it to the tool: the API answers 400 `tool_choice.strict: Extra inputs are not permitted`"
                .to_string(),
        ));
    }
    let kind = choice.get("type")?;
    let name = kind.text()?;
    if !api().request.tool_choices.contains(&name) {
        return Some((
            kind.at,
            format!("`{name}` is no type of `tool_choice`"),
            format!("it is one of {}: the API answers 400 to others", api().request.tool_choices.join(", ")),
        ));
    }
    (name == "tool" && choice.lacks("name")).then(|| {
        (
            choice.at,
            "`tool_choice` of type `tool` names no tool".to_string(),
            "add `name`: the API answers 400 `tool_choice.tool.name: Field required`".to_string(),
        )
    })
}

/// A text that is sent on one of several paths.
pub(super) fn possible_choice(project: &Project, request: &Request) -> Option<(NodeRef, NodeRef, Fault)> {
    let known = |text: &str| matches!(text, "auto" | "any" | "none" | "required" | "tool");
    let field = project.body_field(request, "tool_choice");
    field.nodes().iter().find_map(|&at| {
        let (literal, text) = project.alternatives(at).into_iter().find(|(literal, text)| {
            known(text)
                && !project.is_given_to_one_of_several(request, *literal)
                && [at, *literal].iter().all(|&n| !project.is_made_for_another(request, n))
        })?;
        Some((at, literal, bare(at, &text)))
    })
}

fn bare(at: NodeRef, text: &str) -> Fault {
    let kind = if text == "required" { "any" } else { text };
    (
        at,
        "`tool_choice` is an object, not a text".to_string(),
        format!(
            "write `{{\"type\": \"{kind}\"}}`: the API answers 400 `tool_choice: Input should be a valid dictionary or object \
             to extract fields from`"
        ),
    )
}
