//! Whether someone looks if an answer has a block at all.

use super::index::MAX_NAMES;
use crate::facts::{Handler, Kind, NodeId};
use crate::model::Project;
use crate::model::names::index::constant;
use crate::model::response::{Use, What};
use crate::model::values::value::NodeRef;

/// Steps from a value to the condition it is tested in.
const MAX_STEPS: usize = 12;

impl Project {
    /// Whether the function around a use asks if the block at a position is there, or gets nothing
    /// rather than a failure where it is not.
    pub(in crate::model) fn is_block_there(&self, used: NodeRef, pick: NodeRef, position: i32) -> bool {
        let file = self.file(used.file);
        let facts = &file.facts;
        // `content.first()` gives nothing; only an index fails by itself.
        let fails = match facts.kind(pick.node) {
            Kind::Index { object, .. } => {
                let keyed = matches!(facts.kind(*object), Kind::Index { index, .. } if constant(facts, *index).is_some());
                !(keyed && file.sdk.has_word("index-gives-nothing", "key"))
            }
            Kind::Name(_) => true,
            _ => false,
        };
        if !fails || self.is_index_error_seen(pick) {
            return true;
        }
        let root = self.block_scope(used);
        facts.descendants(root).into_iter().any(|node| {
            let at = used.sibling(node);
            match facts.kind(node) {
                Kind::Member { object, optional: true, .. } => self.picks(used.sibling(*object), position),
                Kind::Name(_) | Kind::Member { .. } | Kind::Index { .. } | Kind::Call(_) => {
                    self.is_condition(at) && (self.is_content(at, MAX_NAMES) || self.picks(at, position))
                }
                _ => false,
            }
        })
    }

    fn picks(&self, at: NodeRef, position: i32) -> bool {
        self.pick(at, MAX_NAMES).is_some_and(|(_, other)| other == position)
    }

    /// Whether a value, or how long it is, decides which way is taken.
    pub(in crate::model) fn is_condition(&self, at: NodeRef) -> bool {
        let file = self.file(at.file);
        let facts = &file.facts;
        let mut from = at.node;
        for node in facts.ancestors(at.node).skip(1).take(MAX_STEPS) {
            match facts.kind(node) {
                Kind::If { condition, .. } => return *condition == from,
                Kind::Loop(l) => return l.condition == Some(from),
                Kind::Assert { .. } => return true,
                Kind::Binary { op, left, .. } if op.may_skip_right() && *left == from => return true,
                Kind::Unary { .. } | Kind::Binary { .. } | Kind::Cast { .. } => {}
                Kind::Member { name, .. } if file.sdk.has_word("how-many", name) => {}
                Kind::Call(call) => {
                    let counts = file.named_in(call.callee, "how-many");
                    if !counts {
                        return false;
                    }
                }
                _ => return false,
            }
            from = node;
        }
        false
    }

    /// Whether a handler around a place catches the failure of an index out of range by its name, or goes
    /// on without the answer whatever fails there. One that only throws another error does neither: an
    /// answer without a block is told as a failure of the program.
    fn is_index_error_seen(&self, at: NodeRef) -> bool {
        let file = self.file(at.file);
        let facts = &file.facts;
        let named = |t: &NodeId| facts.descendants(*t).into_iter().any(|n| file.named_in(n, "index-errors"));
        let general = |&ty: &NodeId| file.named_in(ty, "catch-all-errors");
        let goes_on = |h: &Handler| {
            let whatever = h.types.is_empty() || h.types.iter().any(general);
            let throws = |n: NodeId| matches!(facts.kind(n), Kind::Throw(_));
            whatever && !facts.descendants(h.body).into_iter().any(throws)
        };
        let catches = |h: &Handler| h.types.iter().any(named) || goes_on(h);
        let mut from = at.node;
        facts.ancestors(at.node).skip(1).any(|node| {
            let inside =
                matches!(facts.kind(node), Kind::Try(t) if t.body == from && t.handlers.iter().any(catches));
            from = node;
            inside
        })
    }

    /// Whether the stop reason of an answer is read before its text, which tells refusals apart.
    pub fn is_stop_read_before(&self, answer: NodeRef, used: &Use) -> bool {
        let function = self.function_of(used.at);
        self.uses(answer).iter().any(|other| {
            other.what == What::Stop
                && other.covers(used)
                && (self.function_of(other.at) != function || other.at < used.at)
        })
    }
}
