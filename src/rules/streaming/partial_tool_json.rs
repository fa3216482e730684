//! JSON of tool calls that is parsed before it is whole, or without a guard.

use crate::finding::{Confidence, Finding, Severity};
use crate::model::{PartialFault, PartialJson, Project};
use crate::rules::{ALL_LANGUAGES, Category, Rule};

pub(crate) static RULE: Rule = Rule {
    id: "partial-tool-json",
    summary: "the JSON of a streamed tool call is parsed before it is whole, or nothing handles that it is cut off",
    docs: include_str!("partial_tool_json.md"),
    category: Category::Streaming,
    severity: Severity::Error,
    pedantic: false,
    languages: ALL_LANGUAGES,
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    findings.extend(project.partial_json_parses().iter().map(|parse| finding(project, parse)));
}

fn finding(project: &Project, parse: &PartialJson) -> Finding {
    let (message, label) = match parse.fault {
        PartialFault::Piece => (
            "one piece of a tool call's JSON is parsed by itself: `partial_json` is cut anywhere",
            "never a whole value, unless by chance",
        ),
        PartialFault::TooEarly => (
            "the JSON of a tool call is parsed after each piece, before it is whole",
            "fails until the last piece has come",
        ),
        PartialFault::Unguarded if parse.given_up => (
            "a failure to parse the JSON of a tool call ends the whole stream: at `max_tokens` it is cut off",
            "the text and the other calls of the answer are lost with it",
        ),
        PartialFault::Unguarded => (
            "the JSON of a streamed tool call is parsed and nothing handles a failure: at `max_tokens` it is cut off",
            "may be cut off, or empty where a tool has no parameters",
        ),
    };
    let help = match parse.fault {
        PartialFault::Unguarded => {
            "take an empty text for `{}`, catch the failure and give the tool call back with `is_error: true`; or \
             look at `stop_reason` first"
        }
        _ => "collect the pieces of a block and parse them at its `content_block_stop`, inside a handler",
    };
    let confidence = if parse.by_field || parse.given_up { Confidence::Medium } else { Confidence::High };
    Finding::new(&RULE, project.call_location(parse.at), message)
        .label(label)
        .related(project.location(parse.piece), "the pieces are taken here")
        .confidence(confidence)
        .help(help)
}
