//! Items that are set in records and lists after these were made.

use super::{Index, ItemSet, constant, path_name};
use crate::facts::{Assign, Call, FileFacts, Kind, Name, NodeId};
use crate::model::FileModel;
use crate::source::FileId;

pub(super) fn item_set(index: &mut Index, file: &FileModel, id: FileId, at: NodeId, a: &Assign) {
    let facts = &file.facts;
    let (object, key) = match facts.kind(a.target) {
        Kind::Index { object, index } => (*object, constant(facts, *index)),
        Kind::Member { object, name, .. } => (*object, Some(name.clone())),
        _ => return,
    };
    if let Some(name) = path_name(facts, object) {
        let set = ItemSet { key, value: a.value, at, removes: false };
        index.item_sets.entry((id, name)).or_default().push(set);
    }
    if let Some((name, key)) = outer_field(file, object) {
        let set = ItemSet { key: Some(key), value: None, at, removes: false };
        index.item_sets.entry((id, name)).or_default().push(set);
    }
}

/// The variable and its field below which something is set: `d["k"][0]["n"] = …`, `d.k.n = …`.
fn outer_field(file: &FileModel, object: NodeId) -> Option<(Name, Name)> {
    let facts = &file.facts;
    let mut at = object;
    while let Kind::Index { object, .. } | Kind::Member { object, .. } = facts.kind(at) {
        if let Kind::Name(name) = facts.kind(*object)
            && !file.is_receiver(*object)
        {
            let key = match facts.kind(at) {
                Kind::Index { index, .. } => constant(facts, *index)?,
                Kind::Member { name, .. } => name.clone(),
                _ => return None,
            };
            return Some((name.clone(), key));
        }
        at = *object;
    }
    None
}

/// `del d["k"]`, `delete d.k`.
pub(super) fn item_deleted(index: &mut Index, file: &FileModel, id: FileId, at: NodeId, target: NodeId) {
    let facts = &file.facts;
    let (object, key) = match facts.kind(target) {
        Kind::Index { object, index } => (*object, constant(facts, *index)),
        Kind::Member { object, name, .. } => (*object, Some(name.clone())),
        _ => return,
    };
    let computed = matches!(facts.kind(target), Kind::Index { index, .. } if is_computed(facts, *index));
    if let Some(name) = path_name(facts, object).filter(|_| key.is_some() || computed) {
        let set = ItemSet { key, value: None, at, removes: true };
        index.item_sets.entry((id, name)).or_default().push(set);
    }
}

/// `d.update(…)`, `d.pop("k")`, `d.setdefault("k", v)`, `Object.assign(d, …)`, `d.insert(k, v)`.
pub(super) fn item_call(index: &mut Index, file: &FileModel, id: FileId, at: NodeId, c: &Call) {
    let facts = &file.facts;
    let Kind::Member { object, name, .. } = facts.kind(c.callee) else { return };
    let is = |list| file.sdk.has_word(list, name);
    let first = c.args.first();
    let second = c.args.get(1).map(|a| a.value);
    let (target, key, value, removes) = if is("sets-fields") {
        (*object, None, None, false)
    } else if is("takes-field") {
        (*object, first.and_then(|a| constant(facts, a.value)), None, true)
    } else if is("sets-field") {
        // `HeaderName::from_static("x")` is the name it is given.
        let key = first.and_then(|a| match facts.kind(a.value) {
            Kind::Call(name) if name.args.len() == 1 => constant(facts, name.args[0].value),
            _ => constant(facts, a.value),
        });
        (*object, key, second, false)
    } else if is("sets-pair") && c.args.len() == 2 {
        (*object, first.and_then(|a| constant(facts, a.value)), second, false)
    } else if is("sets-fields-of") && c.args.len() > 1 {
        (c.args[0].value, None, None, false)
    } else {
        return;
    };
    if removes && key.is_none() && !c.args.first().is_some_and(|a| is_computed(facts, a.value)) {
        return;
    }
    if let Some(name) = path_name(facts, target) {
        index.item_sets.entry((id, name)).or_default().push(ItemSet { key, value, at, removes });
    }
}

/// Whether the key of an item is worked out: a number is a place in a list.
fn is_computed(facts: &FileFacts, key: NodeId) -> bool {
    matches!(
        facts.kind(key),
        Kind::Name(_) | Kind::Member { .. } | Kind::Index { .. } | Kind::Call(_) | Kind::If { .. }
    )
}

/// The variable that holds a list, and `name[]` for what holds that: `params.messages` is inside of `params`, and
/// `params["messages"]` has no name but that.
pub(super) fn grown_names(facts: &FileFacts, list: NodeId) -> Vec<Name> {
    let mut names: Vec<Name> = path_name(facts, list).into_iter().collect();
    let mut at = list;
    while let Kind::Index { object, .. } | Kind::Member { object, .. } = facts.kind(at) {
        at = *object;
        names.extend(path_name(facts, at).map(|name| Name::from(format!("{name}[]"))));
    }
    names
}
