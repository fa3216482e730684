//! Names that Python functions take from outside, to assign to them: `global x`, `nonlocal x`.

use rustc_hash::FxHashMap;

use super::{Builder, ScopeId};
use crate::facts::{FileFacts, NodeId, OuterName};
use crate::model::names::scope::enclosing_function;

/// The names by the function that takes them.
pub(super) fn taken(facts: &FileFacts) -> FxHashMap<NodeId, Vec<&OuterName>> {
    let mut taken: FxHashMap<NodeId, Vec<&OuterName>> = FxHashMap::default();
    for name in &facts.outer_names {
        if let Some(function) = enclosing_function(facts, name.block) {
            taken.entry(function).or_default().push(name);
        }
    }
    taken
}

impl Builder<'_> {
    /// Notes where the names belong that a function takes from outside.
    pub(super) fn take_outer_names(&mut self, function: NodeId, inner: ScopeId, around: ScopeId) {
        for OuterName { name, global, .. } in self.taken.remove(&function).unwrap_or_default() {
            let scope = if *global { ScopeId(0) } else { self.declared_scope(around, name) };
            self.out.outer.insert((inner, name.clone()), scope);
        }
    }
}
