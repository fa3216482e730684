//! Values that a callback gives to whoever calls it.

use crate::facts::{Kind, NodeId};
use crate::model::enclosing_function;
use crate::model::names::index::{last_name, takes_receiver};
use crate::model::values::flow::{MAX_CALLS, Part, Parts, Sink, Walk};
use crate::model::values::value::{NodeRef, Value};

impl Walk<'_> {
    /// Out of a callback: what it gives becomes part of what the call gives.
    pub(super) fn leave_callback(
        &mut self,
        at: NodeRef,
        callback: NodeRef,
        up: NodeRef,
        parts: Parts,
        depth: u32,
    ) {
        let model = self.project.file(up.file);
        let Kind::Call(call) = model.facts.kind(up.node) else { return };
        if let Some(runners) = self.runners(callback, up) {
            return self.leave_to_runners(up, &runners, &parts, depth);
        }
        // `any(ask)` of a router is no question about elements.
        let name = match self.project.is_registrar(up.sibling(call.callee), Some(call)) {
            true => None,
            false => last_name(&model.facts, call.callee),
        };
        let name = name.unwrap_or_default();
        if model.sdk.has_word("callback-map", &name) {
            self.inside(up, parts, Part::Any, depth)
        } else if model.sdk.has_word("callback-each", &name) {
            self.end(at, Sink::Tested)
        } else if self.is_bare(up) {
            self.end(up, Sink::Used)
        } else {
            self.follow(up, parts, depth + 1)
        }
    }

    /// The functions of the project that a call gives a callback to, each with the places that call it there;
    /// `None` where one does something else with it, or is out of sight.
    fn runners(&self, callback: NodeRef, call: NodeRef) -> Option<Vec<(NodeRef, Vec<NodeRef>)>> {
        let project = self.project;
        let Kind::Call(c) = project.kind(call) else { return None };
        let given = c.args.iter().map(|a| a.value).find(|&n| n == callback.node)?;
        if self.calls.len() >= MAX_CALLS {
            return None;
        }
        let callee = project.eval(call.sibling(c.callee));
        let runners = callee.iter().map(|v| match v {
            Value::Function(f) => Some((*f, self.runs_of(call, *f, given)?)),
            _ => None,
        });
        runners.collect::<Option<Vec<_>>>().filter(|all| !all.is_empty())
    }

    /// The calls of the parameter that takes a callback, where nothing else is done with it.
    fn runs_of(&self, call: NodeRef, function: NodeRef, given: NodeId) -> Option<Vec<NodeRef>> {
        let project = self.project;
        let model = project.file(function.file);
        let receiver = takes_receiver(project.files(), function);
        let index = project.parameter_taking(call, function, call.sibling(given), receiver)?;
        let mut runs = Vec::new();
        for def in model.scopes.bound_to_param(function.node, index as u32) {
            for reader in project.readers(function.sibling(def.node)) {
                let parent = model.facts.parent(reader.node)?;
                let own = enclosing_function(&model.facts, reader.node) == Some(function.node);
                match model.facts.kind(parent) {
                    Kind::Call(c) if own && c.callee == reader.node => runs.push(reader.sibling(parent)),
                    _ => return None,
                }
            }
        }
        (!runs.is_empty()).then_some(runs)
    }

    /// Goes on from where a function that was given a callback calls it.
    fn leave_to_runners(
        &mut self,
        call: NodeRef,
        runners: &[(NodeRef, Vec<NodeRef>)],
        parts: &Parts,
        depth: u32,
    ) {
        for (function, runs) in runners {
            self.calls.push((*function, call));
            for &run in runs {
                self.follow(run, parts.clone(), depth + 1);
            }
            self.calls.pop();
        }
    }
}
