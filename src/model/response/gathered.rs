//! Pieces of a stream that are put together in a variable.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::facts::{BinaryOp, FileFacts, Kind, Name, NodeId};
use crate::model::names::index::path_name;
use crate::model::values::eval::Values;
use crate::model::values::value::{NodeRef, Value};
use crate::model::{FileModel, Project, enclosing_function};
use crate::source::FileId;

/// The step of a response's path that says: put together with the pieces before.
pub const GATHERED: &str = "+";

/// Variables grow by few statements; more are a table, not a buffer.
const MAX_PIECES: usize = 4;

/// What is added to a variable of a file, with the statement that adds it.
pub(in crate::model) type Gathers = FxHashMap<(FileId, Name), Vec<NodeId>>;

/// Finds `buffer += piece` and `buffer.push_str(piece)`.
pub(in crate::model) fn gathers(files: &[Arc<FileModel>]) -> Gathers {
    let mut out = Gathers::default();
    for (i, file) in files.iter().enumerate() {
        for node in file.facts.ids() {
            if let Some((name, piece)) = added(file, &file.facts, node) {
                out.entry((FileId(i as u32), name)).or_default().push(piece);
            }
        }
    }
    out
}

fn added(file: &FileModel, facts: &FileFacts, node: NodeId) -> Option<(Name, NodeId)> {
    match facts.kind(node) {
        Kind::Assign(a) if a.op == Some(BinaryOp::Add) => Some((path_name(facts, a.target)?, a.value?)),
        // `buffer = buffer + piece`
        Kind::Assign(a) if a.op.is_none() => match a.value.map(|v| facts.kind(v)) {
            Some(Kind::Binary { op: BinaryOp::Add, left, right }) => {
                let name = path_name(facts, a.target)?;
                (path_name(facts, *left)? == name).then_some((name, *right))
            }
            _ => None,
        },
        Kind::Call(call) => match facts.kind(call.callee) {
            Kind::Member { object, name, .. } if file.sdk.has_word("gather-text", name) => {
                Some((path_name(facts, *object)?, call.args.first()?.value))
            }
            _ => None,
        },
        _ => None,
    }
}

impl Project {
    /// The stream whose pieces a variable gathers.
    pub(in crate::model) fn gathered(&self, at: NodeRef) -> Values {
        let facts = self.facts(at.file);
        let Some(name) = path_name(facts, at.node) else { return Values::new() };
        let Some(pieces) = self.index.gathers.get(&(at.file, name)) else { return Values::new() };
        if pieces.len() > MAX_PIECES {
            return Values::new();
        }
        let is_field = matches!(facts.kind(at.node), Kind::Member { .. });
        let function = enclosing_function(facts, at.node);
        let file = self.file(at.file);
        let bound = |place: NodeId| match facts.kind(at.node) {
            Kind::Name(name) => file.scopes.lookup(facts, name, place).iter().map(|d| d.node).collect(),
            _ => Vec::new(),
        };
        let read = bound(at.node);
        let same = |piece: NodeId| {
            // One listener adds to it, another reads it.
            let added = bound(piece);
            if !read.is_empty() && !added.is_empty() {
                return added.iter().any(|def| read.contains(def));
            }
            let other = enclosing_function(facts, piece);
            let inside = |inner: NodeId, outer| facts.ancestors(inner).any(|a| Some(a) == outer);
            is_field || other == function || inside(piece, function) || inside(at.node, other)
        };
        pieces
            .iter()
            .filter(|&&piece| same(piece))
            .flat_map(|&piece| self.values(at.sibling(piece), None))
            .filter_map(|v| match v {
                Value::Response(r) if self.is_whole(&r) && !r.path.is_empty() => match r.path.last() {
                    Some(last) if &**last == GATHERED => Some(Value::Response(r)),
                    _ => Some(r.step(GATHERED)),
                },
                _ => None,
            })
            .collect()
    }

    /// The parts of answers that an empty list is filled with, one by one: `blocks = []`, `blocks.append(block)`.
    pub(in crate::model) fn parts_appended(&self, list: NodeRef) -> Values {
        let file = self.file(list.file);
        let facts = &file.facts;
        let bound = file.scopes.bound_to(list.node).next().map(|def| def.node);
        let name = bound.and_then(|target| path_name(facts, target));
        let Some(pieces) = name.and_then(|name| self.index.gathers.get(&(list.file, name))) else {
            return Values::new();
        };
        let function = enclosing_function(facts, list.node);
        let pieces = pieces.iter().filter(|&&piece| enclosing_function(facts, piece) == function);
        let values = pieces.take(MAX_PIECES).flat_map(|&piece| self.values(list.sibling(piece), None));
        values.filter(|v| matches!(v, Value::Response(r) if !r.path.is_empty())).collect()
    }
}
