//! Types, methods and fields of the whole project, by name.

use rustc_hash::{FxHashMap, FxHashSet};

use super::value::NodeRef;
use super::{FileModel, scope};
use crate::facts::{ClassKind, FileFacts, Function, Kind, Name, NodeId, ParamKind};
use crate::lang::Language;
use crate::source::FileId;

/// A member of a type.
#[derive(Clone, Debug)]
pub(super) enum Member {
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
pub(super) struct ClassInfo {
    pub(super) members: FxHashMap<Name, Vec<Member>>,
    /// Expressions naming bases and implemented traits.
    pub(super) bases: Vec<NodeRef>,
}

/// Definitions of the project by name.
#[derive(Debug, Default)]
pub(super) struct Index {
    pub(super) classes: FxHashMap<NodeRef, ClassInfo>,
    /// Types by name, `impl` blocks aside.
    pub(super) class_names: FxHashMap<Name, Vec<NodeRef>>,
    /// `impl` block → its type.
    pub(super) impls: FxHashMap<NodeRef, NodeRef>,
    /// Functions and methods by name.
    pub(super) functions: FxHashMap<Name, Vec<NodeRef>>,
    /// `name[key] = value`, `name.key = value` by file and variable name.
    pub(super) item_sets: FxHashMap<(FileId, Name), Vec<ItemSet>>,
    /// Variables that hold lists which are changed, by file and name; `name[]` where the list is
    /// somewhere inside.
    pub(super) grown: FxHashSet<(FileId, Name)>,
    /// What fields are called in JSON.
    pub(super) wire: super::wire::Wire,
    /// What is added to variables.
    pub(super) gathers: super::gathered::Gathers,
}

/// A later change of a record held in a variable.
#[derive(Clone, Debug)]
pub(super) struct ItemSet {
    /// The key; `None` when computed or several (`update`).
    pub(super) key: Option<Name>,
    pub(super) value: Option<NodeId>,
    /// The assignment or call.
    pub(super) at: NodeId,
    /// Removes the key.
    pub(super) removes: bool,
}

pub(super) fn index(files: &[FileModel]) -> Index {
    let mut index = Index::default();
    for (i, file) in files.iter().enumerate() {
        let id = FileId(i as u32);
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
                    item_set(&mut index, &file.facts, id, node, a);
                    if a.op.is_some()
                        && let Some(variable) = grown_name(&file.facts, a.target)
                    {
                        index.grown.insert((id, variable));
                    }
                }
                Kind::Delete(targets) => {
                    for &target in targets {
                        item_deleted(&mut index, &file.facts, id, node, target);
                    }
                }
                Kind::Call(c) => {
                    item_call(&mut index, &file.facts, id, node, c);
                    if let Kind::Member { object, name, .. } = file.facts.kind(c.callee)
                        && file.sdk.has_word("grow-names", name)
                        && let Some(variable) = grown_name(&file.facts, *object)
                    {
                        index.grown.insert((id, variable));
                    }
                }
                _ => {}
            }
        }
    }
    link_impls(&mut index, files);
    members(&mut index, files);
    index.wire = super::wire::wire(files);
    index.gathers = super::gathered::gathers(files);
    index
}

fn item_set(index: &mut Index, facts: &FileFacts, file: FileId, at: NodeId, a: &crate::facts::Assign) {
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
fn item_deleted(index: &mut Index, facts: &FileFacts, file: FileId, at: NodeId, target: NodeId) {
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
fn item_call(index: &mut Index, facts: &FileFacts, file: FileId, at: NodeId, c: &crate::facts::Call) {
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
fn grown_name(facts: &FileFacts, list: NodeId) -> Option<Name> {
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

/// A variable or `self.x` as one name.
pub(super) fn path_name(facts: &FileFacts, node: NodeId) -> Option<Name> {
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
pub(super) fn constant(facts: &FileFacts, node: NodeId) -> Option<Name> {
    match facts.kind(node) {
        Kind::Str(parts) => match &parts[..] {
            [] => Some("".into()),
            [crate::facts::StrPart::Text(text)] => Some(text.clone()),
            _ => None,
        },
        _ => None,
    }
}

/// Gives each `impl` block its type: in the same file, through an import, or by a name that is unique.
fn link_impls(index: &mut Index, files: &[FileModel]) {
    for (i, file) in files.iter().enumerate() {
        let id = FileId(i as u32);
        for node in file.facts.ids() {
            let Kind::Class(c) = file.facts.kind(node) else { continue };
            if c.kind != ClassKind::Impl {
                continue;
            }
            let at = NodeRef { file: id, node };
            let named = index.class_names.get(&c.name).map_or(&[][..], |v| v);
            let rust: Vec<NodeRef> = named
                .iter()
                .copied()
                .filter(|n| files[n.file.0 as usize].language == Language::Rust)
                .collect();
            let class = rust.iter().find(|n| n.file == id).or(match &rust[..] {
                [one] => Some(one),
                _ => None,
            });
            let class = class.copied().unwrap_or(at);
            index.impls.insert(at, class);
            index.classes.entry(class).or_default();
        }
    }
}

fn members(index: &mut Index, files: &[FileModel]) {
    for (i, file) in files.iter().enumerate() {
        let id = FileId(i as u32);
        let facts = &file.facts;
        for node in facts.ids() {
            let at = NodeRef { file: id, node };
            match facts.kind(node) {
                Kind::Class(c) if c.kind != ClassKind::Module => {
                    let class = index.impls.get(&at).copied().unwrap_or(at);
                    for &base in &c.bases {
                        let info = index.classes.entry(class).or_default();
                        info.bases.push(at.sibling(base));
                    }
                    for &member in &c.body {
                        add_member(index.classes.entry(class).or_default(), facts, at.sibling(member));
                    }
                }
                Kind::Assign(a) => {
                    let Kind::Member { object, name, .. } = facts.kind(a.target) else { continue };
                    let Kind::Name(this) = facts.kind(*object) else { continue };
                    if !matches!(&**this, "self" | "this" | "cls") || a.op.is_some() {
                        continue;
                    }
                    let Some(class) = owner_class(index, facts, at) else { continue };
                    let field = Member::Field {
                        value: a.value.map(|v| at.sibling(v)),
                        ty: a.ty.map(|t| at.sibling(t)),
                    };
                    let info = index.classes.entry(class).or_default();
                    info.members.entry(name.clone()).or_default().push(field);
                }
                // `Client { http: reqwest::Client::new() }`
                Kind::Record(r) if r.ty.is_some() => {
                    let Some(name) = r.ty.and_then(|t| last_name(facts, t)) else { continue };
                    let class = if &*name == "Self" {
                        owner_class(index, facts, at)
                    } else {
                        let named = index.class_names.get(&name).map_or(&[][..], |v| v);
                        named
                            .iter()
                            .find(|n| n.file == id)
                            .or(match named {
                                [one] => Some(one),
                                _ => None,
                            })
                            .copied()
                    };
                    let Some(class) = class else { continue };
                    let info = index.classes.entry(class).or_default();
                    for entry in &r.entries {
                        if let Some(crate::facts::Key::Known(key)) = &entry.key {
                            let value = Some(at.sibling(entry.value));
                            let field = Member::Field { value, ty: None };
                            info.members.entry(key.clone()).or_default().push(field);
                        }
                    }
                }
                _ => {}
            }
        }
    }
}

fn add_member(info: &mut ClassInfo, facts: &FileFacts, member: NodeRef) {
    match facts.kind(member.node) {
        Kind::Function(f) => {
            if let Some(name) = &f.name {
                info.members.entry(name.clone()).or_default().push(Member::Method(member));
                if &**name == "constructor" {
                    property_params(info, facts, f, member);
                }
            }
        }
        Kind::Assign(a) => {
            let name = match facts.kind(a.target) {
                Kind::Name(n) => n.clone(),
                Kind::Str(_) => match constant(facts, a.target) {
                    Some(n) => n,
                    None => return,
                },
                _ => return,
            };
            let value = a.value.map(|v| member.sibling(v));
            let field = Member::Field { value, ty: a.ty.map(|t| member.sibling(t)) };
            info.members.entry(name).or_default().push(field);
        }
        _ => {}
    }
}

fn property_params(info: &mut ClassInfo, facts: &FileFacts, f: &Function, function: NodeRef) {
    for (i, param) in f.params.iter().enumerate() {
        if let (true, Kind::Name(name)) = (param.is_field, facts.kind(param.pattern)) {
            let member = Member::Param { function, index: i as u32 };
            info.members.entry(name.clone()).or_default().push(member);
        }
    }
}

/// The last name of a path or generic type: `a::B<T>` → `B`.
pub(super) fn last_name(facts: &FileFacts, node: NodeId) -> Option<Name> {
    match facts.kind(node) {
        Kind::Name(n) => Some(n.clone()),
        Kind::Member { name, .. } => Some(name.clone()),
        Kind::Index { object, .. } => last_name(facts, *object),
        Kind::Call(c) => last_name(facts, c.callee),
        _ => None,
    }
}

/// The type around a node: the nearest class, or the type of the nearest `impl`.
pub(super) fn owner_class(index: &Index, facts: &FileFacts, at: NodeRef) -> Option<NodeRef> {
    let class = facts
        .ancestors(at.node)
        .skip(1)
        .find(|&n| matches!(facts.kind(n), Kind::Class(c) if c.kind != ClassKind::Module))?;
    let class = at.sibling(class);
    Some(index.impls.get(&class).copied().unwrap_or(class))
}

/// Whether a function takes its object as its first parameter.
pub(super) fn takes_receiver(files: &[FileModel], function: NodeRef) -> bool {
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

/// The function whose code a node belongs to.
pub(super) fn function_of(files: &[FileModel], at: NodeRef) -> Option<NodeRef> {
    scope::enclosing_function(&files[at.file.0 as usize].facts, at.node).map(|n| at.sibling(n))
}
