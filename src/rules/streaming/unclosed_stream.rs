//! Streams that are left before their end and not closed.

use crate::finding::{Finding, Severity};
use crate::lang::Language;
use crate::model::Project;
use crate::rules::{Category, Rule};

pub(crate) static RULE: Rule = Rule {
    id: "unclosed-stream",
    summary: "a stream is left before its end and not closed, so its connection stays open and the model goes on writing",
    docs: include_str!("unclosed_stream.md"),
    category: Category::Streaming,
    severity: Severity::Info,
    pedantic: false,
    languages: &[Language::Python, Language::TypeScript],
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    for request in project.requests() {
        if project.is_test(request.at) {
            continue;
        }
        let abandoned = project.abandons_stream(request).into_iter();
        findings.extend(abandoned.map(|(around, exit)| {
            Finding::new(
                &RULE,
                project.location(exit),
                "the stream is left here before its end, and nothing closes it",
            )
            .label("the connection stays open")
            .related(project.head_location(around), "read here")
            .related(project.call_location(request.at), "requested here")
            .help(
                "use the stream as a context manager, or close it in `finally` (`close()`, `reader.cancel()`, \
                 `controller.abort()`): until then the answer goes on, and so does its price",
            )
        }));
    }
}
