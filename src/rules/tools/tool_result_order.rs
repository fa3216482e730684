//! What stands between a tool call and its result.

use rustc_hash::FxHashSet;

use crate::finding::{Finding, Severity};
use crate::model::Project;
use crate::rules::{ALL_LANGUAGES, Category, Rule};

/// Text before the results, or a message between.
pub(crate) static RULE: Rule = Rule {
    id: "tool-result-order",
    summary: "text before the `tool_result` blocks of a message, or a message before theirs",
    docs: include_str!("tool_result_order.md"),
    category: Category::Tools,
    severity: Severity::Error,
    pedantic: false,
    languages: ALL_LANGUAGES,
    check,
};

const HELP: &str = "put `tool_result` blocks first in the message right after the model's turn, and text after them; \
     the API rejects this with 400: \"`tool_use` ids were found without `tool_result` blocks immediately after\"";

fn check(project: &Project, findings: &mut Vec<Finding>) {
    let mut seen = FxHashSet::default();
    for result in project.sent_tool_results() {
        let before = project.blocks_before_results(result.at).into_iter();
        let between = project.messages_between(result.at).into_iter();
        let places = before
            .map(|block| {
                (
                    block,
                    "this block stands before the tool results in the same message",
                    "must come after them",
                )
            })
            .chain(between.map(|message| {
                (
                    message,
                    "this message comes between the model's call of a tool and its result",
                    "must come after the result",
                )
            }));
        for (place, message, label) in places.filter(|(place, ..)| seen.insert(*place)) {
            findings.push(
                Finding::new(&RULE, project.location(place), message)
                    .label(label)
                    .related(project.location(result.at), "the tool result")
                    .help(HELP),
            );
        }
    }
}
