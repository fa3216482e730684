//! What stands for the failure itself: what was caught, what a predicate is given, what is made of it.

use crate::facts::{Kind, NodeId};
use crate::model::Project;
use crate::model::names::scope::Origin;
use crate::model::retry::probe::Probe;
use crate::model::values::value::NodeRef;

/// Functions that hand on what was caught.
const MAX_CALLS: u32 = 3;
/// Callers that are asked what they give.
const MAX_CALLERS: usize = 4;

impl Project {
    /// Whether a name stands for what was caught, or for an error that a predicate is given.
    pub(in crate::model::retry) fn is_error_itself(&self, at: NodeRef, p: &Probe) -> bool {
        let file = self.file(at.file);
        let name = match file.facts.kind(at.node) {
            Kind::Name(name) => name,
            Kind::Cast { value, .. } => return self.is_error_itself(at.sibling(*value), p),
            _ => return false,
        };
        let called_so = || file.sdk.has_word("error-names", name);
        let defs = file.scopes.lookup(&file.facts, name, at.node);
        p.failed.get()
            && !defs.is_empty()
            && defs.iter().all(|d| match &d.origin {
                Origin::Caught(_) => true,
                Origin::Param { path, .. } => path.is_empty() && called_so(),
                _ => false,
            })
    }

    /// Whether a name stands for the error that a predicate is given.
    fn is_error_param(&self, at: NodeRef) -> bool {
        let file = self.file(at.file);
        let Kind::Name(name) = file.facts.kind(at.node) else { return false };
        file.sdk.has_word("error-names", name)
            && file
                .scopes
                .lookup(&file.facts, name, at.node)
                .iter()
                .any(|d| matches!(&d.origin, Origin::Param { path, .. } if path.is_empty()))
    }

    fn is_caught_name(&self, at: NodeRef, depth: u32) -> bool {
        let file = self.file(at.file);
        let Kind::Name(name) = file.facts.kind(at.node) else { return false };
        let called_so = || file.sdk.has_word("error-names", name);
        let defs = file.scopes.lookup(&file.facts, name, at.node);
        // `Err(refusal)`
        let of_err = |name: NodeId| match file.facts.parent(name).map(|n| at.sibling(n)) {
            Some(call) => matches!(self.kind(call), Kind::Call(_)) && self.is_error_value(call),
            None => false,
        };
        defs.iter().any(|d| match d.origin {
            Origin::Caught(_) => true,
            Origin::Value { .. } | Origin::Opaque => of_err(d.node),
            // What a predicate is given, whatever it calls it.
            Origin::Param { function, index, ref path } => {
                path.is_empty() && (called_so() || self.is_given_caught(at.sibling(function), index, depth))
            }
            _ => false,
        })
    }

    /// Whether callers give something for a parameter that is made of what they caught.
    fn is_given_caught(&self, function: NodeRef, index: u32, depth: u32) -> bool {
        depth < MAX_CALLS
            && self.arguments_given(function, index, MAX_CALLERS).any(|(_, given)| {
                let mut given = given;
                while let Kind::Unary { operand, .. } = self.kind(given) {
                    given = given.sibling(*operand);
                }
                self.is_made_of_caught(given, depth + 1)
            })
    }

    /// Whether a name stands for what was caught, or for something made of it: `s = str(e).lower()`.
    pub(in crate::model::retry) fn is_of_caught(&self, at: NodeRef) -> bool {
        self.is_made_of_caught(at, 0)
    }

    fn is_made_of_caught(&self, at: NodeRef, depth: u32) -> bool {
        let file = self.file(at.file);
        let Kind::Name(name) = file.facts.kind(at.node) else { return false };
        let defs = file.scopes.lookup(&file.facts, name, at.node);
        defs.iter().take(4).any(|d| match &d.origin {
            Origin::Caught(_) => true,
            Origin::Value { expr, .. } => {
                let mut parts = file.facts.descendants(*expr).into_iter().take(16);
                parts.any(|n| self.is_caught_name(at.sibling(n), depth) || self.is_error_param(at.sibling(n)))
            }
            _ => false,
        }) || self.is_caught_name(at, depth)
    }
}
