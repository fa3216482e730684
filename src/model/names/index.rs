//! Types, methods and fields of the whole project, by name.

mod items;
mod made;
mod members;

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::scope;
use crate::facts::{ClassKind, FileFacts, Kind, Name, NodeId, ParamKind};
use crate::lang::Language;
use crate::model::FileModel;
use crate::model::client::kept::Kept;
use crate::model::response::gathered::Gathers;
use crate::model::values::value::NodeRef;
use crate::source::FileId;

use items::{grown_names, item_call, item_deleted, item_set};
use members::{link_impls, members};

/// A member of a type.
#[derive(Clone, Debug)]
pub(in crate::model) enum Member {
    Method(NodeRef),
    Field {
        value: Option<NodeRef>,
        ty: Option<NodeRef>,
    },
    /// TypeScript parameter property.
    Param {
        function: NodeRef,
        index: u32,
    },
}

/// What is known of a type.
#[derive(Debug, Default)]
pub(in crate::model) struct ClassInfo {
    pub(in crate::model) members: FxHashMap<Name, Vec<Member>>,
    /// Expressions naming bases and implemented traits.
    pub(in crate::model) bases: Vec<NodeRef>,
}

/// Definitions of the project by name.
#[derive(Debug, Default)]
pub(in crate::model) struct Index {
    /// How many nodes there are in all files.
    pub(in crate::model) nodes: u64,
    pub(in crate::model) classes: FxHashMap<NodeRef, ClassInfo>,
    /// Types by name, `impl` blocks aside.
    pub(in crate::model) class_names: FxHashMap<Name, Vec<NodeRef>>,
    /// `impl` block → its type.
    pub(in crate::model) impls: FxHashMap<NodeRef, NodeRef>,
    /// Functions and methods by name.
    pub(in crate::model) functions: FxHashMap<Name, Vec<NodeRef>>,
    /// `name[key] = value`, `name.key = value` by file and variable name.
    pub(in crate::model) item_sets: FxHashMap<(FileId, Name), Vec<ItemSet>>,
    /// Variables that hold lists which are changed, by file and name; `name[]` where the list is
    /// somewhere inside.
    pub(in crate::model) grown: FxHashMap<(FileId, Name), Vec<NodeId>>,
    /// What fields are called in JSON.
    pub(in crate::model) wire: super::wire::Wire,
    /// What is added to variables.
    pub(in crate::model) gathers: Gathers,
    /// What objects are given to keep.
    pub(in crate::model) kept: Kept,
}

/// A later change of a record held in a variable.
#[derive(Clone, Debug)]
pub(in crate::model) struct ItemSet {
    /// The key; `None` when computed or several (`update`).
    pub(in crate::model) key: Option<Name>,
    pub(in crate::model) value: Option<NodeId>,
    /// The assignment or call.
    pub(in crate::model) at: NodeId,
    /// Removes the key.
    pub(in crate::model) removes: bool,
}

pub(in crate::model) fn index(files: &[Arc<FileModel>]) -> Index {
    let mut index = Index::default();
    for (i, file) in files.iter().enumerate() {
        let id = FileId(i as u32);
        index.nodes += file.facts.nodes.len() as u64;
        for node in file.facts.ids() {
            let at = NodeRef { file: id, node };
            match file.facts.kind(node) {
                Kind::Class(c) if c.kind != ClassKind::Module && c.kind != ClassKind::Impl => {
                    index.class_names.entry(c.name.clone()).or_default().push(at);
                    index.classes.entry(at).or_default();
                }
                Kind::Function(f) => {
                    if let Some(name) = &f.name {
                        index.functions.entry(name.clone()).or_default().push(at);
                    }
                }
                Kind::Assign(a) => {
                    item_set(&mut index, file, id, node, a);
                    if a.op.is_some() {
                        for variable in grown_names(&file.facts, a.target) {
                            index.grown.entry((id, variable)).or_default().push(node);
                        }
                    }
                }
                Kind::Delete(targets) => {
                    for &target in targets {
                        item_deleted(&mut index, file, id, node, target);
                    }
                }
                Kind::Call(c) => {
                    item_call(&mut index, file, id, node, c);
                    if let Kind::Member { object, name, .. } = file.facts.kind(c.callee)
                        && file.sdk.has_word("grow-names", name)
                    {
                        for variable in grown_names(&file.facts, *object) {
                            index.grown.entry((id, variable)).or_default().push(node);
                        }
                    }
                }
                _ => {}
            }
        }
    }
    link_impls(&mut index, files);
    members(&mut index, files);
    made::made(&mut index, files);
    index.wire = super::wire::wire(files);
    index.gathers = crate::model::response::gathered::gathers(files);
    index.kept = crate::model::client::kept::kept(files);
    index
}

/// A variable or `self.x` as one name.
pub(in crate::model) fn path_name(facts: &FileFacts, node: NodeId) -> Option<Name> {
    match facts.kind(node) {
        Kind::Name(n) => Some(n.clone()),
        Kind::Member { object, name, .. } => match facts.kind(*object) {
            Kind::Name(n) => Some(format!("{n}.{name}").into()),
            _ => None,
        },
        _ => None,
    }
}

/// The text of a string literal without holes.
pub(in crate::model) fn constant(facts: &FileFacts, node: NodeId) -> Option<Name> {
    match facts.kind(node) {
        Kind::Str(parts) => match &parts[..] {
            [] => Some("".into()),
            [crate::facts::StrPart::Text(text)] => Some(text.clone()),
            _ => None,
        },
        _ => None,
    }
}

/// The last name of a path or generic type: `a::B<T>` → `B`.
pub(in crate::model) fn last_name(facts: &FileFacts, node: NodeId) -> Option<Name> {
    match facts.kind(node) {
        Kind::Name(n) => Some(n.clone()),
        Kind::Member { name, .. } => Some(name.clone()),
        Kind::Index { object, .. } => last_name(facts, *object),
        Kind::Call(c) => last_name(facts, c.callee),
        _ => None,
    }
}

/// The type around a node: the nearest class, or the type of the nearest `impl`.
pub(in crate::model) fn owner_class(index: &Index, facts: &FileFacts, at: NodeRef) -> Option<NodeRef> {
    let class = facts
        .ancestors(at.node)
        .skip(1)
        .find(|&n| matches!(facts.kind(n), Kind::Class(c) if c.kind != ClassKind::Module))?;
    let class = at.sibling(class);
    Some(index.impls.get(&class).copied().unwrap_or(class))
}

/// Whether a function takes its object as its first parameter.
pub(in crate::model) fn takes_receiver(files: &[Arc<FileModel>], function: NodeRef) -> bool {
    let file = &files[function.file.0 as usize];
    let Kind::Function(f) = file.facts.kind(function.node) else { return false };
    match file.language {
        Language::Rust => f.params.first().is_some_and(|p| p.kind == ParamKind::Receiver),
        Language::TypeScript => false,
        Language::Python => {
            let method = file
                .facts
                .parent(function.node)
                .is_some_and(|p| matches!(file.facts.kind(p), Kind::Class(_)));
            method
                && !f.params.is_empty()
                && !f
                    .decorators
                    .iter()
                    .any(|&d| last_name(&file.facts, d).is_some_and(|n| &*n == "staticmethod"))
        }
    }
}

/// Whether what a function takes as its first parameter is its type, not an object of it.
pub(in crate::model) fn takes_class(files: &[Arc<FileModel>], function: NodeRef) -> bool {
    let file = &files[function.file.0 as usize];
    let Kind::Function(f) = file.facts.kind(function.node) else { return false };
    let marked = |&d: &NodeId| last_name(&file.facts, d).is_some_and(|n| &*n == "classmethod");
    takes_receiver(files, function) && f.decorators.iter().any(marked)
}

/// The function whose code a node belongs to.
pub(in crate::model) fn function_of(files: &[Arc<FileModel>], at: NodeRef) -> Option<NodeRef> {
    scope::enclosing_function(&files[at.file.0 as usize].facts, at.node).map(|n| at.sibling(n))
}
