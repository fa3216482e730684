//! Whether anything is checked against a schema that is written in code.

use rustc_hash::FxHashSet;

use crate::facts::{BinaryOp, ClassKind, Kind, NodeId};
use crate::model::names::index::last_name;
use crate::model::names::scope::Origin;
use crate::model::values::value::{NodeRef, Value};
use crate::model::{FileModel, Project};

/// Places where a schema is named that are looked at.
const MAX_PLACES: usize = 256;

impl Project {
    /// Whether something may be checked against a schema or one that it is part of. One that only types are
    /// taken from refuses nothing.
    pub(super) fn is_checked_with(&self, schema: NodeRef) -> bool {
        let mut places = vec![schema];
        let mut names = FxHashSet::default();
        let mut next = 0;
        while let Some(&place) = places.get(next) {
            next += 1;
            let Some(held) = self.leads_to_check(place) else { return true };
            let Some(target) = held else { continue };
            let Some(name) = last_name(self.facts(target.file), target.node) else { return true };
            if !names.insert(name.clone()) {
                continue;
            }
            for (file, model) in self.file_ids() {
                let mentions = model.names(&name).iter().filter(|&&n| !model.binds(n));
                places.extend(mentions.map(|&node| NodeRef { file, node }));
                if model.source.text.contains(&*name) {
                    let of_module = model.facts.ids().filter(|&n| is_of_module(model, n, &name));
                    places.extend(of_module.map(|node| NodeRef { file, node }));
                }
            }
            if places.len() > MAX_PLACES {
                return true;
            }
        }
        false
    }

    /// The variable that a schema, or what is made of it, is put into; `Some(None)` where it ends in
    /// nothing, and `None` where something may be checked with it.
    fn leads_to_check(&self, at: NodeRef) -> Option<Option<NodeRef>> {
        let file = self.file(at.file);
        let facts = &file.facts;
        let mut from = at.node;
        for node in facts.ancestors(at.node).skip(1) {
            match facts.kind(node) {
                Kind::Member { object, name, .. } if *object == from => {
                    if file.sdk.has_word("schema-reads", name) {
                        return None;
                    }
                }
                Kind::Call(call) if call.callee == from => {}
                Kind::Call(call) if self.makes_schema(at.sibling(call.callee)) => {}
                Kind::Record(_) | Kind::List(_) | Kind::Spread(_) | Kind::Cast { .. } => {}
                // `Written & { text: string }`, `Array<Written>`
                Kind::Binary { op: BinaryOp::BitOr | BinaryOp::BitAnd, .. } | Kind::Index { .. } => {}
                Kind::Assign(a) if a.value == Some(from) => return Some(Some(at.sibling(a.target))),
                // `z.infer<typeof schema>`
                Kind::Unary { .. } => return Some(None),
                Kind::Block { body, tail } if !*tail || body.last() != Some(&from) => return Some(None),
                kind => return if is_type(kind, from) { Some(None) } else { None },
            }
            from = node;
        }
        Some(None)
    }

    /// Whether a function is one that makes a schema of others: `z.object`, `base.extend`.
    fn makes_schema(&self, callee: NodeRef) -> bool {
        let file = self.file(callee.file);
        self.eval(callee).iter().any(|value| match value {
            Value::External(e) => {
                let package = e.path.split(['.', '(']).next().unwrap_or_default();
                file.sdk.has_word("schema-packages", package)
            }
            _ => false,
        })
    }
}

/// `Wire.Reply`, of a namespace or a module that was imported whole.
fn is_of_module(model: &FileModel, at: NodeId, name: &str) -> bool {
    let facts = &model.facts;
    let Kind::Member { object, name: member, .. } = facts.kind(at) else { return false };
    let Kind::Name(module) = facts.kind(*object) else { return false };
    **member == *name
        && model.scopes.lookup(facts, module, *object).iter().any(|def| match &def.origin {
            Origin::Import { .. } => true,
            Origin::Definition(node) => {
                matches!(facts.kind(*node), Kind::Class(c) if c.kind == ClassKind::Module)
            }
            _ => false,
        })
}

/// Whether a part of what is around it only declares a type.
fn is_type(around: &Kind, part: NodeId) -> bool {
    match around {
        Kind::Class(_) => true,
        Kind::Assign(a) => a.ty == Some(part),
        Kind::Function(f) => f.return_type == Some(part) || f.params.iter().any(|p| p.ty == Some(part)),
        _ => false,
    }
}
