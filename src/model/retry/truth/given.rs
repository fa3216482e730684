//! What is known of a value that a pattern takes apart: whether it is there, and whether it came in time.

use crate::facts::{Arm, BinaryOp, Kind, NodeId};
use crate::model::Project;
use crate::model::names::scope::Origin;
use crate::model::retry::probe::Probe;
use crate::model::values::truth::Truth;
use crate::model::values::value::{NodeRef, Value};
use crate::sdk::failures::Failure;

/// Steps from a pattern to what decides on its value.
const MAX_DEPTH: u32 = 12;

impl Project {
    /// Whether a pattern fits what it is put to.
    pub(in crate::model::retry) fn fits_value(&self, pattern: NodeRef, value: NodeRef, p: &Probe) -> Truth {
        if self.is_limited_in_time(value, 0) {
            return self.fits_in_time(pattern, p);
        }
        let fits = self.fits(pattern, p);
        let some = |n: NodeRef| {
            self.callee_of(n).and_then(|c| self.last_name_at(c)).is_some_and(|name| &*name == "Some")
        };
        match self.kind(pattern) {
            // What is there whenever the failure is this one depends on nothing else.
            Kind::Call(_) if fits == Truth::Free && some(pattern) => match self.is_there(value, p, 0) {
                Truth::Yes => Truth::Free,
                other => other,
            },
            Kind::Null => match self.is_there(value, p, 0) {
                Truth::Yes => Truth::No,
                _ => fits,
            },
            _ => fits,
        }
    }

    /// Whether an expression waits for something under a limit, so that it has an error of its own:
    /// `timeout(limit, request).await`.
    fn is_limited_in_time(&self, at: NodeRef, depth: u32) -> bool {
        let own = |v: &Value| matches!(v, Value::Function(_));
        match self.kind(at) {
            Kind::Await(inner) => match self.kind(at.sibling(*inner)) {
                Kind::Call(c) => {
                    let callee = at.sibling(c.callee);
                    self.last_name_at(callee).is_some_and(|name| {
                        name.starts_with("timeout") && self.file(at.file).sdk.has_word("time-limit", &name)
                    }) && !self.eval(callee).iter().any(own)
                }
                _ => false,
            },
            Kind::Name(_) if depth < 4 => self
                .file(at.file)
                .only_value(at.node)
                .is_some_and(|value| self.is_limited_in_time(at.sibling(value), depth + 1)),
            _ => false,
        }
    }

    /// Whether a pattern fits what came under a limit of time: an error outside says that the limit passed,
    /// one inside that the call failed.
    fn fits_in_time(&self, pattern: NodeRef, p: &Probe) -> Truth {
        let late = p.failure == Failure::Timeout;
        let of = |n: NodeId| self.fits_in_time(pattern.sibling(n), p);
        match self.kind(pattern) {
            Kind::Call(c) => match self.last_name_at(pattern.sibling(c.callee)).as_deref() {
                Some("Ok") => {
                    let inner = c.args.first().map_or(Truth::Yes, |a| self.fits(pattern.sibling(a.value), p));
                    if late { inner.and(Truth::Open) } else { inner }
                }
                Some("Err") if late => Truth::Open,
                Some("Err") => Truth::No,
                _ => self.fits(pattern, p),
            },
            Kind::Opaque(parts) if !parts.is_empty() => {
                parts.iter().map(|&n| of(n)).fold(Truth::No, Truth::or)
            }
            Kind::Binary { op: BinaryOp::BitOr, left, right } => of(*left).or(of(*right)),
            _ => self.fits(pattern, p),
        }
    }

    /// Whether an optional value is there when a request failed like this; `Free` where nothing says that
    /// it has to do with the failure.
    pub(super) fn is_there(&self, at: NodeRef, p: &Probe, depth: u32) -> Truth {
        if depth > MAX_DEPTH || p.is_spent() {
            return Truth::Open;
        }
        let of = |n: NodeId| self.is_there(at.sibling(n), p, depth + 1);
        match self.kind(at) {
            Kind::Null => Truth::No,
            Kind::Number(_) | Kind::Str(_) => Truth::Yes,
            // What was calculated is there.
            Kind::Binary { op: BinaryOp::Add | BinaryOp::Sub | BinaryOp::Mul | BinaryOp::Pow, .. } => {
                Truth::Yes
            }
            // Given back as the status that was asked for.
            Kind::Name(_) if depth > 0 && self.holds_status(at) => self.has_status(p),
            Kind::Name(name) => {
                let file = self.file(at.file);
                let mut given =
                    file.scopes.lookup(&file.facts, name, at.node).into_iter().map(|def| match &def.origin {
                        Origin::Value { expr, path } if path.is_empty() && *expr != at.node => of(*expr),
                        _ => Truth::Free,
                    });
                // `delay = None`, and `delay = delay_for(error)` while attempts are left.
                let first = given.next().unwrap_or(Truth::Free);
                if given.all(|other| other == first) { first } else { Truth::Free }
            }
            Kind::Cast { value, .. } => of(*value),
            Kind::If { condition, then, otherwise: Some(otherwise) } => {
                let condition = self.truth(at.sibling(*condition), p, depth + 1);
                condition.choose(of(*then), of(*otherwise))
            }
            Kind::Match(m) if m.arms.iter().any(|arm| self.is_kind_of_failure(at, arm)) => {
                m.arms.iter().rev().fold(Truth::Open, |rest, arm| {
                    self.takes(at.sibling(m.subject), arm, p, depth + 1).choose(of(arm.body), rest)
                })
            }
            Kind::Block { body, tail } => {
                self.given_back(at, body, *tail, p, depth + 1).unwrap_or(Truth::Free)
            }
            Kind::Call(c) => match self.last_name_at(at.sibling(c.callee)).as_deref() {
                Some("Some") => Truth::Yes,
                Some("map" | "copied" | "cloned" | "as_ref") => match self.kind(at.sibling(c.callee)) {
                    Kind::Member { object, .. } => of(*object),
                    _ => Truth::Free,
                },
                _ => self.is_given_there(at, p, depth),
            },
            _ => Truth::Free,
        }
    }

    /// Whether an arm tells one kind of failure from another.
    fn is_kind_of_failure(&self, at: NodeRef, arm: &Arm) -> bool {
        let kind = |n: NodeId| {
            let pattern = at.sibling(n);
            let head = match self.kind(pattern) {
                Kind::Call(c) => Some(c.callee),
                Kind::Record(r) => r.ty,
                Kind::Member { .. } => Some(n),
                _ => None,
            };
            let name = head.and_then(|h| self.last_name_at(pattern.sibling(h)));
            name.is_some_and(|name| !self.file(at.file).sdk.has_word("outcome-variants", &name))
                || self.statuses(pattern).is_some_and(|set| set.has_error())
        };
        arm.guard.is_some()
            || arm.patterns.iter().any(|&n| match self.kind(at.sibling(n)) {
                Kind::Opaque(parts) => parts.iter().any(|&n| kind(n)),
                Kind::Binary { op: BinaryOp::BitOr, left, right } => kind(*left) || kind(*right),
                _ => kind(n),
            })
    }

    /// Whether what a function gives back is there: `delay_for(&error, attempt)`.
    fn is_given_there(&self, call: NodeRef, p: &Probe, depth: u32) -> Truth {
        let Kind::Call(c) = self.kind(call) else { return Truth::Free };
        if c.args.is_empty() && !matches!(self.kind(call.sibling(c.callee)), Kind::Member { .. }) {
            return Truth::Free;
        }
        // What is out of sight and is given the error, or is a method of it, may well tell its kinds apart.
        let object = match self.kind(call.sibling(c.callee)) {
            Kind::Member { object, .. } => Some(*object),
            _ => None,
        };
        let mut given = c.args.iter().map(|a| a.value).chain(object);
        let unseen = match given.any(|n| self.is_of_caught(call.sibling(n))) {
            true => Truth::Open,
            false => Truth::Free,
        };
        let mut all: Option<Truth> = None;
        for value in self.eval(call.sibling(c.callee)).iter() {
            let Value::Function(f) = value else { return unseen };
            let Kind::Function(function) = self.kind(*f) else { return unseen };
            // What waits may send the request itself.
            if !function.body.is_some() || function.is_async {
                return Truth::Free;
            }
            let body = f.sibling(function.body);
            let next = match self.kind(body) {
                // Who comes to the end gives nothing.
                Kind::Block { body: statements, tail } => {
                    self.given_back(body, statements, *tail, p, depth + 1).unwrap_or(Truth::No)
                }
                _ => self.is_there(body, p, depth + 1),
            };
            all = Some(match all {
                Some(before) if before != next => Truth::Open,
                _ => next,
            });
        }
        all.unwrap_or(unseen)
    }

    /// Whether what statements give back is there; `None` where they give nothing back.
    fn given_back(
        &self,
        at: NodeRef,
        statements: &[NodeId],
        tail: bool,
        p: &Probe,
        depth: u32,
    ) -> Option<Truth> {
        let (&first, rest) = statements.split_first()?;
        if depth > MAX_DEPTH || p.is_spent() {
            return Some(Truth::Open);
        }
        let here = at.sibling(first);
        let more = || self.given_back(at, rest, tail, p, depth + 1);
        let part = |n: NodeId| match self.kind(at.sibling(n)) {
            Kind::Block { body, tail } => self.given_back(at, body, *tail, p, depth + 1),
            _ => self.given_back(at, &[n], false, p, depth + 1),
        };
        match self.kind(here) {
            Kind::Return(None) => Some(Truth::No),
            Kind::Return(Some(value)) => Some(self.is_there(at.sibling(*value), p, depth + 1)),
            Kind::If { condition, then, otherwise } if !(tail && rest.is_empty()) => {
                let condition = self.truth(at.sibling(*condition), p, depth + 1);
                let yes = || part(*then).or_else(more);
                let no = || otherwise.and_then(part).or_else(more);
                match condition {
                    Truth::Yes => yes(),
                    Truth::No => no(),
                    _ => Some(condition.choose(yes()?, no()?)),
                }
            }
            _ if tail && rest.is_empty() => Some(self.is_there(here, p, depth + 1)),
            Kind::Loop(_) | Kind::Match(_) | Kind::Try(_) | Kind::With(_) => Some(Truth::Free),
            _ => more(),
        }
    }
}
