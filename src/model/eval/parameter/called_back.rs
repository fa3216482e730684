//! What callbacks are given by those who call them.

use super::super::values::{element, hop};
use super::super::{MAX_SOURCES, MAX_VALUES, Values, one};
use super::stands_within;
use crate::facts::{Call, Kind};
use crate::model::Project;
use crate::model::value::{Hop, NodeRef, Value};
/// Functions that a callback is given to, and calls of it in each.
const MAX_HANDED: usize = 8;

impl Project {
    /// The parameter of a callback given to `then`, `map` and the like.
    pub(super) fn callback_param(&self, function: NodeRef, index: usize) -> Values {
        let given = if index == 0 { self.given_to_callback(function) } else { Values::new() };
        if given.is_empty() && !self.joining.get() { self.called_back(function, index) } else { given }
    }

    /// The answers that a function of the project gives one that it is given: `send(payload, (reply) => …)` with
    /// `onReply(reply)` in `send`.
    pub(super) fn called_back(&self, closure: NodeRef, index: usize) -> Values {
        let facts = self.facts(closure.file);
        let Some(parent) = facts.parent(closure.node).map(|p| closure.sibling(p)) else {
            return Values::new();
        };
        let Kind::Call(call) = self.kind(parent) else { return Values::new() };
        if !call.args.iter().any(|arg| arg.value == closure.node) {
            return Values::new();
        }
        let takers = self.functions_of(parent.sibling(call.callee));
        let mut out = Values::new();
        for taker in takers.into_iter().take(MAX_SOURCES) {
            let Some(param) = self.parameter_for_argument(parent, taker, closure) else { continue };
            let file = self.file(taker.file);
            let Kind::Function(f) = file.facts.kind(taker.node) else { continue };
            let Kind::Name(name) = file.facts.kind(f.params[param].pattern) else { continue };
            for &used in file.names(name) {
                let given = file.facts.parent(used).and_then(|p| match file.facts.kind(p) {
                    Kind::Call(c) if c.callee == used => {
                        c.args.get(index).filter(|a| a.name.is_none() && !a.spread)
                    }
                    _ => None,
                });
                let Some(given) = given.filter(|_| stands_within(&file.facts, used, taker.node)) else {
                    continue;
                };
                let values = self.values(taker.sibling(given.value), None);
                out.extend(values.into_iter().filter(|v| matches!(v, Value::Response(_))));
            }
        }
        out
    }

    /// The same where the function is given by its name: `answers.map(text_of)`.
    pub(super) fn named_callback_param(&self, function: NodeRef, index: usize) -> Values {
        if index != 0 {
            return Values::new();
        }
        let mentions = self.mentions(function).iter().filter(|&&m| !self.is_test(m)).take(MAX_VALUES);
        let given = mentions.flat_map(|&mention| self.given_to_callback(mention));
        given.filter(|v| matches!(v, Value::Response(_))).collect()
    }

    /// The answers that a function of the project calls one of its arguments with: `onAnswer(response)`.
    fn handed_by_helper(&self, at: NodeRef, call: &Call, callback: NodeRef) -> Values {
        let mut out = Values::new();
        let helpers = self.values(at.sibling(call.callee), None);
        for value in helpers.iter().take(MAX_HANDED) {
            let Value::Function(helper) = value else { continue };
            let Some(index) = self.parameter_for_argument(at, *helper, callback) else { continue };
            let file = self.file(helper.file);
            for def in file.scopes.bound_to_param(helper.node, index as u32) {
                for reader in self.readers(helper.sibling(def.node)).into_iter().take(MAX_HANDED) {
                    let Some(up) = file.facts.parent(reader.node) else { continue };
                    let Kind::Call(c) = file.facts.kind(up) else { continue };
                    let Some(given) = c.args.first().filter(|_| c.callee == reader.node) else { continue };
                    let given = self.values(helper.sibling(given.value), None);
                    let whole = |v: &Value| matches!(v, Value::Response(r) if self.is_whole(r));
                    let given: Values = given.into_iter().filter(whole).collect();
                    out.extend(hop(given, Hop::Argument(helper.sibling(up))));
                }
            }
        }
        out
    }

    /// What a call gives the function that stands at a place among its arguments.
    pub(super) fn given_to_callback(&self, function: NodeRef) -> Values {
        let file = self.file(function.file);
        let facts = &file.facts;
        let Some(parent) = facts.parent(function.node) else { return Values::new() };
        let Kind::Call(call) = facts.kind(parent) else {
            return self.handled(function).into_iter().collect();
        };
        if let Some(received) = self.received(function.sibling(parent), call) {
            return one(received);
        }
        let handed = self.handed_by_helper(function.sibling(parent), call, function);
        if !handed.is_empty() {
            return handed;
        }
        let Kind::Member { object, name, .. } = facts.kind(call.callee) else { return Values::new() };
        let object = || self.values(function.sibling(*object), None);
        let kept = |values: Values| values.into_iter().filter(|v| matches!(v, Value::Response(_))).collect();
        if let Some(event) = self.event(file, call) {
            return kept(object().iter().flat_map(|v| self.emitted(v, &event)).collect());
        }
        if file.sdk.has_word("callback-same", name) {
            kept(object())
        } else if file.sdk.has_word("callback-each", name) {
            let element = |v: &Value| match v {
                // `answer.map(|a| …)`: what may be missing is not a list.
                Value::Response(r) if self.is_whole(r) && file.sdk.has_word("maps-optional", name) => {
                    [element(r), v.clone()].into_iter().collect()
                }
                Value::Response(r) => one(element(r)),
                _ => self.each(v, None),
            };
            kept(object().iter().flat_map(element).collect())
        } else {
            Values::new()
        }
    }
}
