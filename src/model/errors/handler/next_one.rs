//! Helpers that give nothing where a request failed, and whose callers ask somebody else then.

use super::Handler;
use crate::facts::{BinaryOp, Kind, NodeId};
use crate::model::names::index::constant;
use crate::model::values::value::NodeRef;
use crate::model::{Project, enclosing_function};

/// Calls of a helper that are looked at.
const MAX_CALLS: usize = 16;

impl Project {
    /// Whether the function around a handler is called for one after the other until one gives something:
    /// `if let Some(text) = ask(first) { return text }`, then the same with `second`.
    pub(super) fn is_followed_by_next(&self, handler: &Handler) -> bool {
        let Some(function) = self.function_of(handler.at) else { return false };
        let calls: Vec<NodeRef> =
            self.callers(function).iter().copied().filter(|&call| !self.is_test(call)).collect();
        if calls.is_empty() || calls.len() > MAX_CALLS || !self.mentions(function).is_empty() {
            return false;
        }
        let around = |call: NodeRef| (call.file, enclosing_function(self.facts(call.file), call.node));
        // Who only hands it on leaves that to its own callers.
        let mut asked = calls.iter().filter(|&&call| !self.is_handed_back(call)).peekable();
        asked.peek().is_some()
            && asked.all(|&call| {
                let beside = |other: &&NodeRef| **other != call && around(**other) == around(call);
                calls.iter().filter(beside).any(|&other| {
                    self.comes_only_without(other, call) || self.comes_only_without(call, other)
                })
            })
    }

    /// Whether a call gives what its function gives back.
    fn is_handed_back(&self, call: NodeRef) -> bool {
        let facts = self.facts(call.file);
        let mut child = call.node;
        for parent in facts.ancestors(call.node).skip(1) {
            match facts.kind(parent) {
                Kind::Await(_) | Kind::Cast { .. } => {}
                Kind::Block { body, tail: true } if body.last() == Some(&child) => {}
                Kind::Return(_) | Kind::Function(_) => return true,
                _ => return false,
            }
            child = parent;
        }
        false
    }

    /// Whether a place is come to only where a call before it gave nothing.
    fn comes_only_without(&self, next: NodeRef, call: NodeRef) -> bool {
        let facts = self.facts(call.file);
        let start = facts.span(next.node).start;
        if facts.span(call.node).end > start {
            return false;
        }
        let holds = |outer: NodeId, inner: NodeId| facts.span(outer).contains(facts.span(inner));
        // Whether something leaves, between the two, where a value is there.
        let leaves = |value: NodeRef| {
            facts.ancestors(value.node).take(8).any(|n| match facts.kind(n) {
                Kind::If { condition, then, .. } => {
                    holds(*condition, value.node)
                        && facts.span(n).end <= start
                        && self.returns_something(call.sibling(*then))
                        && self.says_there(call.sibling(*condition), value)
                }
                _ => false,
            })
        };
        let instead = facts.ancestors(call.node).any(|n| {
            matches!(facts.kind(n), Kind::Binary { op: BinaryOp::Or | BinaryOp::Coalesce, left, right }
                if holds(*left, call.node) && holds(*right, next.node))
        });
        let bound = facts.ancestors(call.node).take(4).find_map(|n| match facts.kind(n) {
            Kind::Assign(a) => Some(call.sibling(a.target)),
            _ => None,
        });
        instead || leaves(call) || bound.is_some_and(|target| self.readers(target).into_iter().any(leaves))
    }

    /// Whether a branch gives something back: who only goes on has asked about something else.
    fn returns_something(&self, branch: NodeRef) -> bool {
        let facts = self.facts(branch.file);
        match facts.kind(branch.node) {
            Kind::Return(value) => value.is_some(),
            Kind::Block { body, .. } => body.iter().any(|&n| self.returns_something(branch.sibling(n))),
            _ => false,
        }
    }

    /// Whether a condition holds only where a value is there: `text`, `text is not None`, `let Some(text) = …`.
    fn says_there(&self, condition: NodeRef, value: NodeRef) -> bool {
        let facts = self.facts(condition.file);
        let nothing = |n: NodeId| {
            matches!(facts.kind(n), Kind::Null) || constant(facts, n).is_some_and(|text| text.is_empty())
        };
        match facts.kind(condition.node) {
            _ if condition == value => true,
            Kind::Await(x) | Kind::Cast { value: x, .. } => self.says_there(condition.sibling(*x), value),
            Kind::Let { value: x, .. } => facts.span(*x).contains(facts.span(value.node)),
            Kind::Binary { op: BinaryOp::Ne | BinaryOp::IsNot, left, right } => {
                *left == value.node && nothing(*right)
            }
            Kind::Binary { op: BinaryOp::And, left, right } => {
                [left, right].into_iter().any(|&side| self.says_there(condition.sibling(side), value))
            }
            _ => false,
        }
    }
}
