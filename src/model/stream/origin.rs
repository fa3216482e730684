//! Streams of events that come by other ways than the API's own.

use super::super::value::NodeRef;
use super::Project;
use crate::facts::{Kind, NodeId};
use crate::model::index::last_name;
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
            None => around.iter().any(|&f| f.node != NodeId::ROOT && self.reads_output(f)),
        }
    }

    /// Whether a function reads what another program writes: `child.stdout`.
    fn reads_output(&self, function: NodeRef) -> bool {
        let file = self.file(function.file);
        let facts = &file.facts;
        facts.descendants(function.node).into_iter().any(|n| match facts.kind(n) {
            Kind::Member { object, name, .. } => {
                &**name == "stdout"
                    && !last_name(facts, *object).is_some_and(|n| file.sdk.has_word("own-output", &n))
            }
            _ => false,
        })
    }
}
