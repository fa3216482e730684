//! Generators, which do nothing before the first of what they give is asked for.

use crate::facts::{Kind, NodeId};
use crate::model::Project;
use crate::model::values::value::NodeRef;

/// Nodes between the call of a generator and the variable that holds it: `ask(…)[Symbol.asyncIterator]()`.
const MAX_AROUND: usize = 4;

impl Project {
    /// Where the first of what a generator gives is asked for, that was called and kept before: `stream.next()`,
    /// `async for part in stream`.
    pub(super) fn first_pull(&self, function: NodeRef, call: NodeRef) -> Option<NodeRef> {
        let Kind::Function(f) = self.kind(function) else { return None };
        if !f.is_generator {
            return None;
        }
        let facts = self.facts(call.file);
        let around = facts.ancestors(call.node).skip(1).take(MAX_AROUND);
        let holder = around.into_iter().find_map(|n| match facts.kind(n) {
            Kind::Assign(a) if matches!(facts.kind(a.target), Kind::Name(_)) => Some(a.target),
            _ => None,
        })?;
        let here = self.function_of(call);
        let mut pulls: Vec<NodeRef> = self
            .readers(call.sibling(holder))
            .into_iter()
            .filter(|&reader| self.function_of(reader) == here && self.pulls(reader))
            .collect();
        pulls.sort_by_key(|pull| facts.span(pull.node).start);
        pulls.first().copied()
    }

    /// Whether what a variable holds is gone through at a place.
    fn pulls(&self, reader: NodeRef) -> bool {
        let facts = self.facts(reader.file);
        let Some(parent) = facts.parent(reader.node) else { return false };
        let asks = |n: NodeId| self.file(reader.file).named_in(n, "pulls-next");
        match facts.kind(parent) {
            Kind::Loop(l) => l.iterable == Some(reader.node),
            Kind::Member { object, .. } => *object == reader.node && asks(parent),
            Kind::Call(c) => c.callee != reader.node && asks(c.callee),
            _ => false,
        }
    }

    /// Whether a place asks a generator for one piece, and what tries it for no other: `await stream.next()`.
    pub(super) fn pulls_once(&self, at: NodeRef) -> bool {
        let facts = self.facts(at.file);
        if !matches!(facts.kind(at.node), Kind::Name(_)) || !self.pulls(at) {
            return false;
        }
        let mut around = facts.ancestors(at.node).skip(1);
        let tried =
            around.find(|&n| matches!(facts.kind(n), Kind::Loop(_) | Kind::Try(_) | Kind::Function(_)));
        tried.is_some_and(|n| matches!(facts.kind(n), Kind::Try(_)))
    }
}
