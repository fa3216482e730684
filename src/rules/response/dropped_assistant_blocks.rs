//! Only the text of the assistant's turn goes into the history of a tool loop.

use crate::finding::{Confidence, Finding, Severity};
use crate::model::{NodeRef, Project, Tri};
use crate::rules::{ALL_LANGUAGES, Category, Rule};

pub(crate) static RULE: Rule = Rule {
    id: "dropped-assistant-blocks",
    summary: "a tool loop keeps only the text of the assistant's turn, so that its `tool_use` and `thinking` blocks are lost",
    docs: include_str!("dropped_assistant_blocks.md"),
    category: Category::Response,
    severity: Severity::Error,
    pedantic: false,
    languages: ALL_LANGUAGES,
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    let mut reported: Vec<NodeRef> = Vec::new();
    for around in project.agent_loops() {
        if project.is_test(around.at) {
            continue;
        }
        for turn in project.text_only_turns(around) {
            let tools = project.request_at(turn.request).map(|r| project.offers_tools(r));
            if tools == Some(Tri::No) || tools.is_none() || reported.contains(&turn.at) {
                continue;
            }
            reported.push(turn.at);
            let confidence = match tools {
                Some(Tri::Yes) => Confidence::High,
                _ => Confidence::Medium,
            };
            findings.push(
                Finding::new(
                    &RULE,
                    project.location(turn.at),
                    "only the text of the assistant's turn is kept in a conversation with tools",
                )
                .label("its `tool_use` and `thinking` blocks are lost here")
                .related(project.call_location(turn.request), "answered here")
                .confidence(confidence)
                .help(
                    "append the whole `content` of the answer as it came: \
                     `{\"role\": \"assistant\", \"content\": message.content}`",
                ),
            );
        }
        for turn in project.turns_without_thinking(around) {
            if reported.contains(&turn.at) {
                continue;
            }
            reported.push(turn.at);
            findings.push(
                Finding::new(
                    &RULE,
                    project.location(turn.at),
                    "the assistant's turn is written anew without its `thinking` blocks, which the request asks for",
                )
                .label("only texts and calls of tools are kept here")
                .related(project.call_location(turn.request), "asked with thinking here")
                .help(
                    "append the whole `content` of the answer as it came: \
                     `{\"role\": \"assistant\", \"content\": message.content}`; the next request is rejected with 400 \
                     otherwise: \"Expected `thinking` or `redacted_thinking`, but found `tool_use`\"",
                ),
            );
        }
    }
}
