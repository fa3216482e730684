//! Code that handles one tool call of a turn and drops the others.

use rustc_hash::FxHashSet;

use crate::finding::{Confidence, Finding, Severity};
use crate::model::{Project, Tri};
use crate::rules::{ALL_LANGUAGES, Category, Rule};

/// Only one `tool_use` block of a turn is handled.
pub(crate) static RULE: Rule = Rule {
    id: "dropped-parallel-tool-use",
    summary: "only one `tool_use` block of a turn is handled, the others are dropped",
    docs: include_str!("dropped_parallel_tool_use.md"),
    category: Category::Tools,
    severity: Severity::Error,
    pedantic: false,
    languages: ALL_LANGUAGES,
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    let mut seen = FxHashSet::default();
    for dispatch in project.tool_dispatches().iter().chain(project.unanswered_dispatches()) {
        let left = || project.stops_after_first(dispatch);
        let Some(place) = dispatch.pick.or_else(left) else { continue };
        if project.calls_in_parallel(dispatch) != Tri::Yes
            || project.minds_other_calls(dispatch)
            || !seen.insert(place)
        {
            continue;
        }
        let message = match dispatch.pick {
            Some(_) => "one `tool_use` block is picked here, and the others of the same turn are dropped",
            None => {
                "the loop is left after the first `tool_use` block, and the others of the turn are dropped"
            }
        };
        let mut finding = Finding::new(&RULE, project.location(place), message)
            .label("one of perhaps several")
            .help(
                "answer every `tool_use` block of the turn in one user message, or allow one at a time with \
                 `tool_choice: {\"type\": \"auto\", \"disable_parallel_tool_use\": true}`; a turn that is sent back \
                 with an open call is rejected with 400: \"`tool_use` ids were found without `tool_result` blocks \
                 immediately after\"",
            );
        for &result in dispatch.results.iter().take(2) {
            finding = finding.related(project.location(result), "the only result");
        }
        match dispatch.responses.first() {
            Some(response) => {
                finding =
                    finding.related(project.call_location(response.request), "the answer comes from here");
            }
            // What was chosen when the turn was stored is dropped there.
            None if project.is_stored_choice(dispatch) => finding = finding.confidence(Confidence::Low),
            None => finding = finding.confidence(Confidence::Medium),
        }
        findings.push(finding);
    }
    for call in project.lone_calls() {
        findings.push(
            Finding::new(
                &RULE,
                project.location(call.pick),
                "only the first tool call of the turn becomes a `tool_use` block, and the others are dropped",
            )
            .label("one of perhaps several")
            .related(project.location(call.block), "the only block")
            .confidence(Confidence::Medium)
            .help(
                "write a `tool_use` block for every call of the turn, and the results of all of them into one user \
                 message: the result of a call that is left out is rejected with 400, as there is no `tool_use` \
                 block for it in the message before",
            ),
        );
    }
}
