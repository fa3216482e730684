//! Tools whose failure ends the loop.

use rustc_hash::FxHashSet;

use crate::finding::{Confidence, Finding, Severity};
use crate::model::{Project, ToolDispatch};
use crate::rules::{ALL_LANGUAGES, Category, Rule};

/// A tool's exception kills the loop instead of becoming a result.
pub(crate) static RULE: Rule = Rule {
    id: "unguarded-tool-execution",
    summary: "a tool's failure ends the loop instead of returning `is_error: true`",
    docs: include_str!("unguarded_tool_execution.md"),
    category: Category::Tools,
    severity: Severity::Warning,
    pedantic: false,
    languages: ALL_LANGUAGES,
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    let mut seen = FxHashSet::default();
    // What is not answered where it is run is answered in a later turn, if there is one.
    let in_loop = |d: &&ToolDispatch| project.agent_loops().iter().any(|l| project.contains(l.at, d.at));
    let unanswered = project.unanswered_dispatches().iter().filter(in_loop);
    for dispatch in project.tool_dispatches().iter().chain(unanswered) {
        let Some(run) = project.unguarded_run(dispatch) else { continue };
        if !seen.insert(run.at) {
            continue;
        }
        let mut finding = Finding::new(
            &RULE,
            project.call_location(run.at),
            "a failure of the tool leaves the loop: the model never learns of it, and the call stays open",
        )
        .label("nothing catches what this raises")
        .help(
            "catch the failure here and give it back as a `tool_result` with `is_error: true` and a text that says \
             what went wrong; the model corrects its input or tells the user",
        );
        if run.fails.file != run.at.file || project.location(run.fails) != project.location(run.at) {
            finding =
                finding.related(project.location(run.fails), "fails here").confidence(Confidence::Medium);
        }
        if let Some(&result) = dispatch.results.first() {
            finding = finding.related(project.location(result), "the result that is never written");
        }
        findings.push(finding);
    }
}
