//! Streams read by hand whose end of bytes counts as the end of the answer.

use crate::finding::{Finding, Severity};
use crate::model::{Project, Reason};
use crate::rules::{ALL_LANGUAGES, Category, Rule};

pub(crate) static RULE: Rule = Rule {
    id: "incomplete-stream-accepted",
    summary: "the end of the bytes of a stream counts as the end of the answer, so a cut connection passes as success",
    docs: include_str!("incomplete_stream_accepted.md"),
    category: Category::Streaming,
    severity: Severity::Warning,
    pedantic: false,
    languages: ALL_LANGUAGES,
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    for reader in project.stream_readers() {
        // One that waits for the end of another vendor is reported as that.
        let minded = reader.sees_end || reader.sentinel.is_some();
        let ends_well = reader.ends_alike.is_none() && reader.taken_as_success.is_none();
        if minded && ends_well || reader.hands_on || reader.several_vendors {
            continue;
        }
        let place = match reader.taken_as_success.or(reader.around) {
            Some(around) => project.head_location(around),
            None => project.call_location(reader.parse),
        };
        let message = match reader.ends_alike {
            None if reader.taken_as_success.is_some() => {
                "this stream counts as complete when its pieces end: until a stop reason comes, none passes as success"
            }
            None if reader.reason == Reason::Read => {
                "this stream counts as complete when its bytes end: until a `stop_reason` comes, none passes as success"
            }
            None => {
                "this stream counts as complete when its bytes end: nothing looks for `message_stop` or the `stop_reason`"
            }
            Some(_) => {
                "this stream counts as complete when its bytes end: what follows is what `message_stop` leads to"
            }
        };
        let finding = Finding::new(&RULE, place, message)
        .label("ends in the same way when the connection is cut")
        .help(
            "remember that `message_stop` came, or keep the `stop_reason` of `message_delta`, and treat a stream \
             that ends without it as an error; `max_tokens` and `refusal` are told there too",
        );
        let finding = match reader.ends_alike {
            Some(branch) => {
                finding.related(project.location(branch), "the same is done at the end of the answer")
            }
            None => finding,
        };
        findings.push(match reader.around {
            Some(_) => finding.related(project.call_location(reader.parse), "its events are parsed here"),
            None => finding,
        });
    }
}
