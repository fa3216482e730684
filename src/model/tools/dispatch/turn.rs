//! Under which conditions the calls of a turn are run: how many there may be, and whether they are whole.

mod compared;
mod late;

use super::ToolDispatch;
use super::parts::Part;
use crate::facts::{BinaryOp, Key, Kind, NodeId};
use crate::model::FileModel;
use crate::model::names::index::constant;
use crate::model::request::Tri;
use crate::model::response::{Use, What};
use crate::model::values::flow::Sink;
use crate::model::values::value::{Field, Hop, NodeRef, Response, Value};
use crate::model::{Project, Request, enclosing_function};

/// Calls of tools that are run although the answer may have been cut off.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CutCalls {
    /// The request whose answer they are from.
    pub request: NodeRef,
    /// Where that answer is received: the request, or the call of the wrapper around it.
    pub received: NodeRef,
    /// Where its stop reason is compared with reasons that do not tell.
    pub read: Vec<NodeRef>,
    /// Where it is read after they were run.
    pub late: Vec<NodeRef>,
    /// Where it is read and compared with no reason: shown, or asked whether there is one.
    pub idle: Vec<NodeRef>,
}

impl Project {
    /// Whether one turn of the model may hold several calls.
    pub fn calls_in_parallel(&self, dispatch: &ToolDispatch) -> Tri {
        if dispatch.responses.is_empty() {
            return if self.disables_parallel_calls() { Tri::No } else { Tri::Yes };
        }
        let requests = dispatch.responses.iter().filter_map(|r| self.request_at(r.request));
        let mut result = Tri::No;
        for request in requests {
            match self.is_limited_to_one(request) {
                Tri::No => return Tri::Yes,
                Tri::Unknown => result = Tri::Unknown,
                Tri::Yes => {}
            }
        }
        result
    }

    fn is_limited_to_one(&self, request: &Request) -> Tri {
        match self.body_field(request, "tool_choice") {
            Field::Absent => Tri::No,
            Field::Unknown(_) => Tri::Unknown,
            Field::Known(_) => match self.body_json(request, "tool_choice") {
                Some(json) if json.is_object() => match json.get("disable_parallel_tool_use") {
                    Some(value) if value.bool() == Some(false) => Tri::No,
                    Some(_) => Tri::Yes,
                    None if json.lacks("disable_parallel_tool_use") => Tri::No,
                    None => Tri::Unknown,
                },
                _ => Tri::Unknown,
            },
        }
    }

    /// Whether anything in the project speaks of the option.
    fn disables_parallel_calls(&self) -> bool {
        *self.disables_parallel.get_or_init(|| {
            let is = |w: &str| matches!(w, "disable_parallel_tool_use" | "disableParallelToolUse");
            let said = |text: &str| text.contains("disable_parallel") || text.contains("disableParallel");
            self.files().iter().filter(|file| said(&file.source.text)).any(|file| {
                file.facts.ids().any(|node| match file.facts.kind(node) {
                    Kind::Record(r) => {
                        r.entries.iter().any(|e| matches!(&e.key, Some(Key::Known(k)) if is(k)))
                    }
                    Kind::Call(c) => c.args.iter().any(|a| a.name.as_deref().is_some_and(is)),
                    Kind::Str(_) => constant(&file.facts, node).is_some_and(|t| is(&t)),
                    Kind::Name(n) | Kind::Member { name: n, .. } => is(n),
                    _ => false,
                })
            })
        })
    }

    /// Whether anything in the project certainly asks for one call at a time; an option that is handed through
    /// leaves that to others.
    pub(in crate::model) fn asks_for_single_calls(&self) -> bool {
        let single = |name: &str, value: &Kind| match value {
            Kind::Bool(true) => matches!(name, "disable_parallel_tool_use" | "disableParallelToolUse"),
            Kind::Bool(false) => matches!(name, "parallel_tool_calls" | "parallelToolCalls"),
            _ => false,
        };
        let said = |file: &std::sync::Arc<FileModel>| {
            file.source.text.contains("arallel") && !file.source.role.is_test
        };
        self.files().iter().filter(|file| said(file)).any(|file| {
            let facts = &file.facts;
            facts.ids().any(|node| match facts.kind(node) {
                Kind::Record(r) => r
                    .entries
                    .iter()
                    .any(|e| matches!(&e.key, Some(Key::Known(k)) if single(k, facts.kind(e.value)))),
                Kind::Call(c) => {
                    c.args.iter().any(|a| a.name.as_deref().is_some_and(|n| single(n, facts.kind(a.value))))
                }
                _ => false,
            })
        })
    }

    /// Whether a function that picks one call also counts them, or goes through all.
    pub fn minds_other_calls(&self, dispatch: &ToolDispatch) -> bool {
        let facts = self.facts(dispatch.at.file);
        let function = enclosing_function(facts, dispatch.at.node);
        let elsewhere = self.tool_dispatches().iter().any(|d| {
            d.pick.is_none()
                && d.at.file == dispatch.at.file
                && d.at != dispatch.at
                && enclosing_function(facts, d.at.node) == function
        });
        elsewhere
            || facts.descendants(function.unwrap_or(NodeId::ROOT)).into_iter().any(|n| {
                let Kind::Binary {
                    op: BinaryOp::Gt | BinaryOp::Ne | BinaryOp::Eq | BinaryOp::Le,
                    left,
                    right,
                } = facts.kind(n)
                else {
                    return false;
                };
                let one = |n: NodeId| self.file(dispatch.at.file).number_of(n) == Some(1.0);
                (one(*right) && self.is_length(dispatch.at.sibling(*left)))
                    || (one(*left) && self.is_length(dispatch.at.sibling(*right)))
            })
    }

    /// Whether a dispatch runs calls although they may be cut off: the stop reason of the answer is
    /// never read, read too late, or compared only with others than those that tell.
    pub fn runs_cut_calls(&self, dispatch: &ToolDispatch) -> Option<CutCalls> {
        let first = dispatch.responses.first()?;
        if self.only_brings_in_form(dispatch) {
            return None;
        }
        let scope = self.handling(dispatch)?;
        let parts = self.block_parts(dispatch.at, dispatch.each, scope);
        let handled = self.mentions_part(scope, &parts, |p| matches!(p, Part::Input | Part::Whole));
        if !handled && !self.is_run_elsewhere(dispatch) && self.run_before(dispatch).is_none() {
            return None;
        }
        let received = match returns(&first.hops).last() {
            Some(Hop::Return(call)) => *call,
            _ => first.request,
        };
        let (read, late, idle) = (Vec::new(), Vec::new(), Vec::new());
        let mut cut = CutCalls { request: first.request, received, read, late, idle };
        for response in &dispatch.responses {
            self.reads_other_reasons(response, dispatch, &mut cut)?;
        }
        for reads in [&mut cut.read, &mut cut.late, &mut cut.idle] {
            reads.sort();
            reads.dedup();
        }
        Some(cut)
    }

    /// Where the stop reason of a request is read, if nothing there tells whether the answer was
    /// cut off before its calls are run.
    fn reads_other_reasons(
        &self,
        response: &Response,
        dispatch: &ToolDispatch,
        cut: &mut CutCalls,
    ) -> Option<()> {
        let request = response.request;
        let kind = self.request_at(request)?.kind;
        if kind.stop.is_empty() || kind.checks_stop || kind.tool_loop {
            return None;
        }
        // What others who call the same wrapper do with their answers says nothing here.
        let own = |u: &&Use| {
            let (here, there) = (returns(&response.hops), returns(&u.response.hops));
            here.starts_with(there) || there.starts_with(here)
        };
        let uses = self.uses(request).iter().filter(own);
        if uses.clone().any(|u| u.what == What::Escape && !self.only_stores(u.at)) {
            return None;
        }
        let mut values: Vec<String> = Vec::new();
        for used in uses.filter(|u| u.what == What::Stop) {
            if self.is_too_late(used.at, response, dispatch) || self.was_given_back(used, response, dispatch)
            {
                cut.late.push(used.at);
                continue;
            }
            // Kept in a field that nobody reads, be it of an object that a generator hands out to those in sight.
            if self.sinks(used.at).iter().all(|end| end.sink == Sink::Yielded) {
                cut.idle.push(used.at);
                continue;
            }
            if let Some(words) = self.words_of(used) {
                let before = cut.late.len() + cut.read.len();
                for word in words {
                    if self.is_too_late(word.at, response, dispatch) {
                        cut.late.push(word.at);
                    } else if let Some(test) = word.test {
                        values.extend(test.groups.into_iter().flatten());
                        cut.read.push(word.at);
                    }
                }
                if cut.late.len() + cut.read.len() == before {
                    cut.idle.push(used.at);
                }
                continue;
            }
            let before = values.len();
            self.compared_with(used.at, dispatch, &mut values, 0)?;
            match values.len() > before {
                true => cut.read.push(used.at),
                false => cut.idle.push(used.at),
            }
        }
        let ends =
            |v: &String| matches!(&**v, "end_turn" | "stop_sequence" | "refusal" | "pause_turn" | "stop");
        values.iter().all(ends).then_some(())
    }

    /// Whether a call puts what it is given into a file or store, without a look at it.
    fn only_stores(&self, at: NodeRef) -> bool {
        let Kind::Call(call) = self.kind(at) else { return false };
        let sdk = self.file(at.file).sdk;
        let values = self.eval(at.sibling(call.callee));
        !values.is_empty()
            && values.iter().all(|v| matches!(v, Value::External(e) if sdk.has_word("write", &e.path)))
    }
}

/// The calls out of which an answer came before it was first handed on.
fn returns(hops: &[Hop]) -> &[Hop] {
    let end = hops.iter().position(|hop| matches!(hop, Hop::Argument(_))).unwrap_or(hops.len());
    &hops[..end]
}
