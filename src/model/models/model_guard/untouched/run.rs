//! Bodies of functions that the literal goes through, one statement after the other.

use super::{Bound, MAX_DEPTH, Walk};
use crate::facts::{Kind, NodeId};
use crate::model::values::value::NodeRef;

/// What a piece of code does with the literal.
#[derive(Clone, Copy)]
pub(super) struct Outcome {
    /// It may give it back.
    pub(super) gives: bool,
    /// Nothing behind it is come to.
    pub(super) ends: bool,
}

const GOES_ON: Outcome = Outcome { gives: false, ends: false };

impl Walk<'_> {
    /// What a block does with the literal, one statement after the other.
    pub(super) fn run(&self, block: NodeRef, bound: &mut Bound, depth: u32) -> Outcome {
        let project = self.project;
        let Kind::Block { body, tail } = project.kind(block) else {
            return self.statement(block, bound, depth);
        };
        let mut gives = false;
        for (i, &statement) in body.iter().enumerate() {
            let at = block.sibling(statement);
            if *tail && i + 1 == body.len() && !matches!(project.kind(at), Kind::Return(_)) {
                return Outcome { gives: gives || self.gives(at, bound, depth + 1), ends: true };
            }
            let outcome = self.statement(at, bound, depth + 1);
            gives |= outcome.gives;
            if outcome.ends {
                return Outcome { gives, ends: true };
            }
        }
        Outcome { gives, ends: false }
    }

    fn statement(&self, at: NodeRef, bound: &mut Bound, depth: u32) -> Outcome {
        let project = self.project;
        if depth > MAX_DEPTH || !self.asked.spend() {
            return Outcome { gives: true, ends: true };
        }
        match project.kind(at) {
            Kind::Return(Some(value)) => {
                Outcome { gives: self.gives(at.sibling(*value), bound, depth + 1), ends: true }
            }
            Kind::Return(None) | Kind::Throw(_) => Outcome { gives: false, ends: true },
            Kind::If { condition, then, otherwise } => {
                let decided = self.decided(at.sibling(*condition), bound);
                let mut side = |n: Option<NodeId>| match n {
                    Some(n) => self.run(at.sibling(n), bound, depth + 1),
                    None => GOES_ON,
                };
                match decided {
                    Some(true) => side(Some(*then)),
                    Some(false) => side(*otherwise),
                    None => {
                        let taken = side(Some(*then));
                        both(taken, side(*otherwise))
                    }
                }
            }
            Kind::Match(m) => {
                let all = self.arms(at, m, bound);
                let open = all.len() != 1;
                let outcomes = all.into_iter().map(|arm| self.run(arm, bound, depth + 1));
                let all = outcomes.reduce(both).unwrap_or(GOES_ON);
                Outcome { ends: all.ends && !open, ..all }
            }
            Kind::Try(t) => {
                let tried = self.run(at.sibling(t.body), bound, depth + 1);
                if tried.ends && self.replaced.get() {
                    return tried;
                }
                let handlers = t.handlers.iter().map(|h| self.run(at.sibling(h.body), bound, depth + 1));
                handlers.fold(tried, both)
            }
            Kind::Block { .. } => self.run(at, bound, depth + 1),
            Kind::With(w) => self.run(at.sibling(w.body), bound, depth + 1),
            Kind::Loop(l) => Outcome { ends: false, ..self.run(at.sibling(l.body), bound, depth + 1) },
            _ => GOES_ON,
        }
    }
}

fn both(one: Outcome, other: Outcome) -> Outcome {
    Outcome { gives: one.gives || other.gives, ends: one.ends && other.ends }
}
