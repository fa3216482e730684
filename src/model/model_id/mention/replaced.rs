//! Names that a program takes for a model and replaces before it sends them.

use crate::facts::{BinaryOp, Kind, NodeId, StrPart};
use crate::model::index::constant;
use crate::model::value::NodeRef;
use crate::model::{Project, Request, enclosing_function};

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

    /// Whether a text is put together around a variable that a question on the way there is about:
    /// `if name.startswith("x/"): name = "us." + name`. What is known to be in it need not come that way.
    pub(super) fn is_joined_under_question(&self, joined: NodeRef) -> bool {
        let facts = self.facts(joined.file);
        let holes = match facts.kind(joined.node) {
            Kind::Str(parts) => parts.iter().any(|p| matches!(p, StrPart::Hole(_))),
            Kind::Binary { op: BinaryOp::Add, .. } => true,
            _ => false,
        };
        if !holes {
            return false;
        }
        let named = |n: NodeId| match facts.kind(n) {
            Kind::Name(name) => Some(name.clone()),
            _ => None,
        };
        let inside: Vec<_> = facts.descendants(joined.node).into_iter().filter_map(named).collect();
        let asks = |condition: NodeId| {
            facts.descendants(condition).into_iter().filter_map(named).any(|name| inside.contains(&name))
        };
        let function = enclosing_function(facts, joined.node);
        let mut from = joined.node;
        for around in facts.ancestors(joined.node).skip(1).take_while(|&n| Some(n) != function) {
            let asked = match facts.kind(around) {
                Kind::If { condition, .. } => *condition != from && asks(*condition),
                Kind::Match(m) => m.subject != from && asks(m.subject),
                // `if "." in name: return name`
                Kind::Block { body, .. } => {
                    body.iter().take_while(|&&s| s != from).any(|&s| match facts.kind(s) {
                        Kind::If { condition, then, .. } => {
                            asks(*condition) && self.leaves_block(joined.sibling(*then))
                        }
                        _ => false,
                    })
                }
                _ => false,
            };
            if asked {
                return true;
            }
            from = around;
        }
        false
    }
}
