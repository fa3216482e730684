//! A key stands in the source.

use crate::finding::{Confidence, Finding, Severity};
use crate::model::{NodeRef, Project, real_key};
use crate::rules::{ALL_LANGUAGES, Category, Rule};

pub(crate) static RULE: Rule = Rule {
    id: "hardcoded-api-key",
    summary: "a real API key stands in the source, for everybody who can read it",
    docs: include_str!("hardcoded_api_key.md"),
    category: Category::Auth,
    severity: Severity::Error,
    pedantic: false,
    languages: ALL_LANGUAGES,
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    for (at, text) in project.literal_texts() {
        if real_key(text).is_some() && !project.is_test(at) {
            findings.push(finding(project, at));
        }
    }
}

fn finding(project: &Project, at: NodeRef) -> Finding {
    Finding::new(&RULE, project.location(at), "an API key stands in the source")
        .label("whoever reads this file, or its history, can use the key")
        .confidence(Confidence::High)
        .help(
            "revoke the key in the Console: it stays in the history even when it is removed here; then read the new one \
             from the environment or a secret store",
        )
}
