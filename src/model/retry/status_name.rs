//! What holds a status, by its own name or by where it was taken from.

use crate::facts::{BinaryOp, Kind, NodeId};
use crate::model::Project;
use crate::model::names::scope::{Origin, Step};
use crate::model::retry::probe::Probe;
use crate::model::values::value::{NodeRef, Value};

/// Steps from a name to the field that its status was read from.
const MAX_DEPTH: u32 = 8;
/// Callers of a function that are asked what they give.
const MAX_CALLERS: usize = 4;

impl Project {
    /// Whether an expression is the status of an answer or error.
    pub(super) fn speaks_of_status(&self, at: NodeRef) -> bool {
        let facts = self.facts(at.file);
        let sdk = self.file(at.file).sdk;
        let is = |name: &str| self.has_part(at, "status-parts", name) || sdk.has_word("status-names", name);
        facts.descendants(at.node).into_iter().take(32).any(|n| match facts.kind(n) {
            Kind::Name(name) => is(name) || self.holds_status(at.sibling(n)),
            Kind::Member { name, .. } => is(name),
            Kind::Str(_) => self.text(at.sibling(n)).known().is_some_and(|t| is(&t)),
            _ => false,
        })
    }

    /// Whether an expression is the status of what failed: a name that holds one, `error.status`,
    /// `error.response?.status`.
    pub(super) fn is_its_status(&self, at: NodeRef, p: &Probe) -> bool {
        let Kind::Member { object, name, .. } = self.kind(at) else { return self.holds_status(at) };
        let mut from = at.sibling(*object);
        while let Kind::Member { object, .. } | Kind::Cast { value: object, .. } = self.kind(from) {
            from = from.sibling(*object);
        }
        self.file(at.file).sdk.has_word("status-fields", name) && self.is_error_itself(from, p)
    }

    /// Whether a name holds a status whatever it is called, or is what a closure is given by a call on one:
    /// `let s = response.status().as_u16()`, `error.status().is_some_and(|s| …)`.
    pub(super) fn holds_status(&self, at: NodeRef) -> bool {
        let file = self.file(at.file);
        let Kind::Name(name) = file.facts.kind(at.node) else { return false };
        file.scopes.lookup(&file.facts, name, at.node).iter().take(4).any(|d| {
            let function = match &d.origin {
                Origin::Value { expr, path } => return self.is_status_of(at.sibling(*expr), path),
                Origin::Param { function, index, path } => {
                    if path.is_empty() && self.is_given_status(at.sibling(*function), *index) {
                        return true;
                    }
                    *function
                }
                _ => return false,
            };
            let call = file.facts.parent(function).map(|n| file.facts.kind(n));
            let Some(Kind::Call(call)) = call else { return false };
            match file.facts.kind(call.callee) {
                Kind::Member { object, .. } if call.callee != function => {
                    self.speaks_of_status(at.sibling(*object))
                }
                _ => false,
            }
        })
    }

    /// Whether the callers of a function give it a status for a parameter: `again(response.status)`.
    fn is_given_status(&self, function: NodeRef, index: u32) -> bool {
        let is_status = |at: NodeRef| {
            let value = self.file(at.file).only_value(at.node).map(|n| at.sibling(n));
            self.takes_status(at, 0)
                || value.is_some_and(|value| self.takes_status(value, 0))
                || matches!(self.kind(at), Kind::Name(name) if self.has_part(at, "status-parts", name))
        };
        let mut given = self.arguments_given(function, index, MAX_CALLERS).peekable();
        given.peek().is_some() && given.all(|(_, argument)| is_status(argument))
    }

    /// Whether an expression takes a status out of something and makes no more than a number of it.
    fn is_status_of(&self, at: NodeRef, path: &[Step]) -> bool {
        match path {
            [] => self.takes_status(at, 0),
            [Step::Key(key)] => self.has_part(at, "status-parts", key),
            _ => false,
        }
    }

    fn takes_status(&self, at: NodeRef, depth: u32) -> bool {
        if depth > MAX_DEPTH {
            return false;
        }
        let of = |n: NodeId| self.takes_status(at.sibling(n), depth + 1);
        let named = |n: NodeId| {
            self.text(at.sibling(n)).known().is_some_and(|key| self.has_part(at, "status-parts", &key))
        };
        match self.kind(at) {
            Kind::Member { object, name, .. } => self.has_part(at, "status-parts", name) || of(*object),
            // `getattr(error, "status_code", None)`, `Number(error.status)`
            Kind::Call(c) if matches!(self.kind(at.sibling(c.callee)), Kind::Name(_)) => {
                let own = |v: &Value| matches!(v, Value::Function(_) | Value::Class(_));
                let given = c.args.iter().any(|a| named(a.value) || of(a.value));
                given && !self.eval(at.sibling(c.callee)).iter().any(own)
            }
            Kind::Call(c) => of(c.callee),
            Kind::Cast { value, .. } | Kind::Await(value) => of(*value),
            // `error.status ?? 0`, `error.status if … else None`
            Kind::Binary { op: BinaryOp::Or | BinaryOp::Coalesce, left, .. } => of(*left),
            Kind::If { then, otherwise, .. } => of(*then) || otherwise.is_some_and(of),
            Kind::Block { body, tail: true } => body.last().is_some_and(|&n| of(n)),
            Kind::Index { index, .. } => named(*index),
            _ => false,
        }
    }
}
