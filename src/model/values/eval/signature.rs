//! Types that a function's place gives its parameters: `const read: Reader<Message> = (message) => …`.

use super::Values;
use crate::facts::Kind;
use crate::model::Project;
use crate::model::values::value::{NodeRef, Value};

/// Names between a place and the type of functions that stands there.
const MAX_ALIASES: u32 = 3;

impl Project {
    /// What a parameter without a type of its own is by the type of the place that its function stands in.
    pub(super) fn expected(&self, function: NodeRef, index: usize) -> Option<Values> {
        self.expected_by(self.place_type(function)?, index, MAX_ALIASES)
    }

    /// The declared type of the place that a function is written at.
    fn place_type(&self, function: NodeRef) -> Option<NodeRef> {
        let facts = self.facts(function.file);
        let parent = facts.parent(function.node)?;
        match facts.kind(parent) {
            Kind::Assign(a) if a.value == Some(function.node) => a.ty.map(|ty| function.sibling(ty)),
            Kind::Cast { value, ty } if *value == function.node => ty.map(|ty| function.sibling(ty)),
            // `register((message) => …)`
            Kind::Call(call) if matches!(facts.kind(call.callee), Kind::Name(_)) => {
                let position = call.args.iter().position(|a| a.value == function.node)?;
                self.values(function.sibling(call.callee), None).iter().find_map(|callee| {
                    let Value::Function(f) = callee else { return None };
                    let Kind::Function(taker) = self.kind(*f) else { return None };
                    taker.params.get(position)?.ty.map(|ty| f.sibling(ty))
                })
            }
            _ => None,
        }
    }

    fn expected_by(&self, ty: NodeRef, index: usize, left: u32) -> Option<Values> {
        let left = left.checked_sub(1)?;
        match self.kind(ty) {
            Kind::Function(f) => f.params.get(index)?.ty.map(|param| self.typed(ty.sibling(param))),
            Kind::Name(_) => self.values(ty, None).iter().find_map(|value| match value {
                Value::Function(f) => self.expected_by(*f, index, left),
                _ => None,
            }),
            // `Reader<Message>`: the parameter's type may be the one that is filled in.
            Kind::Index { object, index: filled } => {
                let found = self.expected_by(ty.sibling(*object), index, left)?;
                let open = found.iter().all(|v| *v == Value::Unknown);
                Some(if open { self.typed(ty.sibling(*filled)) } else { found })
            }
            _ => None,
        }
    }
}
