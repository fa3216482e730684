//! Elements that are looked up by a key: `x.key`, `x["key"]`, `x.get("key", default)`.

use super::value::NodeRef;
use crate::facts::{FileFacts, Key, Kind, Name, NodeId};
use crate::model::Project;
use crate::model::names::index::constant;

/// The method of maps that looks up a key, in all languages.
const GET: &str = "get";

/// An element of a table that is looked up.
#[derive(Clone, Copy, Debug)]
pub(in crate::model) struct Keyed {
    /// The table.
    pub(in crate::model) object: NodeId,
    /// The key, whatever it is.
    pub(in crate::model) key: NodeId,
    /// What is given where the table has no such key.
    pub(in crate::model) default: Option<NodeId>,
    /// By a method.
    pub(in crate::model) called: bool,
}

/// `x[key]`, `x.get(key)`, `x.get(key, default)`.
pub(in crate::model) fn keyed(facts: &FileFacts, at: NodeId) -> Option<Keyed> {
    match facts.kind(at) {
        Kind::Index { object, index } => {
            Some(Keyed { object: *object, key: *index, default: None, called: false })
        }
        Kind::Call(call) => match (facts.kind(call.callee), &call.args[..]) {
            (Kind::Member { object, name, .. }, [key, more @ ..]) if &**name == GET => {
                let default = match more {
                    [default] => Some(default.value),
                    _ => None,
                };
                Some(Keyed { object: *object, key: key.value, default, called: true })
            }
            _ => None,
        },
        _ => None,
    }
}

/// The object and the key, where the key is written down: also of `x.key`.
pub(in crate::model) fn key_of(facts: &FileFacts, at: NodeId) -> Option<(NodeId, Name)> {
    match facts.kind(at) {
        Kind::Member { object, name, .. } => Some((*object, name.clone())),
        _ => {
            let keyed = keyed(facts, at)?;
            Some((keyed.object, constant(facts, keyed.key)?))
        }
    }
}

/// What a record or the named arguments of a call give by name: `{done: true}`, `Verdict(done=True)`.
pub(in crate::model) fn named_values(facts: &FileFacts, at: NodeId) -> Vec<(&Name, NodeId)> {
    match facts.kind(at) {
        Kind::Record(record) => {
            let known = record.entries.iter();
            known
                .filter_map(|e| match &e.key {
                    Some(Key::Known(key)) => Some((key, e.value)),
                    _ => None,
                })
                .collect()
        }
        Kind::Call(call) => call.args.iter().filter_map(|a| Some((a.name.as_ref()?, a.value))).collect(),
        _ => Vec::new(),
    }
}

impl Project {
    /// `x.key`, `x["key"]`, `x.get("key")`: the object and the key.
    pub(in crate::model) fn key_of(&self, at: NodeRef) -> Option<(NodeRef, Name)> {
        let (object, key) = key_of(self.facts(at.file), at.node)?;
        Some((at.sibling(object), key))
    }
}
