//! What is set in an object after it was written, on the way to where it is read.

use super::object::{blur, put, put_perhaps};
use super::{Json, JsonEntry, JsonKind};
use crate::facts::{Kind, Name, NodeId};
use crate::model::Project;
use crate::model::names::index::{ItemSet, last_name, path_name};
use crate::model::values::value::NodeRef;

/// Changes of what one name holds in a function; what has more is not known.
const MAX_CHANGES: usize = 256;

impl Project {
    /// Adds what is set later on the variable that holds an object; whether more may be.
    pub(super) fn add_changes(
        &self,
        node: NodeRef,
        through: NodeRef,
        depth: u32,
        budget: &mut u32,
        entries: &mut Vec<JsonEntry>,
    ) -> bool {
        let mut open = false;
        for (at, name) in self.holders(node, through) {
            open |= self.add_changes_to(at, through, &name, depth, budget, entries);
        }
        open
    }

    /// The same for what a variable holds in the function around a place, as it is read through another.
    pub(in crate::model) fn add_changes_to(
        &self,
        at: NodeRef,
        through: NodeRef,
        name: &Name,
        depth: u32,
        budget: &mut u32,
        entries: &mut Vec<JsonEntry>,
    ) -> bool {
        let mut open = false;
        let Some(sets) = self.index.item_sets.get(&(at.file, name.clone())) else { return false };
        let function = self.function_of(at);
        let own = || sets.iter().filter(|s| self.function_of(at.sibling(s.at)) == function);
        if own().nth(MAX_CHANGES).is_some() {
            return true;
        }
        // What the whole file sees may be filled by any function of it.
        if self.is_set_by_functions(at, name) {
            open |= blur(entries);
        }
        for set in own() {
            if !self.is_change_of(set, name, at, through) {
                continue;
            }
            let place = at.sibling(set.at);
            match (&set.key, set.value) {
                // Set on the way or not: the field is unknown rather than absent.
                // What is filled where it is looked up: `d.setdefault("k", []).append(…)`.
                (Some(key), Some(_)) if !set.removes && self.is_looked_up(place) => {
                    put(entries, key.clone(), Json::unknown(place));
                }
                (Some(key), Some(value)) if !set.removes => {
                    let value = self.json_within(at.sibling(value), depth + 1, budget);
                    match self.is_unconditional(place) {
                        true => put(entries, key.clone(), value),
                        false => put_perhaps(entries, key.clone(), value),
                    }
                }
                (Some(key), _) if set.removes => {
                    let before = place.file == through.file && self.precedes(place, through);
                    if before && self.is_unconditional(place) {
                        entries.retain(|e| e.key != *key);
                    } else if let Some(entry) = entries.iter_mut().find(|e| e.key == *key)
                        && !self.is_handed_before(place, through, name)
                    {
                        // Taken away, perhaps.
                        entry.value = Json::unknown(entry.value.at);
                        entry.perhaps = None;
                    }
                }
                (Some(key), _) => put(entries, key.clone(), Json::unknown(place)),
                (None, _) => {
                    open |= match self.sifted_by(place) {
                        Some(copy) => self.add_sifted(&copy, depth, budget, entries),
                        None => match (self.computed_keys(place), set.removes) {
                            // There or not: unknown.
                            (Some(keys), true) => {
                                entries.retain(|e| !keys.contains(&e.key));
                                true
                            }
                            (None, true) => {
                                entries.clear();
                                true
                            }
                            (Some(keys), false) => {
                                keys.into_iter().for_each(|k| put(entries, k, Json::unknown(place)));
                                false
                            }
                            (None, false) => self.add_update(place, depth, budget, entries),
                        },
                    }
                }
            }
        }
        open
    }

    /// The keys that an item is set or taken away by, where its key is worked out; `None` when there may
    /// be others.
    fn computed_keys(&self, change: NodeRef) -> Option<Vec<Name>> {
        let key = match self.kind(change) {
            Kind::Assign(a) => match self.kind(change.sibling(a.target)) {
                Kind::Index { index, .. } => *index,
                _ => return None,
            },
            Kind::Call(call) if matches!(&call.args[..], [_] | [_, _]) => {
                let file = self.file(change.file);
                let method = last_name(&file.facts, call.callee)?;
                file.sdk.has_word("takes-field", &method).then(|| call.args[0].value)?
            }
            _ => return None,
        };
        let texts = self.possible_texts(change.sibling(key))?;
        (!texts.is_empty()).then(|| texts.into_iter().map(|(_, text)| text).collect())
    }

    /// Whether functions set items of a variable of the whole file.
    pub(in crate::model) fn is_set_by_functions(&self, at: NodeRef, name: &Name) -> bool {
        let Some(sets) = self.index.item_sets.get(&(at.file, name.clone())) else { return false };
        let file = self.file(at.file);
        let defs = |n: NodeId| -> Vec<NodeId> {
            file.scopes.lookup(&file.facts, name, n).iter().map(|def| def.node).collect()
        };
        let held = match self.bound_at(at) {
            Some((_, target)) if path_name(&file.facts, at.node).is_none() => vec![target],
            _ => defs(at.node),
        };
        let whole = |&def: &NodeId| self.function_of(at.sibling(def)).is_none();
        let held: Vec<NodeId> = held.into_iter().filter(whole).collect();
        !held.is_empty()
            && sets.iter().take(MAX_CHANGES).any(|set| {
                self.function_of(at.sibling(set.at)).is_some()
                    && defs(set.at).iter().any(|def| held.contains(def))
            })
    }

    /// Whether a change of what a name holds is one of the object that is held there and read
    /// through a place: not of another that the name stands for elsewhere, nor on another way.
    fn is_change_of(&self, set: &ItemSet, name: &Name, at: NodeRef, through: NodeRef) -> bool {
        let place = at.sibling(set.at);
        if self.are_exclusive(place, through) || self.are_apart(place, through) {
            return false;
        }
        let file = self.file(at.file);
        let facts = &file.facts;
        let changed = file.scopes.lookup(facts, name, set.at);
        if changed.is_empty() || name.contains('.') {
            return !self.is_taken_before(place, through);
        }
        let mut held: Vec<NodeId> = Vec::new();
        match self.bound_at(at) {
            Some((_, target)) if path_name(facts, at.node).is_none() => held.push(target),
            _ => held.extend(file.scopes.lookup(facts, name, at.node).iter().map(|def| def.node)),
        }
        if through.file == at.file && path_name(facts, through.node).is_some_and(|read| read == *name) {
            held.extend(file.scopes.lookup(facts, name, through.node).iter().map(|def| def.node));
        }
        (held.is_empty() || changed.iter().any(|def| held.contains(&def.node)))
            && !self.is_taken_before(place, through)
    }

    /// Whether an object was copied, or sent and waited for, before a change of it: `send(**options)`.
    fn is_taken_before(&self, change: NodeRef, through: NodeRef) -> bool {
        if change.file != through.file || self.function_of(change) != self.function_of(through) {
            return false;
        }
        let facts = self.facts(through.file);
        let Some(parent) = facts.parent(through.node) else { return false };
        let taken = match facts.kind(parent) {
            Kind::Spread(_) => true,
            Kind::Record(record) => record.entries.iter().any(|e| e.key.is_none() && e.value == through.node),
            Kind::Call(call) => {
                let awaited =
                    || facts.parent(parent).is_some_and(|up| matches!(facts.kind(up), Kind::Await(_)));
                call.args.iter().any(|a| a.value == through.node && (a.keyword_spread || awaited()))
            }
            _ => false,
        };
        let turns = || {
            let within = |n: NodeId| facts.ancestors(change.node).any(|a| a == n);
            let around =
                facts.ancestors(through.node).take_while(|&n| !matches!(facts.kind(n), Kind::Function(_)));
            around.filter(|&n| matches!(facts.kind(n), Kind::Loop(_))).any(within)
        };
        taken && facts.span(change.node).start >= facts.span(parent).end && !turns()
    }

    /// Whether the function that reads an object is called with it before a change of it, as where the change is
    /// made for a second attempt: `except …: options.pop("k"); send(options)`.
    fn is_handed_before(&self, change: NodeRef, through: NodeRef, name: &Name) -> bool {
        let (Some(reader), function) = (self.function_of(through), self.function_of(change)) else {
            return false;
        };
        if Some(reader) == function {
            return false;
        }
        let facts = self.facts(change.file);
        let looped = |call: NodeRef| {
            let around =
                facts.ancestors(call.node).take_while(|&n| !matches!(facts.kind(n), Kind::Function(_)));
            around
                .filter(|&n| matches!(facts.kind(n), Kind::Loop(_)))
                .any(|l| facts.span(l).contains(facts.span(change.node)))
        };
        self.callers(reader).iter().any(|&call| {
            let Kind::Call(c) = self.kind(call) else { return false };
            call.file == change.file
                && self.function_of(call) == function
                && facts.span(call.node).end <= facts.span(change.node).start
                && c.args.iter().any(|a| path_name(facts, a.value).as_ref() == Some(name))
                && !looped(call)
        })
    }

    /// `d.update({"k": v})`, `d.update(k=v)`, `Object.assign(d, { k: v })`; whether it may add more.
    fn add_update(&self, at: NodeRef, depth: u32, budget: &mut u32, entries: &mut Vec<JsonEntry>) -> bool {
        let Kind::Call(call) = self.kind(at) else { return blur(entries) };
        let certain = self.is_unconditional(at);
        let mut open = false;
        let file = self.file(at.file);
        let held = file.named_in(call.callee, "sets-fields-of");
        for arg in call.args.iter().skip(usize::from(held)) {
            let value = self.json_within(at.sibling(arg.value), depth + 1, budget);
            let given = match (&arg.name, value.kind) {
                (Some(name), kind) => {
                    vec![JsonEntry { key: name.clone(), value: Json { at: value.at, kind }, perhaps: None }]
                }
                (None, JsonKind::Object { entries: inner, open: more }) => {
                    open |= more && blur(entries);
                    inner
                }
                _ => {
                    open |= blur(entries);
                    continue;
                }
            };
            for JsonEntry { key, value, .. } in given {
                match certain {
                    true => put(entries, key, value),
                    false => put_perhaps(entries, key, value),
                }
            }
        }
        open
    }

    /// Whether a call that sets a field gives what is in it, and that is used.
    fn is_looked_up(&self, at: NodeRef) -> bool {
        let file = self.file(at.file);
        let facts = &file.facts;
        let Kind::Call(call) = facts.kind(at.node) else { return false };
        file.named_in(call.callee, "sets-default")
            && facts.parent(at.node).is_some_and(|p| !matches!(facts.kind(p), Kind::Block { .. }))
    }

    /// Whether a statement runs whenever its function does.
    fn is_unconditional(&self, at: NodeRef) -> bool {
        let facts = self.facts(at.file);
        for node in facts.ancestors(at.node).skip(1) {
            match facts.kind(node) {
                Kind::Function(_) => return true,
                Kind::If { .. } | Kind::Loop(_) | Kind::Match(_) | Kind::Try(_) => return false,
                _ => {}
            }
        }
        true
    }
}
