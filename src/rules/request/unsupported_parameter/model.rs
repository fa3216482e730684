//! What depends on the model.

use super::Sent;
use crate::finding::Finding;
use crate::sdk::api::api;

pub(super) fn thinking(sent: &Sent<'_>) -> Option<Finding> {
    let kind = sent.given("thinking")?.get("type")?;
    let text = kind.text()?;
    let effort = sent.body.path(&["output_config", "effort"]).and_then(|e| e.text());
    let high = matches!(effort.as_deref(), Some("xhigh" | "max"));
    let rejected = sent.all_models(|m| match &*text {
        "enabled" => m.thinking.enabled_budget_tokens == "rejected",
        "adaptive" => !m.thinking.adaptive,
        "between_tools" => !m.thinking.between_tools,
        "disabled" => {
            m.thinking.disabled == "rejected"
                || high && m.thinking.disabled == "accepted_at_effort_high_or_below"
        }
        _ => false,
    });
    if !rejected {
        return None;
    }
    let help = match &*text {
        "enabled" => {
            "use `{\"type\": \"adaptive\"}` and `output_config.effort`: the API answers 400 `\"thinking.type.enabled\" is not \
             supported for this model. Use \"thinking.type.adaptive\" and \"output_config.effort\" to control thinking \
             behavior.`"
        }
        "adaptive" => {
            "use `{\"type\": \"enabled\", \"budget_tokens\": n}`: the API answers 400 `adaptive thinking is not supported on \
             this model`"
        }
        "disabled" => {
            "leave `thinking` out and lower `output_config.effort`: on this model thinking cannot be switched off, the \
             API answers 400"
        }
        _ => "leave it out: the API answers 400",
    };
    Some(sent.fault(kind.at, format!("{} rejects `thinking` of type `{text}`", sent.model_names()), help))
}

pub(super) fn effort(sent: &Sent<'_>) -> Option<Finding> {
    if let Some(effort) = sent.body.get("effort").filter(|e| e.text().is_some()) {
        return Some(sent.fault(
            effort.at,
            "`effort` is no parameter of its own",
            "write `output_config={\"effort\": …}`: the API answers 400 `effort: Extra inputs are not permitted`",
        ));
    }
    let effort = sent.given("output_config")?.get("effort")?;
    let level = effort.text()?;
    let all = &api().request.efforts;
    if !all.contains(&level) {
        return Some(sent.fault(
            effort.at,
            format!("`{level}` is no effort level"),
            format!("use one of {}; the API answers 400", all.join(", ")),
        ));
    }
    sent.all_models(|m| !m.effort.supported || !m.effort.levels.contains(&level)).then(|| {
        sent.fault(
            effort.at,
            format!("{} rejects effort `{level}`", sent.model_names()),
            "use a level that the model takes, or leave it out: the API answers 400; `claude-lint models` lists them",
        )
    })
}

pub(super) fn forced_tool_choice(sent: &Sent<'_>) -> Option<Finding> {
    let kind = sent.given("tool_choice")?.get("type").filter(|t| t.is_text("any") || t.is_text("tool"))?;
    sent.all_models(|m| m.forced_tool_choice.as_deref() == Some("rejected")).then(|| {
        sent.fault(
            kind.at,
            format!("{} rejects a forced `tool_choice`", sent.model_names()),
            "use `{\"type\": \"auto\"}` and say in the prompt when to use the tool, or structured output: the API answers \
             400 `tool_choice: type \"tool\" and \"any\" are not supported for this model.`",
        )
    })
}

pub(super) fn prefill(sent: &Sent<'_>) -> Option<Finding> {
    let last = sent.project.last_message(sent.body)?;
    let role = last.get("role").filter(|r| r.is_text("assistant"))?;
    sent.all_models(|m| m.supports_prefill == Some(false)).then(|| {
        sent.fault(
            role.at,
            format!("{} rejects an assistant turn at the end", sent.model_names()),
            "end with a user turn; for a given form of the answer use structured output: the API answers 400 `This model \
             does not support assistant message prefill. The conversation must end with a user message.`",
        )
    })
}

/// System messages after the first turn; one at the start is always wrong and told by `invalid-message`.
pub(super) fn system_message(sent: &Sent<'_>) -> Option<Finding> {
    let messages = sent.project.list_in_place(sent.body, "messages")?;
    let system =
        messages.items().iter().skip(1).find_map(|m| m.get("role").filter(|r| r.is_text("system")))?;
    sent.all_models(|m| m.mid_conversation_system_messages == Some(false)).then(|| {
        sent.fault(
            system.at,
            format!("{} rejects messages with the role `system`", sent.model_names()),
            "put it into the top-level `system`: the API answers 400 on this model",
        )
    })
}
