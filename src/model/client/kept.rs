//! Clients that are kept in objects of a framework or of the language: `app.state.claude = …`,
//! `globalThis.claude ??= …`, `clients[tenant] = …`, `pool.put(client)`.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::facts::{Kind, Name, NodeId};
use crate::model::names::index::{constant, last_name};
use crate::model::names::member::MAX_MEMBERS;
use crate::model::values::eval::{Values, union};
use crate::model::values::value::{NodeRef, Value};
use crate::model::{FileModel, Project};
use crate::source::FileId;

/// What is kept without a key, or under one that is not known.
const UNNAMED: &str = "[]";
/// All that an object keeps.
const ALL: &str = "[*]";

/// What is kept, by the last name of what keeps it and the key.
pub(in crate::model) type Kept = FxHashMap<(Name, Name), Vec<NodeRef>>;

/// Finds what is put into members and items of objects that are not the one around.
pub(in crate::model) fn kept(files: &[Arc<FileModel>]) -> Kept {
    let mut out = Kept::default();
    for (i, file) in files.iter().enumerate() {
        let facts = &file.facts;
        for node in facts.ids() {
            let Some((holder, key, value)) = put(file, node) else { continue };
            // Other values than those of calls are no new objects.
            let made = matches!(facts.kind(value), Kind::Call(_) | Kind::Name(_) | Kind::Binary { .. });
            let Some(holder) = holder_name(file, holder).filter(|_| made) else { continue };
            let value = NodeRef { file: FileId(i as u32), node: value };
            for key in [key.unwrap_or_else(|| UNNAMED.into()), ALL.into()] {
                out.entry((holder.clone(), key)).or_default().push(value);
            }
        }
    }
    out
}

/// The object, the key and the value of `o.k = v`, `o["k"] = v`, `o.set("k", v)`, `o.append(v)`,
/// `setattr(o, "k", v)`.
fn put(file: &FileModel, node: NodeId) -> Option<(NodeId, Option<Name>, NodeId)> {
    let facts = &file.facts;
    match facts.kind(node) {
        Kind::Assign(a) => match facts.kind(a.target) {
            Kind::Member { object, name, .. } => Some((*object, Some(name.clone()), a.value?)),
            Kind::Index { object, index } => Some((*object, constant(facts, *index), a.value?)),
            _ => None,
        },
        Kind::Call(c) => match (facts.kind(c.callee), &c.args[..]) {
            (Kind::Name(name), [object, key, value]) if file.sdk.has_word("sets-field-of", name) => {
                Some((object.value, constant(facts, key.value), value.value))
            }
            (Kind::Member { object, name, .. }, [key, value])
                if file.sdk.has_word("keeps-under-key", name) =>
            {
                Some((*object, constant(facts, key.value), value.value))
            }
            (Kind::Member { object, name, .. }, [value]) if file.sdk.has_word("keeps", name) => {
                Some((*object, None, value.value))
            }
            _ => None,
        },
        _ => None,
    }
}

/// The name by which an object is known that keeps something; fields of the object around are members of
/// its type.
fn holder_name(file: &FileModel, holder: NodeId) -> Option<Name> {
    match file.facts.kind(holder) {
        Kind::Cast { value, .. } => holder_name(file, *value),
        Kind::Name(_) | Kind::Member { .. } if !file.is_receiver(holder) => last_name(&file.facts, holder),
        _ => None,
    }
}

impl Project {
    /// Values as far as they say something, else the client that is kept there: in the same file, or in an
    /// object that frameworks hand around.
    pub(in crate::model) fn or_kept(&self, values: Values, holder: NodeRef, key: Option<&Name>) -> Values {
        let open = |v: &Value| self.is_nothing(v) || matches!(v, Value::External(_));
        if self.index.kept.is_empty() || !values.iter().all(open) {
            return values;
        }
        let file = self.file(holder.file);
        let Some(name) = holder_name(file, holder.node) else { return values };
        let shared = file.sdk.has_word("shared-holders", &name);
        let under = |key: Name| self.index.kept.get(&(name.clone(), key)).map_or(&[][..], |v| v);
        let kept = match key {
            None => under(ALL.into()),
            Some(key) => match under(key.clone()) {
                [] => under(UNNAMED.into()),
                kept => kept,
            },
        };
        let reached = kept.iter().filter(|v| v.file == holder.file || shared && !self.is_test(**v));
        let clients = union(reached.take(MAX_MEMBERS).map(|&v| self.values(v, None)));
        let clients: Values = clients.into_iter().filter(|v| matches!(v, Value::Client(_))).collect();
        if clients.is_empty() { values } else { clients }
    }
}
