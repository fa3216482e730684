//! Calls of a function by itself that ask somebody else: another model or account, by what they are given.

use crate::facts::{Key, Kind, Name, NodeId};
use crate::model::Project;
use crate::model::names::words::words_of;
use crate::model::values::eval::Argument;
use crate::model::values::value::{NodeRef, Value};

/// Parts of an argument that are looked at.
const MAX_PARTS: usize = 64;

impl Project {
    /// Whether a call gives the function another target than the one it was given: `ask(text, fallback)` of
    /// `ask(text, model)`, `{ ...options, target: fallback }`, or a list of what has failed that is one longer.
    pub(super) fn asks_another_target(&self, function: NodeRef, call: NodeRef) -> bool {
        let Kind::Function(f) = self.kind(function) else { return false };
        f.params.iter().enumerate().any(|(index, param)| {
            let Kind::Name(name) = self.kind(function.sibling(param.pattern)) else { return false };
            let Argument::Given(argument) = self.argument_of(call, function, index) else { return false };
            let held = self.file(argument.file).only_value(argument.node);
            let given = held.map_or(argument, |n| argument.sibling(n));
            self.is_another(argument, given, name)
                || self.overwrites_target(given, name)
                || self.adds_what_failed(given, name)
        })
    }

    /// Whether a parameter for a target is given something that is not made of it.
    fn is_another(&self, argument: NodeRef, given: NodeRef, name: &Name) -> bool {
        let same = |at: NodeRef| {
            self.last_name_at(at).is_some_and(|last| last == *name)
                || self.facts(at.file).names(at.node, name)
        };
        self.is_target_name(argument, name) && !self.is_always_same(given) && !same(argument) && !same(given)
    }

    /// `{ ...options, model: other }`
    fn overwrites_target(&self, given: NodeRef, name: &Name) -> bool {
        let facts = self.facts(given.file);
        let Kind::Record(record) = facts.kind(given.node) else { return false };
        let spreads = |n: NodeId| match facts.kind(n) {
            Kind::Spread(inner) => facts.names(*inner, name),
            _ => facts.names(n, name),
        };
        record.entries.iter().any(|e| e.key.is_none() && spreads(e.value))
            && record.entries.iter().any(|e| match &e.key {
                Some(Key::Known(key)) => {
                    self.is_target_name(given, key)
                        && !self.is_always_same(given.sibling(e.value))
                        && !facts.names(e.value, name)
                        && !facts.names(e.value, key)
                }
                _ => false,
            })
    }

    /// `[...failed, account.id]`, where the account was chosen by a call that was given `failed`.
    fn adds_what_failed(&self, given: NodeRef, name: &Name) -> bool {
        let file = self.file(given.file);
        let facts = &file.facts;
        if !facts.names(given.node, name) || matches!(facts.kind(given.node), Kind::Name(_)) {
            return false;
        }
        facts.descendants(given.node).into_iter().take(MAX_PARTS).any(|n| {
            let Kind::Name(found) = facts.kind(n) else { return false };
            let chosen = file.only_value(n).filter(|_| found != name);
            chosen.is_some_and(|value| self.told_to(given.sibling(value)).contains(name))
        })
    }

    /// Whether it is the same each time: the second call of such asks as the first.
    fn is_always_same(&self, at: NodeRef) -> bool {
        let constant = |v: &Value| match v {
            Value::Node(n) => {
                matches!(self.kind(*n), Kind::Str(_) | Kind::Number(_) | Kind::Bool(_) | Kind::Null)
            }
            _ => false,
        };
        matches!(&self.eval(at)[..], [only] if constant(only))
    }

    fn is_target_name(&self, at: NodeRef, name: &str) -> bool {
        let sdk = self.file(at.file).sdk;
        words_of(name)
            .last()
            .is_some_and(|word| sdk.has_word("target-words", word) && !word.starts_with("client"))
    }
}
