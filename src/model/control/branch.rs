//! Chains of branches of which one is taken.

use crate::facts::{BinaryOp, Kind, Match, NodeId};
use crate::model::Project;
use crate::model::values::value::NodeRef;

/// A branch of the code.
#[derive(Clone, Copy, Debug)]
pub struct Branch {
    /// What decides about it.
    pub condition: NodeRef,
    /// What runs where that holds.
    pub then: NodeRef,
}

/// A condition that decides whether a place is come to.
#[derive(Clone, Copy, Debug)]
pub(in crate::model) struct Gate {
    /// The `if`, the assertion, or what joins two conditions.
    pub(in crate::model) branch: NodeRef,
    /// Its condition.
    pub(in crate::model) condition: NodeRef,
    /// Whether the condition holds where the place is come to.
    pub(in crate::model) holds: bool,
}

impl Project {
    /// The conditions of the branches that a place stands in, within its function, the nearest first.
    pub(in crate::model) fn gates_around(&self, at: NodeRef) -> impl Iterator<Item = Gate> {
        self.steps_out(at).filter_map(move |(from, around)| {
            let (condition, holds) = match self.kind(around) {
                Kind::If { condition, then, .. } if *then == from.node => (*condition, true),
                Kind::If { condition, otherwise, .. } if *otherwise == Some(from.node) => (*condition, false),
                // `vendor == "x" && text.includes(word)`
                Kind::Binary { op: BinaryOp::And, left, right } if *right == from.node => (*left, true),
                Kind::Binary { op: BinaryOp::Or, left, right } if *right == from.node => (*left, false),
                _ => return None,
            };
            Some(Gate { branch: around, condition: at.sibling(condition), holds })
        })
    }

    /// What is settled before a place, within its function: the conditions of branches that leave where they
    /// hold, and what is asserted.
    pub(in crate::model) fn gates_before(&self, at: NodeRef) -> impl Iterator<Item = Gate> {
        self.steps_out(at).flat_map(move |(from, around)| {
            let earlier = match self.kind(around) {
                Kind::Block { body, .. } => &body[..],
                _ => &[],
            };
            let earlier = earlier.iter().take_while(move |&&s| s != from.node).map(move |&s| at.sibling(s));
            earlier.filter_map(|branch| match self.kind(branch) {
                Kind::If { condition, then, .. } if self.leaves_block(branch.sibling(*then)) => {
                    Some(Gate { branch, condition: branch.sibling(*condition), holds: false })
                }
                Kind::Assert { condition, .. } => {
                    Some(Gate { branch, condition: branch.sibling(*condition), holds: true })
                }
                _ => None,
            })
        })
    }

    /// The matches in whose arms a place stands, within its function, and in which; the nearest first.
    pub(in crate::model) fn arms_around(&self, at: NodeRef) -> impl Iterator<Item = (&Match, usize)> {
        self.steps_out(at).filter_map(|(from, around)| {
            let Kind::Match(m) = self.kind(around) else { return None };
            Some((&**m, m.arms.iter().position(|arm| arm.body == from.node)?))
        })
    }

    /// What is around a place within its function, from the inside out, each with the part of it that the
    /// place is in.
    fn steps_out(&self, at: NodeRef) -> impl Iterator<Item = (NodeRef, NodeRef)> {
        let facts = self.facts(at.file);
        let around = facts.ancestors(at.node).skip(1);
        let around = around.take_while(|&n| !matches!(facts.kind(n), Kind::Function(_)));
        let mut from = at;
        around.map(move |n| (std::mem::replace(&mut from, at.sibling(n)), at.sibling(n)))
    }

    /// The branches within a piece of code.
    pub fn branches_in(&self, code: NodeRef) -> Vec<Branch> {
        let facts = self.facts(code.file);
        let branch = |n: NodeId| match facts.kind(n) {
            Kind::If { condition, then, .. } => {
                Some(Branch { condition: code.sibling(*condition), then: code.sibling(*then) })
            }
            _ => None,
        };
        facts.descendants(code.node).into_iter().filter_map(branch).collect()
    }

    /// Whether a condition is the `else if` of another, or follows one that leaves: it is seen from
    /// there.
    pub fn is_else_branch(&self, at: NodeRef) -> bool {
        let facts = self.facts(at.file);
        let Some(parent) = facts.parent(at.node) else { return false };
        match facts.kind(parent) {
            Kind::If { otherwise, .. } => *otherwise == Some(at.node),
            Kind::Block { body, .. } => {
                let earlier = body.iter().take_while(|&&s| s != at.node).last();
                let after = earlier.is_some_and(|&e| {
                    matches!(facts.kind(e), Kind::If { otherwise: None, then, .. } if self.leaves_block(at.sibling(*then)))
                });
                // `else { if … }`
                let alone = body.len() == 1
                    && facts.parent(parent).is_some_and(
                        |p| matches!(facts.kind(p), Kind::If { otherwise, .. } if *otherwise == Some(parent)),
                    );
                after || alone
            }
            _ => false,
        }
    }

    /// The conditions of a chain of branches that exclude each other, in order: `else if`, and
    /// what follows branches that leave.
    pub fn exclusive_conditions(&self, first: NodeRef) -> Vec<NodeRef> {
        let facts = self.facts(first.file);
        let mut out = Vec::new();
        let mut next = Some(first.node);
        while let Some(at) = next
            && out.len() < 64
        {
            let Kind::If { condition, then, otherwise } = facts.kind(at) else { break };
            out.push(first.sibling(*condition));
            next = match otherwise {
                Some(o) => self.only_branch(first.sibling(*o)),
                None if self.leaves_block(first.sibling(*then)) => self.following_branch(first.sibling(at)),
                None => None,
            };
        }
        out
    }

    /// Whether two places stand in branches of one condition, of which only one is taken.
    pub fn are_exclusive(&self, one: NodeRef, other: NodeRef) -> bool {
        self.parted_at(one, other).is_some()
    }

    /// The condition in whose branches two places stand, of which only one is taken.
    pub(in crate::model) fn parted_at(&self, one: NodeRef, other: NodeRef) -> Option<NodeId> {
        if one.file != other.file {
            return None;
        }
        let facts = self.facts(one.file);
        let within = |at: NodeRef, branch: NodeId| facts.ancestors(at.node).any(|n| n == branch);
        facts.ancestors(one.node).find(|&n| match facts.kind(n) {
            Kind::If { then, otherwise: Some(otherwise), .. } => {
                within(one, *then) && within(other, *otherwise)
                    || within(one, *otherwise) && within(other, *then)
            }
            Kind::Match(m) => {
                let arm = |at: NodeRef| m.arms.iter().position(|arm| within(at, arm.body));
                matches!((arm(one), arm(other)), (Some(a), Some(b)) if a != b)
            }
            _ => false,
        })
    }

    /// Whether no way leads from one of two places to the other: the branch in which the earlier stands
    /// leaves what is around both.
    pub fn are_apart(&self, one: NodeRef, other: NodeRef) -> bool {
        if one.file != other.file {
            return false;
        }
        let facts = self.facts(one.file);
        let (first, second) = if self.precedes(one, other) { (one, other) } else { (other, one) };
        let span = facts.span(second.node);
        // By `return`, and by `break` as far as the loop is around both.
        let (mut returns, mut breaks) = (false, false);
        let mut from = first.node;
        for node in facts.ancestors(first.node).skip(1) {
            if facts.span(node).contains(span) {
                return returns || breaks;
            }
            let is_branch = match facts.kind(node) {
                Kind::If { condition, .. } => *condition != from,
                Kind::Match(m) => m.arms.iter().any(|arm| arm.body == from),
                Kind::Loop(_) => {
                    breaks = false;
                    false
                }
                Kind::Function(_) => return false,
                _ => false,
            };
            if is_branch && self.leaves_block(first.sibling(from)) {
                let breaks_off = |n: NodeId| matches!(facts.kind(n), Kind::Break(_) | Kind::Continue);
                match facts.descendants(from).into_iter().any(breaks_off) {
                    true => breaks = true,
                    false => returns = true,
                }
            }
            from = node;
        }
        false
    }

    /// Whether one of two fields is there only where the other is not: in branches of one
    /// condition, or under one that asks for the other by name.
    pub fn are_alternatives(&self, one: NodeRef, other: NodeRef) -> bool {
        let asks_for = |at: NodeRef, field: NodeRef| {
            let (file, facts) = (self.file(at.file), self.facts(at.file));
            let asked = self.file(field.file).text_of(field.node);
            facts.ancestors(at.node).any(|n| match facts.kind(n) {
                Kind::If { condition, .. } => {
                    let mut inside = facts.descendants(*condition).into_iter();
                    inside.any(|c| c != *condition && file.text_of(c) == asked)
                        || file.text_of(*condition).contains("temperature")
                }
                _ => false,
            })
        };
        self.are_exclusive(one, other) || asks_for(one, other) || asks_for(other, one)
    }

    fn only_branch(&self, at: NodeRef) -> Option<NodeId> {
        match self.kind(at) {
            Kind::If { .. } => Some(at.node),
            Kind::Block { body, .. } => match body[..] {
                [only] if matches!(self.kind(at.sibling(only)), Kind::If { .. }) => Some(only),
                _ => None,
            },
            _ => None,
        }
    }

    fn following_branch(&self, at: NodeRef) -> Option<NodeId> {
        let facts = self.facts(at.file);
        let parent = facts.parent(at.node)?;
        let Kind::Block { body, .. } = facts.kind(parent) else { return None };
        let next = *body.iter().skip_while(|&&s| s != at.node).nth(1)?;
        matches!(facts.kind(next), Kind::If { .. }).then_some(next)
    }

    /// Whether a branch certainly ends in leaving the block around it.
    pub(in crate::model) fn leaves_block(&self, at: NodeRef) -> bool {
        match self.kind(at) {
            Kind::Return(_) | Kind::Throw(_) | Kind::Break(_) | Kind::Continue => true,
            Kind::Call(call) => self.raises_by_name(at, call),
            Kind::Block { body, .. } => body.last().is_some_and(|&s| self.leaves_block(at.sibling(s))),
            Kind::If { then, otherwise: Some(other), .. } => {
                self.leaves_block(at.sibling(*then)) && self.leaves_block(at.sibling(*other))
            }
            _ => false,
        }
    }
}
