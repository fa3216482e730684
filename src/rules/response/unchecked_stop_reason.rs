//! The answer is used and nobody looks at why it ended.

mod doubt;
mod groups;
mod streams;

use crate::finding::{Confidence, Finding, Severity};
use crate::model::{NodeRef, Project, Request, Sink, ToolDispatch, Use, What};
use crate::rules::{ALL_LANGUAGES, Category, Rule};
use doubt::{short_by_intent, stops_short};
use groups::{Group, groups};

pub(crate) static RULE: Rule = Rule {
    id: "unchecked-stop-reason",
    summary: "the answer is used without a look at its stop reason, so a truncated one passes as complete",
    docs: include_str!("unchecked_stop_reason.md"),
    category: Category::Response,
    severity: Severity::Warning,
    pedantic: false,
    languages: ALL_LANGUAGES,
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    // One place may use the answers of several requests: it is reported once.
    let mut reported: Vec<(NodeRef, Finding)> = Vec::new();
    let run = runs(project);
    for request in project.requests() {
        let Some(field) = request.kind.stop.first() else { continue };
        if request.kind.checks_stop || project.is_test(request.at) || short_by_intent(project, request) {
            continue;
        }
        let uses = project.uses(request.at);
        // The arguments of a forced tool are the answer; calls that are run are another matter.
        let arguments = project.forces_tool(request) && !run.iter().any(|r| r.request == request.at);
        let is_answer = |u: &Use| match u.what {
            What::Text => !project.is_found_in_text(&u.response),
            What::Content => arguments && u.response.path.last().is_some_and(|p| &**p == "input"),
            _ => false,
        };
        // Where the tools are run as well, `truncated-tool-call` says the same and more.
        let is_run = |u: &Use| {
            run.iter()
                .any(|r| r.request == request.at && (r.holds(project, u.at) || r.holds(project, r.request)))
        };
        let consumed = uses.iter().filter(|u| is_answer(u) && !is_run(u) && !project.is_test(u.at));
        for group in groups(project, request, uses, consumed.collect()) {
            let is_run_there = |&(call, _): &(NodeRef, NodeRef)| {
                run.iter().any(|r| r.request == request.at && r.holds(project, call))
            };
            if stops_short(project, request, group.worst.sink) || group.left.iter().any(is_run_there) {
                continue;
            }
            match reported.iter_mut().find(|r| r.0 == group.at) {
                Some((_, finding)) => {
                    *finding = finding.clone().related(project.call_location(request.at), "and here");
                }
                None => reported.push((group.at, finding(project, request, field, &group))),
            }
        }
    }
    findings.extend(reported.into_iter().map(|r| r.1));
    for reader in project.stream_readers() {
        findings.extend(streams::unread(project, reader));
        findings.extend(streams::used_alone(project, reader));
    }
}

/// Calls of tools that are run although nothing reads the stop reason of their answer.
struct Run {
    request: NodeRef,
    at: NodeRef,
}

impl Run {
    /// Whether code stands in the function that runs them.
    fn holds(&self, project: &Project, at: NodeRef) -> bool {
        at.file == self.at.file && project.named_function(at) == project.named_function(self.at)
    }
}

fn runs(project: &Project) -> Vec<Run> {
    let cut = |d: &ToolDispatch| {
        let at = project.run_elsewhere(d).unwrap_or(d.at);
        project.runs_cut_calls(d).map(|c| Run { request: c.request, at })
    };
    project.tool_dispatches().iter().chain(project.unanswered_dispatches()).filter_map(cut).collect()
}

fn finding(project: &Project, request: &Request, field: &str, group: &Group) -> Finding {
    let (used, end) = (group.used, group.worst);
    let field = field.rsplit('.').next().unwrap_or(field);
    let (what, severity) = done_with(end.sink);
    let confidence = match used.response.hops.len() {
        _ if doubt::is_doubtful(project, request, group) => Confidence::Low,
        _ if group.left.is_some() => Confidence::Medium,
        0 => Confidence::High,
        _ => Confidence::Medium,
    };
    let finding = Finding::new(
        &RULE,
        project.part_location(group.at),
        match group.left {
            Some(_) => format!("the answer is {what} and nothing looks at the `{field}` beside it"),
            None => format!("the answer is {what} and nothing on the way reads `{field}`"),
        },
    )
    .label("an answer cut off at `max_tokens` looks complete here")
    .related(project.call_location(project.asked_at(request, &used.response)), "requested here")
    .severity(severity)
    .confidence(confidence)
    .help(format!(
        "check `{field}` before using the text: `max_tokens` and `model_context_window_exceeded` mean that it \
         is cut off (HTTP 200, no error), `refusal` that there is no answer; raise, continue or retry with a \
         higher limit"
    ));
    let finding = match group.left {
        Some((_, read)) => {
            finding.related(project.location(read), "given back here beside the text, and not looked at")
        }
        None => finding,
    };
    let finding = group.elsewhere.iter().fold(finding, |finding, &at| {
        finding.related(project.location(at), "the answer is used here as well")
    });
    // The place of the parsing or writing, where it is not the line reported.
    match severity {
        Severity::Error if !project.are_on_one_line(group.at, end.at) => {
            finding.related(project.call_location(end.at), format!("{what} here"))
        }
        _ => finding,
    }
}

/// What is done with an answer, and how much that matters.
fn done_with(sink: Sink) -> (&'static str, Severity) {
    match sink {
        Sink::Parsed => ("parsed", Severity::Error),
        Sink::Written => ("stored", Severity::Error),
        Sink::Executed => ("executed", Severity::Error),
        _ => ("used", Severity::Warning),
    }
}
