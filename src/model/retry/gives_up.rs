//! Limits of a retry that stand off the way from a failed attempt to the next: at the head of the loop,
//! in a function that counts for it, or in what tells a library to give up.

use super::Retry;
use super::failure::failing_status;
use crate::facts::{BinaryOp, Kind, NodeId};
use crate::model::Project;
use crate::model::values::value::{NodeRef, Value};

/// Functions in a row that an error is given to.
const MAX_CALLS: u32 = 2;

impl Project {
    /// Whether a function around a call tells the library to give up: `bail(error)`, `throw new AbortError(…)`.
    pub(super) fn ends_by_itself(&self, step: NodeRef) -> bool {
        self.function_of(step).is_some_and(|function| self.tells_to_end(function, MAX_CALLS))
    }

    /// Whether a function, or one that it gives an error to, does so: `.map_err(classify)`.
    fn tells_to_end(&self, function: NodeRef, left: u32) -> bool {
        let file = self.file(function.file);
        let facts = &file.facts;
        let given = |n: NodeId| self.is_of_caught(function.sibling(n));
        // Each is asked once, however often it is called.
        let mut helpers: Vec<NodeRef> = Vec::new();
        let tells = facts.descendants(function.node).into_iter().any(|n| match facts.kind(n) {
            Kind::Name(name) | Kind::Member { name, .. } if file.sdk.has_word("give-up", name) => true,
            Kind::Call(call) if left > 0 => {
                let (object, takes) = match facts.kind(call.callee) {
                    Kind::Member { object, name, .. } => {
                        (Some(*object), file.sdk.in_lists(&["error-takers", "looks-at-failure"], name))
                    }
                    _ => (None, false),
                };
                let own = call.args.iter().map(|a| a.value).chain(object).any(given).then_some(call.callee);
                let taken = call.args.iter().map(|a| a.value).filter(|_| takes);
                let callees = own.into_iter().chain(taken);
                helpers.extend(callees.flat_map(|callee| self.functions_of(function.sibling(callee))));
                false
            }
            _ => false,
        });
        helpers.sort_unstable();
        helpers.dedup();
        tells || helpers.into_iter().any(|helper| self.tells_to_end(helper, left - 1))
    }

    /// Whether something in a loop may leave it before the request is sent, or in a function that it
    /// calls, because of a count, a clock or what is left of a budget.
    pub(super) fn gives_up_elsewhere(&self, retry: &Retry) -> bool {
        let around = retry.at;
        let Kind::Loop(l) = self.kind(around) else { return false };
        let Some(point) = retry.point.filter(|p| p.file == around.file) else { return false };
        let facts = self.facts(around.file);
        let sent = facts.span(point.node).start;
        self.own_nodes(around).into_iter().any(|n| {
            let before = facts.span(n).end <= sent && facts.span(l.body).contains(facts.span(n));
            let leaves = |branch: NodeId| self.ends_loop(around.sibling(branch), around);
            match facts.kind(n) {
                Kind::If { condition, then, otherwise } if before => {
                    (leaves(*then) || otherwise.is_some_and(leaves))
                        && self.weighs(around.sibling(*condition))
                }
                Kind::Match(m) if before => {
                    m.arms.iter().any(|arm| leaves(arm.body)) && self.weighs(around.sibling(m.subject))
                }
                Kind::Call(_) if n != point.node => self.calls_what_gives_up(around.sibling(n)),
                _ => false,
            }
        })
    }

    /// Whether a condition compares a count or a time, or asks something out of sight for it.
    fn weighs(&self, condition: NodeRef) -> bool {
        let facts = self.facts(condition.file);
        let number = |n: NodeId| self.number(condition.sibling(n));
        facts.descendants(condition.node).into_iter().any(|n| match facts.kind(n) {
            Kind::Binary { op: BinaryOp::Lt | BinaryOp::Le | BinaryOp::Gt | BinaryOp::Ge, left, right } => {
                let status = |n: NodeId| number(n).is_some_and(|n| failing_status(n).is_some());
                !status(*left) && !status(*right)
            }
            Kind::Binary { op: BinaryOp::Eq, left, right } => {
                let count = |n: NodeId| number(n).is_some_and(|n| failing_status(n).is_none());
                count(*left) || count(*right)
            }
            Kind::Call(_) => self.failing(condition).is_none(),
            _ => false,
        })
    }

    /// Whether a function of the project is called that throws, or gives an error back, once a count or a
    /// clock says so.
    fn calls_what_gives_up(&self, call: NodeRef) -> bool {
        let Kind::Call(c) = self.kind(call) else { return false };
        if self.checks_timed_signal(call.sibling(c.callee)) {
            return true;
        }
        self.eval(call.sibling(c.callee)).iter().any(|value| {
            let Value::Function(function) = value else { return false };
            let facts = self.facts(function.file);
            let ends = |branch: NodeId| self.ends_loop(function.sibling(branch), *function);
            let compares = |condition: NodeId| {
                facts.descendants(condition).into_iter().any(|n| matches!(facts.kind(n), Kind::Binary { .. }))
            };
            self.own_nodes(*function).into_iter().any(|n| match facts.kind(n) {
                Kind::If { condition, then, .. } => {
                    ends(*then) && compares(*condition) && self.weighs(function.sibling(*condition))
                }
                _ => false,
            })
        })
    }
}
