//! Delays that are counted down: the same short time is waited again and again, as often as the delay says.

use super::delay::{Basis, Shape};
use crate::facts::{Kind, LoopKind, NodeId};
use crate::model::Project;
use crate::model::control::counter::is_comparison;
use crate::model::names::scope::Origin;
use crate::model::values::value::NodeRef;

/// Calls around a range: `reversed(range(n))`, `(0..n).rev()`.
const MAX_STEPS: u32 = 4;

/// What says how often a loop turns.
enum Turns {
    /// An expression.
    Of(NodeRef),
    /// A parameter of the function around.
    Given(u32),
}

impl Project {
    /// How the number of turns changes from attempt to attempt in which one wait is taken, where that grows:
    /// `for (let left = wait; left > 0; left--) await sleep(1000)`; or where it is out of sight.
    pub(super) fn counted_down(&self, wait: NodeRef, basis: &Basis) -> Option<Shape> {
        let counter = self.counter_around(wait)?;
        if counter == basis.around {
            return None;
        }
        let said = self.said_turns(counter);
        if said.is_empty() && self.asks_nothing(counter) {
            return Some(Shape::unknown());
        }
        let turns = said.into_iter().filter_map(|turns| match turns {
            Turns::Of(n) => {
                let mut shape = self.shape(n, basis);
                shape.at = shape.at.or(Some(n));
                Some(shape)
            }
            Turns::Given(index) => {
                let function = self.function_of(counter)?;
                basis.varying.iter().find(|v| v.0 == function && v.1 == index).map(|v| v.2.clone())
            }
        });
        turns.reduce(Shape::with).filter(Shape::grows)
    }

    /// Whether a loop looks like one that only waits for something: nothing is kept of what it calls, and no
    /// failure handled.
    fn asks_nothing(&self, around: NodeRef) -> bool {
        let facts = self.facts(around.file);
        let Kind::Loop(l) = facts.kind(around.node) else { return false };
        !facts.descendants(l.body).into_iter().any(|n| match facts.kind(n) {
            Kind::Try(_) | Kind::Return(Some(_)) => true,
            Kind::Assign(a) => {
                a.value.is_some_and(|v| matches!(facts.kind(v), Kind::Call(_) | Kind::Await(_)))
            }
            _ => false,
        })
    }

    /// Whether all that a loop repeats is to wait for its next turn.
    pub(super) fn only_counts_down(&self, counter: NodeRef) -> bool {
        let waits = self.sleeps_in(counter);
        !waits.is_empty()
            && !self.said_turns(counter).is_empty()
            && waits
                .into_iter()
                .all(|wait| self.number(wait).is_some() && self.counter_around(wait) == Some(counter))
    }

    /// The loop around a wait, be the wait in a promise of its own.
    fn counter_around(&self, wait: NodeRef) -> Option<NodeRef> {
        let facts = self.facts(wait.file);
        let mut up = facts.ancestors(wait.node).skip(1).take_while(|&n| match facts.kind(n) {
            Kind::Function(_) => facts.parent(n).is_some_and(|p| matches!(facts.kind(p), Kind::Call(_))),
            _ => true,
        });
        up.find(|&n| matches!(facts.kind(n), Kind::Loop(_))).map(|n| wait.sibling(n))
    }

    /// The expressions that say how often a loop turns that counts.
    fn said_turns(&self, counter: NodeRef) -> Vec<Turns> {
        let file = self.file(counter.file);
        let facts = &file.facts;
        let Kind::Loop(l) = facts.kind(counter.node) else { return Vec::new() };
        if let (LoopKind::ForEach, Some(iterable)) = (l.kind, l.iterable) {
            let mut ends = Vec::new();
            self.ends_of_range(counter.sibling(iterable), MAX_STEPS, &mut ends);
            return ends;
        }
        let Some(Kind::Binary { op, left, right }) = l.condition.map(|c| facts.kind(c)) else {
            return Vec::new();
        };
        if !is_comparison(*op) {
            return Vec::new();
        }
        // What the counter begins with, and where it ends.
        let turned = |value: NodeId| {
            let update = l.update.is_some_and(|u| facts.span(u).contains(facts.span(value)));
            update || facts.span(l.body).contains(facts.span(value))
        };
        let mut out = Vec::new();
        for side in [*left, *right] {
            let Kind::Name(name) = facts.kind(side) else {
                out.push(Turns::Of(counter.sibling(side)));
                continue;
            };
            out.extend(file.scopes.lookup(facts, name, side).iter().filter_map(|def| match &def.origin {
                Origin::Value { expr, path } if path.is_empty() && !turned(*expr) => {
                    Some(Turns::Of(counter.sibling(*expr)))
                }
                Origin::Param { index, path, .. } if path.is_empty() => Some(Turns::Given(*index)),
                _ => None,
            }));
        }
        out
    }

    fn ends_of_range(&self, at: NodeRef, left: u32, out: &mut Vec<Turns>) {
        let Some(left) = left.checked_sub(1) else { return };
        match self.kind(at) {
            Kind::Slice { start, end, .. } => {
                out.extend([start, end].into_iter().flatten().map(|&n| Turns::Of(at.sibling(n))));
            }
            Kind::Call(c) => {
                let name = self.last_name_at(at.sibling(c.callee));
                if name.is_some_and(|n| self.file(at.file).sdk.has_word("range-names", &n)) {
                    out.extend(c.args.iter().map(|a| Turns::Of(at.sibling(a.value))));
                } else if let Kind::Member { object, .. } = self.kind(at.sibling(c.callee)) {
                    self.ends_of_range(at.sibling(*object), left, out);
                } else if let [only] = &c.args[..] {
                    self.ends_of_range(at.sibling(only.value), left, out);
                }
            }
            _ => {}
        }
    }
}
