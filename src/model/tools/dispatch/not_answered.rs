//! Tool calls that are run and not answered: the model is asked once, and what its tools give goes elsewhere.

use super::ToolDispatch;
use super::kind::KindTest;
use super::parts::{Part, Parts};
use crate::facts::{Call, Kind, LoopKind, NodeId};
use crate::model::names::index::last_name;
use crate::model::names::words::snake;
use crate::model::values::value::NodeRef;
use crate::model::{Project, enclosing_function};

impl Project {
    /// Loops outside of tests over the blocks of an answer that run the tools asked for there, by their name, in
    /// functions that write no results, in file order.
    pub fn unanswered_dispatches(&self) -> Vec<ToolDispatch> {
        let mut out = Vec::new();
        let mut near = None;
        for (file, model) in self.file_ids() {
            let text = &model.source.text;
            let speaks = text.contains("tool_use") || text.contains("ToolUse") || text.contains("toolUse");
            if model.source.role.is_test || !speaks {
                continue;
            }
            if !near.get_or_insert_with(|| self.files_near_requests()).contains(&file) {
                continue;
            }
            for node in model.facts.ids() {
                let Kind::Loop(l) = model.facts.kind(node) else { continue };
                let (LoopKind::ForEach, Some(iterable)) = (l.kind, l.iterable) else { continue };
                let at = NodeRef { file, node };
                if self.asks_for_tool_use(at.sibling(l.body)) && !self.is_test(at) {
                    out.extend(self.unanswered_dispatch(at, at.sibling(iterable)));
                }
            }
        }
        out
    }

    fn unanswered_dispatch(&self, at: NodeRef, source: NodeRef) -> Option<ToolDispatch> {
        let facts = self.facts(at.file);
        let function = enclosing_function(facts, at.node);
        let here = |n: NodeRef| n.file == at.file && enclosing_function(facts, n.node) == function;
        if self.tool_results().iter().any(|r| here(r.at)) || self.tool_dispatches().iter().any(|d| here(d.at))
        {
            return None;
        }
        let responses = self.answers_of(source);
        let forced = responses.iter().any(|r| self.request_at(r.request).is_none_or(|r| self.forces_tool(r)));
        if responses.is_empty() || forced {
            return None;
        }
        let (results, calls) = (Vec::new(), Vec::new());
        let dispatch = ToolDispatch { at, each: true, pick: None, source, results, responses, calls };
        let scope = self.handling(&dispatch)?;
        let parts = self.block_parts(at, true, scope);
        let runs = |n: NodeId| match facts.kind(n) {
            Kind::Call(call) => self.runs_by_name(at.sibling(n), call, &parts, scope),
            _ => false,
        };
        facts.descendants(scope.node).into_iter().any(runs).then_some(dispatch)
    }

    /// Whether a call is given the name of a tool and its input, or is one of a tool that was found by its name, and
    /// says that it runs something, where the block is known to be a call.
    fn runs_by_name(&self, at: NodeRef, call: &Call, parts: &Parts, scope: NodeRef) -> bool {
        let file = self.file(at.file);
        let facts = &file.facts;
        let given =
            |part: Part| call.args.iter().any(|a| self.part_of(at.sibling(a.value), parts) == Some(part));
        let found = self.part_of(at.sibling(call.callee), parts) == Some(Part::Tool);
        let named = || {
            let Some(name) = last_name(facts, call.callee) else { return false };
            let name = snake(&name);
            let first = name.trim_start_matches('_').split('_').next().unwrap_or_default();
            file.sdk.has_word("tool-run-names", first)
        };
        if !given(Part::Input) || !found && !(given(Part::Name) && named()) {
            return false;
        }
        let span = facts.span(at.node);
        facts.ancestors(at.node).take_while(|&n| n != scope.node).any(|n| match facts.kind(n) {
            Kind::If { condition, then, .. } => {
                facts.span(*then).contains(span)
                    && matches!(self.kind_test(at.sibling(*condition)), Some(KindTest::Is | KindTest::IsAnd))
            }
            Kind::Match(m) => m.arms.iter().any(|arm| {
                facts.span(arm.body).contains(span)
                    && arm.patterns.iter().any(|&p| self.asks_for_tool_use(at.sibling(p)))
            }),
            _ => false,
        })
    }
}
