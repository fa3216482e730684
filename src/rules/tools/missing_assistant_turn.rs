//! Tool results that are sent without the turn of the model that asked for them.

use rustc_hash::FxHashSet;

use crate::finding::{Finding, Severity};
use crate::model::Project;
use crate::rules::{ALL_LANGUAGES, Category, Rule};

/// A `tool_result` sent without the assistant turn that asked.
pub static RULE: Rule = Rule {
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
    let near = project.files_near_requests();
    let sent = project.sent_bodies();
    for result in project.tool_results() {
        let aside = project.is_test(result.at) || project.is_dropped(result.at);
        if aside || !near.contains(&result.at.file) || project.is_unsent(result.at, &sent) {
            continue;
        }
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
