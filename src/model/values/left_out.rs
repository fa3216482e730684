//! Parameters that some callers give and others leave at their default.

use super::eval::Argument;
use super::value::NodeRef;
use crate::facts::{BinaryOp, Kind};
use crate::model::Project;
use crate::model::names::index::last_name;
use crate::model::names::scope::Origin;

/// Callers that are asked.
const MAX_CALLERS: usize = 64;

/// A default that some calls leave as it is.
#[derive(Clone, Debug)]
pub struct LeftOut {
    /// The default.
    pub default: NodeRef,
    /// The calls that give nothing in its place.
    pub calls: Vec<NodeRef>,
}

impl Project {
    /// The default of the parameter that is used here as it came in, or was kept in a field of the object as it
    /// came in, where some calls outside of tests give nothing for it.
    pub fn left_out(&self, at: NodeRef) -> Option<LeftOut> {
        let (function, index) = self.parameter_kept(at)?;
        let default = self.param_default(function, index)?;
        let leaves_it = |call: &&NodeRef| {
            !self.is_test(**call) && self.argument_of(**call, function, index as usize) == Argument::Missing
        };
        let calls: Vec<NodeRef> =
            self.callers(function).iter().take(MAX_CALLERS).filter(leaves_it).copied().collect();
        (!calls.is_empty()).then_some(LeftOut { default, calls })
    }

    /// Whether a parameter, or a field that keeps one, is nothing in every call in sight: it has no default but `None`
    /// or infinity, and nobody gives it.
    pub(in crate::model) fn is_left_at_nothing(&self, at: NodeRef) -> bool {
        let Some((function, index)) = self.parameter_kept(at) else { return false };
        let nothing = match self.param_default(function, index) {
            None => true,
            Some(default) => {
                let file = self.file(default.file);
                matches!(file.facts.kind(default.node), Kind::Null)
                    || last_name(&file.facts, default.node)
                        .is_some_and(|name| file.sdk.has_word("no-limit", &name))
            }
        };
        let mut calls = self.callers(function).iter().filter(|&&call| !self.is_test(call)).peekable();
        nothing
            && calls.peek().is_some()
            && calls.all(|&call| self.argument_of(call, function, index as usize) == Argument::Missing)
            && self.possible_callers(function).is_empty()
            && self.mentions(function).is_empty()
    }

    /// What is left of `options?.codes ?? CODES`, or of a name for it, where nobody in sight gives the options.
    pub(in crate::model) fn default_alone(&self, at: NodeRef) -> Option<NodeRef> {
        let file = self.file(at.file);
        let value = file.only_value(at.node).map_or(at, |value| at.sibling(value));
        let Kind::Binary { op: BinaryOp::Or | BinaryOp::Coalesce, left, right } = self.kind(value) else {
            return None;
        };
        let mut from = value.sibling(*left);
        while let Kind::Member { object, .. } = self.kind(from) {
            from = from.sibling(*object);
        }
        self.is_left_at_nothing(from).then(|| value.sibling(*right))
    }

    /// The function and position of the parameter that stands at a place, or that a field of the object was filled
    /// with, as it came in.
    pub(in crate::model) fn parameter_kept(&self, at: NodeRef) -> Option<(NodeRef, u32)> {
        let file = self.file(at.file);
        let name = match file.facts.kind(at.node) {
            Kind::Member { object, name, .. } if file.is_own_object(*object) => {
                let [value] = self.own_field_values(at, name)[..] else { return None };
                value
            }
            _ => at,
        };
        let file = self.file(name.file);
        let Kind::Name(word) = file.facts.kind(name.node) else { return None };
        let [def] = file.scopes.lookup(&file.facts, word, name.node)[..] else { return None };
        let Origin::Param { function, index, path } = &def.origin else { return None };
        path.is_empty().then(|| (name.sibling(*function), *index))
    }
}
