//! What typed fields are called in JSON, and the methods of types that answers are read into.

use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::index::{last_name, owner_class, takes_receiver};
use crate::facts::{Call, ClassKind, FileFacts, Kind, Name, NodeId};
use crate::model::values::eval::Values;
use crate::model::values::value::{NodeRef, Response, Value};
use crate::model::{FileModel, Project};
use crate::source::FileId;

/// Methods of more types than this share a name too common to mean anything.
const MAX_TYPES: usize = 3;

/// Fields that are called otherwise in JSON.
#[derive(Debug, Default)]
pub(in crate::model) struct Wire {
    /// Type and field → name in JSON.
    renamed: FxHashMap<(NodeRef, Name), Name>,
    /// Fields whose own fields stand in their place.
    flattened: FxHashSet<(NodeRef, Name)>,
    /// Names in JSON by the name of the field, whatever the type.
    by_field: FxHashMap<Name, Vec<Name>>,
}

/// Reads the attributes of fields.
pub(in crate::model) fn wire(files: &[Arc<FileModel>]) -> Wire {
    let mut wire = Wire::default();
    for (i, file) in files.iter().enumerate() {
        let (rename, flatten) = (file.sdk.words("wire-rename"), file.sdk.words("wire-flatten"));
        if rename.is_empty() && flatten.is_empty() {
            continue;
        }
        for node in file.facts.ids() {
            let Kind::Class(class) = file.facts.kind(node) else { continue };
            if class.kind != ClassKind::Struct {
                continue;
            }
            for &member in &class.body {
                let Kind::Assign(field) = file.facts.kind(member) else { continue };
                let Kind::Name(name) = file.facts.kind(field.target) else { continue };
                let key = (NodeRef { file: FileId(i as u32), node }, name.clone());
                for call in field.decorators.iter().filter_map(|&d| call_of(&file.facts, d)) {
                    let option = |name: &str| {
                        let attribute = last_name(&file.facts, call.callee)?;
                        Some(format!("{attribute}.{name}"))
                    };
                    for arg in &call.args {
                        match (&arg.name, file.facts.kind(arg.value)) {
                            (Some(given), _) if option(given).is_some_and(|o| rename.contains(&o)) => {
                                if let Some(other) = super::index::constant(&file.facts, arg.value) {
                                    wire.by_field.entry(name.clone()).or_default().push(other.clone());
                                    wire.renamed.insert(key.clone(), other);
                                }
                            }
                            (None, Kind::Name(given))
                                if option(given).is_some_and(|o| flatten.contains(&o)) =>
                            {
                                wire.flattened.insert(key.clone());
                            }
                            _ => {}
                        }
                    }
                }
            }
        }
    }
    wire
}

fn call_of(facts: &FileFacts, node: NodeId) -> Option<&Call> {
    match facts.kind(node) {
        Kind::Call(call) => Some(call),
        _ => None,
    }
}

impl Wire {
    /// What a field of a type is called in JSON.
    pub(in crate::model) fn name<'n>(&'n self, class: Option<NodeRef>, field: &'n Name) -> &'n Name {
        class.and_then(|class| self.renamed.get(&(class, field.clone()))).unwrap_or(field)
    }

    /// Whether a field of some type has that name in JSON.
    pub(in crate::model) fn is_called(&self, field: &Name, wanted: &str) -> bool {
        self.by_field.get(field).is_some_and(|names| names.iter().any(|n| &**n == wanted))
    }

    /// Whether the fields of a field stand in its place.
    pub(in crate::model) fn is_flat(&self, class: Option<NodeRef>, field: &Name) -> bool {
        class.is_some_and(|class| self.flattened.contains(&(class, field.clone())))
    }

    /// Whether no field of any type is called otherwise.
    pub(in crate::model) fn is_plain(&self) -> bool {
        self.renamed.is_empty() && self.flattened.is_empty()
    }
}

impl Project {
    /// A member of an answer: by its own name, or by the name that some type gives it.
    pub(in crate::model) fn response_member(&self, response: &Response, name: &str, called: bool) -> Values {
        let mut values = Values::new();
        if called {
            let methods = self.answer_methods(response, name);
            if !methods.is_empty() {
                return methods.into_iter().map(Value::Function).collect();
            }
        } else if is_read(response)
            && let Some(names) = self.index.wire.by_field.get(name)
        {
            values.extend(names.iter().map(|n| response.step(n.clone())));
        }
        values.push(response.step(name));
        values
    }

    /// Methods of that name of the project's types that JSON is read into.
    fn answer_methods(&self, response: &Response, name: &str) -> Vec<NodeRef> {
        let sdk = self.file(response.request.file).sdk;
        let known = || {
            sdk.passes_object(name)
                || sdk.in_lists(&["find", "filter", "callback-same", "callback-each"], name)
        };
        let Some(functions) = self.index.functions.get(name) else { return Vec::new() };
        if !is_read(response) || known() {
            return Vec::new();
        }
        let methods: Vec<NodeRef> = functions
            .iter()
            .copied()
            .filter(|&f| {
                takes_receiver(&self.files, f)
                    && owner_class(&self.index, self.facts(f.file), f).is_some_and(|c| self.is_read_into(c))
            })
            .collect();
        if methods.len() > MAX_TYPES { Vec::new() } else { methods }
    }

    /// Whether a type can be read from JSON, as far as its attributes tell.
    pub(in crate::model) fn is_read_into(&self, class: NodeRef) -> bool {
        let file = self.file(class.file);
        let Kind::Class(c) = self.kind(class) else { return false };
        c.decorators
            .iter()
            .filter_map(|&d| call_of(&file.facts, d))
            .any(|call| call.args.iter().any(|a| file.named_in(a.value, "wire-type")))
    }
}

/// Whether the answer has been read: it is no longer the HTTP response.
fn is_read(response: &Response) -> bool {
    response.kind.root.is_empty() || !response.path.is_empty()
}
