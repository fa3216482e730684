//! Mentions of the end of a stream that nothing comes of.

use super::super::Project;
use crate::facts::{Kind, NodeId};
use crate::lang::Language;
use crate::model::values::value::NodeRef;

impl Project {
    /// Whether an event is named where nothing is done about it, or only something shown: `"message_stop" => {}` in a
    /// loop over them. What is called for one event says nothing of those who call it.
    pub(super) fn is_passed_by(&self, at: NodeRef) -> bool {
        let facts = self.facts(at.file);
        let mut around =
            facts.ancestors(at.node).take_while(|&n| !matches!(facts.kind(n), Kind::Function(_)));
        if !around.any(|n| matches!(facts.kind(n), Kind::Loop(_))) {
            return false;
        }
        self.branch_for(at).is_some_and(|branch| self.has_no_effect(branch, true))
            || self.is_given_to_a_log(at)
    }

    /// Whether an event is named where nothing at all is done about it.
    pub(super) fn is_ignored(&self, at: NodeRef) -> bool {
        self.branch_for(at).is_some_and(|branch| self.has_no_effect(branch, false))
    }

    /// Whether a branch does nothing, and a log of it is nothing where that is asked.
    fn has_no_effect(&self, branch: NodeRef, logs: bool) -> bool {
        let facts = self.facts(branch.file);
        let arm = facts.parent(branch.node).is_some_and(|up| matches!(facts.kind(up), Kind::Match(_)));
        let next = |n: NodeId| match facts.kind(n) {
            Kind::Null | Kind::Continue => true,
            // That of a `switch` leaves no loop.
            Kind::Break(None) => arm && self.file(branch.file).language == Language::TypeScript,
            Kind::Call(call) => logs && self.shows_only(branch.sibling(n), call.callee),
            _ => false,
        };
        match facts.kind(branch.node) {
            Kind::Block { body, .. } => body.iter().all(|&n| next(n)),
            _ => next(branch.node),
        }
    }

    /// Whether a value is only shown, by a call that is made for nothing else.
    fn is_given_to_a_log(&self, at: NodeRef) -> bool {
        let facts = self.facts(at.file);
        let mut around = facts.ancestors(at.node).skip(1).take(MAX_STEPS);
        around.any(|n| matches!(facts.kind(n), Kind::Call(c) if self.shows_only(at.sibling(n), c.callee)))
    }
}

/// Steps from a value to the call that shows it.
const MAX_STEPS: usize = 8;
