//! Turns of the wrong role, and blocks of the other side in them.

use super::Fault;
use crate::model::{Json, JsonKind, NodeRef, Project, Request};
use crate::sdk::api::api;

pub(super) fn wrong_role(at: NodeRef, role: &str, first: bool) -> Option<Fault> {
    if role == "system" && first {
        let help = "put it into the top-level `system`: in `messages` the API answers 400 to a system turn at the start";
        return Some((at, "the first message has the role `system`".to_string(), help));
    }
    if api().request.roles.iter().any(|r| r == role) {
        return None;
    }
    let help = match role {
        "tool" | "function" => {
            "results of tools are `tool_result` blocks in a user turn: the API answers 400 to other roles"
        }
        _ => {
            "roles are `user` and `assistant`; what steers the whole conversation goes into `system`: the API answers 400"
        }
    };
    Some((at, format!("there is no role `{role}`"), help))
}

/// Blocks in a turn of the wrong side.
pub(super) fn wrong_side(content: &Json, role: Option<&str>) -> Option<Fault> {
    let wrong = match role? {
        "assistant" => "tool_result",
        "user" => "tool_use",
        _ => return None,
    };
    let block = content.items().iter().filter_map(|b| b.get("type")).find(|t| t.is_text(wrong))?;
    let (message, help) = match wrong {
        "tool_result" => (
            "a `tool_result` block stands in an assistant turn",
            "put it into the user turn that follows the call: the API answers 400 `tool_result` blocks can only be in \
             `user` messages",
        ),
        _ => (
            "a `tool_use` block stands in a user turn",
            "it belongs into the assistant turn: the API answers 400 `tool_use` blocks can only be in `assistant` messages",
        ),
    };
    Some((block.at, message.to_string(), help))
}

pub(super) fn trailing_space(
    project: &Project,
    request: &Request,
    body: &Json,
    content: &Json,
) -> Option<Fault> {
    // On models that take no such turn at all, that is what to say.
    let models = project.possible_models(request, Some(body));
    if models.is_some_and(|all| all.iter().all(|m| m.supports_prefill == Some(false))) {
        return None;
    }
    let text = match &content.kind {
        JsonKind::List { items, open: false } => items.last()?.get("text")?,
        _ => content,
    };
    let written = project.written_text(text)?;
    let ends = written.pieces.last()?.as_deref()?.ends_with([' ', '\n', '\t']);
    let help = "trim it: the API answers 400 `final assistant content cannot end with trailing whitespace`";
    ends.then(|| (text.at, "the last assistant turn ends in white space".to_string(), help))
}
