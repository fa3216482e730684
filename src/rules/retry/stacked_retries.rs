//! Retries around a client that retries by itself.

use std::collections::BTreeMap;

use crate::finding::{Confidence, Finding, Severity};
use crate::lang::Language;
use crate::model::{Attempts, NodeRef, Project, Request, Retry, RetryForm, Sender, Tri};
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
    // What is mended in one place is said once, with the most that it comes to.
    let mut most: BTreeMap<NodeRef, Stack> = BTreeMap::new();
    super::each_retry(project, |request, retry| {
        let Some(stack) = stack(project, request, retry) else { return false };
        let place = stack.place(request);
        if most.get(&place).is_none_or(|other| other.product() < stack.product()) {
            most.insert(place, stack);
        }
        true
    });
    findings.extend(most.iter().map(|(&place, stack)| finding(project, place, stack)));
}

/// Retries around a request, from the outside in, and how often its sender tries by itself.
struct Stack {
    request: NodeRef,
    road: Road,
    layers: Vec<(Retry, u32)>,
    inner: u32,
}

impl Stack {
    fn product(&self) -> u32 {
        self.layers.iter().fold(self.inner, |product, layer| product.saturating_mul(layer.1))
    }

    /// A retry elsewhere serves other clients too: then the fix goes to this one.
    fn is_elsewhere(&self) -> bool {
        self.layers
            .first()
            .is_some_and(|(retry, _)| retry.at.file != self.request.file && retry.form != RetryForm::Library)
    }

    fn place(&self, request: &Request) -> NodeRef {
        let made = request.clients.first().and_then(|c| c.made).filter(|_| self.is_elsewhere());
        made.or(self.layers.first().map(|(retry, _)| retry.at)).unwrap_or(self.request)
    }
}

/// Whether the attempts of a retry and of the client in it multiply.
pub(super) fn multiplies(project: &Project, request: &Request, retry: &Retry) -> bool {
    attempts(project, request, retry).is_some()
}

/// The attempts of a retry and of the client in it, where there are too many of them.
fn attempts(project: &Project, request: &Request, retry: &Retry) -> Option<(u32, u32)> {
    multiplied(project, request, retry).filter(|&(outer, _)| outer >= MANY)
}

/// The attempts of a retry and of the client in it, where both act on the same failures.
fn multiplied(project: &Project, request: &Request, retry: &Retry) -> Option<(u32, u32)> {
    let repeats = matches!(retry.form, RetryForm::Loop | RetryForm::Recursion | RetryForm::Library);
    let Attempts::Known(outer) = retry.attempts else { return None };
    if !repeats || outer < 2 || !retry.effective || request.road == Road::Http {
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

/// The retries that multiply with one that is told; `None` where it is told with one around it.
fn stack(project: &Project, request: &Request, retry: &Retry) -> Option<Stack> {
    let (outer, inner) = attempts(project, request, retry)?;
    let path = project.retry_path(request);
    let others = path.retries.iter().filter(|r| r.at != retry.at && super::is_near(project, r));
    let mut around = Vec::new();
    for other in others.filter(|r| super::repeats(project, request, r)) {
        let Some((times, _)) = multiplied(project, request, other) else { continue };
        if times >= MANY && project.is_around(other, retry) {
            return None;
        }
        around.push((other.clone(), times));
    }
    // Loops of different callers are on different ways: of such the greatest counts.
    around.sort_by_key(|&(_, times)| std::cmp::Reverse(times));
    let mut layers = vec![(retry.clone(), outer)];
    for (other, times) in around {
        let nested = |inner: &Retry| project.is_around(&other, inner) || project.is_around(inner, &other);
        if layers.iter().all(|(layer, _)| nested(layer)) {
            layers.push((other, times));
        }
    }
    layers.sort_by_key(|(retry, _)| std::cmp::Reverse(retry.trail.len()));
    Some(Stack { request: request.at, road: request.road, layers, inner })
}

fn finding(project: &Project, place: NodeRef, stack: &Stack) -> Finding {
    let Stack { inner, layers, .. } = stack;
    let who = if stack.road == Road::Sdk { "SDK" } else { "framework" };
    let each: Vec<String> = layers.iter().map(|(_, times)| times.to_string()).collect();
    let message = format!(
        "{} attempts around a request that the {who} itself tries {inner} times: {} × {inner} = {} requests for one \
         failure",
        each.join(" times "),
        each.join(" × "),
        stack.product()
    );
    let elsewhere = stack.is_elsewhere();
    let (at, label) = match layers.first().filter(|(retry, _)| retry.at == place) {
        Some((retry, times)) => (project.retry_location(retry), format!("{times} attempts")),
        None => (project.call_location(place), format!("tries {inner} times by itself")),
    };
    let others = layers.iter().filter(|(retry, _)| retry.at != place);
    let finding = others.fold(Finding::new(&RULE, at, message).label(label), |finding, (retry, times)| {
        finding.related(project.retry_location(retry), format!("{times} attempts"))
    });
    finding
        .related(project.call_location(stack.request), format!("tried {inner} times by the {who}"))
        .confidence(if elsewhere { Confidence::Medium } else { Confidence::High })
        .help(
            "keep one of them: raise the client's own retries and drop the outer ones, or set the client's retries \
             to 0; during an overload the extra requests count against your rate limits and prolong it",
        )
}
