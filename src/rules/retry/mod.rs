//! 429, 529, 5xx, connection errors.

pub(crate) mod blocking_call_in_async;
pub(crate) mod client_per_request;
pub(crate) mod constant_backoff;
pub(crate) mod ignored_retry_after;
pub(crate) mod ineffective_retry;
pub(crate) mod missing_jitter;
pub(crate) mod missing_retry;
pub(crate) mod missing_timeout;
pub(crate) mod non_idempotent_retry;
pub(crate) mod retry_after_partial_stream;
pub(crate) mod retry_misses_overloaded;
pub(crate) mod retry_non_retryable;
pub(crate) mod stacked_retries;
pub(crate) mod unbounded_concurrency;
pub(crate) mod unbounded_retry;
pub(crate) mod uncancelled_hedge;

use std::collections::BTreeSet;

use crate::model::{NodeRef, Project, Request, Retry};

/// Retries further away repeat a task of which the request is a small part.
const NEAR: u32 = 3;

/// Calls a rule for every retry of a request in production code that can retry at all.
fn each_retry(project: &Project, mut rule: impl FnMut(&Request, &Retry) -> bool) {
    each_construct(project, |request, retry| repeats(project, request, retry) && rule(request, retry));
}

/// Whether a retry can repeat a request; the next turn of a worker sends something else.
fn repeats(project: &Project, request: &Request, retry: &Retry) -> bool {
    !is_dead(project, request, retry) && !project.takes_what_is_sent(retry)
}

/// Whether a retry cannot repeat a request: that is `ineffective-retry`, and nothing else.
fn is_dead(project: &Project, request: &Request, retry: &Retry) -> bool {
    !retry.effective
        || project.bare_predicate(retry).is_some()
        || project.swallowed_before(request, retry).is_some()
        || project.renamed_before(request, retry).is_some() && project.repeats_nothing(request, retry)
        || project.returned_unawaited(request, retry).is_some()
}

/// Calls a rule for every retry of a request in production code, once for each retry: the first
/// request that is near enough and of which the rule finds something to say.
fn each_construct(project: &Project, mut rule: impl FnMut(&Request, &Retry) -> bool) {
    let mut seen: BTreeSet<NodeRef> = BTreeSet::new();
    for request in project.requests() {
        if project.is_test(request.at) || project.is_probe(request) {
            continue;
        }
        for retry in &project.retry_path(request).retries {
            if !seen.contains(&retry.at) && is_near(project, retry) && rule(request, retry) {
                seen.insert(retry.at);
            }
        }
    }
}

/// Whether a retry is near enough to its request, and in production code.
fn is_near(project: &Project, retry: &Retry) -> bool {
    let far = retry.hops > NEAR || retry.of_item && retry.hops == NEAR;
    !far && !project.is_test(retry.at) && !project.turns_elsewhere(retry)
}
