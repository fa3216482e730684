//! JSON written by the model is parsed, and nobody is there when it is none.

use rustc_hash::FxHashSet;

use crate::finding::{Confidence, Finding};
use crate::model::{Guard, ModelJson, NodeRef, Project, Request, Tri};
use crate::rules::{ALL_LANGUAGES, Category, Rule};

pub(crate) static RULE: Rule = Rule {
    id: "unguarded-model-json",
    summary: "JSON written by the model is parsed and nothing on the way handles a failure",
    docs: include_str!("unguarded_model_json.md"),
    category: Category::Response,
    severity: crate::finding::Severity::Warning,
    pedantic: false,
    languages: ALL_LANGUAGES,
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    let mut reported: Vec<(NodeRef, Finding)> = Vec::new();
    for request in project.requests() {
        // Held to a schema, only a cut-off answer fails: that is the matter of the stop reason.
        if request.kind.checks_stop
            || project.is_test(request.at)
            || project.is_structured(request) != Tri::No
        {
            continue;
        }
        for parse in project.model_json(request) {
            if parse.guard != Guard::Absent || project.is_test(parse.at) {
                continue;
            }
            match reported.iter_mut().find(|r| r.0 == parse.at) {
                Some((_, finding)) => {
                    *finding = finding.clone().related(project.call_location(request.at), "and here");
                }
                None => reported.push((parse.at, finding(project, request, &parse))),
            }
        }
    }
    for at in project.translated_calls() {
        if !reported.iter().any(|r| r.0 == at) {
            reported.push((at, translated(project, at)));
        }
    }
    // The pieces of a streamed call that nobody guards are reported as such.
    let pieces: FxHashSet<NodeRef> = project.partial_json_parses().iter().map(|parse| parse.at).collect();
    reported.retain(|(at, _)| !pieces.contains(at));
    findings.extend(reported.into_iter().map(|r| r.1));
}

/// For calls of another vendor's form that become blocks of Claude.
fn translated(project: &Project, at: NodeRef) -> Finding {
    Finding::new(
        &RULE,
        project.call_location(at),
        "arguments written by a model are parsed as they come and nothing handles a failure",
    )
    .label("a call without arguments has an empty text, and a cut-off one is no JSON: the whole conversation fails")
    .confidence(Confidence::Medium)
    .help(
        "take an empty text for `{}`, catch the failure and keep the text in the `input`, or leave the call and \
         its result out",
    )
}

fn finding(project: &Project, request: &Request, parse: &ModelJson<'_>) -> Finding {
    let what = if parse.arguments { "arguments" } else { "text" };
    // Whoever runs a notebook sees the failure at once.
    let watched = !project.file(parse.at.file).source.cells.is_empty();
    let confidence = match project.function_of(parse.at) == project.function_of(parse.used.at) {
        _ if watched || project.has_other_callees(request) => Confidence::Low,
        true if parse.used.response.hops.is_empty() => Confidence::High,
        _ => Confidence::Medium,
    };
    let finding = Finding::new(
        &RULE,
        project.call_location(parse.at),
        format!("{what} written by the model is parsed as JSON and nothing handles a failure"),
    )
    .label("one stray word, code fence or cut-off answer ends this with an exception")
    .related(project.call_location(request.at), "requested here")
    .confidence(confidence)
    .help(
        "catch the failure and ask again or report it with the text; better, let the API hold the answer to a \
         schema: `messages.parse`, or `output_config.format` with a look at `stop_reason`",
    );
    match project.function_of(parse.at) == project.function_of(parse.used.at) {
        true => finding,
        false => finding.related(project.location(parse.used.at), "taken from the answer here"),
    }
}
