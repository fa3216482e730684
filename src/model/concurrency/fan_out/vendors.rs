//! Collections of vendors, of which one is asked by each request.

use super::FanOut;
use crate::facts::{Kind, NodeId};
use crate::model::Project;
use crate::model::values::value::NodeRef;

impl Project {
    /// Whether the elements are names of vendors, and Claude is asked for the one that is its own:
    /// `vendors.map((v) => ask(v))` where `ask` chooses by `v`.
    pub fn asks_each_vendor(&self, fan: &FanOut) -> bool {
        let Some(through) = fan.through else { return false };
        let facts = self.facts(fan.element.file);
        facts.descendants(fan.element.node).into_iter().any(|n| {
            let call = fan.element.sibling(n);
            let Kind::Call(c) = facts.kind(n) else { return false };
            self.callers(through).contains(&call)
                && c.args.iter().any(|arg| {
                    self.is_own_variable(fan, call.sibling(arg.value))
                        && self.chooses_claude(fan, through, call, call.sibling(arg.value))
                })
        })
    }

    /// Whether an expression is the element itself, in what is done for it.
    fn is_own_variable(&self, fan: &FanOut, at: NodeRef) -> bool {
        let file = self.file(at.file);
        let Kind::Name(name) = file.facts.kind(at.node) else { return false };
        let around = file.facts.parent(fan.element.node).unwrap_or(fan.element.node);
        let own = |def: NodeId| file.facts.span(around).contains(file.facts.span(def));
        let defs = file.scopes.lookup(&file.facts, name, at.node);
        !defs.is_empty() && defs.iter().all(|def| own(def.node))
    }

    /// Whether a function goes on to the request only where what it is given is Claude's name.
    fn chooses_claude(&self, fan: &FanOut, function: NodeRef, call: NodeRef, given: NodeRef) -> bool {
        let Some(index) = self.parameter_for_argument(call, function, given) else { return false };
        let file = self.file(function.file);
        let mut names = file.scopes.bound_to_param(function.node, index as u32).map(|def| def.name.clone());
        let Some(name) = names.next() else { return false };
        let onward: Vec<NodeRef> = match fan.way.iter().find(|&&f| f != function) {
            Some(&next) => self.callers(next).to_vec(),
            None => vec![fan.request],
        };
        let mut inside = onward.into_iter().filter(|&at| self.stands_inside(at, function)).peekable();
        inside.peek().is_some() && inside.all(|at| self.is_where_named_claude(at, &name))
    }
}
