//! What a retry acts on: which failures it repeats.

use std::rc::Rc;
use std::sync::Arc;

use super::probe::{Flow, Probe};
use super::stranger::Strangers;
use super::{Retry, RetryForm, RetryPath, Tri};
use crate::facts::{Kind, LoopKind};
use crate::model::values::truth::Truth;
use crate::model::values::value::{NodeRef, Value};
use crate::model::{Project, Request};
use crate::sdk::failures::Failure;

/// What a retry does when a request failed in one way.
#[derive(Clone, Copy, Debug)]
pub struct Repeat {
    /// The way.
    pub failure: Failure,
    /// Whether the request is sent again.
    pub again: Tri,
    /// Whether nothing but success ever ends it.
    pub endless: bool,
    /// What leaves the failure out, where it is.
    pub refused: Option<NodeRef>,
}

/// What a retry acts on.
#[derive(Clone, Debug, Default)]
pub struct RetryScope {
    all: Vec<Repeat>,
}

impl RetryScope {
    /// Whether one way of failing is repeated.
    pub fn again(&self, failure: Failure) -> Tri {
        self.repeat(failure).map_or(Tri::Unknown, |r| r.again)
    }

    /// What happens for one way of failing.
    pub fn repeat(&self, failure: Failure) -> Option<&Repeat> {
        self.all.iter().find(|r| r.failure == failure)
    }

    /// Whether one of several ways of failing is repeated for certain.
    pub fn any(&self, failures: &[Failure]) -> bool {
        failures.iter().any(|&f| self.again(f) == Tri::Yes)
    }

    /// Whether none of the failures that pass by themselves is repeated, for certain: what is repeated is an
    /// answer that was not the one asked for.
    pub fn leaves_temporary(&self) -> bool {
        TEMPORARY.iter().all(|&f| self.again(f) == Tri::No)
    }

    /// Whether some failure that is repeated is repeated without end.
    pub fn is_endless(&self) -> bool {
        self.all.iter().any(|r| r.endless)
    }
}

/// Failures that pass by themselves.
const TEMPORARY: [Failure; 6] = [
    Failure::RateLimit,
    Failure::Server,
    Failure::Unavailable,
    Failure::Overloaded,
    Failure::Timeout,
    Failure::Connection,
];

/// Everything that is asked.
pub(super) const ASKED: [Failure; 12] = [
    Failure::BadRequest,
    Failure::Authentication,
    Failure::Permission,
    Failure::NotFound,
    Failure::TooLarge,
    Failure::Unprocessable,
    Failure::RateLimit,
    Failure::Server,
    Failure::Unavailable,
    Failure::Overloaded,
    Failure::Timeout,
    Failure::Connection,
];

impl Project {
    /// What a retry around a request acts on.
    pub fn retry_scope(&self, request: &Request, retry: &Retry) -> Arc<RetryScope> {
        let key = (request.at, retry.at);
        if let Some(known) = self.retry_scopes.borrow().get(&key) {
            return known.clone();
        }
        let strangers = self.strangers(request);
        let all = ASKED.iter().map(|&failure| self.repeats(request, retry, failure, &strangers)).collect();
        let scope = Arc::new(RetryScope { all });
        self.retry_scopes.borrow_mut().insert(key, scope.clone());
        scope
    }

    /// Whether what repeats a request repeats it certainly for other failures only: a key that expired.
    pub fn repeats_only_others(&self, request: &Request, path: &RetryPath) -> bool {
        let overloads = [
            Failure::RateLimit,
            Failure::Overloaded,
            Failure::Server,
            Failure::Unavailable,
            Failure::Connection,
        ];
        let by_hand = |retry: &Retry| matches!(retry.form, RetryForm::Loop | RetryForm::Recursion);
        !path.retries.is_empty()
            && path.unknown.is_none()
            && !path.after_failure
            && path.retries.iter().all(|retry| {
                let scope = self.retry_scope(request, retry);
                by_hand(retry) && overloads.iter().all(|&failure| scope.again(failure) == Tri::No)
            })
    }

    fn repeats(
        &self,
        request: &Request,
        retry: &Retry,
        failure: Failure,
        strangers: &Rc<Strangers>,
    ) -> Repeat {
        let repeats = |failed: bool| {
            let target = (retry.form == RetryForm::Recursion).then_some(retry.at);
            let p = Probe::new(failure, failed, target).without(strangers);
            let (again, endless) = match retry.form {
                RetryForm::Loop | RetryForm::Recursion => self.repeats_by_hand(retry, &p),
                RetryForm::Library => (self.repeats_by_library(retry, &p), false),
                RetryForm::Named => (self.repeats_by_list(retry, &p), false),
                _ => (Tri::Unknown, false),
            };
            Repeat { failure, again, endless, refused: p.refused.get().filter(|_| again == Tri::No) }
        };
        match self.raises_status_of(request, failure) {
            Tri::Yes => repeats(true),
            Tri::No => repeats(false),
            // It may come either way.
            Tri::Unknown => {
                let (raised, answered) = (repeats(true), repeats(false));
                match raised.again == answered.again {
                    true => Repeat { endless: raised.endless && answered.endless, ..raised },
                    false => Repeat { again: Tri::Unknown, endless: false, refused: None, ..raised },
                }
            }
        }
    }

    /// A helper out of sight that is given the errors to repeat: `with_backoff(call, (A, B))`.
    fn repeats_by_list(&self, retry: &Retry, p: &Probe) -> Tri {
        let Kind::Call(call) = self.kind(retry.at) else { return Tri::Unknown };
        let (mut again, mut open) = (Tri::Unknown, false);
        for arg in &call.args {
            let at = retry.at.sibling(arg.value);
            let left_out = |n: &str| self.has_part(at, "left-out-parts", n);
            if !self.lists_errors(at) || arg.name.as_ref().is_some_and(|n| left_out(n)) {
                continue;
            }
            match self.means_failure(at, p) {
                Truth::Yes => return Tri::Yes,
                Truth::No => again = Tri::No,
                _ => open = true,
            }
        }
        if open { Tri::Unknown } else { again }
    }

    /// Whether an argument is an error class or a list of some, known or not.
    fn lists_errors(&self, at: NodeRef) -> bool {
        match self.kind(at) {
            Kind::List(items) => items.iter().any(|&i| self.lists_errors(at.sibling(i))),
            Kind::Name(_) | Kind::Member { .. } => self.names_error(at) || self.error_classes(at).is_some(),
            _ => false,
        }
    }

    pub(super) fn repeats_by_hand(&self, retry: &Retry, p: &Probe) -> (Tri, bool) {
        // A function that calls itself again from where the answer comes in: that is where it shows.
        let again = |step: &&NodeRef| {
            retry.form == RetryForm::Recursion
                && self.function_of(**step).is_some_and(|f| self.stands_inside(retry.at, f))
        };
        let point = retry.point.or_else(|| retry.trail.iter().find(again).or(retry.trail.last()).copied());
        let Some(point) = point else { return (Tri::Unknown, false) };
        // How it comes out of the functions between the request and the retry.
        for &step in retry.trail.iter().take_while(|&&s| s != point) {
            if !self.comes_out(step, p) {
                return (Tri::Unknown, false);
            }
        }
        if !p.failed.get() && !self.gives_answer(point, retry) {
            return (Tri::Unknown, false);
        }
        let around = (retry.form == RetryForm::Loop).then_some(retry.at);
        if let Some(around) = around
            && let Kind::Loop(l) = self.kind(around)
        {
            let inside = around.file == point.file
                && self
                    .facts(point.file)
                    .ancestors(point.node)
                    .any(|n| n == l.body || Some(n) == l.condition);
            if !inside {
                // `r = send(); while failed(r) { r = send() }`
                let held = l.condition.map(|c| self.truth(around.sibling(c), p, 0));
                let head = self.goes_on_at_head(around, point, p);
                return match held.zip(head).map(|(held, head)| held.and(head)).or(head).or(held) {
                    Some(Truth::Yes) => (Tri::Yes, l.kind == LoopKind::While && !self.may_leave(around)),
                    // As long as attempts are left.
                    Some(Truth::Free) => (Tri::Yes, false),
                    Some(Truth::No) => (Tri::No, false),
                    _ => (Tri::Unknown, false),
                };
            }
        }
        let flow = self.follow(point, around, p);
        let head = around.and_then(|around| self.goes_on_at_head(around, point, p));
        let again = match (flow.rounds, head) {
            (0, _) | (_, Some(Truth::No)) => Tri::No,
            (1, _) | (_, Some(Truth::Open)) => Tri::Unknown,
            _ => Tri::Yes,
        };
        let endless = || self.has_open_head(retry) && self.time_limit_around(retry.at).is_absent();
        (again, flow == Flow::ROUNDS && endless())
    }

    /// Whether something in a loop leaves it or throws.
    fn may_leave(&self, around: NodeRef) -> bool {
        self.own_nodes(around).into_iter().any(|n| {
            matches!(self.kind(around.sibling(n)), Kind::Return(_) | Kind::Throw(_) | Kind::Break(_))
        })
    }

    /// Whether a call gives the answer of the request itself, with its status, not what a function
    /// made of it.
    fn gives_answer(&self, point: NodeRef, retry: &Retry) -> bool {
        let Some(&request) = retry.trail.first() else { return false };
        let whole = |at: NodeRef| {
            self.eval(at).iter().any(|v| match v {
                Value::Response(r) => r.request == request && r.path.is_empty(),
                _ => false,
            })
        };
        if point == request || whole(point) {
            return true;
        }
        // A decorator or helper calls the function that it is given: what that gives.
        let given = !retry.trail.contains(&point);
        let sends = retry.trail.last().and_then(|&last| self.function_of(last)).filter(|_| given);
        sends.is_some_and(|function| self.return_values(function).iter().any(|&value| whole(value)))
    }

    /// How a failure leaves the function around a call; `false` where that is not clear.
    pub(super) fn comes_out(&self, step: NodeRef, p: &Probe) -> bool {
        self.comes_out_of(step, None, p)
    }

    /// How a failure comes out of `around`, or of the function around a call.
    pub(super) fn comes_out_of(&self, step: NodeRef, around: Option<NodeRef>, p: &Probe) -> bool {
        let flow = self.follow(step, around, p);
        let gone = flow.falls.max(flow.left);
        match (flow.thrown, gone) {
            (2, 0) => {
                p.failed.set(true);
                true
            }
            // The answer itself is handed on, with its status.
            (0, _) => !p.failed.get(),
            _ => false,
        }
    }
}
