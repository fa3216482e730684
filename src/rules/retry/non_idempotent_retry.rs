//! Effects that a retry has twice.

use crate::finding::{Confidence, Finding, Severity};
use crate::lang::Language;
use crate::model::Project;
use crate::rules::{Category, Rule};

pub(crate) static RULE: Rule = Rule {
    id: "non-idempotent-retry",
    summary: "what a retry repeats also has a side effect before the request",
    docs: include_str!("non_idempotent_retry.md"),
    category: Category::Retry,
    severity: Severity::Warning,
    // Whether a second insert, mail or message does harm is rarely to be seen in the code.
    pedantic: true,
    languages: &[Language::Python, Language::TypeScript],
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    super::each_retry(project, |request, retry| {
        let Some(effect) = project.effect_before_request(retry) else { return false };
        findings.push(
            Finding::new(
                &RULE,
                project.call_location(effect),
                "every attempt does this again before it sends the request",
            )
            .label("done once for each attempt")
            .related(project.retry_location(retry), "repeated here")
            .related(project.call_location(request.at), "the request")
            .confidence(Confidence::Medium)
            .help("do it once, before the retry or after the request has succeeded, or make it harmless to repeat"),
        );
        true
    });
}
