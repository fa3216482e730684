//! A stop reason that is new to the code fails.

use crate::finding::{Finding, Severity};
use crate::model::{ClosedForm, Project};
use crate::rules::{ALL_LANGUAGES, Category, Rule};

pub(crate) static RULE: Rule = Rule {
    id: "closed-stop-reason",
    summary: "a stop reason that is new to the code fails to be read, or throws",
    docs: include_str!("closed_stop_reason.md"),
    category: Category::Response,
    severity: Severity::Warning,
    pedantic: false,
    languages: ALL_LANGUAGES,
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    for closed in project.closed_reasons() {
        if project.is_test(closed.at) {
            continue;
        }
        let (message, label) = match closed.form {
            ClosedForm::Type => (
                "this type takes only the stop reasons it lists",
                "with the first new value the whole answer cannot be read",
            ),
            ClosedForm::Conversion => (
                "this conversion fails for every stop reason it does not know",
                "with the first new value the answer is lost in an error",
            ),
            ClosedForm::Check => (
                "this check throws for every stop reason that was not handled",
                "the types list the values of today; the API may send others",
            ),
        };
        findings.push(Finding::new(&RULE, project.name_location(closed.at), message).label(label).help(
            "the API adds stop reasons without a new version: give the type a variant or branch for the \
                 rest, and treat what lands there as an answer that is not complete",
        ));
    }
}
