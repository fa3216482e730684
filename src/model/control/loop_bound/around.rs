//! Limits of time around a piece of code, on whatever way it is called.

use super::Bound;
use crate::facts::{CallStyle, Kind, NodeId};
use crate::model::Project;
use crate::model::names::index::{last_name, takes_receiver};
use crate::model::names::scope::Origin;
use crate::model::names::words::snake;
use crate::model::values::value::{NodeRef, Value};

/// Methods of one name that are looked into.
const MAX_METHODS: usize = 4;
/// Calls between a time limit and what it is around.
const MAX_HOPS: u32 = 24;
/// Of these, those at which a limit around one of several callers is enough.
const MAX_UNSURE: u32 = 2;
/// Functions whose callers are asked for one.
const MAX_FUNCTIONS: usize = 64;

/// What ends something that takes long.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Ending {
    ByAnyone,
    ByClock,
}

impl Project {
    /// Whether all that a branch of `select!` races with is someone who says that it should end.
    fn races_with_someone(&self, at: NodeRef, select: NodeId) -> bool {
        let file = self.file(at.file);
        let facts = &file.facts;
        let Kind::Call(c) = facts.kind(select) else { return false };
        let is_word = |name: &str| name.split('_').any(|w| file.sdk.has_word("clock-words", w));
        let someone = |branch: NodeId| {
            let Kind::If { condition, .. } = facts.kind(branch) else { return false };
            let waited = facts.descendants(*condition).into_iter().find_map(|n| match facts.kind(n) {
                Kind::Await(x) => Some(*x),
                _ => None,
            });
            let Some(Kind::Call(wait)) = waited.map(|n| facts.kind(n)) else { return false };
            let named = |n: NodeId| match facts.kind(n) {
                Kind::Name(name) | Kind::Member { name, .. } => is_word(&snake(name)),
                _ => false,
            };
            file.named_in(wait.callee, "waits-for-someone")
                && !facts.descendants(*condition).into_iter().any(named)
        };
        let mut others = c.args.iter().filter(|a| !facts.span(a.value).contains(facts.span(at.node)));
        c.style == CallStyle::Macro && c.args.len() > 1 && others.all(|a| someone(a.value))
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
    pub(in crate::model) fn time_limit_around(&self, at: NodeRef) -> Bound {
        self.time_limit_on_ways(at, Ending::ByAnyone, &mut Vec::new(), 0).unwrap_or(Bound::Absent)
    }

    /// The same, but for what only a person or another part of the program ends, who may never do so.
    pub(in crate::model) fn clock_around(&self, at: NodeRef) -> Bound {
        self.time_limit_on_ways(at, Ending::ByClock, &mut Vec::new(), 0).unwrap_or(Bound::Absent)
    }

    /// `seen` are the functions whose callers were asked; on the way back to one of them nothing new is found.
    fn time_limit_on_ways(
        &self,
        at: NodeRef,
        by: Ending,
        seen: &mut Vec<NodeRef>,
        depth: u32,
    ) -> Option<Bound> {
        let facts = self.facts(at.file);
        let limits = |node| self.names_time_limit(at.sibling(node));
        let mut function = matches!(facts.kind(at.node), Kind::Function(_)).then_some(at);
        let mut from = at.node;
        for node in facts.ancestors(at.node).skip(1) {
            match facts.kind(node) {
                Kind::With(w) if w.items.iter().any(|i| limits(i.value)) => {
                    return Some(Bound::Unknown(at.sibling(node)));
                }
                Kind::Call(c)
                    if c.callee != from
                        && limits(c.callee)
                        && !self.has_arrived(at, node)
                        && !(by == Ending::ByClock && self.races_with_someone(at, node)) =>
                {
                    return Some(Bound::Unknown(at.sibling(node)));
                }
                Kind::Call(c)
                    if c.callee != from && self.limits_argument(at.sibling(node), at.sibling(from)) =>
                {
                    return Some(Bound::Unknown(at.sibling(node)));
                }
                // `ask().timeout(60_000)`, `ask.pipe(timeout("60 seconds"))`
                Kind::Call(c) if c.callee == from && self.limits_object(at.sibling(node)) => {
                    return Some(Bound::Unknown(at.sibling(node)));
                }
                Kind::Function(f) => {
                    let own = || self.runs_in_decorators(at.sibling(node)).into_iter();
                    if f.decorators.iter().any(|&d| limits(d))
                        || own().any(|(run, taker)| self.is_limited_within(run, taker))
                    {
                        return Some(Bound::Unknown(at.sibling(node)));
                    }
                    if function.is_none() && !(f.is_block && self.gives_block(at.sibling(node))) {
                        function = Some(at.sibling(node));
                    }
                }
                _ => {}
            }
            from = node;
        }
        let Some(function) = function else { return Some(Bound::Absent) };
        if seen.contains(&function) {
            return None;
        }
        if depth >= MAX_HOPS || seen.len() >= MAX_FUNCTIONS {
            return Some(Bound::Absent);
        }
        seen.push(function);
        // Every caller must have a time limit for the loop to have one; one of them is enough to be unsure, but
        // further out there are always some.
        let mut found = Bound::Absent;
        for &caller in self.callers(function).iter().chain(self.mentions(function)) {
            let Some(bound) = self.time_limit_on_ways(caller, by, seen, depth + 1) else { continue };
            match bound.is_absent() {
                true if depth >= MAX_UNSURE => return Some(Bound::Absent),
                false if depth < MAX_UNSURE => return Some(bound),
                _ => found = found.or(|| bound),
            }
        }
        Some(found)
    }

    /// Whether what is called limits by its name how long something may take.
    fn names_time_limit(&self, callee: NodeRef) -> bool {
        let file = self.file(callee.file);
        last_name(&file.facts, callee.node).is_some_and(|n| {
            let name = snake(&n);
            file.sdk.has_word("time-limit", &n)
                || name.split('_').any(|w| file.sdk.has_word("time-limit-words", w))
                    && !file.sdk.has_word("timer-setters", &n)
        })
    }

    /// Whether a function that gets something to wait for puts a limit around it: it races it with a timer.
    fn limits_argument(&self, call: NodeRef, argument: NodeRef) -> bool {
        let Kind::Call(c) = self.kind(call) else { return false };
        self.eval(call.sibling(c.callee)).iter().any(|value| {
            let Value::Function(f) = value else { return false };
            let Some(index) = self.parameter_for_argument(call, *f, argument) else { return false };
            let mut readers = self.parameter_readers(*f, index).peekable();
            readers.peek().is_some()
                && (self.rejects_in_time(*f) || readers.any(|reader| self.is_limited_within(reader, *f)))
        })
    }

    /// Whether a place stands in a call that limits how long it takes, within a function.
    fn is_limited_within(&self, at: NodeRef, function: NodeRef) -> bool {
        let facts = self.facts(at.file);
        let mut from = at.node;
        for node in facts.ancestors(at.node).skip(1).take_while(|&n| n != function.node) {
            match facts.kind(node) {
                Kind::Call(c) if c.callee != from && self.names_time_limit(at.sibling(c.callee)) => {
                    return true;
                }
                Kind::With(w) if w.items.iter().any(|i| self.names_time_limit(at.sibling(i.value))) => {
                    return true;
                }
                _ => {}
            }
            from = node;
        }
        false
    }

    /// `new Promise((resolve, reject) => { setTimeout(() => reject(late), ms); … })`
    pub(in crate::model) fn rejects_in_time(&self, function: NodeRef) -> bool {
        let file = self.file(function.file);
        let facts = &file.facts;
        let rejects = |n: NodeId| match facts.kind(n) {
            Kind::Call(c) => match facts.kind(c.callee) {
                Kind::Name(name) => file
                    .scopes
                    .lookup(facts, name, c.callee)
                    .iter()
                    .any(|def| matches!(def.origin, Origin::Param { index, .. } if index > 0)),
                _ => false,
            },
            _ => false,
        };
        facts.descendants(function.node).into_iter().any(|n| match facts.kind(n) {
            Kind::Call(c) => {
                c.args.len() > 1
                    && file.named_in(c.callee, "timer-names")
                    && facts.descendants(c.args[0].value).into_iter().any(rejects)
            }
            _ => false,
        })
    }

    /// Whether a method of a trait of the project, which anything may be given, waits for its object under a
    /// limit: `async fn within(self, limit: Duration) { timeout(limit, self).await … }`.
    fn limits_receiver(&self, name: &str) -> bool {
        let Some(functions) = self.index.functions.get(name) else { return false };
        functions.iter().take(MAX_METHODS).any(|&f| {
            let Kind::Function(function) = self.kind(f) else { return false };
            if !function.body.is_some() || !function.is_async || !takes_receiver(&self.files, f) {
                return false;
            }
            let file = self.file(f.file);
            file.facts.descendants(function.body).into_iter().any(|n| match file.facts.kind(n) {
                Kind::Call(c) => {
                    c.args.iter().any(|a| file.is_own_object(a.value))
                        && self.names_time_limit(f.sibling(c.callee))
                }
                _ => false,
            })
        })
    }

    /// Whether a method called on something to wait for limits how long it takes.
    fn limits_object(&self, call: NodeRef) -> bool {
        let file = self.file(call.file);
        let Kind::Call(c) = file.facts.kind(call.node) else { return false };
        let Kind::Member { name, .. } = file.facts.kind(c.callee) else { return false };
        let inner = |n: NodeId| match file.facts.kind(n) {
            Kind::Call(step) => self.names_time_limit(call.sibling(step.callee)),
            _ => false,
        };
        &**name == "timeout" && c.args.len() == 1
            || self.limits_receiver(name)
            || file.sdk.has_word("chain-steps", name) && c.args.iter().any(|a| inner(a.value))
    }
}
