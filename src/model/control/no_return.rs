//! Calls that never come back, and code that leaves its function.

use crate::facts::{Kind, NodeId};
use crate::model::Project;
use crate::model::values::value::{NodeRef, Value};

impl Project {
    /// Whether a block certainly leaves the function: by itself, or by a call that never comes back.
    pub(in crate::model) fn leaves_function(&self, at: NodeRef) -> bool {
        match self.kind(at) {
            Kind::Return(_) | Kind::Throw(_) => true,
            Kind::Block { body, .. } => body.iter().any(|&s| self.leaves_function(at.sibling(s))),
            Kind::If { then, otherwise: Some(other), .. } => {
                self.leaves_function(at.sibling(*then)) && self.leaves_function(at.sibling(*other))
            }
            Kind::Await(call) => self.only_calls(at.sibling(*call), |f| self.only_throws(f)),
            // One that nobody waits for fails elsewhere.
            Kind::Call(_) => self.only_calls(at, |f| !self.is_async(f) && self.only_throws(f)),
            // `refuse(response).await?;`
            Kind::Propagate(inner) => {
                let call = match self.kind(at.sibling(*inner)) {
                    Kind::Await(call) => *call,
                    _ => *inner,
                };
                self.only_calls(at.sibling(call), |f| self.only_gives_errors(f))
            }
            _ => false,
        }
    }

    /// Whether all functions that a call may run are in sight and of a kind.
    fn only_calls(&self, at: NodeRef, of_kind: impl Fn(NodeRef) -> bool) -> bool {
        let Kind::Call(call) = self.kind(at) else { return false };
        let callees = self.eval(at.sibling(call.callee));
        !callees.is_empty() && callees.iter().all(|v| matches!(v, Value::Function(f) if of_kind(*f)))
    }

    fn is_async(&self, function: NodeRef) -> bool {
        matches!(self.kind(function), Kind::Function(f) if f.is_async)
    }

    /// Whether a function throws on all ways, whatever it is given.
    fn only_throws(&self, function: NodeRef) -> bool {
        let Kind::Function(f) = self.kind(function) else { return false };
        let returns = |n: NodeId| matches!(self.kind(function.sibling(n)), Kind::Return(_) | Kind::Yield(_));
        self.is_thrown_at_last(function.sibling(f.body)) && !self.own_nodes(function).into_iter().any(returns)
    }

    /// Whether an error says that whoever derives the class writes the method: `NotImplementedError`.
    fn stands_for_override(&self, error: NodeRef) -> bool {
        let file = self.file(error.file);
        let text: String = file.text_of(error.node).to_lowercase().split([' ', '_']).collect();
        file.sdk.words("stub-parts").iter().any(|part| text.contains(part.as_str()))
    }

    fn is_thrown_at_last(&self, at: NodeRef) -> bool {
        match self.kind(at) {
            Kind::Throw(error) => !error.is_some_and(|error| self.stands_for_override(at.sibling(error))),
            Kind::Block { body, .. } => body.iter().any(|&s| self.is_thrown_at_last(at.sibling(s))),
            Kind::If { then, otherwise: Some(other), .. } => {
                self.is_thrown_at_last(at.sibling(*then)) && self.is_thrown_at_last(at.sibling(*other))
            }
            _ => false,
        }
    }

    /// Whether a function gives back nothing but errors: `Err(…)`.
    fn only_gives_errors(&self, function: NodeRef) -> bool {
        let Kind::Function(f) = self.kind(function) else { return false };
        let of_error = |n: NodeId| self.ends_in_failure(function.sibling(n));
        let returned = |n: NodeId| match self.kind(function.sibling(n)) {
            Kind::Return(value) => value.is_some_and(of_error),
            _ => true,
        };
        let last = match self.kind(function.sibling(f.body)) {
            Kind::Block { body, tail: true } => body.last().copied(),
            Kind::Block { body, .. } => body
                .last()
                .copied()
                .filter(|&n| !matches!(self.kind(function.sibling(n)), Kind::Return(None))),
            _ => Some(f.body),
        };
        let ends = |n: NodeId| of_error(n) || matches!(self.kind(function.sibling(n)), Kind::Return(Some(_)));
        last.is_some_and(ends) && self.own_nodes(function).into_iter().all(returned)
    }
}
