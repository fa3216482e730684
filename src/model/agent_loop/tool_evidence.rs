//! What shows that a loop is an agent's: it runs tools.

use rustc_hash::FxHashSet;

use crate::facts::{Kind, NodeId};
use crate::model::Project;
use crate::model::agent_loop::Reach;
use crate::model::control::region::Region;
use crate::model::names::index::last_name;
use crate::model::values::value::{NodeRef, Value};

/// Functions between a loop and the tools it runs.
const MAX_CALLEES: u32 = 2;

impl Project {
    /// Where a region runs tools or gives their results back, itself or in what it calls.
    pub(in crate::model) fn answers(&self, region: &Region, reach: &Reach) -> Vec<NodeRef> {
        let mut out: Vec<NodeRef> = self.tool_answers(region).iter().copied().take(4).collect();
        if !out.is_empty() {
            return out;
        }
        let mut seen: FxHashSet<NodeRef> = reach.functions.iter().copied().collect();
        // In the functions that lead to the request only what comes after it counts: before it
        // a history is put into words.
        for (i, &call) in reach.path.iter().enumerate().skip(1) {
            let Some(&function) = reach.functions.iter().rev().nth(i - 1) else { continue };
            if function.file != call.file {
                continue;
            }
            let whole = self.function_region(function);
            let counts = |&n: &NodeRef| self.precedes(call, n) && !self.is_of_further_loop(n, call, function);
            out.extend(self.tool_answers(&whole).iter().copied().filter(counts).take(2));
            if out.is_empty() {
                let mut after = Region::clone(&whole);
                after.nodes.retain(counts);
                // What is too far from there may be near enough from the region itself.
                self.answers_in_called(&after, &reach.path, 1, &mut seen.clone(), &mut out);
            }
        }
        self.answers_in_called(region, &reach.path, 0, &mut seen, &mut out);
        out
    }

    /// Whether a place of a function stands in a loop behind a call that sends requests of its own: what the
    /// model asks for is done there, turn after turn.
    fn is_of_further_loop(&self, at: NodeRef, call: NodeRef, function: NodeRef) -> bool {
        let facts = self.facts(at.file);
        let further =
            |&n: &NodeId| matches!(facts.kind(n), Kind::Loop(_)) && !self.stands_inside(call, at.sibling(n));
        let around = facts.ancestors(at.node).take_while(|&n| n != function.node).find(further);
        around.is_some_and(|around| {
            self.loop_region(at.sibling(around)).nodes.iter().any(|&n| self.request_at(n).is_some())
        })
    }

    /// The nodes of a region that by themselves show that tools are run.
    pub(in crate::model) fn tool_answers<'r>(&self, region: &'r Region) -> &'r [NodeRef] {
        region
            .tool_answers
            .get_or_init(|| region.nodes.iter().copied().filter(|&n| self.shows_tool_answer(n)).collect())
    }

    /// Where tools are run or answered in a region, be it in what it calls.
    pub(in crate::model) fn answers_within(&self, region: &Region) -> Vec<NodeRef> {
        let mut out = self.tool_answers(region).to_vec();
        if out.is_empty() {
            self.answers_in_called(region, &[], 0, &mut FxHashSet::default(), &mut out);
        }
        out
    }

    fn answers_in_called(
        &self,
        region: &Region,
        skip: &[NodeRef],
        depth: u32,
        seen: &mut FxHashSet<NodeRef>,
        out: &mut Vec<NodeRef>,
    ) {
        if depth >= MAX_CALLEES || !out.is_empty() {
            return;
        }
        for &node in &region.nodes {
            let Kind::Call(call) = self.kind(node) else { continue };
            if skip.contains(&node) {
                continue;
            }
            // `blocks.map(answer)` runs what it is given.
            let sdk = self.file(node.file).sdk;
            let each = last_name(self.facts(node.file), call.callee)
                .is_some_and(|n| sdk.has_word("callback-each", &n));
            let given = call.args.iter().filter(|_| each).map(|a| a.value);
            let run: Vec<_> =
                given.chain([call.callee]).flat_map(|n| self.eval(node.sibling(n)).to_vec()).collect();
            for value in &run {
                let Value::Function(f) = value else { continue };
                if !seen.insert(*f) {
                    continue;
                }
                let inner = self.function_region(*f);
                let answers = self.tool_answers(&inner);
                // What tells the results of tools from other blocks puts a history into another form.
                let converts = || inner.nodes.iter().any(|&n| self.asks_for_tool_result(n));
                let runs = || answers.iter().any(|&n| self.shows_tool_run(n));
                if !answers.is_empty() && (runs() || !converts()) {
                    out.push(node);
                } else {
                    self.answers_in_called(&inner, skip, depth + 1, seen, out);
                }
            }
        }
    }
}
