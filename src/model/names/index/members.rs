//! Members of types.

use std::sync::Arc;

use super::{ClassInfo, Index, Member, constant, last_name, owner_class};
use crate::facts::{ClassKind, FileFacts, Function, Kind};
use crate::lang::Language;
use crate::model::FileModel;
use crate::model::values::value::NodeRef;
use crate::source::FileId;

/// Gives each `impl` block its type: in the same file, through an import, or by a name that is unique.
pub(super) fn link_impls(index: &mut Index, files: &[Arc<FileModel>]) {
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

pub(super) fn members(index: &mut Index, files: &[Arc<FileModel>]) {
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
                    if a.op.is_some() {
                        continue;
                    }
                    let own = file.is_receiver(*object);
                    // `Service.client = …` in a method of `Service`
                    if !own && !index.class_names.contains_key(this) {
                        continue;
                    }
                    let Some(class) = owner_class(index, facts, at) else { continue };
                    let named = |at: NodeRef| matches!(files[at.file.0 as usize].facts.kind(at.node), Kind::Class(c) if c.name == *this);
                    if !own && !named(class) {
                        continue;
                    }
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
                    // What tests make says nothing about the program.
                    let tested = |at: NodeRef| files[at.file.0 as usize].is_test(at.node);
                    if tested(at) && !tested(class) {
                        continue;
                    }
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

pub(super) fn add_member(info: &mut ClassInfo, facts: &FileFacts, member: NodeRef) {
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

pub(super) fn property_params(info: &mut ClassInfo, facts: &FileFacts, f: &Function, function: NodeRef) {
    for (i, param) in f.params.iter().enumerate() {
        if let (true, Kind::Name(name)) = (param.is_field, facts.kind(param.pattern)) {
            let member = Member::Param { function, index: i as u32 };
            info.members.entry(name.clone()).or_default().push(member);
        }
    }
}
