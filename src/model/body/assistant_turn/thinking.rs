//! Turns of the assistant that are written anew without their thinking, although the request asks for it.

use super::TextOnlyTurn;
use super::blocks::MAX_LISTS;
use crate::facts::Kind;
use crate::model::values::value::{Field, NodeRef};
use crate::model::{AgentLoop, Project, Request};

impl Project {
    /// The turns of which an agent loop keeps calls of tools and texts, block by block, where thinking is certainly
    /// asked for: the blocks of that have to come back before the calls.
    pub fn turns_without_thinking(&self, around: &AgentLoop) -> Vec<TextOnlyTurn> {
        let mut requests = around.turns.iter().map(|turn| self.request_at(turn.request));
        let Some(Some(request)) = requests.next() else { return Vec::new() };
        if !self.asks_for_thinking(request) || requests.any(|r| !r.is_some_and(|r| self.asks_for_thinking(r)))
        {
            return Vec::new();
        }
        let region = match self.kind(around.at) {
            Kind::Loop(_) => self.loop_region(around.at),
            _ => self.function_region(around.at),
        };
        let mut out = Vec::new();
        for &node in &region.nodes {
            let Some(content) = self.assistant_content(node) else { continue };
            let mut blocks = Vec::new();
            let kinds = self.add_blocks(content, MAX_LISTS, &mut blocks).and_then(|()| {
                let kinds: Option<Vec<String>> = blocks
                    .iter()
                    .map(|&block| self.text(self.written_field(block, "type")?).known())
                    .collect();
                kinds
            });
            // Something else is kept: perhaps all of it.
            let Some(kinds) = kinds.filter(|all| all.iter().all(|k| matches!(&**k, "text" | "tool_use")))
            else {
                return Vec::new();
            };
            if kinds.iter().any(|kind| kind == "tool_use")
                && !self.is_given_to_others(content)
                && !self.leaves_after(node, around.at)
            {
                out.push(TextOnlyTurn { at: content, request: request.at });
            }
        }
        out
    }

    /// Whether a list is handed by its name to a call that may put something into it.
    fn is_given_to_others(&self, list: NodeRef) -> bool {
        let file = self.file(list.file);
        let Kind::Name(name) = file.facts.kind(list.node) else { return false };
        let looks = |callee: NodeRef| {
            self.is_logger(callee)
                || self.last_name_at(callee).is_some_and(|n| {
                    file.sdk.in_lists(&["gather", "json-writers", "looks-at-nothing", "test"], &n)
                })
        };
        file.names(name).iter().any(|&mention| {
            let call = file.facts.parent(mention).map(|p| file.facts.kind(p));
            matches!(call, Some(Kind::Call(c)) if c.callee != mention && !looks(list.sibling(c.callee)))
                && self.function_of(list.sibling(mention)) == self.function_of(list)
        })
    }

    /// Whether a request certainly has thinking with a budget.
    fn asks_for_thinking(&self, request: &Request) -> bool {
        let enabled = |&at: &NodeRef| {
            self.json(at).get("type").and_then(|t| t.text()).is_some_and(|kind| kind == "enabled")
        };
        match self.body_field(request, "thinking") {
            Field::Known(nodes) => !nodes.is_empty() && nodes.iter().all(enabled),
            _ => false,
        }
    }
}
