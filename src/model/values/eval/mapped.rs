//! Lists of what a callback sends for each element, and what waiting for it gives.

use super::{Ctx, Values, one, union};
use crate::facts::{Call, Kind};
use crate::model::values::value::{NodeRef, Value};
use crate::model::{FileModel, Project};

impl Project {
    /// Whether a call gives the list of what its callback gives.
    pub(in crate::model) fn maps(&self, file: &FileModel, call: &Call) -> bool {
        matches!(file.facts.kind(call.callee), Kind::Member { name, .. } if file.sdk.has_word("callback-list", name))
    }

    /// Whether a call gives the list of what its callback gives for the elements of such a list.
    pub(super) fn maps_list(&self, file: &FileModel, at: NodeRef, call: &Call, ctx: Ctx<'_>) -> bool {
        match file.facts.kind(call.callee) {
            Kind::Member { object, name, .. } if file.sdk.has_word("callback-map", name) => {
                let listed = |v: &Value| match v {
                    Value::Node(list) => self.is_mapping(*list),
                    _ => false,
                };
                self.values(at.sibling(*object), ctx).iter().any(listed)
            }
            _ => false,
        }
    }

    /// `tasks.map(|t| send(t))`: where elements are asked for, what the callback gives.
    pub(in crate::model) fn is_mapping(&self, at: NodeRef) -> bool {
        let file = self.file(at.file);
        match file.facts.kind(at.node) {
            Kind::Call(c) => {
                self.maps(file, c)
                    || matches!(file.facts.kind(c.callee), Kind::Member { name, .. } if file.sdk.has_word("callback-map", name))
            }
            _ => false,
        }
    }

    /// The list of responses that a callback sends for: it stands for itself.
    pub(super) fn mapped(&self, at: NodeRef, call: &Call, ctx: Ctx<'_>) -> Values {
        let elements = self.through(at, call, ctx);
        match elements.iter().any(|v| matches!(v, Value::Response(_))) {
            true => one(Value::Node(at)),
            false => elements,
        }
    }

    /// What waiting gives: of an `async { … }` block what it ends with.
    pub(super) fn waited_for(&self, values: Values, ctx: Ctx<'_>) -> Values {
        let is_block = |f: NodeRef| matches!(self.kind(f), Kind::Function(f) if f.is_async && f.name.is_none() && f.params.is_empty());
        if !values.iter().any(|v| matches!(v, Value::Function(f) if is_block(*f))) {
            return values;
        }
        union(values.into_iter().map(|v| match v {
            Value::Function(f) if is_block(f) => self.returns(f, None, ctx),
            other => one(other),
        }))
    }
}
