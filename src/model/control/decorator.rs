//! Decorators of the project: where they run the functions they stand on, and what they see of those.

use crate::facts::{Kind, NodeId};
use crate::model::Project;
use crate::model::names::scope::Origin;
use crate::model::response::{Use, What};
use crate::model::values::eval::{Values, hop};
use crate::model::values::value::{Hop, NodeRef, Value};

/// Functions that one decorator stands on, and places that run one of them.
const MAX_DECORATED: usize = 16;

impl Project {
    /// Where decorators of the project run a function that they stand on: `return await fn(*args)`, with the
    /// function of the decorator that is given it.
    pub(in crate::model) fn runs_in_decorators(&self, function: NodeRef) -> Vec<(NodeRef, NodeRef)> {
        let Kind::Function(f) = self.kind(function) else { return Vec::new() };
        let takers = f.decorators.iter().flat_map(|&d| self.takers_of(function.sibling(d)));
        takers.flat_map(|taker| self.runs_of_first(taker).into_iter().map(move |run| (run, taker))).collect()
    }

    /// The functions of the project that are given what a decorator stands on: itself, or what it gives back
    /// where it is called with options.
    fn takers_of(&self, decorator: NodeRef) -> Vec<NodeRef> {
        let target = self.decorator_target(decorator);
        let functions = |values: &[Value]| -> Vec<NodeRef> {
            let functions = values.iter().filter_map(|v| match v {
                Value::Function(f) => Some(*f),
                _ => None,
            });
            functions.take(MAX_DECORATED).collect()
        };
        let named = functions(&self.eval(target));
        if target == decorator {
            return named;
        }
        let given_back = |f: NodeRef| -> Vec<NodeRef> {
            self.return_values(f).iter().flat_map(|&value| functions(&self.eval(value))).collect()
        };
        named.into_iter().flat_map(given_back).collect()
    }

    /// The calls within a function that run its first parameter, themselves or by what runs a function.
    fn runs_of_first(&self, taker: NodeRef) -> Vec<NodeRef> {
        let file = self.file(taker.file);
        let facts = &file.facts;
        let run = |reader: NodeRef| {
            let parent = facts.parent(reader.node)?;
            let Kind::Call(call) = facts.kind(parent) else { return None };
            let runs = call.callee == reader.node || file.named_in(call.callee, "runs-as-given");
            runs.then(|| taker.sibling(parent))
        };
        let given = file.scopes.bound_to_param(taker.node, 0);
        given.flat_map(|def| self.readers(taker.sibling(def.node))).filter_map(run).collect()
    }

    /// What a decorator names, with arguments or without.
    pub(in crate::model) fn decorator_target(&self, decorator: NodeRef) -> NodeRef {
        match self.kind(decorator) {
            Kind::Call(c) => decorator.sibling(c.callee),
            _ => decorator,
        }
    }

    /// The functions that a decorator stands on, where a name is the parameter it is given them by.
    fn decorated_by_name(&self, at: NodeRef) -> Vec<NodeRef> {
        let Kind::Name(name) = self.kind(at) else { return Vec::new() };
        let file = self.file(at.file);
        let defs = file.scopes.lookup(&file.facts, name, at.node);
        let [def] = &defs[..] else { return Vec::new() };
        match &def.origin {
            Origin::Param { function, index: 0, path } if path.is_empty() => {
                self.decorated_with(at.sibling(*function))
            }
            _ => Vec::new(),
        }
    }

    fn decorated_with(&self, taker: NodeRef) -> Vec<NodeRef> {
        let stands_on = |&at: &NodeRef| {
            let parent = self.facts(at.file).parent(at.node)?;
            match self.kind(at.sibling(parent)) {
                Kind::Function(f) if f.decorators.contains(&at.node) => Some(at.sibling(parent)),
                _ => None,
            }
        };
        let mut out: Vec<NodeRef> = self.mentions(taker).iter().filter_map(stands_on).collect();
        if out.is_empty()
            && let Some(outer) = self.function_of(taker)
            && !self.callers(outer).is_empty()
        {
            let gives = |&value: &NodeRef| self.eval(value).contains(&Value::Function(taker));
            if self.return_values(outer).iter().any(gives) {
                out.extend(self.callers(outer).iter().filter_map(stands_on));
            }
        }
        out.retain(|&f| !self.is_test(f));
        out.truncate(MAX_DECORATED);
        out
    }

    /// The answers that a call in a decorator gets from the functions it stands on.
    pub(in crate::model) fn answers_of_decorated(&self, call: NodeRef, function: NodeId) -> Values {
        let decorated = self.decorated_by_name(call.sibling(function));
        let mut values: Values = decorated.into_iter().flat_map(|f| self.returned(f, None)).collect();
        values.retain(|v| matches!(v, Value::Response(_)));
        hop(values, Hop::Return(call))
    }

    /// Whether a decorator of a function looks why an answer ended before those who call the function get it.
    pub(in crate::model) fn is_seen_by_decorator(&self, seen: &Use, used: &Use) -> bool {
        if seen.what != What::Stop || seen.response.request != used.response.request {
            return false;
        }
        let mut ways = seen.response.hops.iter().zip(&used.response.hops);
        let Some((Hop::Return(run), Hop::Return(call))) = ways.find(|(s, u)| s != u) else { return false };
        let Kind::Call(c) = self.kind(*run) else { return false };
        let names = std::iter::once(c.callee).chain(c.args.iter().map(|a| a.value));
        let is_called = |f: NodeRef| {
            let handed = |m: &NodeRef| self.facts(m.file).parent(m.node) == Some(call.node);
            self.callers(f).contains(call)
                || self.mentions(f).iter().any(|m| m.file == call.file && handed(m))
                || self.runs_in_decorators(f).iter().any(|(other, _)| other == call)
        };
        names.flat_map(|n| self.decorated_by_name(run.sibling(n))).any(is_called)
    }
}
