//! What functions of the project set in an object that they are given.

use crate::facts::{Kind, Name};
use crate::model::Project;
use crate::model::values::value::NodeRef;

/// Fields that are looked at.
const MAX_SETS: usize = 64;

impl Project {
    /// The fields that functions set in an object which is handed to them before it is read through a place, with
    /// what they are set to: `apply_options(body)`.
    pub(super) fn set_by_functions(&self, node: NodeRef, through: NodeRef) -> Vec<(Name, NodeRef)> {
        let passages = self.passages(node, through);
        let mut out = Vec::new();
        for (at, name) in self.holders(node, through) {
            for reader in self.readers_of_holder(at, &name) {
                for (function, index) in self.functions_given(reader) {
                    let others = || self.stands_in_other_branch(reader) || self.is_left_to_others(reader);
                    if self.is_before(reader, &passages) && !others() {
                        out.extend(self.set_in_parameter(function, index));
                    }
                }
            }
        }
        out.truncate(MAX_SETS);
        out
    }

    /// `body["key"] = value` in the function whose parameter `body` is.
    fn set_in_parameter(&self, function: NodeRef, index: usize) -> Vec<(Name, NodeRef)> {
        let Kind::Function(f) = self.kind(function) else { return Vec::new() };
        let Some(param) = f.params.get(index) else { return Vec::new() };
        let Kind::Name(name) = self.kind(function.sibling(param.pattern)) else { return Vec::new() };
        let Some(sets) = self.index.item_sets.get(&(function.file, name.clone())) else { return Vec::new() };
        let own = sets
            .iter()
            .filter(|set| !set.removes && self.function_of(function.sibling(set.at)) == Some(function));
        let own = own.filter(|set| !self.is_for_others(function.sibling(set.at)));
        own.filter_map(|set| Some((set.key.clone()?, function.sibling(set.value?)))).collect()
    }
}
