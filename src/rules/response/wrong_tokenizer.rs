//! Tokens of Claude are counted with the tokenizer of another vendor.

use crate::finding::{Confidence, Finding, Severity};
use crate::model::{GuessedTokens, NodeRef, Project};
use crate::rules::{ALL_LANGUAGES, Category, Rule};
use crate::source::FileId;

pub(crate) static RULE: Rule = Rule {
    id: "wrong-tokenizer",
    summary: "the tokens of a request to Claude are counted with the tokenizer of another vendor",
    docs: include_str!("wrong_tokenizer.md"),
    category: Category::Response,
    severity: Severity::Warning,
    pedantic: false,
    languages: ALL_LANGUAGES,
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    let mut functions: Vec<(FileId, Option<NodeRef>)> = Vec::new();
    for found in project.foreign_tokenizers() {
        // Made and used in one function: one fault.
        let function = project.function_of(found.at);
        if functions.contains(&(found.at.file, function)) {
            continue;
        }
        functions.push((found.at.file, function));
        let message = match found.names_claude {
            true => "this tokenizer does not know Claude models",
            false => "tokens of Claude are counted with the tokenizer of another vendor",
        };
        findings.push(
            Finding::new(&RULE, project.call_location(found.at), message)
                .label("its counts are too low for Claude, most of all for code and languages other than English")
                .related(project.call_location(found.request.at), "what is counted goes to Claude here")
                .confidence(match function == project.function_of(found.request.at) {
                    // What is only shown or added up may be off.
                    _ if !found.decides && !found.names_claude => Confidence::Low,
                    true => Confidence::High,
                    false => Confidence::Medium,
                })
                .help(
                    "count with `messages.count_tokens` (`POST /v1/messages/count_tokens`, free of charge) and the \
                     same model, tools and system prompt, or use `usage` of the last answer",
                ),
        );
    }
    for GuessedTokens { at, request, of_api } in project.guessed_tokens() {
        findings.push(
            Finding::new(
                &RULE,
                project.location(at),
                "tokens are guessed from characters and held against a limit",
            )
            .label("code, numbers and languages other than English have far more tokens than this")
            .related(project.call_location(request.at), "what is counted goes to Claude here")
            .severity(Severity::Info)
            .confidence(if of_api { Confidence::Medium } else { Confidence::Low })
            .help("count with `messages.count_tokens`, or use `usage` of the last answer"),
        );
    }
}
