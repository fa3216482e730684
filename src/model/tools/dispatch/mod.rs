//! Tool dispatch: code that takes the tool calls out of an answer, runs them and writes their results.
//!
//! It is found from the results backwards: the id of a result leads to the block that it answers,
//! the block to the loop over the blocks of an answer, or to the one that was picked of them.

mod anew;
mod answers;
mod any_block;
mod asked_early;
mod before;
mod by_result;
mod conversation;
mod converted;
mod declared;
mod folded;
mod given_back;
mod in_form;
mod input;
mod kept;
mod kind;
mod not_answered;
mod order;
pub(in crate::model::tools) mod parts;
mod paths;
mod per_result;
mod pick;
mod run;
mod told;
mod trace;
mod trim;
mod turn;
mod typed_trim;

use std::sync::Arc;

use crate::facts::Kind;
use crate::model::tools::IdKey;
use crate::model::values::value::{NodeRef, Response, Value};
use crate::model::{Project, enclosing_function};

pub use conversation::ResultMessage;
pub use input::InputUse;
pub use paths::Unanswered;
pub use run::ToolRun;
pub use told::ToldInText;
pub use trim::Trim;
pub use turn::CutCalls;

/// Code that takes tool calls out of an answer and writes results for them.
#[derive(Clone, Debug)]
pub struct ToolDispatch {
    /// The loop, comprehension or call that goes through the blocks; without one the pick.
    pub at: NodeRef,
    /// Whether it goes through all blocks of the answer.
    pub each: bool,
    /// Where one block of several is picked.
    pub pick: Option<NodeRef>,
    /// The blocks: what is gone through, or what is picked from.
    pub source: NodeRef,
    /// The tool results that it writes.
    pub results: Vec<NodeRef>,
    /// The answers whose blocks they are, as far as they are in sight.
    pub responses: Vec<Arc<Response>>,
    /// Calls through which ids were handed to helpers, the nearest to the result first.
    pub calls: Vec<NodeRef>,
}

/// Most dispatches of a project that are looked at.
const MAX_DISPATCHES: usize = 512;

impl Project {
    /// Every tool dispatch of the project outside of tests, in file order.
    pub fn tool_dispatches(&self) -> &[ToolDispatch] {
        self.tool_dispatches.get_or_init(|| {
            let mut out: Vec<ToolDispatch> = Vec::new();
            let results = self.tool_results();
            if results.is_empty() {
                return out;
            }
            let near = self.files_near_requests();
            for result in results {
                let IdKey::Given(id) = result.id else { continue };
                // A pattern takes a result apart.
                if self.file(id.file).binds(id.node) {
                    continue;
                }
                let apart = !near.contains(&result.at.file);
                if apart || self.is_test(result.at) || self.is_dropped(result.at) {
                    continue;
                }
                for way in self.trace_block(id) {
                    let Some((at, each)) = way.turn.map(|t| (t, true)).or(way.pick.map(|p| (p, false)))
                    else {
                        continue;
                    };
                    if self.is_test(at) {
                        continue;
                    }
                    if let Some(known) = out.iter_mut().find(|d| d.at == at && d.pick == way.pick) {
                        if !known.results.contains(&result.at) {
                            known.results.push(result.at);
                        }
                        let calls = way.calls.into_iter().filter(|c| !known.calls.contains(c));
                        known.calls.extend(calls.collect::<Vec<_>>());
                    } else if out.len() < MAX_DISPATCHES {
                        out.push(ToolDispatch {
                            at,
                            each,
                            pick: way.pick,
                            source: way.source,
                            results: vec![result.at],
                            responses: self.answers_of(way.source),
                            calls: way.calls,
                        });
                    }
                }
            }
            out.sort_by_key(|d| (d.at, d.pick));
            out
        })
    }

    /// The function of the same file that a call is given: a closure, or one by its name.
    fn callback_of(&self, call: NodeRef) -> Option<NodeRef> {
        let facts = self.facts(call.file);
        let Kind::Call(c) = facts.kind(call.node) else { return None };
        let closure = c.args.iter().find(|a| matches!(facts.kind(a.value), Kind::Function(_)));
        if let Some(closure) = closure {
            return Some(call.sibling(closure.value));
        }
        let named =
            c.args.iter().filter(|a| matches!(facts.kind(a.value), Kind::Name(_) | Kind::Member { .. }));
        let values = |at: NodeRef| self.eval(at);
        named.flat_map(|a| values(call.sibling(a.value)).to_vec()).find_map(|v| match v {
            Value::Function(f) => (f.file == call.file).then_some(f),
            _ => None,
        })
    }

    /// The block of code in which one tool call is handled.
    fn handling(&self, dispatch: &ToolDispatch) -> Option<NodeRef> {
        let at = dispatch.at;
        let facts = self.facts(at.file);
        match facts.kind(at.node) {
            Kind::Loop(l) => Some(at.sibling(l.body)),
            Kind::Comprehension(c) => Some(at.sibling(c.element)),
            Kind::Call(_) if dispatch.each => {
                let Kind::Function(f) = self.kind(self.callback_of(at)?) else { return None };
                f.body.is_some().then(|| at.sibling(f.body))
            }
            _ if dispatch.each => None,
            _ => {
                let function = enclosing_function(facts, at.node)?;
                let Kind::Function(f) = facts.kind(function) else { return None };
                f.body.is_some().then(|| at.sibling(f.body))
            }
        }
    }
}
