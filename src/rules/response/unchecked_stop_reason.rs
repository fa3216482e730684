//! The answer is used and nobody looks at why it ended.

use crate::finding::{Confidence, Finding, Severity};
use crate::model::{Project, Request, Sink, Tri, Use, What};
use crate::rules::{ALL_LANGUAGES, Category, Rule};
use crate::sdk::Road;

/// See the page.
pub static RULE: Rule = Rule {
    id: "unchecked-stop-reason",
    summary: "the answer is used without a look at its stop reason, so a truncated one passes as complete",
    docs: include_str!("unchecked_stop_reason.md"),
    category: Category::Response,
    severity: Severity::Warning,
    pedantic: false,
    languages: ALL_LANGUAGES,
    check,
};

/// Answers this short are meant to be: a label, a yes or no, a probe.
const SHORT_BY_INTENT: f64 = 16.0;

fn check(project: &Project, findings: &mut Vec<Finding>) {
    for request in project.requests() {
        let Some(field) = request.kind.stop.first() else { continue };
        if request.kind.checks_stop || project.is_test(request.at) || short_by_intent(project, request) {
            continue;
        }
        let uses = project.uses(request.at);
        let consumed = uses.iter().filter(|u| u.what == What::Text && !project.is_test(u.at)).filter(|u| {
            !uses.iter().any(|other| matches!(other.what, What::Stop | What::Escape) && other.covers(u))
        });
        let mut first: Option<&Use> = None;
        let mut worst = Sink::Shown;
        for used in consumed {
            let Some(sink) = consumption(project, request, used) else { continue };
            worst = worst.max(sink);
            if first.is_none_or(|f| used.response.hops.len() < f.response.hops.len()) {
                first = Some(used);
            }
        }
        if let Some(used) = first {
            findings.push(finding(project, request, field, used, worst));
        }
    }
}

/// What the text is used for; `None` when it is only shown or tested. Pieces of a stream count
/// where they are put together: each by itself tells nobody that more was to come.
fn consumption(project: &Project, request: &Request, used: &Use) -> Option<Sink> {
    let pieces = used.response.is_piece() && project.is_streamed(request) != Tri::No;
    if pieces && request.road == Road::Http {
        return None;
    }
    let ends = project.sinks(used.at);
    let counted = ends.iter().filter(|e| e.gathered || !pieces).map(|e| e.sink);
    counted.max().filter(|&s| s >= if pieces { Sink::Used } else { Sink::Yielded })
}

fn short_by_intent(project: &Project, request: &Request) -> bool {
    let limit = project.body_field(request, "max_tokens");
    let known = !limit.nodes().is_empty();
    known && limit.nodes().iter().all(|&n| project.number(n).is_some_and(|n| n <= SHORT_BY_INTENT))
}

fn finding(project: &Project, request: &Request, field: &str, used: &Use, sink: Sink) -> Finding {
    let field = field.rsplit('.').next().unwrap_or(field);
    let (what, severity) = match sink {
        Sink::Parsed => ("parsed", Severity::Error),
        Sink::Written => ("stored", Severity::Error),
        Sink::Executed => ("executed", Severity::Error),
        _ => ("used", Severity::Warning),
    };
    // Neutral framework code may serve other vendors, and a tool loop ends by itself.
    let doubtful = request.kind.tool_loop || project.has_other_callees(request);
    let confidence = match used.response.hops.len() {
        _ if doubtful => Confidence::Low,
        0 => Confidence::High,
        _ => Confidence::Medium,
    };
    Finding::new(
        &RULE,
        project.location(used.at),
        format!("the answer is {what} and nothing on the way reads `{field}`"),
    )
    .label("an answer cut off at `max_tokens` looks complete here")
    .related(project.call_location(request.at), "requested here")
    .severity(severity)
    .confidence(confidence)
    .help(format!(
        "check `{field}` before using the text: `max_tokens` and `model_context_window_exceeded` mean that it \
         is cut off (HTTP 200, no error), `refusal` that there is no answer; raise, continue or retry with a \
         higher limit"
    ))
}
