//! Retries around a client that retries by itself.

use crate::finding::{Confidence, Finding, Severity};
use crate::lang::Language;
use crate::model::{Attempts, Project, Request, Retry, RetryForm, Sender, Tri};
use crate::rules::{Category, Rule};
use crate::sdk::Road;
use crate::sdk::failures::Failure;

pub(crate) static RULE: Rule = Rule {
    id: "stacked-retries",
    summary: "a retry around a client that retries by itself: the attempts multiply",
    docs: include_str!("stacked_retries.md"),
    category: Category::Retry,
    severity: Severity::Warning,
    pedantic: false,
    languages: &[Language::Python, Language::TypeScript],
    check,
};

/// Fewer attempts around a client do no harm.
const MANY: u32 = 3;

fn check(project: &Project, findings: &mut Vec<Finding>) {
    super::each_retry(project, |request, retry| {
        let found = finding(project, request, retry);
        let is_found = found.is_some();
        findings.extend(found);
        is_found
    });
}

/// Whether the attempts of a retry and of the client in it multiply.
pub(super) fn multiplies(project: &Project, request: &Request, retry: &Retry) -> bool {
    attempts(project, request, retry).is_some()
}

/// The attempts of a retry and of the client in it, where both act on the same failures.
fn attempts(project: &Project, request: &Request, retry: &Retry) -> Option<(u32, u32)> {
    let repeats = matches!(retry.form, RetryForm::Loop | RetryForm::Recursion | RetryForm::Library);
    let Attempts::Known(outer) = retry.attempts else { return None };
    if !repeats || outer < MANY || !retry.effective || request.road == Road::Http {
        return None;
    }
    // What has begun fails where it is read, with an error that says nothing of the cause.
    if request.kind.bare_failures {
        return None;
    }
    if !matches!(project.sender(request), Sender::Retries) {
        return None;
    }
    let inner = project.sender_attempts(request).filter(|&n| n > 1)?;
    let temporary =
        [Failure::RateLimit, Failure::Overloaded, Failure::Server, Failure::Timeout, Failure::Connection];
    let scope = project.retry_scope(request, retry);
    // A limit of the program's own cuts the client's attempts off as well.
    if project.catches_own_limit(retry) {
        return None;
    }
    // An error that has a status may be no connection that failed.
    let unclear = temporary.iter().all(|&f| {
        let again = scope.again(f);
        again == Tri::Unknown || again == Tri::No && matches!(f, Failure::Timeout | Failure::Connection)
    });
    (scope.any(&temporary) || unclear && project.speaks_of_overload(retry)).then_some((outer, inner))
}

fn finding(project: &Project, request: &Request, retry: &Retry) -> Option<Finding> {
    let (outer, inner) = attempts(project, request, retry)?;
    let product = outer.saturating_mul(inner);
    let who = if request.road == Road::Sdk { "SDK" } else { "framework" };
    let message = format!(
        "{outer} attempts around a request that the {who} itself tries {inner} times: {outer} × {inner} = {product} \
         requests for one failure"
    );
    let around = project.retry_location(retry);
    // A retry elsewhere serves other clients too: then the fix goes to this one.
    let elsewhere = retry.at.file != request.at.file && retry.form != RetryForm::Library;
    let made = request.clients.first().and_then(|c| c.made).filter(|_| elsewhere);
    let finding = match made {
        Some(made) => Finding::new(&RULE, project.call_location(made), message)
            .label(format!("tries {inner} times by itself"))
            .related(around, format!("{outer} attempts")),
        None => Finding::new(&RULE, around, message).label(format!("{outer} attempts")),
    };
    Some(
        finding
            .related(project.call_location(request.at), format!("tried {inner} times by the {who}"))
            .confidence(if elsewhere { Confidence::Medium } else { Confidence::High })
            .help(
                "keep one of the two: raise the client's own retries and drop the outer ones, or set the client's \
                 retries to 0; during an overload the extra requests count against your rate limits and prolong it",
            ),
    )
}
