//! Where a dispatch runs the tool, and whether the failure of a tool is caught there.

mod guard;
mod raises;

use super::ToolDispatch;
use super::parts::{Part, Parts};
use crate::facts::{Call, Kind, NodeId};
use crate::lang::Language;
use crate::model::Project;
use crate::model::names::index::{constant, last_name};
use crate::model::names::scope::{Origin, Step};
use crate::model::names::words::snake;
use crate::model::values::keyed::keyed;
use crate::model::values::value::{NodeRef, Value};

/// Functions between a dispatch and what fails.
const MAX_HOPS: u32 = 3;

/// Functions of one table that are looked at.
const MAX_ENTRIES: usize = 64;

/// A tool is run here, and its failure ends the loop.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ToolRun {
    /// The call that runs it.
    pub at: NodeRef,
    /// What may fail.
    pub fails: NodeRef,
}

impl Project {
    /// The first place of a dispatch where the failure of a tool certainly leaves the loop over
    /// the blocks.
    pub fn unguarded_run(&self, dispatch: &ToolDispatch) -> Option<ToolRun> {
        // Only where calls of tools are handled: other blocks of a message are turned into others as well.
        if dispatch.responses.is_empty() && !self.picks_tool_use(dispatch.at, dispatch.source) {
            return None;
        }
        let scope = self.handling(dispatch)?;
        if self.only_brings_in_form(dispatch) {
            return None;
        }
        let facts = self.facts(scope.file);
        let parts = self.block_parts(dispatch.at, dispatch.each, scope);
        let mut nodes = facts.descendants(scope.node);
        nodes.sort_unstable();
        // Where one of those that are given the call runs it by its name, the others do something else with it.
        let runs = |&node: &NodeId| match facts.kind(node) {
            Kind::Call(call) => {
                let first = last_name(facts, call.callee).map(|name| snake(&name));
                let first = first.as_deref().and_then(|name| name.split('_').next());
                let sdk = self.file(scope.file).sdk;
                first.is_some_and(|first| sdk.has_word("tool-run-names", first))
                    && self.is_given_call(scope.sibling(node), call, &parts)
            }
            _ => false,
        };
        if nodes.iter().any(runs) {
            nodes.retain(runs);
        }
        nodes.into_iter().find_map(|node| {
            let at = scope.sibling(node);
            let Kind::Call(call) = facts.kind(node) else { return None };
            let fails = self.run_that_fails(at, call, &parts)?;
            (!self.is_run_guarded(at, dispatch, scope)).then_some(ToolRun { at, fails })
        })
    }

    /// The call that is given the input of the one block that a dispatch picked, where that stands elsewhere.
    pub fn picked_run(&self, dispatch: &ToolDispatch) -> Option<NodeRef> {
        if dispatch.each {
            return None;
        }
        let scope = self.handling(dispatch)?;
        let file = self.file(scope.file);
        let parts = self.block_parts(dispatch.at, dispatch.each, scope);
        let picked = file.facts.span(dispatch.at.node).end;
        let mut calls: Vec<NodeRef> = file
            .facts
            .descendants(scope.node)
            .into_iter()
            .filter(|&n| file.facts.span(n).start > picked)
            .map(|n| scope.sibling(n))
            .filter(|&at| {
                let Kind::Call(call) = self.kind(at) else { return false };
                let name = last_name(&file.facts, call.callee);
                let keeps = name.is_none_or(|n| {
                    file.sdk.in_lists(&["gather", "looks-at-nothing", "text-conversion"], &n)
                });
                let input = |p: Part| matches!(p, Part::Input | Part::Whole);
                !keeps
                    && self.known_sink(at, call.callee).is_none()
                    && call.args.iter().any(|a| self.part_of(at.sibling(a.value), &parts).is_some_and(input))
            })
            .collect();
        calls.sort_by_key(|c| file.facts.span(c.node).start);
        // What of the project it is given to, before what only looks at it.
        let own = calls.iter().find(|at| matches!(self.kind(**at), Kind::Call(c) if !self.functions_of(at.sibling(c.callee)).is_empty()));
        own.or(calls.first()).copied()
    }

    /// Whether a call is given what the model wrote for the tool.
    fn is_given_call(&self, at: NodeRef, call: &Call, parts: &Parts) -> bool {
        let given = |p: Part| matches!(p, Part::Input | Part::Whole);
        call.args.iter().any(|a| self.mentions_part(at.sibling(a.value), parts, given))
    }

    /// Whether a call runs the tool with what the model gave; what of it may fail.
    fn run_that_fails(&self, at: NodeRef, call: &Call, parts: &Parts) -> Option<NodeRef> {
        // What is stored or reported of a call has been run.
        let callee = last_name(self.facts(at.file), call.callee);
        let stores = callee.is_some_and(|name| {
            let name = snake(&name);
            let first = name.split('_').next().unwrap_or_default();
            self.file(at.file).sdk.has_word("storing-verbs", first)
        });
        if stores || self.sends_off(at, call) {
            return None;
        }
        if !self.is_given_call(at, call, parts) {
            return None;
        }
        if self.file(at.file).language == Language::Rust {
            let facts = self.facts(at.file);
            let up = facts.ancestors(at.node).skip(1).find(|&n| !matches!(facts.kind(n), Kind::Await(_)))?;
            // `run(…).unwrap()`
            let panics = || match facts.kind(up) {
                Kind::Member { name, .. } => {
                    self.file(at.file).sdk.has_word("insist", name)
                        && !self.functions_of(at.sibling(call.callee)).is_empty()
                }
                _ => false,
            };
            let leaves = matches!(facts.kind(up), Kind::Propagate(_)) || panics();
            // Its own errors are of other things where it tells of the tool's in what it gives back.
            let told =
                || self.functions_of(at.sibling(call.callee)).iter().any(|&f| self.gives_failures_back(f));
            return (leaves && !told()).then(|| at.sibling(up));
        }
        let mut functions = self.functions_of(at.sibling(call.callee));
        if functions.is_empty() {
            functions = self.functions_in_table(at.sibling(call.callee));
        }
        // `**block.input`: the model may leave out an argument, or make one up.
        let spread = call.args.iter().find(|a| a.keyword_spread).map(|a| at.sibling(a.value));
        let spread = spread.filter(|&s| self.part_of(s, parts) == Some(Part::Input));
        // Whoever it is that runs the tool: its failure is handed on.
        if functions.is_empty() && self.is_thrown_again(at) {
            return Some(at);
        }
        functions.iter().find_map(|&f| {
            let caught = self.catches_itself(f);
            match (caught, spread) {
                (true, _) => None,
                (false, Some(spread)) => Some(spread),
                (false, None) => self.tool_may_raise(f, 0),
            }
        })
    }

    /// Whether a call hands a message to someone else and takes nothing back: whoever runs the tool answers later.
    fn sends_off(&self, at: NodeRef, call: &Call) -> bool {
        let facts = self.facts(at.file);
        let up = facts.parent(at.node).filter(|&n| matches!(facts.kind(n), Kind::Await(_)));
        let message = |n: NodeId| match facts.kind(n) {
            Kind::Record(r) => r.entries.iter().any(|e| constant(facts, e.value).is_some()),
            _ => false,
        };
        self.is_statement(at.sibling(up.unwrap_or(at.node))) && call.args.iter().any(|a| message(a.value))
    }

    /// The functions of a table that one is taken out of by the name of the tool: `handlers[name]`,
    /// `handlers.get(name)`.
    fn functions_in_table(&self, callee: NodeRef) -> Vec<NodeRef> {
        let file = self.file(callee.file);
        let facts = &file.facts;
        let mut at = callee.node;
        // `run, check = handlers[name]`
        let mut place = None;
        if let Kind::Name(name) = facts.kind(at)
            && let [def] = &file.scopes.lookup(facts, name, at)[..]
            && let Origin::Value { expr, path } = &def.origin
            && let [] | [Step::Item(_)] = path[..]
        {
            at = *expr;
            place = match path.first() {
                Some(Step::Item(i)) => Some(*i as usize),
                _ => None,
            };
        }
        let looked_up = keyed(facts, at).filter(|found| constant(facts, found.key).is_none());
        let Some(table) = looked_up.map(|found| found.object) else { return Vec::new() };
        let mut out = Vec::new();
        for value in self.eval(callee.sibling(table)).iter() {
            if let Value::Node(node) = value
                && let Kind::Record(r) = self.kind(*node)
            {
                let entries = r.entries.iter().take(MAX_ENTRIES);
                let taken = entries.filter_map(|e| match (place, self.kind(node.sibling(e.value))) {
                    (None, _) => Some(e.value),
                    (Some(i), Kind::List(items)) => items.get(i).copied(),
                    (Some(_), _) => None,
                });
                out.extend(taken.flat_map(|value| self.functions_of(node.sibling(value))));
            }
        }
        out
    }
}
