//! Streams of Claude that are expected to end as those of another vendor do.

use crate::finding::{Finding, Severity};
use crate::model::Project;
use crate::rules::{ALL_LANGUAGES, Category, Rule};

pub(crate) static RULE: Rule = Rule {
    id: "done-sentinel",
    summary: "the end of a Claude stream is looked for in `[DONE]`, which never comes",
    docs: include_str!("done_sentinel.md"),
    category: Category::Streaming,
    severity: Severity::Error,
    pedantic: false,
    languages: ALL_LANGUAGES,
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    for reader in project.stream_readers() {
        let Some(sentinel) = reader.sentinel else { continue };
        // Where the real end is looked at as well, the comparison does no harm.
        if reader.sees_end || reader.several_vendors {
            continue;
        }
        findings.push(
            Finding::new(
                &RULE,
                project.location(sentinel),
                "this stream of Claude is read until `[DONE]`, which Claude never sends",
            )
            .label("the end of another vendor's streams")
            .related(project.call_location(reader.parse), "the events of Claude are parsed here")
            .help(
                "a Claude stream ends with the event `message_stop`, after a `message_delta` that holds the \
                 `stop_reason`; what is to be done at the end belongs there, and a stream that ends without it \
                 was cut off",
            ),
        );
    }
}
