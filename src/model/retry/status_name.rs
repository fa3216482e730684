//! What holds a status, by its own name or by where it was taken from.

use crate::facts::Kind;
use crate::model::Project;
use crate::model::scope::{Origin, Step};
use crate::model::value::NodeRef;

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

    /// Whether a name holds a status whatever it is called, or is what a closure is given by a call on one:
    /// `let s = response.status().as_u16()`, `error.status().is_some_and(|s| …)`.
    pub(super) fn holds_status(&self, at: NodeRef) -> bool {
        let file = self.file(at.file);
        let Kind::Name(name) = file.facts.kind(at.node) else { return false };
        file.scopes.lookup(&file.facts, name, at.node).iter().take(4).any(|d| {
            let function = match &d.origin {
                Origin::Value { expr, path } => return self.is_status_of(at.sibling(*expr), path),
                Origin::Param { function, .. } => *function,
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

    /// Whether an expression takes a status out of something and makes no more than a number of it.
    fn is_status_of(&self, at: NodeRef, path: &[Step]) -> bool {
        match path {
            [] => {}
            [Step::Key(key)] => return self.has_part(at, "status-parts", key),
            _ => return false,
        }
        let mut next = Some(at);
        while let Some(here) = next {
            next = match self.kind(here) {
                Kind::Member { name, .. } if self.has_part(at, "status-parts", name) => return true,
                Kind::Member { object, .. } => Some(here.sibling(*object)),
                Kind::Call(c) => Some(here.sibling(c.callee)),
                Kind::Cast { value, .. } | Kind::Await(value) => Some(here.sibling(*value)),
                Kind::Index { index, .. } => {
                    let key = self.text(here.sibling(*index)).known();
                    return key.is_some_and(|key| self.has_part(at, "status-parts", &key));
                }
                _ => None,
            };
        }
        false
    }
}
