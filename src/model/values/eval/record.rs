//! Parts of records that functions make of what they are given.

use super::values::hop;
use super::{Bound, MAX_CONTEXT, Values};
use crate::facts::{Key, Kind};
use crate::model::Project;
use crate::model::names::index::takes_receiver;
use crate::model::values::value::{Hop, NodeRef, Value};

/// Variables between a call and where its record is taken apart.
const MAX_NAMES: u32 = 4;

impl Project {
    /// A part of a record that a call gave, of the answer which that call was given: callers of
    /// `wrap(x) { return { output: x } }` get back their own.
    pub(super) fn of_call(&self, from: NodeRef, record: &Value, key: &str, part: Values) -> Values {
        let handed_in = |v: &Value| match v {
            Value::Response(r) => matches!(r.hops.last(), Some(Hop::Argument(_))),
            _ => false,
        };
        let Value::Node(made) = record else { return part };
        if !part.iter().any(handed_in) {
            return part;
        }
        let Kind::Record(r) = self.kind(*made) else { return part };
        let entry = r.entries.iter().rev().find(|e| e.key == Some(Key::Known(key.into())));
        let Some((call, entry)) = self.giving_call(from, MAX_NAMES).zip(entry) else { return part };
        let Kind::Call(c) = self.kind(call) else { return part };
        let facts = self.facts(made.file);
        let callee = self.values(call.sibling(c.callee), None);
        let function = callee.iter().find_map(|v| match v {
            Value::Function(f) if f.file == made.file => {
                facts.ancestors(made.node).any(|n| n == f.node).then_some(*f)
            }
            _ => None,
        });
        let Some(function) = function else { return part };
        let receiver = takes_receiver(&self.files, function);
        let context = self.context(function, Bound::Call { call, receiver }, None);
        if context.depth > MAX_CONTEXT {
            return part;
        }
        let own = self.deeper(|| self.values(made.sibling(entry.value), Some(&context)));
        match own.iter().any(|v| *v != Value::Unknown) {
            true => hop(own, Hop::Return(call)),
            false => part,
        }
    }

    /// The call whose value an expression is, itself or by the variable that holds it.
    fn giving_call(&self, at: NodeRef, left: u32) -> Option<NodeRef> {
        let file = self.file(at.file);
        match file.facts.kind(at.node) {
            Kind::Call(_) => Some(at),
            Kind::Await(x) | Kind::Propagate(x) | Kind::Cast { value: x, .. } => {
                self.giving_call(at.sibling(*x), left)
            }
            Kind::Name(_) if left > 0 => {
                file.only_value(at.node).and_then(|value| self.giving_call(at.sibling(value), left - 1))
            }
            _ => None,
        }
    }
}
