//! Whether what picks one block of several picks a call of a tool.

use crate::facts::{BinaryOp, Kind};
use crate::model::Project;
use crate::model::names::index::last_name;
use crate::model::names::scope::Origin;
use crate::model::names::words::snake;
use crate::model::values::value::NodeRef;

impl Project {
    /// Whether what picks a block compares ids or names given from elsewhere: then it is a look-up.
    pub(super) fn looks_up(&self, pick: NodeRef) -> bool {
        let facts = self.facts(pick.file);
        facts.descendants(pick.node).into_iter().any(|n| {
            let Kind::Binary { op: BinaryOp::Eq | BinaryOp::Is, left, right } = facts.kind(n) else {
                return false;
            };
            [left, right].into_iter().any(|&side| {
                last_name(facts, side).is_some_and(|n| {
                    let n = snake(&n);
                    n == "id" || n.ends_with("_id")
                })
            })
        })
    }

    /// Whether what is picked is certainly a call of a tool: the answer of a request, or tested for it.
    pub(super) fn picks_tool_use(&self, pick: NodeRef, source: NodeRef) -> bool {
        // The id of what is picked goes into a tool result: of an answer, it can only be a call.
        if !self.answers_of(source).is_empty() {
            return true;
        }
        let mut places = vec![pick, source];
        let facts = self.facts(pick.file);
        // `if let Some(Block::ToolUse { .. }) = blocks.last()`
        let pattern = facts.ancestors(pick.node).skip(1).take(4).find_map(|n| match facts.kind(n) {
            Kind::Let { pattern, .. } => Some(*pattern),
            Kind::Assign(a) => Some(a.target),
            _ => None,
        });
        places.extend(pattern.map(|p| pick.sibling(p)));
        if let Some(turn) = self.loop_around_def(pick) {
            places.push(turn);
        }
        // The list that it is picked from.
        if let Kind::Name(name) = self.kind(source) {
            let defs = self.file(source.file).scopes.lookup(self.facts(source.file), name, source.node);
            places.extend(defs.iter().filter_map(|d| match &d.origin {
                Origin::Value { expr, .. } => Some(source.sibling(*expr)),
                _ => None,
            }));
        }
        places.into_iter().any(|place| self.asks_for_tool_use(place))
    }
}
