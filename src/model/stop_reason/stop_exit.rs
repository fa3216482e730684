//! Where a loop is left when an answer ends for a reason that no test names.

use std::sync::Arc;

use super::stop_test::StopTest;
use super::stop_values::MAX_PATTERN;
use crate::facts::{BinaryOp, Kind, Name, NodeId, UnaryOp};
use crate::model::control::region::Region;
use crate::model::names::index::constant;
use crate::model::names::words::snake;
use crate::model::values::value::{NodeRef, Value};
use crate::model::{Origin, Project, Request};

impl Project {
    /// Where the loop around a request is left when an answer ends for that reason, although no
    /// test names it and finished answers are told apart.
    pub fn exit_on(&self, request: &Request, value: &str) -> Option<NodeRef> {
        let tests = self.stop_tests(request.at);
        if tests.iter().any(|t| t.names(value)) {
            return None;
        }
        let (around, region) = self.loop_of(request)?;
        let unnamed = |exit: NodeRef| self.is_reached_by(exit, value, tests, around);
        region.exits.iter().map(|e| e.at).find(|&at| at != around && unnamed(at))
    }

    /// The agent loop around a request, where it is one and no recursion.
    fn loop_of(&self, request: &Request) -> Option<(NodeRef, Arc<Region>)> {
        let around = self.agent_loops().iter().find(|l| l.turns.iter().any(|t| t.request == request.at))?.at;
        matches!(self.kind(around), Kind::Loop(_)).then(|| (around, self.loop_region(around)))
    }

    /// Whether a statement is reached when the stop reason is that value, and only by tests of it.
    fn is_reached_by(&self, at: NodeRef, value: &str, tests: &[StopTest], root: NodeRef) -> bool {
        let facts = self.facts(at.file);
        let mut from = at.node;
        let mut decided = false;
        for node in facts.ancestors(at.node).skip(1) {
            if node == root.node {
                break;
            }
            match facts.kind(node) {
                Kind::If { condition, then, .. } if *condition != from => {
                    let Some(test) = tests.iter().find(|t| t.at == at.sibling(*condition)) else {
                        return false;
                    };
                    let Some(holds) = self.is_held(test, value) else { return false };
                    if holds != (*then == from) {
                        return false;
                    }
                    decided = true;
                }
                Kind::Match(m) if m.subject != from => {
                    let Some(arm) = m.arms.iter().find(|a| a.body == from) else { return false };
                    let is_test = tests.iter().any(|t| t.at == at.sibling(node));
                    let rest =
                        arm.patterns.iter().all(|&p| self.stop_values(at.sibling(p), MAX_PATTERN).is_none());
                    if !is_test || !rest || arm.guard.is_some() {
                        return false;
                    }
                    decided = true;
                }
                Kind::Loop(_) | Kind::Try(_) | Kind::Function(_) => return false,
                _ => {}
            }
            from = node;
        }
        decided
    }

    /// Whether a comparison holds for a value of the stop reason.
    pub(in crate::model) fn is_held(&self, test: &StopTest, value: &str) -> Option<bool> {
        let named = test.names(value);
        match self.kind(test.at) {
            Kind::Binary { op: BinaryOp::And | BinaryOp::Or, .. } => self.holds_jointly(test.at, value),
            Kind::Binary { op: BinaryOp::Eq | BinaryOp::Is | BinaryOp::In, .. } | Kind::Let { .. } => {
                Some(named)
            }
            Kind::Binary { op: BinaryOp::Ne | BinaryOp::IsNot | BinaryOp::NotIn, .. } => Some(!named),
            _ => None,
        }
    }

    /// Where the loop around a request is left, in the belief that the answer is whole, because there
    /// is no call of a tool in it: the reason is that value, and all tests are for others.
    pub fn exit_without_calls(&self, request: &Request, value: &str) -> Option<NodeRef> {
        let words = self.stop_words(request)?;
        let tests = self.stop_tests(request.at);
        let passes = |t: &StopTest| !t.open && self.is_held(t, value) == Some(false);
        if !tests.iter().all(passes) || !tests.iter().any(|t| t.names(&words.complete)) {
            return None;
        }
        let (around, region) = self.loop_of(request)?;
        let exits = region.exits.iter().filter(|e| !e.fails && e.at != around).map(|e| e.at);
        exits.into_iter().find(|&at| self.is_left_without_calls(at, around))
    }

    /// Whether a `return` gives an answer to a request back, or something made of it.
    pub fn gives_back_answer(&self, at: NodeRef, request: &Request) -> bool {
        let Kind::Return(Some(value)) = self.kind(at) else { return false };
        let of_request = |n: NodeId| {
            let values = self.eval(at.sibling(n));
            values.iter().any(|v| matches!(v, Value::Response(r) if r.request == request.at))
        };
        self.facts(at.file).descendants(*value).into_iter().take(64).any(of_request)
    }

    /// Whether a statement of a loop is reached whenever there are no calls of tools, and only then.
    fn is_left_without_calls(&self, at: NodeRef, root: NodeRef) -> bool {
        let facts = self.facts(at.file);
        let mut from = at.node;
        let mut asked = false;
        for node in facts.ancestors(at.node).skip(1).take_while(|&n| n != root.node) {
            match facts.kind(node) {
                Kind::If { condition, then, .. } if *condition != from => {
                    if *then != from || !self.tells_no_calls(at.sibling(*condition), root) {
                        return false;
                    }
                    asked = true;
                }
                Kind::Match(_) | Kind::Loop(_) | Kind::Try(_) | Kind::Function(_) => return false,
                _ => {}
            }
            from = node;
        }
        asked
    }

    /// `calls.length === 0`, `not calls`, `calls.is_empty()`.
    fn tells_no_calls(&self, condition: NodeRef, root: NodeRef) -> bool {
        let facts = self.facts(condition.file);
        let list = match facts.kind(condition.node) {
            Kind::Unary { op: UnaryOp::Not, operand } => *operand,
            Kind::Binary { op: BinaryOp::Eq | BinaryOp::Is, left, right }
                if self.number(condition.sibling(*right)) == Some(0.0) =>
            {
                *left
            }
            Kind::Call(c) => match facts.kind(c.callee) {
                Kind::Member { object, name, .. } if &**name == "is_empty" => *object,
                _ => return false,
            },
            _ => return false,
        };
        let list = self.length_of(condition.sibling(list)).map_or(list, |of| of.node);
        let Kind::Name(name) = facts.kind(list) else { return false };
        let called = |w: &str| matches!(w, "tool" | "tools" | "call" | "calls");
        snake(name).split('_').any(called) || self.holds_calls(condition.sibling(list), name, root)
    }

    /// Whether a variable of a loop is set to calls of tools or their results, or filled with them.
    fn holds_calls(&self, at: NodeRef, name: &Name, root: NodeRef) -> bool {
        let file = self.file(at.file);
        let facts = &file.facts;
        let speaks = |n: NodeId| {
            facts.descendants(n).into_iter().any(|n| match facts.kind(n) {
                Kind::Str(_) => constant(facts, n)
                    .is_some_and(|t| matches!(&*t, "tool_use" | "tool_result" | "toolUse" | "toolResult")),
                Kind::Name(n) | Kind::Member { name: n, .. } => matches!(&**n, "ToolUse" | "ToolResult"),
                _ => false,
            })
        };
        // `if block.type == "tool_use": results.append(run(block))`
        let of_call = |n: NodeId| {
            let around = facts.ancestors(n).skip(1).take_while(|&up| up != root.node);
            around.into_iter().any(|up| match facts.kind(up) {
                Kind::If { condition, .. } => speaks(*condition),
                Kind::Match(m) => m
                    .arms
                    .iter()
                    .any(|arm| arm.span.contains(facts.span(n)) && arm.patterns.iter().any(|&p| speaks(p))),
                _ => false,
            })
        };
        let set = file.scopes.lookup(facts, name, at.node).iter().any(|def| match &def.origin {
            Origin::Value { expr, .. } => speaks(*expr),
            _ => false,
        });
        set || facts.descendants(root.node).into_iter().any(|n| match facts.kind(n) {
            Kind::Call(c) => match facts.kind(c.callee) {
                Kind::Member { object, name: method, .. } => {
                    file.sdk.has_word("gather", method)
                        && matches!(facts.kind(*object), Kind::Name(n) if n == name)
                        && (c.args.iter().any(|a| speaks(a.value)) || of_call(n))
                }
                _ => false,
            },
            _ => false,
        })
    }
}
