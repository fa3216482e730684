//! Stop reasons that are looked at after the tools were run.

use crate::facts::Kind;
use crate::model::dispatch::ToolDispatch;
use crate::model::dispatch::parts::Part;
use crate::model::response::Use;
use crate::model::value::{Hop, NodeRef, Response, Value};
use crate::model::{Project, enclosing_function};
use crate::source::Span;

impl Project {
    /// Whether a request or the call that leads to it, the dispatch of its calls and a read of its
    /// stop reason stand in this order in one function: what is read there comes after the tools
    /// were run.
    pub(super) fn is_too_late(&self, read: NodeRef, response: &Response, dispatch: &ToolDispatch) -> bool {
        let facts = self.facts(dispatch.at.file);
        let function = enclosing_function(facts, dispatch.at.node);
        let run = self.run_span(dispatch);
        let beside = |n: NodeRef| n.file == dispatch.at.file && enclosing_function(facts, n.node) == function;
        let mut sent = response.hops.iter().filter_map(|hop| match hop {
            Hop::Return(call) => Some(*call),
            Hop::Argument(_) => None,
        });
        beside(read)
            && run.end <= facts.span(read.node).start
            && sent
                .find(|&call| beside(call))
                .or(Some(response.request))
                .is_some_and(|call| beside(call) && facts.span(call.node).end <= run.start)
    }

    /// Where the calls of a dispatch are run: one that is picked of several may be run further down.
    fn run_span(&self, dispatch: &ToolDispatch) -> Span {
        let facts = self.facts(dispatch.at.file);
        let pick = facts.span(dispatch.at.node);
        if dispatch.each {
            return pick;
        }
        if let Some(run) = self.picked_run(dispatch) {
            return facts.span(run.node);
        }
        // `run({ tool: use.name, given: use.input })`
        let Some(scope) = self.handling(dispatch) else { return pick };
        let parts = self.block_parts(dispatch.at, dispatch.each, scope);
        let input = facts.descendants(scope.node).into_iter().filter(|&n| {
            facts.span(n).start >= pick.end && self.part_of(scope.sibling(n), &parts) == Some(Part::Input)
        });
        input.map(|n| facts.span(n)).min_by_key(|span| span.start).unwrap_or(pick)
    }

    /// Whether an answer was given back by the function that runs its calls before it is looked at.
    pub(super) fn was_given_back(&self, used: &Use, response: &Response, dispatch: &ToolDispatch) -> bool {
        let Some(function) = self.function_of(dispatch.at) else { return false };
        if matches!(self.kind(function), Kind::Function(f) if f.is_generator) {
            return false;
        }
        // In a record or list: behind the call of that function.
        let reader = self.function_of(used.at).filter(|f| *f != function);
        let behind = |call: &NodeRef| {
            call.file == used.at.file
                && self.function_of(*call) == reader
                && self.facts(call.file).span(call.node).end <= self.facts(call.file).span(used.at.node).start
        };
        if reader.is_some()
            && used.response.hops == response.hops
            && self.callers(function).iter().any(behind)
        {
            return true;
        }
        used.response.hops.iter().any(|hop| match hop {
            Hop::Return(call) if !response.hops.contains(hop) => {
                self.callee_of(*call).is_some_and(|callee| {
                    let values = self.eval(callee);
                    !values.is_empty() && values.iter().all(|v| *v == Value::Function(function))
                })
            }
            _ => false,
        })
    }
}
