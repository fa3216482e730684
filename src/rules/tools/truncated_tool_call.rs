//! Tool calls that are run although they may be cut off.

use rustc_hash::FxHashSet;

use crate::finding::{Finding, Severity};
use crate::model::Project;
use crate::rules::{ALL_LANGUAGES, Category, Rule};

/// `tool_use` blocks executed without excluding `max_tokens`.
pub(crate) static RULE: Rule = Rule {
    id: "truncated-tool-call",
    summary: "`tool_use` blocks run without excluding that the answer was cut off at `max_tokens`",
    docs: include_str!("truncated_tool_call.md"),
    category: Category::Tools,
    severity: Severity::Error,
    pedantic: false,
    languages: ALL_LANGUAGES,
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    let mut seen = FxHashSet::default();
    for dispatch in project.tool_dispatches().iter().chain(project.unanswered_dispatches()) {
        let Some(cut) = project.runs_cut_calls(dispatch) else { continue };
        if !seen.insert(cut.received) {
            continue;
        }
        let message = match (cut.read.is_empty(), cut.late.is_empty()) {
            (true, true) if !cut.idle.is_empty() => {
                "calls of tools are run here and nothing asks which stop reason it was"
            }
            (true, true) => "calls of tools are run here and nothing reads the stop reason",
            (true, false) => "calls of tools are run here before anything reads the stop reason",
            (false, _) => {
                "calls of tools are run here although the answer may have been cut off at `max_tokens`"
            }
        };
        let place = match project.picked_run(dispatch).or_else(|| project.run_elsewhere(dispatch)) {
            Some(run) => project.call_location(run),
            None => project.head_location(dispatch.at),
        };
        let mut finding = Finding::new(&RULE, place, message)
            .label("the last call may be incomplete")
            .related(project.call_location(cut.request), "requested here")
            .help(
                "run tools only when the stop reason is `tool_use`; at `max_tokens` and \
                 `model_context_window_exceeded` the last `tool_use` block is cut off, with input that lacks \
                 arguments or is empty: raise, or ask again with a higher limit",
            );
        for &at in cut.read.iter().take(2) {
            finding = finding.related(project.location(at), "excludes other reasons only");
        }
        if cut.read.is_empty() && cut.late.is_empty() {
            for &at in cut.idle.iter().take(1) {
                finding = finding.related(project.location(at), "read here, and compared with no reason");
            }
        }
        for &at in cut.late.iter().take(1) {
            finding = finding.related(project.location(at), "read here, after the calls were run");
        }
        findings.push(finding);
    }
}
