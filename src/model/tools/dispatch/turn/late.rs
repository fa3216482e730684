//! Stop reasons that are looked at after the tools were run.

use crate::facts::{BinaryOp, Kind};
use crate::model::response::Use;
use crate::model::tools::dispatch::ToolDispatch;
use crate::model::tools::dispatch::parts::Part;
use crate::model::values::value::{Hop, NodeRef, Response, Value};
use crate::model::{Project, enclosing_function};
use crate::source::Span;

/// Records, lists and the like around a stop reason that is given back.
const MAX_OUT: usize = 8;
/// Callers of a function that runs calls.
const MAX_CALLERS: usize = 8;

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
        let first = input.map(|n| facts.span(n)).min_by_key(|span| span.start);
        // What is only kept here is run by who is given it.
        let kept = facts.parent(dispatch.at.node).is_some_and(|parent| match facts.kind(parent) {
            Kind::Assign(a) => a.target == dispatch.at.node,
            _ => false,
        });
        let end = enclosing_function(facts, scope.node).map_or(u32::MAX, |f| facts.span(f).end);
        first.unwrap_or(if kept { Span { start: end, end } } else { pick })
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

    /// Where the function that a place stands in runs the calls of a dispatch, itself or by the function that does.
    fn run_beside(&self, at: NodeRef, dispatch: &ToolDispatch) -> Option<NodeRef> {
        let function = self.function_of(at)?;
        if self.function_of(dispatch.at) == Some(function) {
            return Some(dispatch.at);
        }
        let runs = self.callers(self.function_of(dispatch.at)?).iter().take(MAX_CALLERS).copied();
        runs.into_iter().find(|&run| self.function_of(run) == Some(function))
    }

    /// Whether a value leaves the function that runs the calls as a part of what it gives back, on a way
    /// that does not run them: `return { text, reason }`.
    pub(super) fn is_given_back_instead(&self, at: NodeRef, dispatch: &ToolDispatch) -> bool {
        let facts = self.facts(at.file);
        let function = enclosing_function(facts, at.node);
        let Some(run) = self.run_beside(at, dispatch) else { return false };
        let is_generator =
            function.is_some_and(|f| matches!(facts.kind(f), Kind::Function(f) if f.is_generator));
        let mut around = facts.ancestors(at.node).skip(1).take(MAX_OUT);
        let given_back = around.find_map(|n| match facts.kind(n) {
            Kind::Record(_) | Kind::List(_) | Kind::Cast { .. } => None,
            Kind::Binary { op: BinaryOp::Or | BinaryOp::Coalesce, .. } => None,
            Kind::Call(c) => {
                let wraps = self.file(at.file).named_in(c.callee, "success-names");
                let makes = |v: &Value| matches!(v, Value::Class(_));
                let made = wraps || self.eval(at.sibling(c.callee)).iter().any(makes);
                (!made).then_some(false)
            }
            Kind::Return(_) => Some(!facts.span(n).contains(facts.span(run.node))),
            _ => Some(false),
        });
        !is_generator && given_back == Some(true)
    }

    /// Whether a value is told in an error that leaves the function which runs the calls:
    /// `raise Stopped(f"stopped by {reason}")`.
    pub(super) fn is_thrown_instead(&self, at: NodeRef, dispatch: &ToolDispatch) -> bool {
        let facts = self.facts(at.file);
        let mut around = facts.ancestors(at.node).skip(1).take(MAX_OUT);
        self.run_beside(at, dispatch).is_some()
            && around
                .find(|&n| matches!(facts.kind(n), Kind::Throw(_) | Kind::Block { .. } | Kind::Function(_)))
                .is_some_and(|n| matches!(facts.kind(n), Kind::Throw(_)))
    }
}
