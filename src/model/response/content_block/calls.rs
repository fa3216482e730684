//! Whether a call of a tool is looked for in one block only: one that stands behind a text is lost.

use super::index::MAX_NAMES;
use crate::facts::{BinaryOp, Kind, NodeId};
use crate::model::Project;
use crate::model::names::index::last_name;
use crate::model::values::value::NodeRef;

impl Project {
    /// Whether the function around a use asks if the block at a position calls a tool, and looks at no
    /// other block.
    pub(super) fn loses_calls(&self, used: NodeRef, position: i32) -> bool {
        let facts = self.facts(used.file);
        let nodes = facts.descendants(self.block_scope(used));
        let picks = |n: NodeId| self.pick(used.sibling(n), MAX_NAMES).is_some_and(|(_, p)| p == position);
        let looks = |n: NodeId| self.looks_at_type(used.sibling(n), position);
        let asked = nodes.iter().any(|&n| match facts.kind(n) {
            Kind::If { condition, .. } => {
                self.asks_for_tool_use(used.sibling(*condition))
                    && facts.descendants(*condition).into_iter().any(looks)
            }
            Kind::Match(m) => {
                (picks(m.subject) || looks(m.subject))
                    && m.arms
                        .iter()
                        .flat_map(|arm| &arm.patterns)
                        .any(|&p| self.asks_for_tool_use(used.sibling(p)))
            }
            _ => false,
        });
        let all =
            |&n: &NodeId| self.goes_through_blocks(used.sibling(n)) || self.counts_blocks(used.sibling(n));
        asked && !nodes.iter().any(all)
    }

    /// Whether it is asked if an answer has just so many blocks: `len(reply.content) == 1`.
    fn counts_blocks(&self, at: NodeRef) -> bool {
        let file = self.file(at.file);
        let Kind::Binary { op: BinaryOp::Eq | BinaryOp::Ne, left, right } = file.facts.kind(at.node) else {
            return false;
        };
        let counted = |n: NodeId| {
            self.length_of(at.sibling(n)).is_some_and(|content| self.is_content(content, MAX_NAMES))
        };
        let some = |n: NodeId| file.number_of(n).is_some_and(|n| n >= 1.0);
        counted(*left) && some(*right) || counted(*right) && some(*left)
    }

    /// `[Content::Text { text, .. }, ..] => …, [Content::ToolUse { … }, ..] => …`: the same by patterns of
    /// a list of which only the first items are looked at.
    pub(super) fn loses_calls_by_pattern(&self, bound: NodeRef) -> bool {
        let facts = self.facts(bound.file);
        let around = facts.ancestors(bound.node).find_map(|n| match facts.kind(n) {
            Kind::Match(m) => Some(m),
            _ => None,
        });
        let Some(m) = around else { return false };
        let calls = |&pattern: &NodeId| match facts.kind(pattern) {
            Kind::List(items) => match items[..] {
                [first, .., last] => {
                    self.asks_for_tool_use(bound.sibling(first))
                        && !self.asks_for_tool_use(bound.sibling(last))
                        && self.file(bound.file).text_of(last).starts_with("..")
                }
                _ => false,
            },
            _ => false,
        };
        let nodes = facts.descendants(self.block_scope(bound));
        m.arms.iter().flat_map(|arm| &arm.patterns).any(calls)
            && !nodes.iter().any(|&n| self.goes_through_blocks(bound.sibling(n)))
    }

    /// Whether an expression is the content of an answer and all of its blocks are looked at there, or
    /// may be: it is gone through, handed on or given back.
    fn goes_through_blocks(&self, at: NodeRef) -> bool {
        let file = self.file(at.file);
        let facts = &file.facts;
        let Some(parent) = facts.parent(at.node) else { return false };
        let candidate = match facts.kind(parent) {
            Kind::Loop(l) => l.iterable == Some(at.node),
            Kind::Comprehension(c) => c.clauses.iter().any(|clause| clause.iterable == at.node),
            Kind::Return(_) => true,
            Kind::Call(call) => {
                call.callee != at.node
                    && !last_name(facts, call.callee)
                        .is_some_and(|n| file.sdk.has_word("how-many", &n) || file.sdk.has_word("log", &n))
            }
            Kind::Member { name, .. } => self.file(at.file).sdk.has_word("through-blocks", name),
            _ => false,
        };
        candidate && self.is_content(at, MAX_NAMES)
    }
}
