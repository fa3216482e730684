//! Objects as they are written.

use super::handed::Handed;
use super::{Json, JsonEntry, JsonKind};
use crate::facts::{BinaryOp, Key, Kind, Name};
use crate::model::names::index::last_name;
use crate::model::values::sifted::Sifted;
use crate::model::values::value::NodeRef;
use crate::model::{Project, Tri};

/// Sets a field; a later one of the same name wins.
pub(super) fn put(entries: &mut Vec<JsonEntry>, key: Name, value: Json) {
    entries.retain(|e| e.key != key);
    entries.push(JsonEntry { key, value, perhaps: None });
}

/// Sets a field on some ways only.
pub(super) fn put_perhaps(entries: &mut Vec<JsonEntry>, key: Name, value: Json) {
    entries.retain(|e| e.key != key);
    entries.push(JsonEntry { key, value: Json::unknown(value.at), perhaps: Some(value) });
}

/// Something out of reach may have set the fields again: they are there, but their values are
/// unknown. Gives `true`: there may be more of them.
pub(super) fn blur(entries: &mut [JsonEntry]) -> bool {
    for entry in entries {
        entry.value = Json::unknown(entry.value.at);
        entry.perhaps = None;
    }
    true
}

/// Whether a value certainly is one that no filter takes for nothing.
fn is_something(value: &Json) -> bool {
    match &value.kind {
        JsonKind::Object { entries, .. } => !entries.is_empty(),
        JsonKind::List { items, .. } => !items.is_empty(),
        JsonKind::Text(text) => text.pieces.iter().flatten().any(|piece| !piece.is_empty()),
        JsonKind::Number(n) => *n != 0.0,
        JsonKind::Bool(b) => *b,
        JsonKind::Null | JsonKind::Unknown => false,
    }
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
            _ => match self.sifted(node) {
                Some(copy) => open |= self.add_sifted(&copy, depth, budget, &mut entries),
                None => return JsonKind::Unknown,
            },
        }
        if node != through {
            open |= self.add_changes(node, through, depth, budget, &mut entries);
            match self.handed(node, through) {
                Handed::Kept => {}
                Handed::Grown | Handed::Changed => {
                    open |= blur(&mut entries);
                    for (key, value) in self.set_by_functions(node, through) {
                        put_perhaps(&mut entries, key, self.json_within(value, depth + 1, budget));
                    }
                }
                Handed::Removed => {
                    entries.clear();
                    open = true;
                }
            }
            self.open_inside(node, through, &mut entries);
        }
        JsonKind::Object { entries, open }
    }

    /// Adds the fields that are copied from another object; whether there may be more.
    pub(super) fn add_sifted(
        &self,
        copy: &Sifted,
        depth: u32,
        budget: &mut u32,
        entries: &mut Vec<JsonEntry>,
    ) -> bool {
        let JsonKind::Object { entries: inner, open } = self.json_within(copy.source, depth + 1, budget).kind
        else {
            return blur(entries);
        };
        if open {
            blur(entries);
        }
        let mut open = open;
        for JsonEntry { key, value, perhaps } in inner {
            let kept = if copy.by_name { self.keeps_name(copy, &key) } else { Tri::Yes };
            if kept != Tri::Yes {
                // There or not: unknown.
                entries.retain(|e| e.key != key);
                open |= kept == Tri::Unknown;
            } else if !copy.by_name && copy.sifts && perhaps.is_none() && !is_something(&value) {
                put_perhaps(entries, key, perhaps.unwrap_or(value));
            } else {
                entries.retain(|e| e.key != key);
                entries.push(JsonEntry { key, value, perhaps });
            }
        }
        open
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
}
