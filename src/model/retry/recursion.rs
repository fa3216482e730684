//! Functions that call themselves again when the call failed.

mod other_target;
mod other_way;

use super::delay::{Basis, Shape};
use super::path::Walk;
use super::probe::Probe;
use super::{Attempts, Retry, RetryDelay, RetryForm, Tri};
use crate::facts::{Kind, NodeId};
use crate::model::Project;
use crate::model::names::scope::Origin;
use crate::model::values::eval::Argument;
use crate::model::values::truth::Truth;
use crate::model::values::value::NodeRef;
use crate::sdk::failures::Failure;

/// What comes of too many requests, whoever sends them.
const OVERLOADS: [Failure; 3] = [Failure::RateLimit, Failure::Overloaded, Failure::Server];

impl Walk<'_> {
    /// A function that calls itself again when the call failed.
    pub(super) fn recursion(&mut self, function: NodeRef) {
        let project = self.project;
        // `setTimeout(again, 500)`
        let timers = project.mentions(function).iter().filter_map(|&mention| project.timer_of(mention));
        let calls = project.callers(function).iter().copied().chain(timers);
        let calls: Vec<NodeRef> = calls.filter(|&c| self.is_inside(c, function)).collect();
        for call in calls {
            let facts = project.facts(call.file);
            let mut child = call.node;
            let mut failing = None;
            while let Some(parent) = facts.parent(child).filter(|&p| p != function.node) {
                let fails = match facts.kind(parent) {
                    Kind::Try(t) => t.handlers.iter().any(|h| h.body == child),
                    Kind::If { condition, then, otherwise } => {
                        match project.failing(call.sibling(*condition)) {
                            Some(true) => *then == child,
                            Some(false) => *otherwise == Some(child),
                            None => false,
                        }
                    }
                    Kind::Match(m) => m.arms.iter().any(|a| {
                        a.body == child
                            && a.patterns.iter().any(|&p| project.failing(call.sibling(p)) == Some(true))
                    }),
                    // Everything else has left before.
                    Kind::Block { body, .. } => {
                        let before = body.iter().take_while(|&&s| s != child);
                        project.remains_for_failure(before.map(|&s| call.sibling(s)).collect())
                    }
                    Kind::Call(_) => project.takes_failure(call.sibling(parent), child),
                    _ => false,
                };
                if fails {
                    failing = Some(parent);
                }
                child = parent;
            }
            if let Some(failing) = failing {
                let point = self.trail.last().copied().unwrap_or(call);
                // `self.second.ask(…)` asks another object.
                let elsewhere = project.is_delegated(call)
                    || project.goes_another_way(function, call, point)
                    || project.asks_another_target(function, call);
                if elsewhere {
                    self.found(Retry::new(call, RetryForm::Fallback));
                    continue;
                }
                let mut retry = Retry::new(call, RetryForm::Recursion);
                retry.attempts = project.attempts_of_recursion(function, call);
                let delays = project.delays_of_recursion(function, call);
                retry.delays = project.without_throttles(delays, call.sibling(failing));
                retry.delays.retain(|delay| !project.ends_before(delay.at, function, [call, point]));
                self.found(retry);
            }
        }
    }
}

impl Project {
    /// The timer that a function is given to by its name.
    fn timer_of(&self, mention: NodeRef) -> Option<NodeRef> {
        let call = mention.sibling(self.facts(mention.file).parent(mention.node)?);
        let timer = self.last_name_at(self.callee_of(call)?)?;
        self.file(call.file).sdk.has_word("timer-names", &timer).then_some(call)
    }

    /// Whether a function, or the turn of the loop in it that holds all of them, is left after a place in a branch
    /// that none of some others stands in.
    fn ends_before(&self, at: NodeRef, function: NodeRef, others: [NodeRef; 2]) -> bool {
        if !self.stands_inside(at, function) {
            return false;
        }
        let facts = self.facts(at.file);
        let holds_all = |&n: &NodeId| {
            matches!(facts.kind(n), Kind::Loop(_))
                && others.iter().all(|&other| self.stands_inside(other, at.sibling(n)))
        };
        let mut around = facts.ancestors(at.node).take_while(|&n| n != function.node);
        let left = around.find(holds_all).map_or(function, |n| at.sibling(n));
        let mut child = at.node;
        for around in facts.ancestors(at.node).skip(1).take_while(|&n| n != function.node) {
            if others.iter().any(|&other| self.stands_inside(other, at.sibling(around))) {
                return false;
            }
            if let Kind::Block { body, .. } = facts.kind(around) {
                let rest = body.iter().skip_while(|&&s| s != child);
                if rest.into_iter().any(|&s| !self.ends(at.sibling(s), left).falls) {
                    return true;
                }
            }
            child = around;
        }
        false
    }

    /// Whether what comes after these statements is for failures: one of them leaves by what came
    /// back, and a later one waits.
    fn remains_for_failure(&self, statements: Vec<NodeRef>) -> bool {
        let leaves = |&s: &NodeRef| {
            let Kind::If { condition, then, otherwise: None } = self.kind(s) else { return false };
            let condition = s.sibling(*condition);
            let told = self.failing(condition).is_some() || self.speaks_of_failure(condition);
            told && self
                .own_nodes(s.sibling(*then))
                .iter()
                .any(|&n| matches!(self.kind(s.sibling(n)), Kind::Return(_) | Kind::Throw(_)))
        };
        let Some(left) = statements.iter().position(leaves) else { return false };
        statements[left + 1..].iter().any(|&s| !self.sleeps_in(s).is_empty())
    }

    /// Whether a condition, or what a name in it stands for, speaks of a failure.
    fn speaks_of_failure(&self, condition: NodeRef) -> bool {
        let file = self.file(condition.file);
        let names = file.facts.descendants(condition.node).into_iter().take(16);
        let value = |n| match file.facts.kind(n) {
            Kind::Name(name) => {
                file.scopes.lookup(&file.facts, name, n).iter().any(|def| match &def.origin {
                    Origin::Value { expr, .. } => self.aside(condition.sibling(*expr)) == Truth::Open,
                    _ => false,
                })
            }
            _ => false,
        };
        self.aside(condition) == Truth::Open || names.into_iter().any(value)
    }

    /// The same call once more in a handler of the first one.
    pub(super) fn second_try(&self, at: NodeRef, body: NodeRef) -> Option<Retry> {
        if !self.is_tried_alone(at) {
            return None;
        }
        let first = self.call_text(at)?;
        let again = self.own_nodes(body).into_iter().map(|n| body.sibling(n));
        let again = again
            .into_iter()
            .find(|&n| n != at && self.call_text(n) == Some(first) && !self.is_for_other_failures(n, body))?;
        let mut retry = Retry::new(again, RetryForm::Recursion);
        retry.attempts = Attempts::Known(2);
        retry.handlers = vec![body];
        retry.delays = self.delays(&Basis::new(body, Vec::new()), body, 0);
        Some(retry)
    }

    /// Whether what stands in a handler runs only for failures that are none of an overload: under
    /// `if "prompt is too long" in str(error)`.
    pub(super) fn is_for_other_failures(&self, at: NodeRef, handler: NodeRef) -> bool {
        let facts = self.facts(at.file);
        let mut child = at.node;
        for parent in facts.ancestors(at.node).skip(1).take_while(|&n| n != handler.node) {
            let Kind::If { condition, then, .. } = facts.kind(parent) else {
                child = parent;
                continue;
            };
            let held = |failure: Failure| {
                let p = Probe::new(failure, true, None);
                match self.truth(at.sibling(*condition), &p, 0) {
                    Truth::Yes => Some(true),
                    Truth::No => Some(false),
                    Truth::Free | Truth::Open => None,
                }
            };
            let excluded = match child {
                c if c == *then => Some(false),
                c if c == *condition => None,
                _ => Some(true),
            };
            if excluded.is_some() && OVERLOADS.iter().all(|&failure| held(failure) == excluded) {
                return true;
            }
            child = parent;
        }
        false
    }

    /// Whether little else than a call can fail in the body of its `try`.
    fn is_tried_alone(&self, at: NodeRef) -> bool {
        let facts = self.facts(at.file);
        let mut child = at.node;
        for n in facts.ancestors(at.node).skip(1) {
            match facts.kind(n) {
                Kind::Block { body, .. } => {
                    let tried =
                        facts.parent(n).is_some_and(|p| matches!(facts.kind(p), Kind::Try(t) if t.body == n));
                    return tried
                        && body.len() <= 3
                        && body.iter().position(|&s| s == child).is_some_and(|i| i < 2);
                }
                Kind::Function(_) => return false,
                _ => child = n,
            }
        }
        false
    }

    /// Whether code before a call that its failure leads to sends a request, or calls the same.
    pub(super) fn tries_first(&self, at: NodeRef, body: NodeRef) -> bool {
        let name = self.callee_of(at).and_then(|c| self.last_name_at(c));
        self.own_nodes(body).into_iter().any(|n| {
            let call = body.sibling(n);
            let Some(callee) = self.callee_of(call) else { return false };
            self.request_at(call).is_some() || name.is_some() && self.last_name_at(callee) == name
        })
    }

    /// A call as it is written.
    pub(super) fn call_text(&self, at: NodeRef) -> Option<&str> {
        let Kind::Call(_) = self.kind(at) else { return None };
        let file = self.file(at.file);
        file.source.text.get(file.facts.span(at.node).range())
    }

    /// A helper that calls itself again in a handler.
    pub(super) fn recursive_retry(&self, f: NodeRef) -> Option<Retry> {
        let facts = self.facts(f.file);
        for &call in self.callers(f) {
            let inside = call.file == f.file && facts.ancestors(call.node).any(|n| n == f.node);
            if !inside || self.is_delegated(call) {
                continue;
            }
            let mut child = call.node;
            while let Some(parent) = facts.parent(child).filter(|&p| p != f.node) {
                let handler = match facts.kind(parent) {
                    Kind::Try(t) => t.handlers.iter().any(|h| h.body == child),
                    Kind::If { condition, .. } => self.failing(call.sibling(*condition)).is_some(),
                    Kind::Match(_) => true,
                    // `task().catch((error) => again(task, left - 1))`
                    Kind::Call(_) => self.takes_failure(call.sibling(parent), child),
                    _ => false,
                };
                if handler {
                    let mut retry = Retry::new(call, RetryForm::Recursion);
                    retry.attempts = self.attempts_of_recursion(f, call);
                    retry.delays = self.delays_of_recursion(f, call);
                    return Some(retry);
                }
                child = parent;
            }
        }
        None
    }

    /// The delays of a function that calls itself with a higher counter.
    pub(super) fn delays_of_recursion(&self, f: NodeRef, call: NodeRef) -> Vec<RetryDelay> {
        let Kind::Function(function) = self.kind(f) else { return Vec::new() };
        let mut varying = Vec::new();
        for (index, param) in function.params.iter().enumerate() {
            let Argument::Given(arg) = self.argument_of(call, f, index) else {
                continue;
            };
            let Kind::Name(name) = self.kind(f.sibling(param.pattern)) else { continue };
            if let Some(growth) = self.growth_over(arg, name) {
                varying.push((f, index as u32, Shape { growth, random: Tri::No, server: false, at: None }));
            }
        }
        self.delays(&Basis::new(f, varying), f, 0)
    }
}
