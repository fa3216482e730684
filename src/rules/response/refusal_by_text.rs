//! A refusal is looked for in the words of the answer.

use crate::finding::{Confidence, Finding, Severity};
use crate::model::{NodeRef, Project};
use crate::rules::{ALL_LANGUAGES, Category, Rule};

pub(crate) static RULE: Rule = Rule {
    id: "refusal-by-text",
    summary: "a refusal is looked for in the words of the answer instead of the stop reason",
    docs: include_str!("refusal_by_text.md"),
    category: Category::Response,
    severity: Severity::Warning,
    pedantic: false,
    languages: ALL_LANGUAGES,
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    let mut reported: Vec<(NodeRef, Finding)> = Vec::new();
    for request in project.requests() {
        // Without a stop reason in sight there is nothing better to look at.
        if request.kind.stop.is_empty() || project.is_test(request.at) {
            continue;
        }
        for found in project.refusals_by_words(request) {
            if project.is_test(found.at) || reported.iter().any(|r| r.0 == found.at) {
                continue;
            }
            let confidence = match project.has_other_callees(request) {
                true => Confidence::Low,
                false if project.function_of(found.at) == project.function_of(request.at) => Confidence::High,
                false => Confidence::Medium,
            };
            let finding = Finding::new(
                &RULE,
                project.location(found.at),
                format!("a refusal is looked for by the words \"{}\"", shortened(&found.phrase)),
            )
            .label("answers say this without refusing, and refusals come without any words")
            .related(project.call_location(request.at), "requested here")
            .confidence(confidence)
            .help(
                "test `stop_reason` for `refusal`; its `stop_details` say why. To let the model decline in its \
                 own words, give it a field for that in a schema",
            );
            reported.push((found.at, finding));
        }
    }
    findings.extend(reported.into_iter().map(|r| r.1));
}

fn shortened(phrase: &str) -> String {
    let mut text: String = phrase.split_whitespace().collect::<Vec<_>>().join(" ");
    if text.chars().count() > 40 {
        text = text.chars().take(39).chain(['…']).collect();
    }
    text.replace('`', "'")
}
