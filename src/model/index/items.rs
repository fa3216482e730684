//! Items that are set in records and lists after these were made.

use super::{Index, ItemSet, constant, path_name};
use crate::facts::{FileFacts, Kind, Name, NodeId};
use crate::source::FileId;

pub(super) fn item_set(
    index: &mut Index,
    facts: &FileFacts,
    file: FileId,
    at: NodeId,
    a: &crate::facts::Assign,
) {
    let (object, key) = match facts.kind(a.target) {
        Kind::Index { object, index } => (*object, constant(facts, *index)),
        Kind::Member { object, name, .. } => (*object, Some(name.clone())),
        _ => return,
    };
    if let Some(name) = path_name(facts, object) {
        let set = ItemSet { key, value: a.value, at, removes: false };
        index.item_sets.entry((file, name)).or_default().push(set);
    }
}

/// `del d["k"]`, `delete d.k`.
pub(super) fn item_deleted(index: &mut Index, facts: &FileFacts, file: FileId, at: NodeId, target: NodeId) {
    let (object, key) = match facts.kind(target) {
        Kind::Index { object, index } => (*object, constant(facts, *index)),
        Kind::Member { object, name, .. } => (*object, Some(name.clone())),
        _ => return,
    };
    if let (Some(name), Some(key)) = (path_name(facts, object), key) {
        let set = ItemSet { key: Some(key), value: None, at, removes: true };
        index.item_sets.entry((file, name)).or_default().push(set);
    }
}

/// `d.update(…)`, `d.pop("k")`, `d.setdefault("k", v)`, `Object.assign(d, …)`, `d.insert(k, v)`.
pub(super) fn item_call(
    index: &mut Index,
    facts: &FileFacts,
    file: FileId,
    at: NodeId,
    c: &crate::facts::Call,
) {
    let Kind::Member { object, name, .. } = facts.kind(c.callee) else { return };
    let (target, key, value, removes) = match &**name {
        "update" | "extend" => (*object, None, None, false),
        "pop" | "remove" => (*object, c.args.first().and_then(|a| constant(facts, a.value)), None, true),
        "setdefault" | "insert" => {
            // `HeaderName::from_static("x")` is the name it is given.
            let key = c.args.first().and_then(|a| match facts.kind(a.value) {
                Kind::Call(name) if name.args.len() == 1 => constant(facts, name.args[0].value),
                _ => constant(facts, a.value),
            });
            (*object, key, c.args.get(1).map(|a| a.value), false)
        }
        // `headers.set("x", v)`
        "set" | "append" if c.args.len() == 2 => (
            *object,
            c.args.first().and_then(|a| constant(facts, a.value)),
            c.args.get(1).map(|a| a.value),
            false,
        ),
        "assign" if c.args.len() > 1 => (c.args[0].value, None, None, false),
        _ => return,
    };
    if removes && key.is_none() {
        return;
    }
    if let Some(name) = path_name(facts, target) {
        index.item_sets.entry((file, name)).or_default().push(ItemSet { key, value, at, removes });
    }
}

/// The variable that holds a list, or `name[]` when it is inside what the variable holds.
pub(super) fn grown_name(facts: &FileFacts, list: NodeId) -> Option<Name> {
    if let Some(name) = path_name(facts, list) {
        return Some(name);
    }
    let mut at = list;
    while let Kind::Index { object, .. } | Kind::Member { object, .. } = facts.kind(at) {
        at = *object;
        if let Some(name) = path_name(facts, at) {
            return Some(format!("{name}[]").into());
        }
    }
    None
}
