//! Streams of events that come by other ways than the API's own.

use super::super::value::NodeRef;
use super::Project;
use crate::facts::{BinaryOp, Kind, NodeId};
use crate::model::index::{constant, last_name};
use crate::model::scope::Origin;
use crate::sdk::Road;

impl Project {
    /// Whether what a reader gets is no stream of the API itself: the output of a program, whose exit tells
    /// how it ended, or frames of another service, whose client raises its failures.
    pub(super) fn comes_otherwise(&self, function: NodeRef, fed_by: &[NodeRef]) -> bool {
        let around: Vec<NodeRef> = std::iter::once(function).chain(fed_by.iter().copied()).collect();
        let mut roads = self.requests().iter().filter(|request| {
            around.iter().any(|f| f.file == request.at.file && self.contains(*f, request.at))
        });
        match roads.next() {
            Some(first) => {
                let framed = |road: Road| road == Road::Bedrock;
                framed(first.road) && roads.all(|request| framed(request.road))
            }
            None => around.iter().any(|&f| {
                f.node != NodeId::ROOT && (self.reads_output(f) || self.knows_events_of_program(f))
            }),
        }
    }

    /// Whether a function reads what another program writes: `child.stdout`.
    fn reads_output(&self, function: NodeRef) -> bool {
        let file = self.file(function.file);
        let facts = &file.facts;
        facts.descendants(function.node).into_iter().any(|n| match facts.kind(n) {
            Kind::Member { object, name, .. } => {
                // A variable called `process` is another one.
                let bound = match facts.kind(*object) {
                    Kind::Name(n) => file
                        .scopes
                        .lookup(facts, n, *object)
                        .iter()
                        .any(|def| matches!(def.origin, Origin::Value { .. } | Origin::Param { .. })),
                    _ => false,
                };
                let own = last_name(facts, *object).is_some_and(|n| file.sdk.has_word("own-output", &n));
                &**name == "stdout" && (bound || !own)
            }
            _ => false,
        })
    }

    /// Whether a function tells events that only the command-line program writes: `event.type === "assistant"`.
    fn knows_events_of_program(&self, function: NodeRef) -> bool {
        let file = self.file(function.file);
        let facts = &file.facts;
        let told = |n: NodeId| constant(facts, n).is_some_and(|t| file.sdk.has_word("program-events", &t));
        let kind = |n: NodeId| file.text_of(n).contains("type");
        facts.descendants(function.node).into_iter().any(|n| match facts.kind(n) {
            Kind::Binary { op: BinaryOp::Eq, left, right } => {
                told(*right) && kind(*left) || told(*left) && kind(*right)
            }
            Kind::Match(m) => {
                let mut patterns = m.arms.iter().flat_map(|arm| arm.patterns.iter());
                kind(m.subject) && patterns.any(|&p| facts.descendants(p).into_iter().any(told))
            }
            _ => false,
        })
    }
}
