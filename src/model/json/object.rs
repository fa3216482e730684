//! Objects, and what is changed of them after they were written.

use super::{Json, JsonEntry, JsonKind};
use crate::facts::{BinaryOp, CallStyle, Key, Kind, Name, NodeId};
use crate::model::Project;
use crate::model::index::{last_name, path_name};
use crate::model::value::NodeRef;

/// Sets a field; a later one of the same name wins.
fn put(entries: &mut Vec<JsonEntry>, key: Name, value: Json) {
    entries.retain(|e| e.key != key);
    entries.push(JsonEntry { key, value, perhaps: None });
}

/// Sets a field on some ways only.
fn put_perhaps(entries: &mut Vec<JsonEntry>, key: Name, value: Json) {
    entries.retain(|e| e.key != key);
    entries.push(JsonEntry { key, value: Json::unknown(value.at), perhaps: Some(value) });
}

/// Something out of reach may have set the fields again: they are there, but their values are
/// unknown. Gives `true`: there may be more of them.
fn blur(entries: &mut [JsonEntry]) -> bool {
    for entry in entries {
        entry.value = Json::unknown(entry.value.at);
        entry.perhaps = None;
    }
    true
}

impl Project {
    pub(super) fn object(&self, node: NodeRef, through: NodeRef, depth: u32, budget: &mut u32) -> JsonKind {
        let mut entries: Vec<JsonEntry> = Vec::new();
        let mut open = false;
        match self.kind(node) {
            Kind::Record(record) => {
                let wire = &self.index.wire;
                let class = record.ty.and_then(|ty| self.class_named(node.sibling(ty)));
                for entry in &record.entries {
                    let value = node.sibling(entry.value);
                    match &entry.key {
                        // `None` in a struct is a field left out.
                        Some(Key::Known(_))
                            if record.ty.is_some() && matches!(self.kind(value), Kind::Null) => {}
                        Some(Key::Known(key)) if wire.is_flat(class, key) => open = true,
                        Some(Key::Known(key)) => {
                            let key = wire.name(class, key).clone();
                            match self.only_alternative(value, depth, budget) {
                                Some(only) => put_perhaps(&mut entries, key, only),
                                None => put(&mut entries, key, self.json_within(value, depth + 1, budget)),
                            }
                        }
                        Some(Key::Computed(key)) => match self.text(node.sibling(*key)).known() {
                            Some(key) => {
                                put(&mut entries, key.into(), self.json_within(value, depth + 1, budget))
                            }
                            None => open |= blur(&mut entries),
                        },
                        None if self.add_alternatives(value, depth, budget, &mut entries) => {}
                        None => match self.json_within(value, depth + 1, budget).kind {
                            JsonKind::Object { entries: inner, open: more } => {
                                if more {
                                    blur(&mut entries);
                                }
                                for entry in inner {
                                    entries.retain(|e| e.key != entry.key);
                                    entries.push(entry);
                                }
                                open |= more;
                            }
                            // Spreading nothing adds nothing.
                            JsonKind::Null | JsonKind::Bool(false) => {}
                            _ => open |= blur(&mut entries),
                        },
                    }
                }
                open |= record.ty.is_some() && class.is_none();
            }
            Kind::Call(call) if self.makes_record(node) => {
                // Types have defaults; plain dictionaries and those of the SDK's requests have none.
                let plain = last_name(self.facts(node.file), call.callee)
                    .is_some_and(|name| &*name == "dict" || name.ends_with("Param"));
                open |= !plain;
                for arg in &call.args {
                    match &arg.name {
                        Some(name) => {
                            let value = self.json_within(node.sibling(arg.value), depth + 1, budget);
                            put(&mut entries, name.clone(), value);
                        }
                        None => open = true,
                    }
                }
            }
            _ => return JsonKind::Unknown,
        }
        if node != through {
            open |= self.add_changes(node, through, depth, budget, &mut entries);
        }
        JsonKind::Object { entries, open }
    }

    /// `0.3 if brief else omit`: what a field is on the only way on which it is something.
    pub(in crate::model) fn only_alternative(
        &self,
        value: NodeRef,
        depth: u32,
        budget: &mut u32,
    ) -> Option<Json> {
        let Kind::If { then, otherwise: Some(otherwise), .. } = self.kind(value) else { return None };
        let sides = [*then, *otherwise].map(|side| self.json_within(value.sibling(side), depth + 1, budget));
        let is_something = |json: &Json| !matches!(json.kind, JsonKind::Null | JsonKind::Unknown);
        match sides {
            [one, other] if is_something(&one) && self.leaves_out(&other) => Some(one),
            [other, one] if is_something(&one) && self.leaves_out(&other) => Some(one),
            _ => None,
        }
    }

    /// Whether a value stands for a field that is not sent: `None`, `undefined`, `anthropic.omit`.
    fn leaves_out(&self, json: &Json) -> bool {
        let sdk = self.file(json.at.file).sdk;
        let named = || last_name(self.facts(json.at.file), json.at.node);
        matches!(json.kind, JsonKind::Null) || named().is_some_and(|n| sdk.has_word("not-sent", &n))
    }

    /// `...(brief ? { temperature: 0.3 } : {})`: adds what is set on one way or the other; whether
    /// both are in sight.
    fn add_alternatives(
        &self,
        spread: NodeRef,
        depth: u32,
        budget: &mut u32,
        entries: &mut Vec<JsonEntry>,
    ) -> bool {
        let sides = match self.kind(spread) {
            Kind::If { then, otherwise: Some(otherwise), .. } => vec![*then, *otherwise],
            Kind::Binary { op: BinaryOp::And, right, .. } => vec![*right],
            _ => return false,
        };
        let sides: Vec<Json> =
            sides.into_iter().map(|side| self.json_within(spread.sibling(side), depth + 1, budget)).collect();
        let in_sight = |json: &Json| json.is_object() && json.is_whole() || self.leaves_out(json);
        if !sides.iter().all(in_sight) {
            return false;
        }
        for JsonEntry { key, value, .. } in sides.iter().flat_map(|side| side.entries()).cloned() {
            put_perhaps(entries, key, value);
        }
        true
    }

    /// Adds what is set later on the variable that holds an object; whether more may be.
    fn add_changes(
        &self,
        node: NodeRef,
        through: NodeRef,
        depth: u32,
        budget: &mut u32,
        entries: &mut Vec<JsonEntry>,
    ) -> bool {
        let mut open = false;
        for (at, name) in self.holders(node, through) {
            open |= self.add_changes_to(at, &name, depth, budget, entries);
        }
        open
    }

    /// The same for what a variable holds in the function around a place.
    pub(in crate::model) fn add_changes_to(
        &self,
        at: NodeRef,
        name: &Name,
        depth: u32,
        budget: &mut u32,
        entries: &mut Vec<JsonEntry>,
    ) -> bool {
        let mut open = false;
        if let Some(sets) = self.index.item_sets.get(&(at.file, name.clone())) {
            let function = self.function_of(at);
            for set in sets.iter().filter(|s| self.function_of(at.sibling(s.at)) == function) {
                match (&set.key, set.value) {
                    // Set on the way or not: the field is unknown rather than absent.
                    (Some(key), Some(value)) if !set.removes => {
                        let value = self.json_within(at.sibling(value), depth + 1, budget);
                        match self.is_unconditional(at.sibling(set.at)) {
                            true => put(entries, key.clone(), value),
                            false => put_perhaps(entries, key.clone(), value),
                        }
                    }
                    // Taken away, perhaps.
                    (Some(key), _) if set.removes => {
                        if let Some(entry) = entries.iter_mut().find(|e| e.key == *key) {
                            entry.value = Json::unknown(entry.value.at);
                            entry.perhaps = None;
                        }
                    }
                    (Some(key), _) => put(entries, key.clone(), Json::unknown(at.sibling(set.at))),
                    (None, _) => open |= self.add_update(at.sibling(set.at), depth, budget, entries),
                }
            }
        }
        open
    }

    /// `d.update({"k": v})`, `d.update(k=v)`, `Object.assign(d, { k: v })`; whether it may add more.
    fn add_update(&self, at: NodeRef, depth: u32, budget: &mut u32, entries: &mut Vec<JsonEntry>) -> bool {
        let Kind::Call(call) = self.kind(at) else { return blur(entries) };
        let certain = self.is_unconditional(at);
        let mut open = false;
        let held = last_name(self.facts(at.file), call.callee).is_some_and(|n| &*n == "assign");
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

    /// Whether a list is changed after it was written, under a name in sight.
    pub(super) fn is_grown(&self, list: NodeRef, through: NodeRef) -> bool {
        let held = self.holders(list, through);
        let grown = |(at, name): &(NodeRef, Name)| {
            self.index.grown.contains(&(at.file, name.clone()))
                || self.index.item_sets.contains_key(&(at.file, name.clone()))
        };
        held.iter().any(grown) || self.is_grown_inside(list)
    }

    /// Whether something inside the variable is changed whose literal holds the list.
    fn is_grown_inside(&self, list: NodeRef) -> bool {
        let facts = self.facts(list.file);
        let outer = facts.ancestors(list.node).skip(1);
        let mut outer =
            outer.skip_while(|&n| matches!(facts.kind(n), Kind::Record(_) | Kind::List(_) | Kind::Call(_)));
        match outer.next().map(|n| facts.kind(n)) {
            Some(Kind::Assign(a)) => path_name(facts, a.target)
                .is_some_and(|name| self.index.grown.contains(&(list.file, format!("{name}[]").into()))),
            _ => false,
        }
    }

    /// The variables under which a literal is held: where it is made and where it is read.
    fn holders(&self, node: NodeRef, through: NodeRef) -> Vec<(NodeRef, Name)> {
        let made =
            self.bound_at(node).and_then(|(at, target)| Some((at, path_name(self.facts(at.file), target)?)));
        let read = path_name(self.facts(through.file), through.node).map(|name| (through, name));
        let mut out: Vec<(NodeRef, Name)> = made.into_iter().collect();
        if let Some(read) = read
            && !out.iter().any(|(at, name)| at.file == read.0.file && *name == read.1)
        {
            out.push(read);
        }
        out
    }

    /// The target that a literal is assigned to where it is made, macros and casts around it aside.
    pub(in crate::model) fn bound_at(&self, node: NodeRef) -> Option<(NodeRef, NodeId)> {
        let facts = self.facts(node.file);
        let mut at = node.node;
        for _ in 0..4 {
            let parent = facts.parent(at)?;
            match facts.kind(parent) {
                Kind::Assign(a) if a.value == Some(at) => return Some((node, a.target)),
                Kind::Cast { .. } | Kind::Await(_) | Kind::Propagate(_) => at = parent,
                Kind::Call(call) if call.style == CallStyle::Macro => at = parent,
                _ => return None,
            }
        }
        None
    }
}
