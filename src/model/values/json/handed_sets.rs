//! What functions of the project set in an object that they are given.

use crate::facts::{Kind, Name};
use crate::model::Project;
use crate::model::values::value::{NodeRef, Value};

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

    /// The functions that an expression is an argument for, and for which of their parameters.
    pub(in crate::model) fn functions_given(&self, argument: NodeRef) -> Vec<(NodeRef, usize)> {
        let facts = self.facts(argument.file);
        let call = facts.parent(argument.node).map(|parent| argument.sibling(parent));
        let Some((call, Kind::Call(c))) = call.map(|call| (call, self.kind(call))) else { return Vec::new() };
        if !c.args.iter().any(|a| a.value == argument.node && !a.spread && !a.keyword_spread) {
            return Vec::new();
        }
        let called = self.eval(call.sibling(c.callee));
        let functions = called.iter().filter_map(|value| match value {
            Value::Function(function) => {
                Some((*function, self.parameter_for_argument(call, *function, argument)?))
            }
            _ => None,
        });
        functions.collect()
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
