//! Names that a program takes for a model and replaces before it sends them.

use crate::facts::{BinaryOp, Kind, NodeId};
use crate::model::index::constant;
use crate::model::value::NodeRef;
use crate::model::{Project, Request};

impl Project {
    /// Whether a text never reaches a request as its model: `if model == "opus": model = "claude-opus-…"`.
    pub(super) fn is_renamed_before(&self, request: &Request, text: &str) -> bool {
        let field = self.body_field(request, "model");
        let nodes = field.nodes();
        !nodes.is_empty() && nodes.iter().all(|&model| self.is_set_anew(model, text))
    }

    /// Whether the variable that is sent is set anew, on the way, where it is that text.
    fn is_set_anew(&self, model: NodeRef, text: &str) -> bool {
        let facts = self.facts(model.file);
        let (Kind::Name(name), Some(function)) = (self.kind(model), self.function_of(model)) else {
            return false;
        };
        let is_name = |n: NodeId| matches!(facts.kind(n), Kind::Name(other) if other == name);
        let is_text = |n: NodeId| constant(facts, n).is_some_and(|t| &*t == text);
        let asks = |condition: NodeId| match facts.kind(condition) {
            Kind::Binary { op: BinaryOp::Eq, left, right } => {
                is_name(*left) && is_text(*right) || is_name(*right) && is_text(*left)
            }
            Kind::Binary { op: BinaryOp::In, left, right } => {
                let listed =
                    matches!(facts.kind(*right), Kind::List(items) if items.iter().any(|&i| is_text(i)));
                is_name(*left) && listed
            }
            _ => false,
        };
        let sets =
            |n: NodeId| matches!(facts.kind(n), Kind::Assign(a) if a.op.is_none() && is_name(a.target));
        facts.descendants(function.node).into_iter().any(|n| match facts.kind(n) {
            Kind::If { condition, then, .. } => {
                facts.span(n).end <= facts.span(model.node).start
                    && asks(*condition)
                    && facts.descendants(*then).into_iter().any(sets)
            }
            _ => false,
        })
    }
}
