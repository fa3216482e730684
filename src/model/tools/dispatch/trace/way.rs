//! A way from the id of a tool result to the blocks it was taken from.

use crate::facts::{Name, NodeId, Record};
use crate::model::names::scope::Step;
use crate::model::values::value::NodeRef;

/// A way from an id to the blocks it was taken from.
#[derive(Clone, Debug)]
pub(in crate::model::tools::dispatch) struct Way {
    /// The loop, comprehension or call that goes through the blocks.
    pub(in crate::model::tools::dispatch) turn: Option<NodeRef>,
    /// Where one of them is picked.
    pub(in crate::model::tools::dispatch) pick: Option<NodeRef>,
    /// The blocks.
    pub(in crate::model::tools::dispatch) source: NodeRef,
    /// Calls of helpers, the nearest to the id first.
    pub(in crate::model::tools::dispatch) calls: Vec<NodeRef>,
    /// The steps that lead from what is followed to the id, the innermost first.
    pub(in crate::model::tools::dispatch) steps: Vec<Step>,
}

impl Way {
    /// The way from what holds a field to the id.
    pub(super) fn below(mut self, key: Name) -> Self {
        self.steps.push(Step::Key(key));
        self
    }

    /// The same for the fields that a pattern takes out.
    pub(super) fn below_all(mut self, path: &[Step]) -> Self {
        let inside = |step: &&Step| matches!(step, Step::Key(_) | Step::Item(_));
        self.steps.extend(path.iter().rev().filter(inside).cloned());
        self
    }

    /// The way from something that is the id itself.
    pub(super) fn anew(mut self) -> Self {
        self.steps.clear();
        self
    }

    /// The entry of a record that the way leads through.
    pub(super) fn part_of(&self, at: NodeRef, record: &Record) -> Option<NodeRef> {
        let Step::Key(key) = self.steps.last()? else { return None };
        Some(at.sibling(record.value_of(key)?))
    }

    /// The item of a list or tuple that the way leads through.
    pub(super) fn item_of(&self, at: NodeRef, items: &[NodeId]) -> Option<NodeRef> {
        let Step::Item(position) = self.steps.last()? else { return None };
        items.get(*position as usize).map(|&item| at.sibling(item))
    }
}
