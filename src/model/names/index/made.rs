//! Fields of types that only declare them: what the calls that make their objects put there.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::{Index, Member, function_of, last_name, owner_class, takes_class};
use crate::facts::{Kind, Name, NodeId};
use crate::model::FileModel;
use crate::model::values::construct::{declared_in, fields_given};
use crate::model::values::value::NodeRef;
use crate::source::FileId;

/// Adds to the fields of types without a constructor what is given for them wherever an object is made.
pub(super) fn made(index: &mut Index, files: &[Arc<FileModel>]) {
    let declared = only_declaring(index, files);
    if declared.is_empty() {
        return;
    }
    for (i, file) in files.iter().enumerate() {
        let id = FileId(i as u32);
        for node in file.facts.ids() {
            let Kind::Call(call) = file.facts.kind(node) else { continue };
            let Some(name) = last_name(&file.facts, call.callee).filter(|_| !call.args.is_empty()) else {
                continue;
            };
            let named = index.class_names.get(&name).map_or(&[][..], |v| v);
            let own = own_class(index, files, NodeRef { file: id, node: call.callee });
            let class = own.as_ref().or_else(|| named.iter().find(|n| n.file == id)).or(match named {
                [one] => Some(one),
                _ => None,
            });
            let Some((&class, fields)) = class.and_then(|c| declared.get_key_value(c)) else { continue };
            // What tests make says nothing about the program.
            if file.is_test(node) && !files[class.file.0 as usize].is_test(class.node) {
                continue;
            }
            let info = index.classes.entry(class).or_default();
            for (field, value) in fields_given(call, fields).filter(|(field, _)| fields.contains(field)) {
                let value = Some(NodeRef { file: id, node: value });
                info.members.entry(field.clone()).or_default().push(Member::Field { value, ty: None });
            }
        }
    }
}

/// The type around a method of the type that makes an object by `cls(…)`.
fn own_class(index: &Index, files: &[Arc<FileModel>], callee: NodeRef) -> Option<NodeRef> {
    let facts = &files[callee.file.0 as usize].facts;
    let Kind::Name(name) = facts.kind(callee.node) else { return None };
    let function = function_of(files, callee).filter(|&f| takes_class(files, f))?;
    let Kind::Function(f) = facts.kind(function.node) else { return None };
    let is_first = |p: &NodeId| matches!(facts.kind(*p), Kind::Name(first) if first == name);
    f.params.first().map(|p| p.pattern).filter(is_first)?;
    owner_class(index, facts, function)
}

/// The types without a constructor and without bases of the project, and the fields that they declare.
fn only_declaring(index: &Index, files: &[Arc<FileModel>]) -> FxHashMap<NodeRef, Vec<Name>> {
    let mut out = FxHashMap::default();
    for (&class, info) in &index.classes {
        let file = &files[class.file.0 as usize];
        let Kind::Class(c) = file.facts.kind(class.node) else { continue };
        let constructors = ["constructors", "allocators", "maker-names"];
        let mut constructors = constructors.iter().flat_map(|list| file.sdk.words(list));
        let derives = info.bases.iter().any(|b| {
            let facts = &files[b.file.0 as usize].facts;
            last_name(facts, b.node).is_some_and(|n| index.class_names.contains_key(&n))
        });
        if derives || constructors.any(|name| info.members.contains_key(name.as_str())) {
            continue;
        }
        let fields = declared_in(file, &c.body);
        if !fields.is_empty() {
            out.insert(class, fields);
        }
    }
    out
}
