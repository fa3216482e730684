//! What ends a loop besides the model: counters, clocks, budgets, people.

use super::Project;
use super::advance::Advance;
use super::counter::{CAPS, LIMITS, ONE_CALL, STRONG_LIMITS, is_comparison, is_order, speaks_of};
use super::index::last_name;
use super::region::Region;
use super::tool_words::snake;
use super::value::{NodeRef, Value};
use crate::facts::{Arg, BinaryOp, Kind, LoopKind, UnaryOp};

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

    /// A limit in a condition that leads out of the loop.
    pub(super) fn limit_in(&self, condition: NodeRef, region: &Region, depth: u32) -> Bound {
        let facts = self.facts(condition.file);
        let at = |n| condition.sibling(n);
        match facts.kind(condition.node) {
            Kind::Binary { op: BinaryOp::And | BinaryOp::Or | BinaryOp::Coalesce, left, right } => {
                self.limit_in(at(*left), region, depth).or(|| self.limit_in(at(*right), region, depth))
            }
            Kind::Binary { op, left, right } if is_comparison(*op) => {
                self.comparison(condition, *op, at(*left), at(*right), region, depth)
            }
            Kind::Unary { op: UnaryOp::Not, operand } => self.limit_in(at(*operand), region, depth),
            Kind::Await(x) | Kind::Propagate(x) => self.limit_in(at(*x), region, depth),
            Kind::Let { value, .. } | Kind::Cast { value, .. } => self.limit_in(at(*value), region, depth),
            Kind::Name(name) => {
                if speaks_of(name, LIMITS) {
                    return Bound::Unknown(condition);
                }
                self.limit_in_flag(condition, region, depth)
            }
            Kind::Member { object, name, .. } => {
                if speaks_of(name, LIMITS) {
                    return Bound::Unknown(condition);
                }
                match facts.kind(*object) {
                    Kind::Name(n) if speaks_of(n, STRONG_LIMITS) => Bound::Unknown(condition),
                    Kind::Call(_) => self.limit_in(at(*object), region, depth),
                    _ => Bound::Absent,
                }
            }
            Kind::Call(call) => {
                let seen = || self.eval(at(call.callee)).iter().any(|v| matches!(v, Value::Function(_)));
                let named = |words: &[&str]| {
                    facts.descendants(call.callee).into_iter().any(|n| {
                        matches!(facts.kind(n), Kind::Name(w) | Kind::Member { name: w, .. } if speaks_of(w, words))
                    })
                };
                // `agent.step()` in sight counts only if it does so inside.
                if named(STRONG_LIMITS) || named(LIMITS) && !seen() {
                    return Bound::Unknown(condition);
                }
                // What decides that out of sight may count.
                let decides =
                    |n: &str| snake(n).split('_').any(|w| matches!(w, "should" | "can" | "may" | "stop"));
                if last_name(facts, call.callee).is_some_and(|n| decides(&n)) && !seen() {
                    return Bound::Unknown(condition);
                }
                let mut bound = Bound::Absent;
                for arg in &call.args {
                    bound = bound.or(|| self.limit_in(at(arg.value), region, depth));
                }
                bound.or(|| self.limit_in_called(condition, depth))
            }
            _ => Bound::Absent,
        }
    }

    fn comparison(
        &self,
        whole: NodeRef,
        op: BinaryOp,
        left: NodeRef,
        right: NodeRef,
        region: &Region,
        depth: u32,
    ) -> Bound {
        let sides = [left, right];
        if sides
            .iter()
            .any(|&s| self.is_status(s) || matches!(self.kind(s), Kind::Str(_) | Kind::Bool(_) | Kind::Null))
        {
            return Bound::Absent;
        }
        let steps = |s: &NodeRef| match self.advance(*s, region) {
            Advance::Unstepped if self.is_loop_variable(*s, region) => Advance::Always,
            other => other,
        };
        let advance = sides.iter().map(steps).max().unwrap_or(Advance::Unstepped);
        let still = advance == Advance::Unstepped
            && (self.never_changes(&sides, region) || self.restarts_clock(&sides, region));
        if advance == Advance::Void || still {
            return Bound::Absent;
        }
        if advance == Advance::Sometimes {
            return Bound::Unknown(whole);
        }
        let counter = advance == Advance::Always;
        let zero =
            sides.iter().any(|&s| self.file(s.file).number_of(s.node).is_some_and(|n| n == 0.0 || n == 1.0));
        if zero && !counter {
            return Bound::Absent;
        }
        if counter || sides.iter().any(|&s| self.speaks_of_limit(s) || self.is_clock(s)) {
            return Bound::Known(whole);
        }
        if sides.iter().any(|&s| self.is_length(s)) {
            // Growing with every turn, or the number of blocks in one answer.
            return if is_order(op) { Bound::Unknown(whole) } else { Bound::Absent };
        }
        if is_order(op) {
            return Bound::Unknown(whole);
        }
        let numbers = sides.iter().any(|&s| self.file(s.file).number_of(s.node).is_some());
        if numbers {
            return Bound::Unknown(whole);
        }
        let _ = depth;
        Bound::Absent
    }

    /// A variable that holds the outcome of a test made elsewhere in the loop.
    fn limit_in_flag(&self, name: NodeRef, region: &Region, depth: u32) -> Bound {
        if depth >= MAX_DEPTH {
            return Bound::Absent;
        }
        let model = self.file(name.file);
        let Kind::Name(text) = self.kind(name) else { return Bound::Absent };
        let mut bound = Bound::Absent;
        for &node in &region.nodes {
            let Kind::Assign(a) = self.kind(node) else { continue };
            if !matches!(model.facts.kind(a.target), Kind::Name(n) if n == text) {
                continue;
            }
            if let Some(value) = a.value {
                bound = bound.or(|| self.limit_in(name.sibling(value), region, depth + 1));
            }
            for condition in self.conditions_of(node, region) {
                bound = bound.or(|| self.limit_in(condition, region, depth + 1));
            }
        }
        bound
    }

    /// The conditions under which a node of a region is reached.
    pub(super) fn conditions_of(&self, at: NodeRef, region: &Region) -> Vec<NodeRef> {
        let facts = self.facts(at.file);
        let mut out = Vec::new();
        let mut from = at.node;
        for node in facts.ancestors(at.node).skip(1) {
            if node == region.root.node {
                break;
            }
            match facts.kind(node) {
                Kind::If { condition, .. } if *condition != from => out.push(at.sibling(*condition)),
                Kind::Match(m) if m.subject != from => {
                    out.push(at.sibling(m.subject));
                    let span = facts.span(from);
                    if let Some(arm) = m.arms.iter().find(|a| a.span.contains(span)) {
                        out.extend(arm.patterns.iter().chain(&arm.guard).map(|&n| at.sibling(n)));
                    }
                }
                Kind::Binary { left, right, .. } if *right == from => out.push(at.sibling(*left)),
                _ => {}
            }
            from = node;
        }
        out
    }

    /// A function of the project that compares a limit and tells the outcome.
    fn limit_in_called(&self, call: NodeRef, depth: u32) -> Bound {
        if depth >= MAX_DEPTH {
            return Bound::Absent;
        }
        let Kind::Call(c) = self.kind(call) else { return Bound::Absent };
        let mut bound = Bound::Absent;
        for value in self.eval(call.sibling(c.callee)).iter() {
            let Value::Function(f) = value else { continue };
            let region = self.function_region(*f);
            let inner = region.exits.iter().filter(|e| !e.fails).flat_map(|e| &e.conditions);
            for &returned in self.return_values(*f).iter().chain(inner) {
                bound = bound.or(|| match self.limit_in(returned, &region, depth + 1) {
                    // Another function's count may be of something else.
                    Bound::Known(at) | Bound::Unknown(at) => Bound::Unknown(at),
                    Bound::Absent => Bound::Absent,
                });
            }
        }
        bound
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
                Kind::Call(c) if c.callee != from && limits(c.callee) => {
                    return Bound::Unknown(at.sibling(node));
                }
                Kind::Function(f) => {
                    if f.decorators.iter().any(|&d| limits(d)) {
                        return Bound::Unknown(at.sibling(node));
                    }
                    if function.is_none() {
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
