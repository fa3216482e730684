//! Loops that send something else in each turn.

use super::{Retry, RetryForm};
use crate::facts::{BinaryOp, Call, Kind, LoopKind, Name, NodeId};
use crate::model::Project;
use crate::model::names::scope::Origin;
use crate::model::names::words::has_word_of;
use crate::model::values::value::NodeRef;

/// Names between an argument of a call and what it is made of.
const MAX_NAMES: usize = 16;

impl Project {
    /// Whether what a loop sends is taken out of a queue or list in the same turn: the next
    /// turn sends the next one, and the one that failed is sent again only where it is put back.
    pub fn takes_what_is_sent(&self, retry: &Retry) -> bool {
        let around = retry.at;
        let Some(at) = retry.point.filter(|point| retry.form == RetryForm::Loop && point.file == around.file)
        else {
            return false;
        };
        let Kind::Call(call) = self.kind(at) else { return false };
        let file = self.file(at.file);
        let facts = &file.facts;
        let before = |expr: NodeId| {
            expr < at.node
                && facts.ancestors(expr).any(|n| n == around.node)
                && !facts.ancestors(at.node).any(|n| n == expr)
        };
        let mut waiting: Vec<(NodeId, Name)> =
            call.args.iter().flat_map(|arg| self.names_in(at.sibling(arg.value))).collect();
        // The steps of a builder hold what is sent as well.
        let mut object = call.callee;
        while let Kind::Member { object: inner, .. } = facts.kind(object) {
            let Kind::Call(step) = facts.kind(*inner) else { break };
            waiting.extend(step.args.iter().flat_map(|arg| self.names_in(at.sibling(arg.value))));
            object = step.callee;
        }
        if !retry.ends_on_success && (self.asks_for_job(around, at) || self.is_timetable(retry, at)) {
            return true;
        }
        let mut next = 0;
        while let Some((node, name)) = waiting.get(next).cloned().filter(|_| next < MAX_NAMES) {
            next += 1;
            for def in file.scopes.lookup(facts, &name, node) {
                let Origin::Value { expr, .. } = &def.origin else { continue };
                if !before(*expr) {
                    continue;
                }
                let taken = self.takes_element(at.sibling(*expr))
                    || !retry.ends_on_success && self.looks_for_work(around, at, *expr, &name);
                // `for letter in store.unread():`
                let through = facts
                    .parent(*expr)
                    .filter(|&n| matches!(facts.kind(n), Kind::Loop(l) if l.iterable == Some(*expr)));
                if taken && self.is_in_each_turn(around, through.unwrap_or(*expr)) {
                    return !self.puts_back(around, at, &name);
                }
                for found in self.names_in(at.sibling(*expr)) {
                    if !waiting.iter().any(|(_, known)| *known == found.1) {
                        waiting.push(found);
                    }
                }
            }
        }
        false
    }

    /// Whether every turn asks a person or a queue for something before the call.
    fn asks_for_job(&self, around: NodeRef, at: NodeRef) -> bool {
        let sdk = self.file(at.file).sdk;
        self.own_nodes(around).into_iter().filter(|&n| n < at.node).any(|n| {
            self.callee_of(at.sibling(n))
                .and_then(|c| self.last_name_at(c))
                .is_some_and(|name| sdk.has_word("intake-names", &name) && self.is_in_each_turn(around, n))
        })
    }

    /// Whether an endless loop rests after success too: it does the same every hour, not until it succeeds.
    fn is_timetable(&self, retry: &Retry, at: NodeRef) -> bool {
        let facts = self.facts(at.file);
        let handled = |n: NodeId| {
            facts.ancestors(n).take_while(|&n| n != retry.at.node).any(|n| {
                retry.handlers.iter().any(|h| h.node == n)
                    || facts.parent(n).is_some_and(|p| match facts.kind(p) {
                        Kind::Try(t) => t.handlers.iter().any(|h| h.body == n),
                        Kind::If { then, otherwise, .. } => *then == n || *otherwise == Some(n),
                        Kind::Match(m) => m.arms.iter().any(|arm| arm.body == n),
                        _ => false,
                    })
            })
        };
        let Kind::Loop(l) = self.kind(retry.at) else { return false };
        let counts = l.condition.is_some_and(|condition| {
            use BinaryOp::{Ge, Gt, Le, Lt};
            facts
                .descendants(condition)
                .into_iter()
                .any(|n| matches!(facts.kind(n), Kind::Binary { op: Lt | Le | Gt | Ge, .. }))
        });
        l.kind != LoopKind::ForEach
            && !counts
            && self.sleeps_in(retry.at).into_iter().any(|sleep| sleep.node > at.node && !handled(sleep.node))
    }

    /// Whether a value is asked for before the call, and the loop looks whether there is one:
    /// `row = store.oldest(); if row is None: …`.
    fn looks_for_work(&self, around: NodeRef, at: NodeRef, expr: NodeId, held: &Name) -> bool {
        let file = self.file(around.file);
        let facts = &file.facts;
        let asked = facts.descendants(expr).into_iter().any(|n| {
            matches!(facts.kind(n), Kind::Call(call)
            if self.last_name_at(around.sibling(call.callee)).is_some_and(|name| {
                // `headers.get("key")` looks something up, `box.get()` takes what is there.
                !file.sdk.has_word("plain-calls", &name) || &*name == "get" && call.args.is_empty()
            }))
        });
        asked
            && self.own_nodes(around).into_iter().any(|n| match facts.kind(n) {
                Kind::Name(name) if n > expr && n < at.node => {
                    name == held && self.is_condition(around.sibling(n))
                }
                Kind::Loop(l) => l.iterable == Some(expr),
                // `let Some(row) = store.oldest() else { … }`
                Kind::Assign(a) => a.otherwise.is_some() && a.value == Some(expr),
                // `if let Some(row) = store.oldest()`, `if let Some(row) = found`
                Kind::Let { value, .. } if *value < at.node => {
                    *value == expr || matches!(facts.kind(*value), Kind::Name(name) if name == held)
                }
                _ => false,
            })
    }

    fn names_in(&self, at: NodeRef) -> Vec<(NodeId, Name)> {
        let facts = self.facts(at.file);
        let names = facts.descendants(at.node).into_iter().filter_map(|n| match facts.kind(n) {
            Kind::Name(name) => Some((n, name.clone())),
            _ => None,
        });
        names.take(2 * MAX_NAMES).collect()
    }

    /// `await queue.get()`, `pending.shift()`, `rx.recv().await?`; `headers.get("x")` takes nothing.
    fn takes_element(&self, at: NodeRef) -> bool {
        let sdk = self.file(at.file).sdk;
        let by_key = |call: &Call| {
            let keyed = call.args.first().filter(|arg| arg.name.is_none());
            keyed.is_some_and(|arg| matches!(self.kind(at.sibling(arg.value)), Kind::Str(_) | Kind::Name(_)))
        };
        match self.kind(at) {
            Kind::Await(x) | Kind::Propagate(x) | Kind::Cast { value: x, .. } => {
                self.takes_element(at.sibling(*x))
            }
            Kind::Binary { left, .. } => self.takes_element(at.sibling(*left)),
            Kind::Call(call) => match self.kind(at.sibling(call.callee)) {
                Kind::Member { object, name, .. } => {
                    let queue = || {
                        self.last_name_at(at.sibling(*object))
                            .is_some_and(|n| has_word_of(sdk, "queue-words", &n))
                    };
                    sdk.has_word("takes-element", name) && !by_key(call)
                        || &**name == "get" && !by_key(call) && queue()
                        || sdk.passes_object(name) && self.takes_element(at.sibling(*object))
                }
                _ => false,
            },
            _ => false,
        }
    }

    /// Whether a node of a loop runs in every turn that comes as far as it.
    fn is_in_each_turn(&self, around: NodeRef, node: NodeId) -> bool {
        let facts = self.facts(around.file);
        facts.ancestors(node).skip(1).take_while(|&n| n != around.node).all(|n| {
            !matches!(facts.kind(n), Kind::If { .. } | Kind::Match(_) | Kind::Loop(_) | Kind::Function(_))
        })
    }

    /// Whether something is put back where it may be taken from again, after the call.
    pub(super) fn puts_back(&self, around: NodeRef, at: NodeRef, element: &Name) -> bool {
        let file = self.file(at.file);
        self.own_nodes(around).into_iter().filter(|&n| n > at.node).any(|n| {
            let Kind::Call(call) = file.facts.kind(n) else { return false };
            let Kind::Member { name, .. } = file.facts.kind(call.callee) else { return false };
            file.sdk.has_word("puts-back", name)
                && call
                    .args
                    .iter()
                    .any(|arg| self.names_in(at.sibling(arg.value)).iter().any(|(_, found)| found == element))
        })
    }
}
