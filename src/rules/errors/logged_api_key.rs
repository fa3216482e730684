//! A key goes to a log.

use crate::finding::{Confidence, Finding, Severity};
use crate::model::{KeyLeak, Project};
use crate::rules::{ALL_LANGUAGES, Category, Rule};

pub(crate) static RULE: Rule = Rule {
    id: "logged-api-key",
    summary: "the key, or what holds it, goes to a log, a screen or an error message",
    docs: include_str!("logged_api_key.md"),
    category: Category::Errors,
    severity: Severity::Error,
    pedantic: false,
    languages: ALL_LANGUAGES,
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    for leak in project.key_leaks() {
        if !project.is_test(leak.at) {
            findings.push(finding(project, &leak));
        }
    }
}

fn finding(project: &Project, leak: &KeyLeak) -> Finding {
    let what = match (&leak.variable, leak.inside) {
        (Some(variable), _) => format!("the key from `{variable}` is written out"),
        (None, _) => "an API key is written out".to_string(),
    };
    let confidence = if leak.variable.is_some() { Confidence::High } else { Confidence::Medium };
    let finding = Finding::new(&RULE, project.location(leak.value), what)
        .confidence(confidence)
        .help("leave it out, or show that it is set and no more than its last four characters; revoke a key that is in logs");
    match leak.inside {
        Some(inside) => {
            finding.label("holds the key").related(project.location(inside), "the key is put in here")
        }
        None => finding.label("the whole key"),
    }
}
