//! Tool results that are sent without the turn of the model that asked for them.

use rustc_hash::FxHashSet;

use crate::finding::{Finding, Severity};
use crate::model::Project;
use crate::rules::{ALL_LANGUAGES, Category, Rule};

/// A `tool_result` sent without the assistant turn that asked.
pub(crate) static RULE: Rule = Rule {
    id: "missing-assistant-turn",
    summary: "a `tool_result` sent without the assistant turn that asked for it",
    docs: include_str!("missing_assistant_turn.md"),
    category: Category::Tools,
    severity: Severity::Error,
    pedantic: false,
    languages: ALL_LANGUAGES,
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    let mut seen = FxHashSet::default();
    for result in project.sent_tool_results() {
        let messages = project.without_assistant_turn(result.at);
        findings.extend(messages.into_iter().filter(|&m| seen.insert(m)).map(|message| {
            Finding::new(
                &RULE,
                project.location(message),
                "this message answers a call of a tool, but the model's turn with that call is not in the history",
            )
            .label("the message before it must be the assistant's, with the `tool_use` block")
            .help(
                "append `{\"role\": \"assistant\", \"content\": response.content}` before the results; the API rejects \
                 this with 400: \"unexpected `tool_use_id` found in `tool_result` blocks. Each `tool_result` block must \
                 have a corresponding `tool_use` block in the previous message\"",
            )
        }));
    }
}
