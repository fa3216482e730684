//! What callbacks are given by those who call them.

use super::super::values::{element, hop};
use super::super::{MAX_VALUES, Values, one};
use crate::facts::Kind;
use crate::model::Project;
use crate::model::response::What;
use crate::model::values::value::{Hop, NodeRef, Value};

/// Functions that a callback is given to, and calls of it in each.
const MAX_HANDED: usize = 8;

impl Project {
    /// The parameter of a callback given to `then`, `map` and the like.
    pub(super) fn callback_param(&self, function: NodeRef, index: usize) -> Values {
        match index {
            0 => self.given_to_callback(function),
            _ => self.called_back(function, index),
        }
    }

    /// The answers that a function of the project calls one of its arguments with: `send(payload, (reply) => …)` with
    /// `onReply(reply)` in `send`.
    fn called_back(&self, callback: NodeRef, index: usize) -> Values {
        let parent = self.facts(callback.file).parent(callback.node).map(|p| callback.sibling(p));
        let Some((at, Kind::Call(call))) = parent.map(|at| (at, self.kind(at))) else { return Values::new() };
        let mut out = Values::new();
        for helper in self.functions_of(at.sibling(call.callee)).into_iter().take(MAX_HANDED) {
            let Some(param) = self.parameter_for_argument(at, helper, callback) else { continue };
            let file = self.file(helper.file);
            for def in file.scopes.bound_to_param(helper.node, param as u32) {
                for reader in self.readers(helper.sibling(def.node)).into_iter().take(MAX_HANDED) {
                    let Some(up) = file.facts.parent(reader.node) else { continue };
                    let Kind::Call(c) = file.facts.kind(up) else { continue };
                    let given = c.args.get(index).filter(|a| a.name.is_none() && !a.spread);
                    let Some(given) = given.filter(|_| c.callee == reader.node) else { continue };
                    let given = self.values(helper.sibling(given.value), None);
                    let answers = given.into_iter().filter(|v| matches!(v, Value::Response(_))).collect();
                    out.extend(hop(answers, Hop::Argument(helper.sibling(up))));
                }
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

    /// What a call gives the function that stands at a place among its arguments.
    fn given_to_callback(&self, function: NodeRef) -> Values {
        let file = self.file(function.file);
        let facts = &file.facts;
        let Some(parent) = facts.parent(function.node) else { return Values::new() };
        let Kind::Call(call) = facts.kind(parent) else {
            return self.handled(function).into_iter().collect();
        };
        if let Some(received) = self.received(function.sibling(parent), call) {
            return one(received);
        }
        let handed = self.called_back(function, 0);
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
                // `answer.map(|a| …)`, `reason.map(|r| …)`: what may be missing is not a list.
                Value::Response(r)
                    if file.sdk.has_word("maps-optional", name)
                        && (self.is_whole(r) || self.use_of(r) == Some(What::Stop)) =>
                {
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
