//! Histories of tool conversations that are cut anywhere.

use crate::finding::{Confidence, Finding, Severity};
use crate::model::Project;
use crate::rules::{ALL_LANGUAGES, Category, Rule};

/// A history cut by count without keeping calls and results together.
pub(crate) static RULE: Rule = Rule {
    id: "history-trim-splits-tools",
    summary: "a history with tool calls is cut by count, which parts calls from their results",
    docs: include_str!("history_trim_splits_tools.md"),
    category: Category::Tools,
    severity: Severity::Error,
    pedantic: false,
    languages: ALL_LANGUAGES,
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    for trim in project.history_trims() {
        findings.push(
            Finding::new(
                &RULE,
                project.location(trim.at),
                "this cuts the history by count and may leave a tool result without the call it answers",
            )
            .label("the rest may begin with a `tool_result`")
            .confidence(if trim.by_name { Confidence::Medium } else { Confidence::High })
            .related(project.call_location(trim.grows), "tool results are in this conversation")
            .help(
                "after cutting, drop messages until the first one is the user's and holds no `tool_result`; the API \
                 rejects an orphan with 400: \"unexpected `tool_use_id` found in `tool_result` blocks. Each \
                 `tool_result` block must have a corresponding `tool_use` block in the previous message\"",
            ),
        );
    }
}
