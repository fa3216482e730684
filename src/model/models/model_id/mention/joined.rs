//! Ids that are put together of parts.

use crate::facts::{BinaryOp, Kind, NodeId, StrPart};
use crate::model::values::value::NodeRef;
use crate::model::{Project, enclosing_function};

impl Project {
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
