//! Requests that race for the first answer.

use crate::facts::{Kind, NodeId};
use crate::model::Project;
use crate::model::names::index::last_name;
use crate::model::names::scope::Origin;
use crate::model::values::value::NodeRef;

/// A call that takes the first of several answers.
#[derive(Clone, Debug)]
pub struct Race {
    /// The call.
    pub at: NodeRef,
    /// What in it leads to requests, one for each competitor.
    pub requests: Vec<NodeRef>,
}

impl Project {
    /// Every call that takes the first of several results, with those of them that are requests.
    pub fn races(&self) -> Vec<Race> {
        let mut out = Vec::new();
        if self.requests().is_empty() {
            return out;
        }
        let senders = self.sending_functions();
        for (file, model) in self.file_ids() {
            for node in model.facts.ids() {
                let at = NodeRef { file, node };
                let Kind::Call(c) = model.facts.kind(node) else { continue };
                let Some(name) = last_name(&model.facts, c.callee) else { continue };
                if !model.sdk.ends_word("race", &name) || !self.takes_first(at) {
                    continue;
                }
                let known = self.is_listed("race", at.sibling(c.callee));
                let Some(first) = c.args.first() else { continue };
                if known {
                    let entries = self.race_entries(at.sibling(first.value), 0);
                    let requests =
                        entries.into_iter().filter(|&e| self.request_reached(e, &senders).is_some());
                    out.push(Race { at, requests: requests.collect() });
                }
            }
        }
        out
    }

    /// `asyncio.wait` waits for all unless told otherwise.
    fn takes_first(&self, at: NodeRef) -> bool {
        let Kind::Call(c) = self.kind(at) else { return false };
        let file = self.file(at.file);
        let mut waits = c.args.iter().filter(|a| a.name.as_ref().is_some_and(|n| &**n == "return_when"));
        match waits.next() {
            Some(arg) => file.named_in(arg.value, "first-of-all"),
            None => !file.named_in(c.callee, "race-options"),
        }
    }

    /// The elements of a list, those of variables that hold them included.
    fn race_entries(&self, at: NodeRef, depth: u32) -> Vec<NodeRef> {
        if depth > 4 {
            return Vec::new();
        }
        let model = self.file(at.file);
        match model.facts.kind(at.node) {
            Kind::List(items) => {
                items.iter().flat_map(|&n: &NodeId| self.race_behind(at.sibling(n))).collect()
            }
            Kind::Name(name) => {
                let defs = model.scopes.lookup(&model.facts, name, at.node);
                let values = defs.iter().filter_map(|d| match &d.origin {
                    Origin::Value { expr, path } if path.is_empty() => Some(at.sibling(*expr)),
                    _ => None,
                });
                values.flat_map(|v| self.race_entries(v, depth + 1)).collect()
            }
            _ => Vec::new(),
        }
    }

    /// What a variable was set to; anything else as it is.
    fn race_behind(&self, at: NodeRef) -> Vec<NodeRef> {
        let model = self.file(at.file);
        let Kind::Name(name) = model.facts.kind(at.node) else { return vec![at] };
        let defs = model.scopes.lookup(&model.facts, name, at.node);
        let values = defs.iter().filter_map(|d| match &d.origin {
            Origin::Value { expr, path } if path.is_empty() => Some(at.sibling(*expr)),
            _ => None,
        });
        values.take(1).collect()
    }

    /// Whether the function around a node cancels or aborts something.
    pub fn cancels_work(&self, at: NodeRef) -> bool {
        let facts = self.facts(at.file);
        let root = self.outermost_function(at).map_or(NodeId::ROOT, |f| f.node);
        facts.descendants(root).into_iter().any(|n| {
            let name = match facts.kind(n) {
                Kind::Name(name) => name,
                Kind::Member { name, .. } => name,
                _ => return false,
            };
            self.has_part(at, "cancel-parts", name)
        })
    }
}
