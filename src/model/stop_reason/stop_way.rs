//! The ways that answers take through the tests of their stop reason: whether two of them come to the same.

use super::stop_test::StopTest;
use crate::facts::{BinaryOp, Kind, NodeId, UnaryOp};
use crate::model::Project;
use crate::model::values::value::NodeRef;

/// Statements of one way.
const MAX_STEPS: usize = 128;

impl Project {
    /// Whether a test that tells two values apart makes no difference, since what is done about either is the
    /// same: `if reason == "end_turn": return text` before `if reason != "tool_use": return text`.
    pub(in crate::model) fn leads_the_same(
        &self,
        test: &StopTest,
        tests: &[StopTest],
        value: &str,
        other: &str,
    ) -> bool {
        // Whoever names it knows of it.
        if tests.iter().any(|t| t.names(value)) {
            return false;
        }
        let Some(start) = self.statement_of_test(test.at) else { return false };
        let alike = |(a, b): (&NodeId, &NodeId)| {
            a == b || self.is_written_alike(test.at.sibling(*a), test.at.sibling(*b))
        };
        let end = |value| self.comes_to(start, tests, value);
        if let (Some(one), Some(two)) = (end(value), end(other))
            && alike((&one, &two))
        {
            return true;
        }
        let way = |value| self.way_from(start, tests, value);
        let (Some(one), Some(two)) = (way(value), way(other)) else { return false };
        one.len() == two.len() && one.iter().zip(&two).all(alike)
    }

    /// Whether an answer that ends for that reason fails at a test where a complete one fails as well, as no call of
    /// a tool: it is not taken for a complete one.
    pub(in crate::model) fn both_fail(
        &self,
        test: &StopTest,
        tests: &[StopTest],
        value: &str,
        other: &str,
    ) -> bool {
        let Some(start) = self.statement_of_test(test.at).filter(|_| !test.words) else { return false };
        let fails = |value| {
            let last = self.way_from(start, tests, value).and_then(|way| way.last().copied());
            last.is_some_and(|last| {
                self.contains(start, start.sibling(last))
                    && match self.kind(start.sibling(last)) {
                        Kind::Return(Some(given)) => self.ends_in_failure(start.sibling(*given)),
                        _ => self.ends_in_failure(start.sibling(last)),
                    }
            })
        };
        fails(value) && fails(other)
    }

    /// What a choice by the stop reason comes to when it is that value, whatever follows then:
    /// `"done"` in `"done" if reason == "end_turn" else "done"`.
    fn comes_to(&self, choice: NodeRef, tests: &[StopTest], value: &str) -> Option<NodeId> {
        let facts = self.facts(choice.file);
        let mut now = choice.node;
        for _ in 0..MAX_STEPS {
            now = match facts.kind(now) {
                Kind::If { condition, then, otherwise } => {
                    match self.is_so(choice.sibling(*condition), tests, value) {
                        Some(true) => *then,
                        Some(false) => (*otherwise)?,
                        None => return (now != choice.node).then_some(now),
                    }
                }
                _ => return Some(now),
            };
        }
        None
    }

    /// The `if` that a comparison is the condition of, or a part of it.
    fn statement_of_test(&self, test: NodeRef) -> Option<NodeRef> {
        let facts = self.facts(test.file);
        let mut from = test.node;
        for up in facts.ancestors(test.node).skip(1) {
            match facts.kind(up) {
                Kind::If { condition, .. } => return (*condition == from).then_some(test.sibling(up)),
                Kind::Binary { op: BinaryOp::And | BinaryOp::Or, .. }
                | Kind::Unary { op: UnaryOp::Not, .. }
                | Kind::Cast { .. } => from = up,
                _ => return None,
            }
        }
        None
    }

    /// What is done from a statement on when the stop reason is that value, but for what is written to a log: to
    /// where the function or this turn of the loop ends. Nothing where that is out of reach.
    fn way_from(&self, start: NodeRef, tests: &[StopTest], value: &str) -> Option<Vec<NodeId>> {
        let facts = self.facts(start.file);
        let has_test = |n: NodeId| {
            let span = facts.span(n);
            tests.iter().any(|t| t.at.file == start.file && span.contains(facts.span(t.at.node)))
        };
        let mut way = Vec::new();
        let mut next = Some(start.node);
        for _ in 0..MAX_STEPS {
            let Some(now) = next else { return Some(way) };
            next = match facts.kind(now) {
                Kind::If { condition, then, otherwise } if has_test(now) => {
                    let branch = match self.is_so(start.sibling(*condition), tests, value)? {
                        true => Some(*then),
                        false => *otherwise,
                    };
                    match branch {
                        Some(branch) => Some(branch),
                        None => self.comes_after(start.sibling(now), &mut way)?,
                    }
                }
                Kind::Block { body, .. } => match body.first() {
                    Some(&first) => Some(first),
                    None => self.comes_after(start.sibling(now), &mut way)?,
                },
                Kind::With(with) => Some(with.body),
                Kind::Try(tried) if has_test(now) => Some(tried.body),
                Kind::Return(_) | Kind::Throw(_) => {
                    way.push(now);
                    return Some(way);
                }
                Kind::Break(None) => {
                    self.comes_after(start.sibling(self.loop_left(start.sibling(now))?), &mut way)?
                }
                Kind::Continue => {
                    way.push(self.loop_left(start.sibling(now))?);
                    return Some(way);
                }
                _ if has_test(now) => return None,
                Kind::Call(_) if self.is_log(start.sibling(now)) => {
                    self.comes_after(start.sibling(now), &mut way)?
                }
                _ => {
                    way.push(now);
                    self.comes_after(start.sibling(now), &mut way)?
                }
            };
        }
        None
    }

    /// The statement that comes after another; none at the end of a function or of a turn of a loop, which is the
    /// last thing on the way then. Nothing where that is out of reach.
    fn comes_after(&self, at: NodeRef, way: &mut Vec<NodeId>) -> Option<Option<NodeId>> {
        let facts = self.facts(at.file);
        let mut from = at.node;
        for up in facts.ancestors(at.node).skip(1) {
            match facts.kind(up) {
                Kind::Block { body, .. } => {
                    if let Some(&next) = body.iter().skip_while(|&&s| s != from).nth(1) {
                        return Some(Some(next));
                    }
                }
                Kind::If { .. } | Kind::With(_) | Kind::Match(_) => {}
                Kind::Try(tried)
                    if tried.body == from && tried.otherwise.is_none() && tried.finally.is_none() => {}
                Kind::Function(_) | Kind::Loop(_) => {
                    way.push(up);
                    return Some(None);
                }
                _ => return None,
            }
            from = up;
        }
        None
    }

    fn loop_left(&self, at: NodeRef) -> Option<NodeId> {
        let facts = self.facts(at.file);
        facts.ancestors(at.node).find(|&n| matches!(facts.kind(n), Kind::Loop(_) | Kind::Function(_)))
    }

    /// Whether a condition holds for a value of the stop reason, as far as that decides it.
    fn is_so(&self, condition: NodeRef, tests: &[StopTest], value: &str) -> Option<bool> {
        let again = |n: NodeId| self.is_so(condition.sibling(n), tests, value);
        if let Some(test) = tests.iter().find(|t| t.at == condition) {
            return self.is_held(test, value);
        }
        match self.kind(condition) {
            Kind::Binary { op: op @ (BinaryOp::And | BinaryOp::Or), left, right } => {
                let decisive = *op == BinaryOp::Or;
                match (again(*left), again(*right)) {
                    (Some(one), _) if one == decisive => Some(one),
                    (_, Some(other)) if other == decisive => Some(other),
                    (Some(_), Some(_)) => Some(!decisive),
                    _ => None,
                }
            }
            Kind::Unary { op: UnaryOp::Not, operand } => again(*operand).map(|held| !held),
            Kind::Cast { value: inner, .. } => again(*inner),
            _ => None,
        }
    }
}
