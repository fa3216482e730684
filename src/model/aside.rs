//! Which places a read of the stop reason stands for: those its path leads to.

use super::eval::Argument;
use super::flow::{End, Sink};
use super::index::takes_receiver;
use super::request::Request;
use super::response::{Use, What};
use super::scope::Origin;
use super::value::{NodeRef, Value};
use super::{Project, enclosing_function};
use crate::facts::{Kind, NodeId};

/// Calls of one function that are looked at.
const MAX_CALLERS: usize = 32;

impl Project {
    /// Whether what `seen` tells is known where the text of `used` comes to its `end`. A read in a
    /// branch that leaves the function says nothing about the ways around that branch, and one in
    /// one caller nothing about the others.
    pub fn is_seen(&self, seen: &Use, used: &Use, end: &End) -> bool {
        matches!(seen.what, What::Stop | What::Escape)
            && seen.covers(used)
            && !self.is_aside(seen, used.at, end.at)
            && self.left_unread_by(seen, used, end).is_none()
            && !self.is_of_another_caller(seen, used, end)
    }

    /// The call of a function that only gives the stop reason back beside the text, whose caller
    /// brings the text to its `end` and does nothing with the reason.
    pub fn left_unread_by(&self, seen: &Use, used: &Use, end: &End) -> Option<NodeRef> {
        if seen.what != What::Stop || !seen.covers(used) || !self.share_function(seen.at, used.at) {
            return None;
        }
        let through = end.through?;
        let elsewhere = |e: &End| e.through.is_some_and(|t| t != through);
        // What it was compared with and what came of that may be given back in its place.
        let forgotten = |e: &End| {
            let outcome = self.kept_outcome(e).filter(|_| e.through.is_none());
            outcome.is_some_and(|outcome| self.sinks_by_caller(outcome).iter().all(elsewhere))
        };
        let ends = self.sinks_by_caller(seen.at);
        ends.iter().all(|e| elsewhere(e) || forgotten(e)).then_some(through)
    }

    /// The outcome of a comparison that a value ends in, where it is put into a record or list:
    /// `{ text, done: reason == "end_turn" }`.
    fn kept_outcome(&self, end: &End) -> Option<NodeRef> {
        let facts = self.facts(end.at.file);
        let mut at = facts.parent(end.at.node)?;
        if end.sink != Sink::Tested || !matches!(facts.kind(at), Kind::Binary { .. }) {
            return None;
        }
        loop {
            let up = facts.parent(at)?;
            match facts.kind(up) {
                Kind::Unary { .. } | Kind::Binary { .. } | Kind::Cast { .. } => at = up,
                Kind::Record(_) | Kind::List(_) => return Some(end.at.sibling(at)),
                Kind::Call(call) => {
                    let makes = |v: &Value| matches!(v, Value::Class(_));
                    let made = self.eval(end.at.sibling(call.callee)).iter().any(makes);
                    return made.then(|| end.at.sibling(at));
                }
                _ => return None,
            }
        }
    }

    /// Whether a stop reason is read by one caller of the function the text comes from, or by what only
    /// that one calls, and the text came to its end by another caller.
    fn is_of_another_caller(&self, seen: &Use, used: &Use, end: &End) -> bool {
        let Some(through) = end.through.filter(|_| !self.share_function(seen.at, used.at)) else {
            return false;
        };
        let (Some(asks), Some(reads)) = (self.named_function(used.at), self.named_function(seen.at)) else {
            return false;
        };
        let calling = |functions: &[NodeRef]| -> Vec<NodeRef> {
            let calls = functions.iter().flat_map(|&f| self.callers(f).iter().take(MAX_CALLERS));
            calls.filter_map(|&call| self.named_function(call)).collect()
        };
        let near = [vec![reads], calling(&[reads])].concat();
        let reached = [&near[..], &calling(&near)[..]].concat();
        let here = self.named_function(through);
        let by_caller = |call: &NodeRef| {
            let caller = self.named_function(*call);
            caller.is_some_and(|c| reached.contains(&c))
        };
        // What the caller is called by may look at it once the text is there.
        let around = here.map(|f| calling(&[f])).unwrap_or_default();
        here.is_some_and(|f| !reached.contains(&f))
            && !reached.contains(&asks)
            && !around.iter().any(|f| near.contains(f))
            && self.callers(asks).iter().any(|call| *call != through && by_caller(call))
    }

    fn share_function(&self, a: NodeRef, b: NodeRef) -> bool {
        a.file == b.file && self.named_function(a) == self.named_function(b)
    }

    /// How many tokens the caller of a function that sends a request allows, where that is an argument.
    pub fn limit_given(&self, request: &Request, call: NodeRef) -> Option<f64> {
        self.body_field(request, "max_tokens").nodes().iter().find_map(|&limit| {
            let file = self.file(limit.file);
            let Kind::Name(name) = file.facts.kind(limit.node) else { return None };
            file.scopes.lookup(&file.facts, name, limit.node).iter().find_map(|def| {
                let Origin::Param { function, index, .. } = &def.origin else { return None };
                let function = limit.sibling(*function);
                if !self.callers(function).contains(&call) {
                    return None;
                }
                let receiver = takes_receiver(self.files(), function);
                match self.argument_of(call, function, *index as usize, receiver) {
                    Argument::Given(given) => self.number(given),
                    _ => None,
                }
            })
        })
    }

    fn is_aside(&self, seen: &Use, used: NodeRef, end: NodeRef) -> bool {
        let facts = self.facts(seen.at.file);
        let function = enclosing_function(facts, seen.at.node);
        let elsewhere =
            |place: NodeRef| place.file != seen.at.file || enclosing_function(facts, place.node) != function;
        if elsewhere(used) || elsewhere(end) {
            return false;
        }
        let mut raised = false;
        let mut at = seen.at.node;
        for parent in facts.ancestors(at).skip(1).take_while(|&n| Some(n) != function) {
            raised |= matches!(facts.kind(parent), Kind::Throw(_));
            let (branch, handler) = match facts.kind(parent) {
                Kind::If { condition, .. } => (*condition != at, false),
                Kind::Match(m) => (m.arms.iter().any(|arm| arm.body == at), false),
                Kind::Try(t) => (false, t.handlers.iter().any(|h| h.body == at)),
                _ => (false, false),
            };
            let holds = |place: NodeRef| facts.ancestors(place.node).any(|n| n == at);
            if (branch || handler) && !holds(used) && !holds(end) && self.leaves_function(seen.at.sibling(at))
            {
                // What is cut off often fails to parse: a handler that looks why is a check.
                return !(handler && (raised || self.is_acted_on(seen)));
            }
            at = parent;
        }
        false
    }

    /// Whether more is done with a value than showing it.
    fn is_acted_on(&self, seen: &Use) -> bool {
        self.sinks(seen.at).iter().any(|end| end.sink > Sink::Shown)
    }

    /// Whether a block certainly leaves the function.
    fn leaves_function(&self, at: NodeRef) -> bool {
        let facts = self.facts(at.file);
        let leaves = |n: NodeId| self.leaves_function(at.sibling(n));
        match facts.kind(at.node) {
            Kind::Return(_) | Kind::Throw(_) => true,
            Kind::Block { body, .. } => body.iter().any(|&s| leaves(s)),
            Kind::If { then, otherwise: Some(other), .. } => leaves(*then) && leaves(*other),
            _ => false,
        }
    }
}
