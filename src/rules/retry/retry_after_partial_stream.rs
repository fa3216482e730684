//! Streams that begin anew after part of them was shown.

use crate::finding::{Confidence, Finding, Severity};
use crate::lang::Language;
use crate::model::Project;
use crate::rules::{Category, Rule};

pub(crate) static RULE: Rule = Rule {
    id: "retry-after-partial-stream",
    summary: "a stream is started again after part of it was already handed out",
    docs: include_str!("retry_after_partial_stream.md"),
    category: Category::Retry,
    severity: Severity::Warning,
    pedantic: false,
    languages: &[Language::Python, Language::TypeScript],
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    super::each_retry(project, |request, retry| {
        let Some(emission) = project.handed_out_before_retry(request, retry) else { return false };
        findings.push(
            Finding::new(
                &RULE,
                project.retry_filter_location(retry),
                "a failure in the middle of the stream starts it again, after part of the answer was handed out",
            )
            .label("starts from the beginning")
            .related(project.call_location(emission), "already handed out here")
            .related(project.call_location(request.at), "the stream")
            .confidence(if retry.at.file == request.at.file { Confidence::High } else { Confidence::Medium })
            .help(
                "retry only until the first piece is handed out; later, end with an error, or send the text so far as \
                 the start of the answer to go on from: the second answer differs, and the reader sees both",
            ),
        );
        true
    });
}
