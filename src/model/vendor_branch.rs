//! Branches for one vendor: `if provider == "anthropic"`, `match provider { "anthropic" => … }`.

use super::Project;
use super::index::constant;
use super::value::NodeRef;
use crate::facts::{BinaryOp, Kind, NodeId};

/// How many calls are followed back to a branch, and of how many callers.
const MAX_CALLS: u32 = 2;
const MAX_CALLERS: usize = 8;

impl Project {
    /// Whether a place runs only where something was found to be Claude's, or Anthropic's.
    pub(super) fn is_in_claude_branch(&self, at: NodeRef) -> bool {
        self.is_in_branch(at, &|text| text.starts_with("anthropic") || text.contains("claude"))
    }

    /// Whether a place runs only where a name of another vendor was found, be it by those who call
    /// the function it is in.
    pub(super) fn is_in_other_branch(&self, at: NodeRef) -> bool {
        self.is_in_other_branch_within(at, MAX_CALLS)
    }

    fn is_in_other_branch_within(&self, at: NodeRef, calls: u32) -> bool {
        let families = self.file(at.file).sdk.words("other-families");
        let named = |text: &str, family: &String| {
            text.strip_prefix(family.as_str()).is_some_and(|rest| !rest.starts_with(char::is_alphabetic))
        };
        if self.is_in_branch(at, &|text| families.iter().any(|family| named(text, family))) {
            return true;
        }
        let Some(function) = self.function_of(at).filter(|_| calls > 0) else { return false };
        let callers = self.callers(function);
        !callers.is_empty()
            && callers.len() <= MAX_CALLERS
            && self.mentions(function).is_empty()
            && callers.iter().all(|&caller| self.is_in_other_branch_within(caller, calls - 1))
    }

    /// Whether a place runs only where a text of a kind, in lower case, was found.
    fn is_in_branch(&self, at: NodeRef, wanted: &dyn Fn(&str) -> bool) -> bool {
        let facts = self.facts(at.file);
        let mut from = at.node;
        for node in facts.ancestors(at.node).skip(1) {
            match facts.kind(node) {
                Kind::If { condition, then, .. }
                    if *then == from && self.finds(at.sibling(*condition), wanted) =>
                {
                    return true;
                }
                Kind::Match(m) => {
                    let arm = m.arms.iter().find(|arm| arm.body == from);
                    if arm.is_some_and(|arm| {
                        !arm.patterns.is_empty()
                            && arm.patterns.iter().all(|&p| self.is_text_like(at.sibling(p), wanted))
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

    /// Whether a condition holds only where such a text was found.
    fn finds(&self, condition: NodeRef, wanted: &dyn Fn(&str) -> bool) -> bool {
        let file = self.file(condition.file);
        let facts = &file.facts;
        let text = |n: NodeId| self.is_text_like(condition.sibling(n), wanted);
        match facts.kind(condition.node) {
            Kind::Binary { op: BinaryOp::And, left, right } => {
                self.finds(condition.sibling(*left), wanted) || self.finds(condition.sibling(*right), wanted)
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

    fn is_text_like(&self, at: NodeRef, wanted: &dyn Fn(&str) -> bool) -> bool {
        constant(self.facts(at.file), at.node).is_some_and(|text| wanted(&text.to_lowercase()))
    }
}
