//! Functions of the project that wait.

use crate::facts::{Kind, NodeId};
use crate::model::Project;
use crate::model::names::index::takes_receiver;
use crate::model::values::value::{NodeRef, Value};

/// How deep functions are looked into for one that waits, and how many.
const MAX_DEPTH: u32 = 2;
const MAX_WAITING: usize = 48;

impl Project {
    /// Whether a function waits, by itself or in functions of the project that it calls.
    pub(super) fn waits(&self, function: NodeRef) -> bool {
        let mut left = MAX_WAITING;
        self.waits_within(function, MAX_DEPTH, &mut left)
    }

    fn waits_within(&self, function: NodeRef, depth: u32, left: &mut usize) -> bool {
        if !self.sleeps_in(function).is_empty() {
            return true;
        }
        let Some(depth) = depth.checked_sub(1) else { return false };
        let nodes = self.own_nodes(function);
        // What repeats something by itself waits for that.
        if nodes.iter().any(|&n| matches!(self.kind(function.sibling(n)), Kind::Loop(_))) {
            return false;
        }
        let calls = nodes.into_iter().filter_map(|n| self.callee_of(function.sibling(n)));
        calls.into_iter().any(|callee| {
            self.eval(callee).iter().any(|value| {
                let Value::Function(called) = value else { return false };
                let Some(fewer) = left.checked_sub(1) else { return false };
                *left = fewer;
                *called != function && self.waits_within(*called, depth, left)
            })
        })
    }

    /// Whether a function of the project waits for a time that it works out itself.
    pub(super) fn decides_itself(&self, callee: NodeRef) -> bool {
        self.eval(callee).iter().any(|v| {
            let Value::Function(f) = v else { return false };
            let Kind::Function(function) = self.kind(*f) else { return false };
            let facts = self.facts(f.file);
            let own = |n: NodeId| {
                function.params.iter().any(|p| match (facts.kind(p.pattern), facts.kind(n)) {
                    (Kind::Name(a), Kind::Name(b)) => a == b,
                    _ => false,
                })
            };
            // `setTimeout(done, ms)`, `sleep(seconds * 1000)`
            let given = |n: NodeId| match facts.kind(n) {
                Kind::Binary { left, right, .. } => own(*left) || own(*right),
                _ => own(n),
            };
            let waits = self.own_nodes(*f).into_iter().filter_map(|n| match facts.kind(n) {
                Kind::Call(_) => self.last_name_at(self.callee_of(f.sibling(n))?).map(|name| (n, name)),
                _ => None,
            });
            // What a call is given first would be the time.
            let receiver = usize::from(takes_receiver(self.files(), *f));
            let time = function.params.get(receiver).and_then(|p| match facts.kind(p.pattern) {
                Kind::Name(name) => Some(name),
                _ => None,
            });
            let is_time = |n: NodeId| time.is_some_and(|time| facts.names(n, time));
            // `async function pause(tries) { …; await rest(); }`
            let elsewhere = |n: NodeId| {
                let callee = self.callee_of(f.sibling(n));
                let called = callee.map(|c| self.eval(c));
                called.is_some_and(|values| {
                    values.iter().any(|v| matches!(v, Value::Function(g) if g != f && self.waits(*g)))
                })
            };
            waits.into_iter().any(|(n, name)| {
                let sdk = self.file(f.file).sdk;
                let Kind::Call(c) = facts.kind(n) else { return false };
                match sdk.has_word("sleep-names", &name) {
                    true => c.args.first().is_some_and(|a| !given(a.value)),
                    false => !c.args.iter().any(|a| is_time(a.value)) && elsewhere(n),
                }
            })
        })
    }
}
