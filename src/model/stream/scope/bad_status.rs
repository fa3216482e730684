//! What is read where the status of an answer is bad: its body has no events.

use super::super::Project;
use crate::facts::{Kind, NodeId};
use crate::model::values::value::NodeRef;

impl Project {
    /// Whether a place is reached only when the answer has a bad status, and events are read elsewhere:
    /// `if response.status != 200: raise Failed(body["error"])`.
    pub(in crate::model::stream) fn is_of_refused_answer(&self, at: NodeRef, places: &[NodeRef]) -> bool {
        let facts = self.facts(at.file);
        let mut from = at.node;
        for node in facts.ancestors(at.node).skip(1) {
            if let Kind::If { condition, then, otherwise } = facts.kind(node)
                && from != *condition
            {
                let refused = match self.failing(at.sibling(*condition)) {
                    Some(true) => Some(*then),
                    Some(false) => *otherwise,
                    None => None,
                };
                let span = facts.span(from);
                let reads = places.iter().any(|p| p.file == at.file && span.contains(facts.span(p.node)));
                if refused == Some(from) && !reads && self.asks_for_status(at.sibling(*condition)) {
                    return true;
                }
            }
            from = node;
        }
        false
    }

    /// Whether a condition asks for the status of an answer: `response.status`, `!response.ok`.
    fn asks_for_status(&self, condition: NodeRef) -> bool {
        let facts = self.facts(condition.file);
        let sdk = self.file(condition.file).sdk;
        let is = |name: &str| {
            self.has_part(condition, "status-parts", name) || sdk.has_word("success-names", name)
        };
        facts.descendants(condition.node).into_iter().any(|n: NodeId| match facts.kind(n) {
            Kind::Name(name) | Kind::Member { name, .. } => is(name),
            _ => false,
        })
    }
}
