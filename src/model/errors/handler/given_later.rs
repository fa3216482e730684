//! What a handler gives in the place of an answer other than by giving it back at once: by a name, or piece by piece.

use crate::facts::Kind;
use crate::model::names::scope::Origin;
use crate::model::values::value::NodeRef;
use crate::model::{Project, Sink};

impl Project {
    /// What a handler binds to names that are given back, be it in the handler or behind it, where the answer is
    /// bound to the same name.
    pub(super) fn bound_as_answer(&self, body: NodeRef, answers: &[NodeRef]) -> Vec<NodeRef> {
        let file = self.file(body.file);
        let facts = &file.facts;
        let inside = facts.descendants(body.node).into_iter();
        let returned = inside.filter_map(|n| match facts.kind(n) {
            Kind::Return(Some(value)) => Some(*value),
            _ => None,
        });
        let names = returned.chain(answers.iter().map(|answer| answer.node));
        let mut out = Vec::new();
        for at in names {
            let Kind::Name(name) = facts.kind(at) else { continue };
            let defs = file.scopes.lookup(facts, name, at);
            let bound = defs.iter().filter_map(|def| match &def.origin {
                Origin::Value { expr, path } if path.is_empty() => Some(body.sibling(*expr)),
                _ => None,
            });
            out.extend(bound.filter(|&value| self.stands_inside(value, body)));
        }
        out
    }

    /// What a handler gives to whoever reads the pieces of an answer one by one.
    pub(super) fn yielded_in(&self, body: NodeRef) -> Vec<NodeRef> {
        let facts = self.facts(body.file);
        let inside = facts.descendants(body.node).into_iter();
        let yielded = inside.filter_map(|n| match facts.kind(n) {
            Kind::Yield(Some(value)) => Some(body.sibling(*value)),
            _ => None,
        });
        yielded.collect()
    }

    /// Whether all who read the pieces of an answer only show them to people.
    pub(super) fn pieces_are_only_told(&self, generator: NodeRef) -> bool {
        let callers = self.callers(generator);
        let shown = |&call: &NodeRef| {
            let ends = self.sinks(call);
            !ends.is_empty() && ends.iter().all(|end| matches!(end.sink, Sink::Shown | Sink::Tested))
        };
        !callers.is_empty() && callers.iter().all(shown)
    }
}
