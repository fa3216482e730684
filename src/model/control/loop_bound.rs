//! What ends a loop besides the model: counters, clocks, budgets, people.

mod around;
mod condition;
mod kept_for;
mod readers;

use rustc_hash::FxHashSet;

use super::counter::{is_comparison, speaks_of};
use super::region::Region;
use crate::facts::{Arg, BinaryOp, Kind, LoopKind, NodeId};
use crate::model::Project;
use crate::model::names::index::last_name;
use crate::model::names::words::snake;
use crate::model::values::value::{NodeRef, Value};

/// What limits the turns of a loop or recursion.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Bound {
    /// A counter, clock or budget that is compared here.
    Known(NodeRef),
    /// Nothing does.
    Absent,
    /// Something here may limit it.
    Unknown(NodeRef),
}

impl Bound {
    /// Nothing limits it.
    pub fn is_absent(self) -> bool {
        self == Bound::Absent
    }

    pub(in crate::model) fn or(self, other: impl FnOnce() -> Bound) -> Bound {
        match self {
            Bound::Known(_) => self,
            Bound::Absent => other(),
            Bound::Unknown(_) => match other() {
                known @ Bound::Known(_) => known,
                _ => self,
            },
        }
    }
}

const MAX_DEPTH: u32 = 3;
/// Functions between one that is called in a loop and the one that counts its turns.
const MAX_HELPERS: u32 = 24;
/// Calls of such functions that are looked into.
const MAX_HELPER_CALLS: usize = 256;

impl Project {
    /// What limits a loop: a comparison in its condition or on the way out of it, anything it calls
    /// that speaks of a limit, or a time limit around it or its callers.
    pub(in crate::model) fn loop_bound(&self, region: &Region) -> Bound {
        let mut bound = self.counted(region);
        for exit in &region.exits {
            for &condition in &exit.conditions {
                bound = bound.or(|| self.limit_in(condition, region, 0));
            }
        }
        bound
            .or(|| self.limit_by_call(region))
            .or(|| self.counter_in_condition(region))
            .or(|| self.time_limit_around(region.root))
            .or(|| self.stopped_by_readers(region))
            .or(|| self.visits_each_once(region))
            .or(|| self.compared_by_others(region))
    }

    /// Anything in a region that limits it, its own head aside.
    pub(in crate::model) fn limits_in_region(&self, region: &Region) -> Bound {
        self.limit_by_call(region).or(|| self.counter_in_condition(region))
    }

    /// `for x in list`, `for (let i = 0; i < n; i++)`.
    fn counted(&self, region: &Region) -> Bound {
        let facts = self.facts(region.root.file);
        let Kind::Loop(l) = facts.kind(region.root.node) else { return Bound::Absent };
        let Some(iterable) = l.iterable else { return Bound::Absent };
        if l.kind != LoopKind::ForEach {
            return Bound::Absent;
        }
        let sdk = self.file(region.root.file).sdk;
        let endless = match facts.kind(iterable) {
            Kind::Slice { end: None, .. } => true,
            Kind::Call(c) => {
                last_name(facts, c.callee).is_some_and(|n| sdk.has_word("endless", &n))
                    || c.args.iter().any(|a| {
                        matches!(facts.kind(a.value), Kind::Call(inner)
                            if last_name(facts, inner.callee).is_some_and(|n| sdk.has_word("endless", &n)))
                    })
            }
            _ => false,
        };
        if endless { Bound::Absent } else { Bound::Known(region.root.sibling(iterable)) }
    }

    /// Something is called that stops the loop by itself, or is given the cap.
    fn limit_by_call(&self, region: &Region) -> Bound {
        let mut asked = FxHashSet::default();
        for &node in &region.nodes {
            let Kind::Call(call) = self.kind(node) else { continue };
            let file = self.file(node.file);
            let facts = &file.facts;
            let caps = |a: &Arg| {
                let name = a.name.as_deref().map(snake);
                name.is_some_and(|n| {
                    file.sdk.has_word("cap-options", &n)
                        || file.sdk.has_word("one-call-caps", &n)
                            && self.number(node.sibling(a.value)).is_none()
                })
            };
            if call.args.iter().any(caps) {
                return Bound::Unknown(node);
            }
            if self.checks_timed_signal(node.sibling(call.callee)) {
                return Bound::Known(node);
            }
            // `left = left.checked_sub(1).ok_or(Spent)?`
            let stands_in = |n: &NodeId| !matches!(facts.kind(*n), Kind::Block { .. } | Kind::Function(_));
            let fails = || {
                let mut around = facts.ancestors(node.node).skip(1).take_while(stands_in);
                around.any(|n| matches!(facts.kind(n), Kind::Propagate(_)))
            };
            if self.counts_to_end(node.sibling(call.callee)) && fails() {
                return Bound::Unknown(node);
            }
            let limits = |n: NodeId| {
                last_name(facts, n).is_some_and(|n| speaks_of(file.sdk, "strong-limit-words", &n))
            };
            let named = limits(call.callee)
                || matches!(facts.kind(call.callee), Kind::Member { object, .. } if limits(*object));
            if named {
                return Bound::Unknown(node);
            }
            if let Some(at) = self.limit_raised_by(node, region, MAX_HELPERS, &mut asked) {
                return Bound::Unknown(at);
            }
        }
        Bound::Absent
    }

    /// Where a function raises once a limit is passed, itself or by what it always calls.
    fn limit_raised_by(
        &self,
        call: NodeRef,
        region: &Region,
        helpers: u32,
        asked: &mut FxHashSet<NodeRef>,
    ) -> Option<NodeRef> {
        let callee = self.callee_of(call)?;
        self.eval(callee).iter().find_map(|value| {
            let Value::Function(f) = value else { return None };
            // Beyond so many there may be one.
            if asked.len() >= MAX_HELPER_CALLS {
                return Some(call);
            }
            if !asked.insert(call) {
                return None;
            }
            let inner = self.function_region(*f);
            let raises = inner.exits.iter().filter(|e| matches!(self.kind(e.at), Kind::Throw(_)));
            let own = raises.flat_map(|exit| &exit.conditions).find_map(|&condition| {
                match self.limit_in(condition, &inner, MAX_DEPTH) {
                    Bound::Known(at) if self.outlives_call(at, *f, call, region) => Some(at),
                    _ => None,
                }
            });
            let left = helpers.checked_sub(1);
            own.or_else(|| {
                let always = |&&n: &&NodeRef| {
                    matches!(self.kind(n), Kind::Call(_))
                        && n != call
                        && self.conditions_of(n, &inner).is_empty()
                };
                let mut calls = inner.nodes.iter().filter(always);
                left.and_then(|left| calls.find_map(|&n| self.limit_raised_by(n, &inner, left, asked)))
            })
        })
    }

    /// A counter of this loop that is compared anywhere in it: what hangs on it, such as a last
    /// request without tools, may end it.
    fn counter_in_condition(&self, region: &Region) -> Bound {
        let counted = |&node: &NodeRef| {
            let Kind::Binary { op, left, right } = self.kind(node) else { return false };
            let sides = [node.sibling(*left), node.sibling(*right)];
            let zero = sides.iter().any(|&s| self.file(s.file).number_of(s.node).is_some_and(|n| n == 0.0));
            is_comparison(*op)
                && sides.iter().any(|&s| {
                    self.is_counter(s, region)
                        && (!zero || self.counts_down(s, region))
                        && !self.counts_own_branch(s, region)
                })
                && !sides.iter().any(|&s| matches!(self.kind(s), Kind::Binary { op: BinaryOp::Mod, .. }))
                && !sides.iter().any(|&s| self.is_left_at_nothing(s))
        };
        region.nodes.iter().find(|n| counted(n)).map_or(Bound::Absent, |&n| Bound::Unknown(n))
    }

    /// Whether a counter only limits how often the branch is taken that counts it and goes round: after that
    /// the loop goes on as before. `if empty && again < 2 { again += 1; continue }`
    pub(in crate::model) fn counts_own_branch(&self, counter: NodeRef, region: &Region) -> bool {
        let file = self.file(counter.file);
        let facts = &file.facts;
        let mut below = counter.node;
        let branch = facts.ancestors(counter.node).skip(1).find_map(|n| {
            let from = std::mem::replace(&mut below, n);
            match facts.kind(n) {
                Kind::If { condition, then, otherwise: None } if *condition == from => Some(Some(*then)),
                Kind::Binary { .. } | Kind::Unary { .. } => None,
                _ => Some(None),
            }
        });
        let Some(then) = branch.flatten() else { return false };
        let goes_round = match facts.kind(then) {
            Kind::Block { body, .. } => body.last().is_some_and(|&n| matches!(facts.kind(n), Kind::Continue)),
            _ => false,
        };
        let text = file.text_of(counter.node);
        let counts = |n: &NodeRef| {
            n.file == counter.file
                && matches!(facts.kind(n.node), Kind::Assign(a)
                    if file.text_of(a.target) == text && a.value.is_none_or(|v| file.number_of(v).is_none() || a.op.is_some()))
        };
        let inside = |n: &NodeRef| facts.ancestors(n.node).any(|a| a == then);
        goes_round && region.nodes.iter().filter(|n| counts(n)).all(inside)
    }
}
