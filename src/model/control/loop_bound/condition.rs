//! Limits in the conditions under which a loop is left.

use super::{Bound, MAX_DEPTH};
use crate::facts::{BinaryOp, Kind, UnaryOp};
use crate::model::Project;
use crate::model::agent_loop::advance::Advance;
use crate::model::control::counter::{is_comparison, is_order, speaks_of};
use crate::model::control::region::Region;
use crate::model::names::index::last_name;
use crate::model::names::words::snake;
use crate::model::values::value::{NodeRef, Value};

impl Project {
    /// A limit in a condition that leads out of the loop.
    pub(in crate::model) fn limit_in(&self, condition: NodeRef, region: &Region, depth: u32) -> Bound {
        let file = self.file(condition.file);
        let facts = &file.facts;
        let speaks = |list: &str, name: &str| speaks_of(file.sdk, list, name);
        let at = |n| condition.sibling(n);
        match facts.kind(condition.node) {
            Kind::Binary { op, left, right } if op.may_skip_right() => {
                self.limit_in(at(*left), region, depth).or(|| self.limit_in(at(*right), region, depth))
            }
            Kind::Binary { op, left, right } if is_comparison(*op) => {
                self.comparison(condition, *op, at(*left), at(*right), region, depth)
            }
            Kind::Unary { op: UnaryOp::Not, operand } => self.limit_in(at(*operand), region, depth),
            Kind::Await(x) | Kind::Propagate(x) => self.limit_in(at(*x), region, depth),
            // `Step.LAST if turn >= turns else Step.CALL`
            Kind::If { condition, then, otherwise } => {
                let parts = [Some(*condition), Some(*then), *otherwise].into_iter().flatten();
                parts.fold(Bound::Absent, |bound, part| bound.or(|| self.limit_in(at(part), region, depth)))
            }
            Kind::Let { value, .. } | Kind::Cast { value, .. } => self.limit_in(at(*value), region, depth),
            Kind::Name(name) => {
                if speaks("turn-limit-words", name) {
                    return Bound::Unknown(condition);
                }
                // `while (left) { left--; … }`
                if self.advance(condition, region) == Advance::Always && self.counts_down(condition, region) {
                    return Bound::Known(condition);
                }
                self.limit_in_flag(condition, region, depth)
            }
            Kind::Member { object, name, .. } => {
                if speaks("turn-limit-words", name) {
                    return Bound::Unknown(condition);
                }
                if self.checks_timed_signal(condition) {
                    return Bound::Known(condition);
                }
                match facts.kind(*object) {
                    Kind::Name(n) if speaks("strong-limit-words", n) => Bound::Unknown(condition),
                    Kind::Call(_) => self.limit_in(at(*object), region, depth),
                    _ => Bound::Absent,
                }
            }
            Kind::Call(call) => {
                let seen = || self.eval(at(call.callee)).iter().any(|v| matches!(v, Value::Function(_)));
                let named = |list: &str| {
                    facts.descendants(call.callee).into_iter().any(|n| {
                        matches!(facts.kind(n), Kind::Name(w) | Kind::Member { name: w, .. } if speaks(list, w))
                    })
                };
                // `agent.step()` in sight counts only if it does so inside.
                if named("strong-limit-words") || named("turn-limit-words") && !seen() {
                    return Bound::Unknown(condition);
                }
                if self.counts_to_end(at(call.callee)) {
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
        // `(left := left - 1) >= 0`
        let sides = [left, right].map(|side| match self.kind(side) {
            Kind::Assign(a) => side.sibling(a.target),
            _ => side,
        });
        if sides
            .iter()
            .any(|&s| self.is_status(s) || matches!(self.kind(s), Kind::Str(_) | Kind::Bool(_) | Kind::Null))
            || sides.iter().any(|&s| self.counts_own_branch(s, region) || self.is_left_at_nothing(s))
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
        // `tool === Tool.ATTEMPT` asks which one it is, and counts nothing.
        if !counter && !is_order(op) && sides.iter().any(|&s| self.is_constant_of_type(s)) {
            let of = |s: NodeRef| self.limit_behind(s, region, depth);
            return of(sides[0]).or(|| of(sides[1]));
        }
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

    /// Whether an expression names one of the texts or variants of a type: `Tool.ATTEMPT`, `Tool::Attempt`.
    fn is_constant_of_type(&self, at: NodeRef) -> bool {
        let Kind::Member { object, name, .. } = self.kind(at) else { return false };
        let upper = |name: &str| name.starts_with(char::is_uppercase);
        let typed = last_name(self.facts(at.file), *object).is_some_and(|n| upper(&n));
        typed && upper(name) && self.number(at).is_none()
    }

    /// A limit in what decides which of several values something has: `step = self.next_step(turn)`.
    fn limit_behind(&self, at: NodeRef, region: &Region, depth: u32) -> Bound {
        match self.kind(at) {
            Kind::Name(_) => self.limit_in_flag(at, region, depth),
            Kind::Call(_) => self.limit_in(at, region, depth + 1),
            _ => Bound::Absent,
        }
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
    pub(in crate::model) fn conditions_of(&self, at: NodeRef, region: &Region) -> Vec<NodeRef> {
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
                Kind::Binary { op, left, right } if *right == from && op.may_skip_right() => {
                    out.push(at.sibling(*left));
                }
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
}
