//! Methods called, one after another, on what a call gives.

use crate::facts::{Call, Kind};
use crate::model::Project;
use crate::model::values::value::NodeRef;

impl Project {
    /// The calls of a method on what a call gives, in the same function: chained to it, or on the
    /// variable that holds it.
    pub(in crate::model) fn later_calls(&self, made: NodeRef, method: &str) -> Vec<(NodeRef, &Call)> {
        let model = self.file(made.file);
        let facts = &model.facts;
        let bound = model.scopes.bound_to(made.node);
        let holders = bound.flat_map(|def| self.readers(made.sibling(def.node)));
        let mut calls: Vec<(NodeRef, &Call)> = Vec::new();
        for holder in holders.chain([made]) {
            let Some(member) = facts.parent(holder.node) else { continue };
            let Kind::Member { object, name, .. } = facts.kind(member) else { continue };
            let Some(call) = facts.parent(member).filter(|_| *object == holder.node && &**name == method)
            else {
                continue;
            };
            if let Kind::Call(c) = facts.kind(call)
                && c.callee == member
            {
                calls.push((made.sibling(call), c));
            }
        }
        calls
    }
}
