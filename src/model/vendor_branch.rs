//! Branches for one vendor: `if provider == "anthropic"`, `match provider { "anthropic" => … }`.

use super::Project;
use super::index::constant;
use super::value::NodeRef;
use crate::facts::{BinaryOp, Kind, NodeId};

impl Project {
    /// Whether a place runs only where something was found to be Claude's, or Anthropic's.
    pub(super) fn is_in_claude_branch(&self, at: NodeRef) -> bool {
        let facts = self.facts(at.file);
        let mut from = at.node;
        for node in facts.ancestors(at.node).skip(1) {
            match facts.kind(node) {
                Kind::If { condition, then, .. }
                    if *then == from && self.finds_claude(at.sibling(*condition)) =>
                {
                    return true;
                }
                Kind::Match(m) => {
                    let arm = m.arms.iter().find(|arm| arm.body == from);
                    if arm.is_some_and(|arm| {
                        !arm.patterns.is_empty()
                            && arm.patterns.iter().all(|&p| self.is_claude_text(at.sibling(p)))
                    }) {
                        return true;
                    }
                }
                Kind::Function(_) => return false,
                _ => {}
            }
            from = node;
        }
        false
    }

    /// Whether a condition holds only where a name of Claude or its vendor was found.
    fn finds_claude(&self, condition: NodeRef) -> bool {
        let file = self.file(condition.file);
        let facts = &file.facts;
        let text = |n: NodeId| self.is_claude_text(condition.sibling(n));
        match facts.kind(condition.node) {
            Kind::Binary { op: BinaryOp::And, left, right } => {
                self.finds_claude(condition.sibling(*left)) || self.finds_claude(condition.sibling(*right))
            }
            Kind::Binary { op: BinaryOp::Eq | BinaryOp::Is, left, right } => text(*left) || text(*right),
            // `"anthropic" in model`
            Kind::Binary { op: BinaryOp::In, left, .. } => text(*left),
            // `model.startsWith("anthropic.")`
            Kind::Call(call) => match facts.kind(call.callee) {
                Kind::Member { name, .. } => {
                    file.sdk.has_word("test", &format!(".{name}"))
                        && call.args.first().is_some_and(|a| text(a.value))
                }
                _ => false,
            },
            _ => false,
        }
    }

    fn is_claude_text(&self, at: NodeRef) -> bool {
        constant(self.facts(at.file), at.node).is_some_and(|text| {
            let text = text.to_lowercase();
            text.starts_with("anthropic") || text.contains("claude")
        })
    }
}
