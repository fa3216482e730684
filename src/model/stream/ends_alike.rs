//! Readers that do the same at `message_stop` and when the bytes end: the event makes no difference.

use super::Project;
use super::scope::StreamScope;
use crate::facts::{BinaryOp, Kind, NodeId, UnaryOp};
use crate::model::control::region::turns_forever;
use crate::model::names::index::path_name;
use crate::model::values::value::NodeRef;

/// Steps from the name of the event to the branch for it.
const MAX_STEPS: usize = 8;

impl Project {
    /// The branch for the end of the message, where what follows the loop over the bytes ends in the same
    /// success and nothing else in reach of the reader looks at the end of the answer.
    pub(super) fn ends_alike(
        &self,
        function: NodeRef,
        around: Option<NodeRef>,
        scope: &StreamScope,
    ) -> Option<NodeRef> {
        let around = around?;
        let facts = self.facts(function.file);
        if scope.stops.is_empty() {
            return None;
        }
        let inside =
            |n: &NodeRef| n.file == around.file && facts.span(around.node).contains(facts.span(n.node));
        if !scope.stops.iter().all(inside) {
            return None;
        }
        let after = self.after_loop(function, around)?;
        let branches: Vec<_> = scope.stops.iter().map(|&stop| self.branch_for(stop)).collect();
        if !self.may_end_without(around, &branches) {
            return None;
        }
        let mut branches = branches.into_iter();
        let first = branches.next()??;
        let alike = |branch: NodeRef| {
            !scope.sees_reason && self.is_alike(function, around, branch, &after)
                || self.is_made_good(branch, &after)
        };
        (alike(first) && branches.all(|b| b.is_some_and(alike))).then_some(first)
    }

    /// Whether a loop may end otherwise than in some branches, or by a failure.
    fn may_end_without(&self, around: NodeRef, branches: &[Option<NodeRef>]) -> bool {
        let facts = self.facts(around.file);
        let Kind::Loop(turned) = facts.kind(around.node) else { return true };
        let within =
            |n: NodeId| branches.iter().flatten().any(|b| facts.span(b.node).contains(facts.span(n)));
        !turns_forever(facts, turned)
            || facts.descendants(turned.body).into_iter().any(|n| match facts.kind(n) {
                Kind::Break(_) => !within(n) && self.breaks(around.sibling(n), around),
                Kind::Return(_) => !within(n),
                _ => false,
            })
    }

    /// What is done for an event whose name stands in a pattern or comparison.
    pub(super) fn branch_for(&self, name: NodeRef) -> Option<NodeRef> {
        let facts = self.facts(name.file);
        let mut from = name.node;
        for up in facts.ancestors(name.node).skip(1).take(MAX_STEPS) {
            match facts.kind(up) {
                Kind::Match(m) => {
                    let arm = m.arms.iter().find(|arm| arm.patterns.contains(&from))?;
                    return arm.guard.is_none().then_some(name.sibling(arm.body));
                }
                Kind::If { condition, then, .. } => {
                    return (*condition == from).then_some(name.sibling(*then));
                }
                Kind::Binary { op: BinaryOp::Eq | BinaryOp::Is | BinaryOp::Or, .. } => {}
                // `Some("message_stop")`, alternatives, `Event::MessageStop { … }`
                Kind::Call(_) | Kind::Opaque(_) | Kind::List(_) | Kind::Record(_) | Kind::Member { .. } => {}
                _ => return None,
            }
            from = up;
        }
        None
    }

    /// The statements from the end of a loop to that of the function; `None` where another loop is around it.
    pub(super) fn after_loop(&self, function: NodeRef, around: NodeRef) -> Option<Vec<NodeId>> {
        let facts = self.facts(function.file);
        let mut out = Vec::new();
        let mut from = around.node;
        for up in facts.ancestors(around.node).skip(1) {
            match facts.kind(up) {
                Kind::Function(_) => return Some(out),
                Kind::Block { body, .. } => {
                    out.extend(body.iter().copied().skip_while(|&s| s != from).skip(1))
                }
                Kind::Try(t) if t.body == from => out.extend(t.finally),
                Kind::With(_) => {}
                _ => return None,
            }
            from = up;
        }
        Some(out)
    }

    /// Whether a branch leaves the reading as the end of the bytes does.
    fn is_alike(&self, function: NodeRef, around: NodeRef, branch: NodeRef, after: &[NodeId]) -> bool {
        let file = self.file(branch.file);
        let facts = &file.facts;
        let statements: Vec<NodeId> = match facts.kind(branch.node) {
            Kind::Block { body, .. } => body.to_vec(),
            _ => vec![branch.node],
        };
        let Some((&last, before)) = statements.split_last() else { return false };
        if self.leaves_mark(function, branch) || after.iter().any(|&s| self.may_fail(branch.sibling(s))) {
            return false;
        }
        let text = |n: NodeId| file.text_of(n).trim().trim_end_matches(';').trim();
        let same = |n: NodeId| after.iter().any(|&s| text(s) == text(n));
        match (facts.kind(last), before.last()) {
            // Of what hands each piece on nobody was told that it is whole.
            (Kind::Break(None), None) => {
                self.breaks(branch.sibling(last), around) && self.gathers_text(function)
            }
            // What is said last is said in both.
            (Kind::Return(_), Some(&said)) => same(said),
            (Kind::Return(Some(value)), None) => {
                same(last) || after.last().is_some_and(|&s| text(s) == text(*value))
            }
            (Kind::Return(None), None) => after.is_empty() && self.gathers_text(function),
            _ => false,
        }
    }

    /// Whether what a branch does and notes is done behind the loop as well where it was not noted:
    /// `if (!finished) yield { done: true }`.
    fn is_made_good(&self, branch: NodeRef, after: &[NodeId]) -> bool {
        let file = self.file(branch.file);
        let facts = &file.facts;
        let statements = |n: NodeId| match facts.kind(n) {
            Kind::Block { body, .. } => body.to_vec(),
            _ => vec![n],
        };
        let Some(&first) = after.first() else { return false };
        let Kind::If { condition, then, otherwise: None } = facts.kind(first) else { return false };
        let Kind::Unary { op: UnaryOp::Not, operand } = facts.kind(*condition) else { return false };
        let Some(flag) = path_name(facts, *operand) else { return false };
        let notes = |n: NodeId| {
            matches!(facts.kind(n), Kind::Assign(a)
                if a.op.is_none() && path_name(facts, a.target).as_ref() == Some(&flag))
        };
        let done = statements(branch.node);
        let text = |n: &NodeId| file.text_of(*n).trim().trim_end_matches(';').trim();
        let said: Vec<&str> = done
            .iter()
            .filter(|&&n| !notes(n) && !matches!(facts.kind(n), Kind::Break(_)))
            .map(text)
            .collect();
        done.iter().any(|&n| notes(n))
            && !said.is_empty()
            && said == statements(*then).iter().map(text).collect::<Vec<_>>()
    }

    /// Whether a branch sets something that is looked at outside of it.
    fn leaves_mark(&self, function: NodeRef, branch: NodeRef) -> bool {
        let facts = self.facts(branch.file);
        let names: Vec<_> = facts
            .descendants(branch.node)
            .into_iter()
            .filter_map(|n| match facts.kind(n) {
                Kind::Assign(a) => path_name(facts, a.target).filter(|name| &**name != "_"),
                _ => None,
            })
            .collect();
        let span = facts.span(branch.node);
        let elsewhere = |n: &NodeId| !span.contains(facts.span(*n));
        !names.is_empty()
            && facts
                .descendants(function.node)
                .into_iter()
                .filter(elsewhere)
                .any(|n| path_name(facts, n).is_some_and(|name| names.contains(&name)))
    }

    /// Whether a statement behind the loop ends in a failure, or looks at something first.
    fn may_fail(&self, statement: NodeRef) -> bool {
        let facts = self.facts(statement.file);
        self.raises(statement)
            || facts.descendants(statement.node).into_iter().any(|n| matches!(facts.kind(n), Kind::Return(_)))
                && !matches!(facts.kind(statement.node), Kind::Return(_))
    }
}
