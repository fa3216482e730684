//! Results of one turn's tool calls in messages of their own.

use rustc_hash::FxHashSet;

use crate::finding::{Finding, Severity};
use crate::model::{Project, Tri};
use crate::rules::{ALL_LANGUAGES, Category, Rule};

/// One user message per tool result.
pub(crate) static RULE: Rule = Rule {
    id: "split-tool-results",
    summary: "one user message for each tool result instead of one for all of a turn",
    docs: include_str!("split_tool_results.md"),
    category: Category::Tools,
    severity: Severity::Info,
    pedantic: false,
    languages: ALL_LANGUAGES,
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    let mut seen = FxHashSet::default();
    for dispatch in project.tool_dispatches() {
        let one = !dispatch.each || dispatch.pick.is_some() || project.stops_after_first(dispatch).is_some();
        if one || project.calls_in_parallel(dispatch) != Tri::Yes {
            continue;
        }
        // What is sent between them is refused: that is told by the rule on calls without a result.
        if project.asks_between_results(dispatch).is_some() {
            continue;
        }
        for &result in &dispatch.results {
            let Some(message) = project.message_per_result(dispatch, result) else { continue };
            if !seen.insert(message) {
                continue;
            }
            // Each call stands in a turn of its own: a stored conversation is put together again.
            if project.restores_turns(dispatch) {
                continue;
            }
            let finding = Finding::new(
                &RULE,
                project.location(message),
                "each result of a tool becomes a user message of its own",
            )
            .label("one message for each result")
            .related(project.head_location(dispatch.at), "repeated here");
            findings.push(match project.repeated_turn(dispatch, message) {
                Some(turn) => finding
                    .severity(Severity::Error)
                    .related(project.location(turn), "the whole turn of the assistant, once for each of its calls")
                    .help(
                        "append the turn of the assistant once, and all results in the content of one user message: \
                         with two calls the API answers 400 `` `tool_use` ids were found without `tool_result` blocks \
                         immediately after ``",
                    ),
                None => finding.help(
                    "collect the results of a turn and send them in the content of one user message; results in \
                     separate messages teach the model to call its tools one at a time",
                ),
            });
        }
    }
    for (message, turns) in project.messages_by_result() {
        if !seen.insert(message) {
            continue;
        }
        findings.push(
            Finding::new(
                &RULE,
                project.location(message),
                "each result of a tool becomes a user message of its own",
            )
            .label("one message for each result")
            .related(project.head_location(turns), "repeated here")
            .help(
                "put results that follow one another into the content of one user message; results in separate \
                 messages teach the model to call its tools one at a time",
            ),
        );
    }
}
