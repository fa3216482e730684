//! The stop reason is looked at, and a refusal still passes as an answer.

use crate::finding::{Confidence, Finding, Severity};
use crate::model::{NodeRef, Project, Request, StopHandling};
use crate::rules::{ALL_LANGUAGES, Category, Rule};

pub(crate) static RULE: Rule = Rule {
    id: "unhandled-refusal",
    summary: "the stop reason is tested, but `refusal` takes the way of a complete answer",
    docs: include_str!("unhandled_refusal.md"),
    category: Category::Response,
    severity: Severity::Warning,
    pedantic: false,
    languages: ALL_LANGUAGES,
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    let mut reported: Vec<(NodeRef, Finding)> = Vec::new();
    for request in project.requests() {
        let Some(words) = project.stop_words(request) else { continue };
        let Some(refusal) = words.refusal.as_deref() else { continue };
        if request.kind.checks_stop
            || project.loops_by_itself(request)
            || project.is_test(request.at)
            || !project.may_refuse(request)
        {
            continue;
        }
        let StopHandling::AsComplete(test) = project.stop_handling(request, refusal) else { continue };
        if words.refusal_field.as_ref().is_some_and(|field| project.reads_field_around(test, field)) {
            continue;
        }
        // Where even cut-off answers pass, that is one fault with one fix.
        if project.stop_handling(request, &words.truncated) != StopHandling::Apart {
            continue;
        }
        match reported.iter_mut().find(|r| r.0 == test) {
            Some((_, finding)) => {
                *finding = finding.clone().related(project.call_location(request.at), "and here");
            }
            None => reported.extend(finding(project, request, test).map(|f| (test, f))),
        }
    }
    findings.extend(reported.into_iter().map(|r| r.1));
}

fn finding(project: &Project, request: &Request, test: NodeRef) -> Option<Finding> {
    let used = project.text_use(request)?;
    let confidence = match used.response.hops.len() {
        _ if project.has_other_callees(request) => Confidence::Low,
        0 => Confidence::High,
        _ => Confidence::Medium,
    };
    Some(
        Finding::new(
            &RULE,
            project.location(test),
            "the stop reason is tested, but `refusal` takes the same way as a complete answer",
        )
        .label("a refused answer goes on from here with no text, or with part of one")
        .related(project.location(used.at), "the text is used here")
        .related(project.call_location(request.at), "this model ends refused answers with `refusal`")
        .confidence(confidence)
        .help(
            "test for `refusal` before the text is used: throw the partial text away, read `stop_details`, and \
             do not send the same request to the same model again",
        ),
    )
}
