//! Functions that call themselves for the next turn, in place of a loop.

use super::{AgentLoop, Reach};
use crate::facts::{BinaryOp, Kind, Name, NodeId};
use crate::model::Project;
use crate::model::agent_loop::asks_model::Asking;
use crate::model::control::loop_bound::Bound;
use crate::model::control::region::Region;
use crate::model::names::index::{constant, last_name};
use crate::model::names::words::snake;
use crate::model::values::value::NodeRef;

/// Calls of one function that are looked at as recursion.
pub(super) const MAX_RECURSIONS: usize = 8;

impl Project {
    /// A call inside a function that leads back to it.
    pub(super) fn recursion(&self, call: NodeRef, functions: &[NodeRef], reach: &Reach) -> Option<AgentLoop> {
        let function = self.named_function(call)?;
        let region = self.function_region(function);
        // Found before the copy is made, and so only once.
        self.tool_answers(&region);
        let mut region = Region::clone(&region);
        if !region.nodes.contains(&call) || self.in_handler(call) || self.is_delegated(call) {
            return None;
        }
        // What a callback leaves before it comes to the call: `ask().then((reply) => { if (…) return; … })`.
        let facts = self.facts(call.file);
        let around = facts.ancestors(call.node).take_while(|&n| n != function.node);
        for callback in around.filter(|&n| matches!(facts.kind(n), Kind::Function(_))) {
            region.exits.extend(self.function_region(call.sibling(callback)).exits.iter().cloned());
        }
        if self.is_left_with_answer(function, call, reach) || self.follows_last_turn(function, call) {
            return None;
        }
        region.counters = self.stepped_parameters(call, function);
        let inner = Reach { path: reach.path.clone(), functions: functions.to_vec() };
        let conditions = self.conditions_of(call, &region);
        let mut answers = self.answers(&region, &inner);
        // Where nothing is asked here, those on the way decide, and run the tools.
        let decided_before = conditions.is_empty();
        for other in functions.iter().filter(|&&f| decided_before && f != function) {
            if answers.is_empty() {
                answers = self.answers(&self.function_region(*other), &inner);
            }
        }
        let mut asking = Asking::new(self, &region, &inner);
        let before = region.exits.iter().filter(|e| !e.fails && self.precedes(e.at, call));
        let asks =
            conditions.iter().chain(before.flat_map(|e| &e.conditions)).any(|&c| asking.is_about_model(c));
        let asks = asks || decided_before && self.asks_on_the_way(functions, reach);
        if answers.is_empty() || !asks {
            return None;
        }
        let mut bound = Bound::Absent;
        for &condition in &conditions {
            bound = bound.or(|| self.limit_in(condition, &region, 0));
        }
        for function in functions.iter().filter(|&&f| f != function) {
            bound = bound.or(|| self.loop_bound(&self.function_region(*function)));
        }
        let bound = bound.or(|| self.loop_bound(&region));
        Some(AgentLoop {
            at: function,
            recursive_call: Some(call),
            turns: Vec::new(),
            answers,
            bound,
            waits: self.waits_for_input(&region, call, reach, &mut asking),
            other_exit: None,
        })
    }

    /// Whether a function gives back at once what the request brings, before it may call itself: what it asks then
    /// is not that answer.
    fn is_left_with_answer(&self, function: NodeRef, call: NodeRef, reach: &Reach) -> bool {
        let facts = self.facts(call.file);
        let own = |site: &&NodeRef| site.file == call.file && self.named_function(**site) == Some(function);
        let Some(&site) = reach.path.iter().find(own) else { return false };
        let mut around = facts.ancestors(site.node).take_while(|&n| n != function.node);
        let returned = around.find(|&n| matches!(facts.kind(n), Kind::Return(_)));
        returned.is_some_and(|r| facts.span(r).end <= facts.span(call.node).start)
    }

    /// Whether a function calls itself only where the model has finished, and so asked for no tool: for the answer
    /// in another form.
    fn follows_last_turn(&self, function: NodeRef, call: NodeRef) -> bool {
        let file = self.file(call.file);
        let facts = &file.facts;
        let around = facts.ancestors(call.node).take_while(|&n| n != function.node);
        let conditions: Vec<NodeRef> = around
            .filter_map(|n| match facts.kind(n) {
                Kind::If { condition, then, .. } if facts.span(*then).contains(facts.span(call.node)) => {
                    Some(call.sibling(*condition))
                }
                _ => None,
            })
            .collect();
        let speaks_of_tools = |c: &NodeRef| file.text_of(c.node).to_lowercase().contains("tool");
        conditions.iter().any(|&c| self.says_finished(c)) && !conditions.iter().any(speaks_of_tools)
    }

    /// Whether a condition holds only for a stop reason that the model gives when it has finished.
    fn says_finished(&self, condition: NodeRef) -> bool {
        let file = self.file(condition.file);
        let facts = &file.facts;
        let finished = |n: NodeId| {
            constant(facts, n).is_some_and(|reason| file.sdk.has_word("finished-reasons", &reason))
        };
        let of_reason = |n: NodeId| last_name(facts, n).is_some_and(|name| snake(&name).contains("reason"));
        match facts.kind(condition.node) {
            Kind::Binary { op: BinaryOp::And, left, right } => {
                [*left, *right].iter().any(|&n| self.says_finished(condition.sibling(n)))
            }
            Kind::Binary { op: BinaryOp::Eq | BinaryOp::Is, left, right } => {
                finished(*left) && of_reason(*right) || finished(*right) && of_reason(*left)
            }
            _ => false,
        }
    }

    /// Whether one of the functions between a recursive call and the request asks the model whether to go on,
    /// and none of them compares anything, which may be turns that are counted elsewhere.
    fn asks_on_the_way(&self, functions: &[NodeRef], reach: &Reach) -> bool {
        let compares = |at: &NodeRef| {
            matches!(
                self.kind(*at),
                Kind::Binary { op: BinaryOp::Lt | BinaryOp::Le | BinaryOp::Gt | BinaryOp::Ge, .. }
            )
        };
        if functions.iter().any(|&f| self.function_region(f).nodes.iter().any(compares)) {
            return false;
        }
        let inner = Reach { path: reach.path.clone(), functions: functions.to_vec() };
        let calls = reach.path.iter().take(reach.path.len().saturating_sub(1));
        calls.copied().any(|call| {
            let Some(function) = self.named_function(call).filter(|f| functions.contains(f)) else {
                return false;
            };
            let region = self.function_region(function);
            let conditions = self.conditions_of(call, &region);
            let mut asking = Asking::new(self, &region, &inner);
            conditions.iter().any(|&c| asking.is_about_model(c))
        })
    }

    /// Whether a call goes to what is kept in a field, which is another object with the same method:
    /// `self.inner.chat(…)`.
    pub(in crate::model) fn is_delegated(&self, call: NodeRef) -> bool {
        let Kind::Call(c) = self.kind(call) else { return false };
        match self.kind(call.sibling(c.callee)) {
            Kind::Member { object, .. } => matches!(self.kind(call.sibling(*object)), Kind::Member { .. }),
            _ => false,
        }
    }

    pub(in crate::model) fn precedes(&self, a: NodeRef, b: NodeRef) -> bool {
        a.file == b.file && self.facts(a.file).span(a.node).start < self.facts(b.file).span(b.node).start
    }

    pub(in crate::model) fn in_handler(&self, at: NodeRef) -> bool {
        let facts = self.facts(at.file);
        let span = facts.span(at.node);
        facts.ancestors(at.node).any(|n| match facts.kind(n) {
            Kind::Try(t) => t.handlers.iter().any(|h| h.span.contains(span)),
            _ => false,
        })
    }

    /// Parameters that a recursive call gives on with a step: `depth + 1`.
    fn stepped_parameters(&self, call: NodeRef, function: NodeRef) -> Vec<Name> {
        let (Kind::Call(c), Kind::Function(f)) = (self.kind(call), self.kind(function)) else {
            return Vec::new();
        };
        let names: Vec<&Name> = f
            .params
            .iter()
            .filter_map(|p| match self.kind(function.sibling(p.pattern)) {
                Kind::Name(n) => Some(n),
                _ => None,
            })
            .collect();
        let mut out = Vec::new();
        for arg in &c.args {
            let at = call.sibling(arg.value);
            for node in self.facts(call.file).descendants(at.node) {
                let Kind::Binary { op: BinaryOp::Add | BinaryOp::Sub, left, .. } =
                    self.kind(call.sibling(node))
                else {
                    continue;
                };
                if let Kind::Name(n) = self.kind(call.sibling(*left))
                    && names.contains(&n)
                {
                    out.push(n.clone());
                }
            }
        }
        out
    }
}
