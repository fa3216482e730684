//! Collects who calls whom, and who is handed on as a value.

use rustc_hash::FxHashSet;

use super::Calls;
use crate::facts::{BinaryOp, CallStyle, FileFacts, Key, Kind, Name, NodeId};
use crate::lang::Language;
use crate::model::Project;
use crate::model::file::FileModel;
use crate::model::names::index::{Member, last_name};
use crate::model::values::eval::may_be_cut_off;
use crate::model::values::value::{NodeRef, Value};

/// Methods beside those that are kept as the values of one call.
const MAX_LEFT_OUT: usize = 64;

/// The method that runs when an object is called.
const CALLED: &str = "__call__";

impl Project {
    pub(super) fn resolve_loose(&self, mut calls: Calls) -> Calls {
        let mut found: Vec<(NodeRef, NodeRef)> = Vec::new();
        for places in calls.loose.values_mut() {
            places.retain(|&at| {
                let Kind::Call(call) = self.kind(at) else { return false };
                let values = self.eval(at.sibling(call.callee));
                let functions = values.iter().filter_map(|v| match v {
                    Value::Function(f) => Some(*f),
                    _ => None,
                });
                let open = functions.clone().next().is_none() || may_be_cut_off(&values);
                let known = |f: &NodeRef| calls.callers.get(f).is_some_and(|all| all.contains(&at));
                found.extend(functions.filter(|f| !known(f)).map(|f| (f, at)));
                open
            });
        }
        let mut mentioned: Vec<(NodeRef, NodeRef)> = Vec::new();
        for &at in &calls.looked_up {
            let facts = self.facts(at.file);
            let called = facts
                .parent(at.node)
                .filter(|&p| matches!(facts.kind(p), Kind::Call(c) if c.callee == at.node))
                .map(|call| at.sibling(call));
            let values = self.eval(at);
            let functions = values.iter().filter_map(|v| match v {
                Value::Function(f) => Some(*f),
                _ => None,
            });
            match called {
                Some(call) => found.extend(functions.map(|f| (f, call))),
                None => mentioned.extend(functions.map(|f| (f, at))),
            }
        }
        for (all, found) in [(&mut calls.callers, found), (&mut calls.mentions, mentioned)] {
            for (function, at) in found {
                let places = all.entry(function).or_default();
                if !places.contains(&at) {
                    places.push(at);
                    places.sort_unstable();
                }
            }
        }
        calls
    }

    pub(super) fn collect_calls(&self) -> Calls {
        let mut calls = Calls::default();
        let called = self.index.functions.contains_key(CALLED);
        // A module of them is imported by its name: `service.send(…)`.
        let closures: FxHashSet<&Name> = self.files.iter().flat_map(|model| named_closures(model)).collect();
        for (file, model) in self.file_ids() {
            for node in model.facts.ids() {
                let at = NodeRef { file, node };
                if looks_up_method(model, node) {
                    calls.looked_up.push(at);
                }
                match model.facts.kind(node) {
                    Kind::Call(call) => {
                        let Some(name) = last_name(&model.facts, call.callee) else { continue };
                        if call.style == CallStyle::Macro {
                            continue;
                        }
                        let known = self.index.functions.contains_key(&name)
                            || closures.contains(&name)
                            || self.index.class_names.contains_key(&name)
                            || match model.facts.kind(call.callee) {
                                Kind::Name(_) => true,
                                // `self.retrying(send, …)`
                                Kind::Member { object, .. } => called && model.is_own_object(*object),
                                _ => false,
                            };
                        if !known && !matches!(&*name, "cls" | "Self") {
                            continue;
                        }
                        // `super(…)` in a constructor calls the base's.
                        if &*name == "super" && model.language == Language::TypeScript {
                            for value in self.eval(at).iter() {
                                let Value::Class(class) = value else { continue };
                                for f in self.constructors(*class) {
                                    calls.callers.entry(f).or_default().push(at);
                                }
                            }
                            continue;
                        }
                        let mut resolved = false;
                        let values = self.eval(at.sibling(call.callee));
                        for f in self.kin_left_out(&values, &name) {
                            calls.callers.entry(f).or_default().push(at);
                        }
                        for value in values.iter() {
                            match value {
                                // What runs in the place of a method without a body is perhaps known once
                                // callers are.
                                Value::Function(f) => {
                                    resolved |= !self.is_abstract(*f);
                                    calls.callers.entry(*f).or_default().push(at);
                                }
                                Value::Class(class) => {
                                    resolved = true;
                                    for f in self.constructors(*class) {
                                        calls.callers.entry(f).or_default().push(at);
                                    }
                                }
                                // `retrying(send, …)` of an object that can be called.
                                Value::Instance { class, .. } => {
                                    resolved = true;
                                    for member in self.class_member(*class, CALLED) {
                                        if let Member::Method(f) = member {
                                            calls.callers.entry(f).or_default().push(at);
                                        }
                                    }
                                }
                                _ => resolved |= !matches!(value, Value::Unknown),
                            }
                        }
                        if (!resolved || may_be_cut_off(&values))
                            && matches!(model.facts.kind(call.callee), Kind::Member { .. })
                            && !self.calls_a_field(at.sibling(call.callee), &name)
                        {
                            calls.loose.entry(name).or_default().push(at);
                        }
                    }
                    Kind::Name(name) | Kind::Member { name, .. } => {
                        if !self.index.functions.contains_key(name) && !closures.contains(name) {
                            continue;
                        }
                        if let Kind::Member { object, .. } = model.facts.kind(node) {
                            for getter in self.getters(at.sibling(*object), name) {
                                calls.readers.entry(getter).or_default().push(at);
                            }
                        }
                        if !self.is_mention(at) {
                            continue;
                        }
                        for value in self.eval(at).iter() {
                            if let Value::Function(f) = value {
                                calls.mentions.entry(*f).or_default().push(at);
                            }
                        }
                    }
                    _ => {}
                }
            }
        }
        calls
    }

    /// Methods that a call may mean as well where there are more of them than values are kept: those of further
    /// types of the same kind.
    fn kin_left_out(&self, values: &[Value], name: &Name) -> Vec<NodeRef> {
        if !may_be_cut_off(values) {
            return Vec::new();
        }
        let known = |f: NodeRef| values.contains(&Value::Function(f));
        let Some(class) = values.iter().find_map(|v| match v {
            Value::Function(f) => self.class_of(*f),
            _ => None,
        }) else {
            return Vec::new();
        };
        let alike = |f: &NodeRef| !known(*f) && self.are_siblings(self.class_of(*f), Some(class));
        let named = self.index.functions.get(name).map_or(&[][..], |all| all);
        named.iter().copied().filter(alike).take(MAX_LEFT_OUT).collect()
    }

    /// The getters that reading a member of a value runs.
    fn getters(&self, object: NodeRef, name: &str) -> Vec<NodeRef> {
        let mut out = Vec::new();
        for value in self.eval(object).iter() {
            let Value::Instance { class, .. } = value else { continue };
            out.extend(self.class_member(*class, name).iter().filter_map(|m| match m {
                crate::model::names::index::Member::Method(f) if self.is_property(*f) => Some(*f),
                _ => None,
            }));
        }
        out
    }

    /// Whether a name is used as a value: not called, not part of a longer path, not a binding.
    fn is_mention(&self, at: NodeRef) -> bool {
        let facts = self.facts(at.file);
        let Some(parent) = facts.parent(at.node) else { return false };
        match facts.kind(parent) {
            Kind::Call(c) => c.callee != at.node,
            // A method of the function itself: `fetch.retry(policy)`, `fetch.bind(x)`.
            Kind::Member { object, name, .. } => {
                *object == at.node
                    && (self.file(at.file).sdk.retry_method(name).is_some()
                        || self.file(at.file).sdk.has_word("runs-function", name))
            }
            Kind::Import(_) | Kind::Export(_) => false,
            Kind::Assign(a) => a.target != at.node,
            _ => true,
        }
    }
}

/// Whether something of an object is taken by a name that a variable holds: `getattr(provider, method)`,
/// `this[method](…)`.
fn looks_up_method(model: &FileModel, node: NodeId) -> bool {
    let facts = &model.facts;
    let variable = |n: NodeId| matches!(facts.kind(n), Kind::Name(_));
    match facts.kind(node) {
        Kind::Call(c) => match (facts.kind(c.callee), &c.args[..]) {
            (Kind::Name(name), [_, key, ..]) => {
                model.sdk.has_word("field-readers", name) && variable(key.value)
            }
            _ => false,
        },
        Kind::Index { index, .. } => {
            let called = facts.parent(node).map(|p| facts.kind(p));
            variable(*index) && matches!(called, Some(Kind::Call(c)) if c.callee == node)
        }
        _ => false,
    }
}

/// The names that functions without one are assigned to, fields included:
/// `const next = async () => …`, `this.send = given ?? ((url) => fetch(url))`, `{ send: (url) => fetch(url) }`.
fn named_closures(model: &FileModel) -> impl Iterator<Item = &Name> {
    let facts = &model.facts;
    facts.ids().filter_map(|n| match facts.kind(n) {
        Kind::Assign(a) if a.value.is_some_and(|v| may_be_function(facts, v)) => match facts.kind(a.target) {
            Kind::Name(name) | Kind::Member { name, .. } => Some(name),
            _ => None,
        },
        Kind::Function(f) if f.name.is_none() => match facts.kind(facts.parent(n)?) {
            Kind::Record(record) => record.entries.iter().find(|e| e.value == n).and_then(|e| match &e.key {
                Some(Key::Known(name)) => Some(name),
                _ => None,
            }),
            _ => None,
        },
        _ => None,
    })
}

/// A function, or one where nothing else is given.
fn may_be_function(facts: &FileFacts, value: NodeId) -> bool {
    let is_function = |n: NodeId| matches!(facts.kind(n), Kind::Function(_));
    match facts.kind(value) {
        Kind::Binary { op: BinaryOp::Coalesce | BinaryOp::Or, right, .. } => is_function(*right),
        Kind::If { then, otherwise, .. } => is_function(*then) || otherwise.is_some_and(is_function),
        _ => is_function(value),
    }
}
