//! Server tools are used, and a paused turn is taken for a finished one.

use crate::finding::{Confidence, Finding, Severity};
use crate::model::{NodeRef, Project, Request, StopHandling};
use crate::rules::{ALL_LANGUAGES, Category, Rule};

pub(crate) static RULE: Rule = Rule {
    id: "unhandled-pause-turn",
    summary: "server tools are used, but `pause_turn` takes the way of a finished turn",
    docs: include_str!("unhandled_pause_turn.md"),
    category: Category::Response,
    severity: Severity::Error,
    pedantic: false,
    languages: ALL_LANGUAGES,
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    let mut reported: Vec<(NodeRef, Finding)> = Vec::new();
    for request in project.requests() {
        let Some(pause) = project.stop_words(request).and_then(|w| w.pause.as_deref()) else { continue };
        if request.kind.checks_stop || project.loops_by_itself(request) || project.is_test(request.at) {
            continue;
        }
        let Some((tool, kind)) = project.server_tool(request) else { continue };
        let found = match project.stop_handling(request, pause) {
            StopHandling::AsComplete(test) => Some((test, false)),
            StopHandling::Apart => {
                let exit = project.exit_on(request, pause);
                exit.or_else(|| project.exit_without_calls(request, pause)).map(|exit| (exit, true))
            }
            _ => None,
        };
        let Some((at, ends)) = found else { continue };
        if !reported.iter().any(|r| r.0 == at) {
            reported.push((at, finding(project, request, at, ends, tool, &kind)));
        }
    }
    findings.extend(reported.into_iter().map(|r| r.1));
}

fn finding(
    project: &Project,
    request: &Request,
    at: NodeRef,
    ends: bool,
    tool: NodeRef,
    kind: &str,
) -> Finding {
    let message = match ends {
        true => "this loop ends on `pause_turn`, which asks for the turn to be continued",
        false => "`pause_turn` takes the same way as a finished turn",
    };
    let confidence = match project.function_of(at) == project.function_of(request.at) {
        true => Confidence::High,
        false => Confidence::Medium,
    };
    Finding::new(&RULE, project.location(at), message)
        .label("a turn that was only paused is dropped here, with what its tools found")
        .related(project.location(tool), format!("`{kind}` runs on the side of the API and may be paused"))
        .related(project.call_location(request.at), "requested here")
        .confidence(confidence)
        .help(
            "on `pause_turn` append the whole `content` as the assistant's turn and send the conversation again \
             with the same tools, a bounded number of times",
        )
}
