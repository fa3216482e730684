//! What a `**kwargs` parameter gathers: the keywords of the calls of its function.

use super::value::NodeRef;
use crate::facts::{Kind, Name, NodeId, ParamKind};
use crate::model::names::index::takes_receiver;
use crate::model::names::scope::Origin;
use crate::model::{Json, JsonEntry, JsonKind, Project};

/// Calls of one function that are looked at.
const MAX_CALLERS: usize = 8;

/// What following one call costs of the depth of a value: keywords may be handed on and on.
const STEP: u32 = 6;

impl Project {
    /// The function whose `**kwargs` parameter an expression is.
    fn gathered_by(&self, at: NodeRef) -> Option<NodeRef> {
        let file = self.file(at.file);
        let Kind::Name(name) = file.facts.kind(at.node) else { return None };
        let [def] = &file.scopes.lookup(&file.facts, name, at.node)[..] else { return None };
        let Origin::Param { function, index, .. } = &def.origin else { return None };
        let Kind::Function(f) = file.facts.kind(*function) else { return None };
        let gathers = f.params.get(*index as usize).is_some_and(|p| p.kind == ParamKind::KeywordRest);
        gathers.then(|| at.sibling(*function))
    }

    /// What a `**kwargs` parameter holds by each call in sight. There may always be other calls, and
    /// more in each of them: nothing is certainly absent.
    pub(in crate::model) fn gathered_keywords(&self, at: NodeRef, depth: u32, budget: &mut u32) -> Vec<Json> {
        let Some(function) = self.gathered_by(at) else { return Vec::new() };
        let taken = self.named_parameters(function);
        let mut out = Vec::new();
        for &call in self.calls_of(function) {
            let mut entries: Vec<JsonEntry> = Vec::new();
            for (name, value, spread) in self.keywords_of(call) {
                match name {
                    Some(name) => {
                        let perhaps = self.only_alternative(value, depth, budget);
                        let value = self.json_within(value, depth + STEP, budget);
                        entries.push(JsonEntry { key: name, value, perhaps });
                    }
                    None if spread => {
                        entries
                            .extend(self.json_within(value, depth + STEP, budget).entries().iter().cloned());
                    }
                    None => {}
                }
            }
            entries.retain(|e| !taken.contains(&e.key));
            if let Kind::Name(name) = self.kind(at) {
                self.add_changes_to(at, at, name, depth, budget, &mut entries);
            }
            out.push(Json { at: call, kind: JsonKind::Object { entries, open: true } });
        }
        out
    }

    /// Whether an expression is a `**kwargs` parameter, and a call in sight leaves a keyword out, or none is in
    /// sight.
    pub(in crate::model) fn may_lack_keyword(&self, at: NodeRef, name: &str) -> bool {
        let Some(function) = self.gathered_by(at) else { return false };
        let mut calls = self.calls_of(function).peekable();
        let lacks = |call: &NodeRef| {
            self.keywords_of(*call).iter().all(|(key, _, spread)| !spread && key.as_deref() != Some(name))
        };
        calls.peek().is_none() || calls.any(lacks)
    }

    /// The values that a `**kwargs` parameter holds under a name, by all calls in sight.
    pub(in crate::model) fn gathered_keyword(&self, at: NodeRef, name: &str, depth: u32) -> Vec<NodeRef> {
        let Some(function) = self.gathered_by(at) else { return Vec::new() };
        if self.named_parameters(function).iter().any(|taken| **taken == *name) {
            return Vec::new();
        }
        let given = |&call: &NodeRef| self.literal_field(call, name, depth + 1).nodes().to_vec();
        self.calls_of(function).flat_map(given).collect()
    }

    /// Whether an expression is a `**kwargs` parameter for which no call in sight gives that name.
    pub(in crate::model) fn is_rest_without(&self, at: NodeRef, name: &str) -> bool {
        let Some(function) = self.gathered_by(at) else { return false };
        let without = |&call: &NodeRef| {
            let given = self.keywords_of(call);
            given.iter().all(|(given, _, spread)| !spread && given.as_deref() != Some(name))
        };
        let mut calls = self.calls_of(function).peekable();
        calls.peek().is_some() && calls.all(without)
    }

    fn calls_of(&self, function: NodeRef) -> impl Iterator<Item = &NodeRef> {
        let calls = self.callers(function).iter().filter(|&&call| !self.is_test(call));
        calls.filter(|&&call| !self.names_model_of_others(call)).take(MAX_CALLERS)
    }

    fn named_parameters(&self, function: NodeRef) -> Vec<Name> {
        let Kind::Function(f) = self.kind(function) else { return Vec::new() };
        let skipped = usize::from(takes_receiver(self.files(), function));
        let plain = f.params.iter().skip(skipped).filter(|p| p.kind == ParamKind::Plain);
        let name = |pattern: NodeId| match self.kind(function.sibling(pattern)) {
            Kind::Name(name) => Some(name.clone()),
            _ => None,
        };
        plain.filter_map(|p| name(p.pattern)).collect()
    }

    /// The keyword arguments of a call, and the objects spread into them.
    fn keywords_of(&self, call: NodeRef) -> Vec<(Option<Name>, NodeRef, bool)> {
        let Kind::Call(c) = self.kind(call) else { return Vec::new() };
        c.args.iter().map(|a| (a.name.clone(), call.sibling(a.value), a.keyword_spread)).collect()
    }
}
