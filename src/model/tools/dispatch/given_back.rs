//! Calls that a function picks out of an answer and gives back: whoever asked for them runs them.

use super::ToolDispatch;
use super::parts::Part;
use crate::facts::Kind;
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

    /// Where such a call is run: by its name, beside the result that is written for it.
    pub fn run_elsewhere(&self, dispatch: &ToolDispatch) -> Option<NodeRef> {
        if !self.is_run_elsewhere(dispatch) {
            return None;
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
}
