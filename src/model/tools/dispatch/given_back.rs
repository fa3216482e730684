//! Calls that a function picks out of an answer and gives back: whoever asked for them runs them.

use super::ToolDispatch;
use super::parts::Part;
use crate::facts::{Kind, NodeId};
use crate::model::values::value::NodeRef;
use crate::model::{Project, enclosing_function};

impl Project {
    /// Whether a function picks a call of a tool and gives it back with its input.
    pub(super) fn gives_call_back(&self, pick: NodeRef) -> bool {
        let Some(turn) = self.loop_around_def(pick) else {
            return self.named_function(pick).is_some_and(|f| self.return_values(f).contains(&pick));
        };
        let Kind::Loop(l) = self.kind(turn) else { return false };
        let parts = self.block_parts(turn, true, turn.sibling(l.body));
        self.mentions_part(pick, &parts, |part| matches!(part, Part::Input | Part::Whole))
    }

    /// Whether the call that a dispatch picks is run in another function, which it is given back to.
    pub(super) fn is_run_elsewhere(&self, dispatch: &ToolDispatch) -> bool {
        let Some(pick) = dispatch.pick else { return false };
        let function = self.named_function(pick);
        let here = |at: &NodeRef| at.file == pick.file && self.named_function(*at) == function;
        let run = if dispatch.results.is_empty() { &dispatch.calls } else { &dispatch.results };
        !run.is_empty() && !run.iter().any(here) && self.gives_call_back(pick)
    }

    /// Where such a call is run: by its name, beside the result that is written for it, or in a loop of its own
    /// before the one that writes the results.
    pub fn run_elsewhere(&self, dispatch: &ToolDispatch) -> Option<NodeRef> {
        if !self.is_run_elsewhere(dispatch) {
            return self.run_before(dispatch);
        }
        if dispatch.results.is_empty() {
            return dispatch.calls.first().copied();
        }
        dispatch.results.iter().find_map(|result| {
            let facts = self.facts(result.file);
            let mut inside = facts.descendants(enclosing_function(facts, result.node)?);
            inside.sort_unstable();
            let mut inside = inside.into_iter().map(|n| result.sibling(n));
            inside.find(|&at| match self.kind(at) {
                Kind::Call(call) => self.input_of_run(at, call).is_some(),
                _ => false,
            })
        })
    }
    /// The first call that runs a tool out of the same blocks before a loop that runs none.
    pub(super) fn run_before(&self, dispatch: &ToolDispatch) -> Option<NodeRef> {
        let file = self.file(dispatch.at.file);
        let facts = &file.facts;
        let Kind::Loop(_) = facts.kind(dispatch.at.node) else { return None };
        let runs = |n: NodeId| match facts.kind(n) {
            Kind::Call(call) => self.input_of_run(dispatch.at.sibling(n), call).is_some(),
            _ => false,
        };
        if facts.descendants(dispatch.at.node).into_iter().any(runs) {
            return None;
        }
        let blocks =
            (dispatch.source.file == dispatch.at.file).then(|| file.text_of(dispatch.source.node))?;
        let mut before = facts.descendants(enclosing_function(facts, dispatch.at.node)?);
        before.retain(|&n| n < dispatch.at.node);
        before.sort_unstable();
        // The same words for the blocks of another answer.
        let set: Vec<NodeId> = before
            .iter()
            .copied()
            .filter(|&n| match facts.kind(n) {
                Kind::Assign(a) => blocks.starts_with(file.text_of(a.target)),
                _ => false,
            })
            .collect();
        let stands = |from: NodeId| !set.iter().any(|&n| n > from);
        before.into_iter().find_map(|n| match facts.kind(n) {
            Kind::Loop(l)
                if stands(n) && l.iterable.is_some_and(|blocks_of| file.text_of(blocks_of) == blocks) =>
            {
                let mut inside = facts.descendants(l.body);
                inside.sort_unstable();
                inside.into_iter().find(|&n| runs(n)).map(|n| dispatch.at.sibling(n))
            }
            _ => None,
        })
    }
}
