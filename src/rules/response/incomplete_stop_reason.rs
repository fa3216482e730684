//! The stop reason is looked at, and a cut-off answer still passes as complete.

use crate::finding::{Confidence, Finding, Severity};
use crate::model::{NodeRef, Project, RawReason, Request, StopHandling, Use};
use crate::rules::{ALL_LANGUAGES, Category, Rule};

pub(crate) static RULE: Rule = Rule {
    id: "incomplete-stop-reason",
    summary: "the stop reason is tested, but an answer cut off at `max_tokens` takes the way of a complete one",
    docs: include_str!("incomplete_stop_reason.md"),
    category: Category::Response,
    severity: Severity::Warning,
    pedantic: false,
    languages: ALL_LANGUAGES,
    check,
};

/// Answers this short are meant to be: a label, a yes or no, a probe.
const SHORT_BY_INTENT: f64 = 16.0;

fn check(project: &Project, findings: &mut Vec<Finding>) {
    // One test may see the answers of several requests.
    let mut reported: Vec<(NodeRef, Finding)> = Vec::new();
    for request in project.requests() {
        let Some(words) = project.stop_words(request) else { continue };
        if request.kind.checks_stop || project.loops_by_itself(request) || project.is_test(request.at) {
            continue;
        }
        let limit = project.body_field(request, "max_tokens");
        let short = |&n: &NodeRef| project.number(n).is_some_and(|n| n <= SHORT_BY_INTENT);
        if limit.nodes().iter().any(short) {
            continue;
        }
        let handling = project.stop_handling(request, &words.truncated);
        let found = match handling {
            StopHandling::AsComplete(test) => Some((test, words.truncated.as_str(), None)),
            StopHandling::Apart => {
                let exit = project.exit_without_calls(request, &words.truncated);
                let exit = exit.filter(|&exit| project.gives_back_answer(exit, request));
                exit.map(|exit| (exit, words.truncated.as_str(), None)).or_else(|| {
                    let window = words.window.as_deref()?;
                    match project.stop_handling(request, window) {
                        // Few prompts come near the window.
                        StopHandling::AsComplete(test) => Some((test, window, Some(Confidence::Low))),
                        _ => None,
                    }
                })
            }
            _ => None,
        };
        if let Some((test, value, confidence)) = found {
            match reported.iter_mut().find(|r| r.0 == test) {
                Some((_, finding)) => {
                    *finding = finding.clone().related(project.call_location(request.at), "and here");
                }
                None => {
                    let used = project.text_use(request).or_else(|| project.piece_beside_word(request, test));
                    let finding = used.and_then(|u| finding(project, request, u, test, value, confidence));
                    reported.extend(finding.map(|f| (test, f)));
                }
            }
        }
        // Others who are given answers to it, each with tests of its own.
        if matches!(handling, StopHandling::AsComplete(_) | StopHandling::Apart) {
            for (test, used) in project.passing_tests(request, &words.truncated) {
                if !reported.iter().any(|r| project.named_function(r.0) == project.named_function(test)) {
                    let finding = finding(project, request, used, test, &words.truncated, None);
                    reported.extend(finding.map(|f| (test, f)));
                }
            }
        }
    }
    findings.extend(reported.into_iter().map(|r| r.1));
    for raw in project.raw_reasons() {
        findings.push(as_it_came(project, &raw));
    }
}

/// A client of that form asks for `length`, which never comes.
fn as_it_came(project: &Project, raw: &RawReason<'_>) -> Finding {
    let finding = Finding::new(
        &RULE,
        project.location(raw.at),
        "the stop reason becomes `finish_reason` as it came: whoever asks for `length` never finds a cut-off answer",
    )
    .label("not one of the words of that form")
    .help(
        "map it: `max_tokens` and `model_context_window_exceeded` are `length`, `tool_use` is `tool_calls`, `refusal` is \
         `content_filter`, the rest is `stop`",
    );
    let sure = match raw.response.hops.len() {
        0 => Confidence::High,
        _ => Confidence::Medium,
    };
    match project.request_at(raw.response.request) {
        Some(request) if project.has_other_callees(request) => finding.confidence(Confidence::Low),
        Some(request) => {
            finding.confidence(sure).related(project.call_location(request.at), "requested here")
        }
        None => finding.confidence(Confidence::Medium),
    }
}

fn finding(
    project: &Project,
    request: &Request,
    used: &Use,
    test: NodeRef,
    value: &str,
    confidence: Option<Confidence>,
) -> Option<Finding> {
    let words = project.stop_words(request)?;
    let field = request.kind.stop.first()?.rsplit('.').next()?;
    let certain = match used.response.hops.len() {
        _ if project.has_other_callees(request) => Confidence::Low,
        0 => Confidence::High,
        _ => Confidence::Medium,
    };
    let others: Vec<&str> = [words.window.as_deref(), words.refusal.as_deref()]
        .into_iter()
        .flatten()
        .filter(|other| {
            *other != value && matches!(project.stop_handling(request, other), StopHandling::AsComplete(_))
        })
        .collect();
    let also = match others[..] {
        [] => String::new(),
        [one] => format!("; so does `{one}`"),
        _ => format!("; so do `{}`", others.join("` and `")),
    };
    Some(
        Finding::new(
            &RULE,
            project.location(test),
            format!("`{field}` is tested, but `{value}` takes the same way as a complete answer{also}"),
        )
        .label("nothing here tells a cut-off answer from a whole one")
        .related(project.location(used.at), "the text is used here")
        .related(project.call_location(request.at), "requested here")
        .confidence(confidence.unwrap_or(certain))
        .help(format!(
            "name `{value}` and raise, continue the answer or ask again with a higher limit; let only `{}` pass \
             as complete",
            words.complete
        )),
    )
}
