//! What ends a loop besides the model: counters, clocks, budgets, people.

mod condition;

use super::Project;
use super::counter::{CAPS, ONE_CALL, STRONG_LIMITS, is_comparison, speaks_of};
use super::index::last_name;
use super::region::Region;
use super::tool_words::snake;
use super::value::{NodeRef, Value};
use crate::facts::{Arg, BinaryOp, CallStyle, Kind, LoopKind, NodeId};

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

    pub(super) fn or(self, other: impl FnOnce() -> Bound) -> Bound {
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

impl Project {
    /// What limits a loop: a comparison in its condition or on the way out of it, anything it calls
    /// that speaks of a limit, or a time limit around it or its callers.
    pub(super) fn loop_bound(&self, region: &Region) -> Bound {
        let mut bound = self.counted(region);
        for exit in &region.exits {
            for &condition in &exit.conditions {
                bound = bound.or(|| self.limit_in(condition, region, 0));
            }
        }
        bound
            .or(|| self.limit_by_call(region))
            .or(|| self.counter_in_condition(region))
            .or(|| self.time_limit_around(region.root, 0))
    }

    /// Anything in a region that limits it, its own head aside.
    pub(super) fn limits_in_region(&self, region: &Region) -> Bound {
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
        for &node in &region.nodes {
            let Kind::Call(call) = self.kind(node) else { continue };
            let facts = self.facts(node.file);
            let caps = |a: &Arg| {
                let name = a.name.as_deref().map(snake);
                name.is_some_and(|n| {
                    CAPS.contains(&&*n)
                        || ONE_CALL.contains(&&*n) && self.number(node.sibling(a.value)).is_none()
                })
            };
            if call.args.iter().any(caps) {
                return Bound::Unknown(node);
            }
            let named = last_name(facts, call.callee).is_some_and(|n| speaks_of(&n, STRONG_LIMITS))
                || matches!(facts.kind(call.callee), Kind::Member { object, .. }
                    if last_name(facts, *object).is_some_and(|n| speaks_of(&n, STRONG_LIMITS)));
            if named {
                return Bound::Unknown(node);
            }
            // A function that raises once a limit is passed.
            for value in self.eval(node.sibling(call.callee)).iter() {
                let Value::Function(f) = value else { continue };
                let inner = self.function_region(*f);
                for exit in inner.exits.iter().filter(|e| matches!(self.kind(e.at), Kind::Throw(_))) {
                    for &condition in &exit.conditions {
                        if let Bound::Known(at) = self.limit_in(condition, &inner, MAX_DEPTH)
                            && self.outlives_call(at, *f, node, region)
                        {
                            return Bound::Unknown(at);
                        }
                    }
                }
            }
        }
        Bound::Absent
    }

    /// A counter of this loop that is compared anywhere in it: what hangs on it, such as a last
    /// request without tools, may end it.
    fn counter_in_condition(&self, region: &Region) -> Bound {
        let counted = |&node: &NodeRef| {
            let Kind::Binary { op, left, right } = self.kind(node) else { return false };
            let sides = [node.sibling(*left), node.sibling(*right)];
            let zero = sides.iter().any(|&s| self.file(s.file).number_of(s.node).is_some_and(|n| n == 0.0));
            is_comparison(*op)
                && sides.iter().any(|&s| self.is_counter(s, region) && (!zero || self.counts_down(s, region)))
                && !sides.iter().any(|&s| matches!(self.kind(s), Kind::Binary { op: BinaryOp::Mod, .. }))
        };
        region.nodes.iter().find(|n| counted(n)).map_or(Bound::Absent, |&n| Bound::Unknown(n))
    }

    /// Whether code is what a branch of `select!` does once something has arrived: nothing races with it
    /// any more.
    fn has_arrived(&self, at: NodeRef, select: NodeId) -> bool {
        let facts = self.facts(at.file);
        let Kind::Call(c) = facts.kind(select) else { return false };
        c.style == CallStyle::Macro
            && c.args.iter().any(|arg| match facts.kind(arg.value) {
                Kind::If { then, .. } => facts.span(*then).contains(facts.span(at.node)),
                _ => false,
            })
    }

    /// Whether a function gives a block back that whoever calls it waits for: `Box::pin(async move { … })`.
    fn gives_block(&self, block: NodeRef) -> bool {
        let facts = self.facts(block.file);
        let sdk = self.file(block.file).sdk;
        let wraps = |callee| last_name(facts, callee).is_some_and(|n| sdk.has_word("wraps-future", &n));
        let mut child = block.node;
        for node in facts.ancestors(block.node).skip(1) {
            match facts.kind(node) {
                Kind::Function(f) => return f.body == child || !f.body.is_some(),
                Kind::Return(_) => return true,
                Kind::Block { body, tail: true } if body.last() == Some(&child) => {}
                Kind::Call(c) if wraps(c.callee) => {}
                Kind::Member { object, .. } if *object == child => {}
                Kind::Cast { .. } => {}
                _ => return false,
            }
            child = node;
        }
        false
    }

    /// `asyncio.timeout`, `tokio::time::timeout`, `Promise.race` around the loop or a call of its function.
    pub(super) fn time_limit_around(&self, at: NodeRef, depth: u32) -> Bound {
        let facts = self.facts(at.file);
        let sdk = self.file(at.file).sdk;
        let limits = |node| {
            last_name(facts, node).is_some_and(|n| {
                let name = snake(&n);
                sdk.has_word("time-limit", &n)
                    || name.split('_').any(|w| matches!(w, "timeout" | "deadline"))
                        && !matches!(&*name, "set_timeout" | "clear_timeout")
            })
        };
        let mut function = matches!(facts.kind(at.node), Kind::Function(_)).then_some(at);
        let mut from = at.node;
        for node in facts.ancestors(at.node).skip(1) {
            match facts.kind(node) {
                Kind::With(w) if w.items.iter().any(|i| limits(i.value)) => {
                    return Bound::Unknown(at.sibling(node));
                }
                Kind::Call(c) if c.callee != from && limits(c.callee) && !self.has_arrived(at, node) => {
                    return Bound::Unknown(at.sibling(node));
                }
                Kind::Function(f) => {
                    if f.decorators.iter().any(|&d| limits(d)) {
                        return Bound::Unknown(at.sibling(node));
                    }
                    if function.is_none() && !(f.is_block && self.gives_block(at.sibling(node))) {
                        function = Some(at.sibling(node));
                    }
                }
                _ => {}
            }
            from = node;
        }
        let Some(function) = function else { return Bound::Absent };
        if depth >= 2 {
            return Bound::Absent;
        }
        // Every caller must have a time limit for the loop to have one; one of them is enough to be unsure.
        for &caller in self.callers(function).iter().chain(self.mentions(function)) {
            let bound = self.time_limit_around(caller, depth + 1);
            if !bound.is_absent() {
                return bound;
            }
        }
        Bound::Absent
    }
}
