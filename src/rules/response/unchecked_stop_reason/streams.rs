//! Streams that are read by hand.

use super::{RULE, done_with};
use crate::finding::{Confidence, Finding};
use crate::model::{Project, Reason, StreamReader};

/// A stream read by hand, down to its proper end, whose stop reason nobody takes out.
pub(super) fn unread(project: &Project, reader: &StreamReader) -> Option<Finding> {
    // Where the end is not looked at either, that is the fault; what is handed on whole may be read there.
    let looked_at = reader.hands_on || reader.several_vendors || reader.shows_text;
    if !reader.sees_end || reader.ends_alike.is_some() || looked_at {
        return None;
    }
    let (place, what) = match reader.reason {
        Reason::Read => return None,
        Reason::Presence(at) => {
            (project.location(at), "only whether there is a `stop_reason` is asked here, and nowhere which")
        }
        Reason::Never => {
            let place = project.call_location(reader.parse);
            (place, "this stream is read to its end and nothing takes the `stop_reason` out of it")
        }
    };
    let finding = Finding::new(&RULE, place, what)
        .label("an answer cut off at `max_tokens` looks complete")
        .confidence(Confidence::Medium)
        .help(
            "keep `delta.stop_reason` of the event `message_delta` and give it back with the text, or raise: \
             `max_tokens` and `model_context_window_exceeded` mean that the answer is cut off, `refusal` that there \
             is none",
        );
    // Who is given one piece after another sees where they stop, and who parses the events may look.
    let finding = match reader.gathers && project.is_parsed_at(reader.parse) {
        true => finding,
        false => finding.confidence(Confidence::Low),
    };
    Some(match reader.reason {
        Reason::Presence(_) => {
            finding.related(project.call_location(reader.parse), "the events are parsed here")
        }
        _ => finding,
    })
}

/// The text of a stream, used by those who are given the stop reason beside it and make nothing of that.
pub(super) fn used_alone(project: &Project, reader: &StreamReader) -> Vec<Finding> {
    if reader.reason != Reason::Read || reader.hands_on || reader.several_vendors {
        return Vec::new();
    }
    let told = project.text_alone(reader).into_iter().map(|alone| {
        let (what, severity) = done_with(alone.worst.sink);
        Finding::new(
            &RULE,
            project.call_location(alone.call),
            format!("the answer is {what} and nothing looks at the `stop_reason` beside it"),
        )
        .label("an answer cut off at `max_tokens` looks complete here")
        .related(project.location(alone.read), "taken out of the stream here")
        .related(project.call_location(alone.worst.at), format!("{what} here"))
        .severity(severity)
        .confidence(Confidence::Medium)
        .help(
            "check the stop reason before using the text: `max_tokens` and `model_context_window_exceeded` mean that \
             it is cut off (HTTP 200, no error), `refusal` that there is no answer",
        )
    });
    told.collect()
}
