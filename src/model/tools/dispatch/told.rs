//! Calls of tools that are answered with text instead of a result.

use super::kind::KindTest;
use crate::facts::{CallStyle, Kind, Name, NodeId};
use crate::model::Project;
use crate::model::names::index::{last_name, path_name};
use crate::model::names::words::snake;
use crate::model::tools::ToolRoad;
use crate::model::values::value::NodeRef;

/// Results of one file that are looked at.
const MAX_RESULTS: usize = 64;

/// A way through the handling of a tool call that ends with text in the place of its result.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ToldInText {
    /// The text.
    pub at: NodeRef,
    /// The result that is written to the same list on another way.
    pub result: NodeRef,
}

impl Project {
    /// Every such way, in file order.
    pub fn told_in_text(&self) -> Vec<ToldInText> {
        let mut out: Vec<ToldInText> = Vec::new();
        let near = match self.tool_results().is_empty() {
            true => return out,
            false => self.files_near_requests(),
        };
        let mut seen: Vec<(NodeRef, Name)> = Vec::new();
        for result in self.tool_results() {
            let at = result.at;
            if result.road != ToolRoad::Messages || !near.contains(&at.file) || self.is_test(at) {
                continue;
            }
            let Some(list) = self.pushed_to(at) else { continue };
            let Some(branch) = self.tool_use_branch(at) else { continue };
            let known = seen.iter().filter(|s| s.0.file == at.file).count();
            if known >= MAX_RESULTS || seen.contains(&(branch, list.clone())) {
                continue;
            }
            seen.push((branch, list.clone()));
            for node in self.facts(branch.file).descendants(branch.node) {
                if let Some(text) = self.text_then_leaves(branch.sibling(node), &list)
                    && !out.iter().any(|t| t.at == text)
                {
                    out.push(ToldInText { at: text, result: at });
                }
            }
        }
        out.sort_by_key(|t| t.at);
        out
    }

    /// The list that a record is pushed to.
    fn pushed_to(&self, record: NodeRef) -> Option<Name> {
        let facts = self.facts(record.file);
        let mut from = record.node;
        for up in facts.ancestors(record.node).skip(1) {
            match facts.kind(up) {
                Kind::Cast { .. } => from = up,
                Kind::Call(c) if c.style == CallStyle::Macro => from = up,
                Kind::Call(c) if c.args.iter().any(|a| a.value == from) => {
                    return path_name(facts, self.file(record.file).list_added_to(c)?);
                }
                _ => return None,
            }
        }
        None
    }

    /// The code around a node that runs for calls of tools only.
    fn tool_use_branch(&self, at: NodeRef) -> Option<NodeRef> {
        let facts = self.facts(at.file);
        let mut from = at.node;
        for up in facts.ancestors(at.node).skip(1) {
            match facts.kind(up) {
                Kind::If { condition, then, .. }
                    if *then == from && self.kind_test(at.sibling(*condition)) == Some(KindTest::Is) =>
                {
                    return Some(at.sibling(*then));
                }
                Kind::Match(m) if m.subject != from => {
                    let arm = m.arms.iter().find(|a| a.span.contains(facts.span(from)))?;
                    if arm.patterns.iter().any(|&p| self.asks_for_tool_use(at.sibling(p))) {
                        return Some(at.sibling(arm.body));
                    }
                }
                _ => {}
            }
            from = up;
        }
        None
    }

    /// The text that a block of statements pushes to a list before it leaves, with no result.
    fn text_then_leaves(&self, block: NodeRef, list: &Name) -> Option<NodeRef> {
        let facts = self.facts(block.file);
        let Kind::Block { body, .. } = facts.kind(block.node) else { return None };
        let leaves = body
            .last()
            .is_some_and(|&l| matches!(facts.kind(l), Kind::Break(_) | Kind::Return(None) | Kind::Continue));
        let parent = facts.parent(block.node)?;
        let Kind::If { condition, then, .. } = facts.kind(parent) else { return None };
        if !leaves || *then != block.node || self.asks_for_id(block.sibling(*condition)) {
            return None;
        }
        let mut text = None;
        for node in facts.descendants(block.node) {
            let at = block.sibling(node);
            match self.block_type(at).as_deref() {
                Some("text") if text.is_none() && self.pushed_to(at).as_ref() == Some(list) => {
                    text = Some(at)
                }
                Some("tool_result") => return None,
                _ => {}
            }
            // Whatever may write the result.
            if let Kind::Call(c) = facts.kind(node)
                && let Some(name) = last_name(facts, c.callee)
                && (snake(&name).contains("result") || snake(&name).contains("answer"))
            {
                return None;
            }
        }
        text
    }

    /// Whether a condition asks for an id or for the form in which tools are called.
    fn asks_for_id(&self, at: NodeRef) -> bool {
        let facts = self.facts(at.file);
        let asks = |n: NodeId| match facts.kind(n) {
            Kind::Name(name) | Kind::Member { name, .. } => {
                snake(name).split('_').any(|w| matches!(w, "id" | "protocol" | "native" | "xml" | "legacy"))
            }
            _ => false,
        };
        facts.descendants(at.node).into_iter().any(asks)
    }
}
