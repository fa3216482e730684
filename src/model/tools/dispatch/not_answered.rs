//! Tool calls that are run and not answered: the model is asked once, and what its tools give goes elsewhere.

use super::ToolDispatch;
use super::parts::{Part, is_input, part_named};
use crate::facts::{Call, FileFacts, Kind, NodeId};
use crate::model::names::index::last_name;
use crate::model::names::words::snake;
use crate::model::values::keyed::{key_of, keyed};
use crate::model::values::value::NodeRef;
use crate::model::{Project, enclosing_function};
use crate::sdk::Sdk;

/// Most of them that are looked at.
const MAX_RUNS: usize = 64;

impl Project {
    /// Code outside of tests that runs the tools an answer asks for by their names, in functions that write no results,
    /// in file order.
    pub fn unanswered_dispatches(&self) -> &[ToolDispatch] {
        self.unanswered_dispatches.get_or_init(|| self.find_unanswered_dispatches())
    }

    fn find_unanswered_dispatches(&self) -> Vec<ToolDispatch> {
        let mut out: Vec<ToolDispatch> = Vec::new();
        let mut near = None;
        for (file, model) in self.file_ids() {
            if model.source.role.is_test {
                continue;
            }
            if !near.get_or_insert_with(|| self.files_near_requests()).contains(&file) {
                continue;
            }
            for node in model.facts.ids() {
                let Kind::Call(call) = model.facts.kind(node) else { continue };
                if out.len() >= MAX_RUNS {
                    break;
                }
                let at = NodeRef { file, node };
                if let Some(input) = self.input_of_run(at, call)
                    && !self.is_test(at)
                {
                    self.add_unanswered(at, input, &mut out);
                }
            }
        }
        out.sort_by_key(|d| (d.at, d.pick));
        out
    }

    fn add_unanswered(&self, run: NodeRef, input: NodeRef, out: &mut Vec<ToolDispatch>) {
        let facts = self.facts(run.file);
        let function = enclosing_function(facts, run.node);
        let here = |n: NodeRef| n.file == run.file && enclosing_function(facts, n.node) == function;
        if self.tool_results().iter().any(|r| here(r.at)) || self.tool_dispatches().iter().any(|d| here(d.at))
        {
            return;
        }
        for way in self.trace_block(input) {
            let Some((at, each)) = way.turn.map(|t| (t, true)).or(way.pick.map(|p| (p, false))) else {
                continue;
            };
            let given_back = || way.pick.is_some_and(|pick| self.gives_call_back(pick));
            if !here(at) && !given_back()
                || out.len() >= MAX_RUNS
                || way.pick.is_some_and(|pick| self.takes_very_first(pick) && self.is_block_list(way.source))
            {
                continue;
            }
            if let Some(known) = out.iter_mut().find(|d| d.at == at && d.pick == way.pick) {
                known.calls.push(run);
                continue;
            }
            let responses = self.answers_of(way.source);
            // The arguments of a tool that is asked for are the answer, unless the model is asked again and again.
            let forced =
                responses.iter().any(|r| self.request_at(r.request).is_none_or(|r| self.forces_tool(r)));
            let repeated = || self.agent_loops().iter().any(|l| self.contains(l.at, run));
            if !responses.is_empty() && (!forced || repeated()) {
                let (source, results, calls) = (way.source, Vec::new(), vec![run]);
                out.push(ToolDispatch { at, each, pick: way.pick, source, results, responses, calls });
            }
        }
    }

    /// `content[0]`: what is wrong there is that the first block need not be a call.
    fn takes_very_first(&self, pick: NodeRef) -> bool {
        match self.kind(pick) {
            Kind::Index { index, .. } => self.file(pick.file).number_of(*index) == Some(0.0),
            Kind::Call(c) => last_name(self.facts(pick.file), c.callee).is_some_and(|n| &*n == "first"),
            _ => false,
        }
    }

    /// The input of a tool where a call is given it and the name of the tool, and says that it runs something, or is
    /// one of what was looked up by the name: `execute(block.name, block.input)`, `tools[block.name](block.input)`.
    pub(super) fn input_of_run(&self, at: NodeRef, call: &Call) -> Option<NodeRef> {
        let file = self.file(at.file);
        let facts = &file.facts;
        let parts = |n: NodeId| part(facts, file.sdk, n);
        let input = call.args.iter().find(|a| parts(a.value).is_some_and(|(_, key)| is_input(&key)))?.value;
        let block = parts(input)?.0;
        let same = |n: NodeId| {
            parts(n).is_some_and(|(of, key)| {
                part_named(&key) == Some(Part::Name)
                    && of.map(|of| file.text_of(of)) == block.map(|of| file.text_of(of))
            })
        };
        let looked_up = keyed(facts, call.callee).is_some_and(|found| same(found.key));
        let named = || {
            // `Call(block.name, block.input)` makes an object.
            let name = last_name(facts, call.callee).filter(|n| !n.starts_with(char::is_uppercase))?;
            let name = snake(&name);
            let first = name.trim_start_matches('_').split('_').next()?.to_string();
            file.sdk.has_word("tool-run-names", &first).then_some(())
        };
        let given = call.args.iter().any(|a| same(a.value));
        (looked_up || given && named().is_some()).then(|| at.sibling(input))
    }
}

/// What a part is of, and its key: `block.input`, `block["input"]`, or a name that a pattern bound.
fn part(facts: &FileFacts, sdk: &Sdk, at: NodeId) -> Option<(Option<NodeId>, String)> {
    match facts.kind(at) {
        Kind::Name(name) => Some((None, name.to_string())),
        Kind::Cast { value: x, .. } | Kind::Unary { operand: x, .. } | Kind::Spread(x) => {
            part(facts, sdk, *x)
        }
        _ => match key_of(facts, at) {
            Some((object, key)) => Some((Some(object), key.to_string())),
            // `input.clone()`
            None => match facts.kind(at) {
                Kind::Call(call) => match facts.kind(call.callee) {
                    Kind::Member { object, name, .. } if sdk.passes_object(name) => part(facts, sdk, *object),
                    _ => None,
                },
                _ => None,
            },
        },
    }
}
