//! Input of tools that reaches a shell, a query, a path or an interpreter as it is.

use rustc_hash::FxHashSet;

use crate::finding::{Confidence, Finding, Severity};
use crate::model::{InputUse, Project};
use crate::rules::{ALL_LANGUAGES, Category, Rule};

/// Tool input that is executed or opened unvalidated.
pub(crate) static RULE: Rule = Rule {
    id: "unvalidated-tool-input",
    summary: "tool input that reaches a shell, a query, a path or an interpreter unvalidated",
    docs: include_str!("unvalidated_tool_input.md"),
    category: Category::Tools,
    severity: Severity::Warning,
    pedantic: true,
    languages: ALL_LANGUAGES,
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    let mut seen = FxHashSet::default();
    for dispatch in project.tool_dispatches() {
        for InputUse { input, at, executes } in project.dangerous_inputs(dispatch) {
            if !seen.insert(at) {
                continue;
            }
            let (what, help) = match executes {
                true => (
                    "what the model wrote is executed here as it is",
                    "allow only known commands or statements, pass values as parameters, or run it in a sandbox; \
                     what the model reads, a web page or a file, can make it write anything",
                ),
                false => (
                    "a path that the model wrote is opened here as it is",
                    "resolve the path and check that it lies below a folder meant for it; what the model reads, a \
                     web page or a file, can make it ask for any other",
                ),
            };
            let mut finding =
                Finding::new(&RULE, project.call_location(at), what).label("not validated").help(help);
            if input.file != at.file || project.function_of(input) != project.function_of(at) {
                finding = finding.confidence(Confidence::Medium);
            }
            findings.push(finding.related(project.location(input), "the tool's input"));
        }
    }
}
