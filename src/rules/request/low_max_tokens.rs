//! A limit that whole answers do not fit into.

use crate::finding::{Confidence, Finding, Severity};
use crate::model::{Json, Project, Request, Sink, What};
use crate::rules::once::Once;
use crate::rules::{ALL_LANGUAGES, Category, Rule};

/// See the page.
pub static RULE: Rule = Rule {
    id: "low-max-tokens",
    summary: "a small `max_tokens` for an answer that is parsed, stored or run whole",
    docs: include_str!("low_max_tokens.md"),
    category: Category::Request,
    severity: Severity::Info,
    pedantic: false,
    languages: ALL_LANGUAGES,
    check,
};

/// Below this an answer that is used whole is at risk.
const SMALL: f64 = 2048.0;
/// The same where thinking counts against it.
const SMALL_WITH_THINKING: f64 = 4096.0;
/// Up to here the answer is meant to be short: a label, a small record, a few sentences.
const SHORT_LABEL: f64 = 128.0;
const SHORT: f64 = 512.0;

fn check(project: &Project, findings: &mut Vec<Finding>) {
    let mut once = Once::new(findings);
    for request in project.requests() {
        if project.is_test(request.at) || request.kind.tool_loop {
            continue;
        }
        let bodies = project.message_bodies(request);
        for body in bodies {
            // What becomes of the answer to one of several callers is not known here.
            let shared = bodies.len() > 1 && project.function_of(body.at) != project.function_of(request.at);
            let Some(limit) = body.get("max_tokens") else { continue };
            let Some(tokens) = limit.number().filter(|n| *n > SHORT_LABEL) else { continue };
            let thinks = thinks(project, request, body);
            if shared || tokens >= if thinks { SMALL_WITH_THINKING } else { SMALL } {
                continue;
            }
            if let Some((what, at)) = consumption(project, request)
                && (tokens > SHORT || thinks && what != "stored")
            {
                let (severity, why) = match thinks {
                    true => (Severity::Warning, ", and this model thinks first, which counts against it"),
                    false => (Severity::Info, ""),
                };
                once.push(
                    Finding::new(
                        &RULE,
                        project.location(limit.at),
                        format!("`max_tokens` of {tokens} for an answer that is {what} whole{why}"),
                    )
                    .severity(severity)
                    .confidence(match project.evidence(request, limit.at) {
                        Confidence::High => Confidence::High,
                        _ => Confidence::Medium,
                    })
                    .related(at, format!("{what} here"))
                    .help(
                        "raise it (8192 costs nothing unless it is used) and check `stop_reason`: at the limit the answer \
                         simply stops, with HTTP 200",
                    ),
                );
            }
        }
    }
}

fn thinks(project: &Project, request: &Request, body: &Json) -> bool {
    let models = project.possible_models(request, Some(body));
    let by_default = models.is_some_and(|all| all.iter().all(|m| m.thinking.is_on_by_default()));
    by_default && body.lacks("thinking")
}

/// What the whole answer is used for, where nothing looks at why it ended.
fn consumption(project: &Project, request: &Request) -> Option<(&'static str, crate::finding::Location)> {
    let uses = project.uses(request.at);
    if uses.iter().any(|u| matches!(u.what, What::Stop | What::Escape)) {
        return None;
    }
    let text = uses.iter().filter(|u| u.what == What::Text);
    let ends = text.flat_map(|u| project.sinks(u.at)).filter(|e| e.sink >= Sink::Written);
    let end = ends.max_by_key(|e| e.sink)?;
    let what = match end.sink {
        Sink::Parsed => "parsed",
        Sink::Executed => "executed",
        _ => "stored",
    };
    Some((what, project.call_location(end.at)))
}
