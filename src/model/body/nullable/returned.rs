//! Functions of the project that give back a `null`: `system, turns = split(messages)`.

use super::MAX_STEPS;
use crate::facts::{Kind, NodeId};
use crate::model::Project;
use crate::model::names::scope::Step;
use crate::model::values::value::NodeRef;

impl Project {
    /// The `null` that a function may give back at the place where its result is taken apart: a variable of its
    /// own that begins so and that only some ways set.
    pub(super) fn null_returned(&self, result: NodeRef, path: &[Step], depth: u32) -> Option<NodeRef> {
        if depth >= MAX_STEPS {
            return None;
        }
        let mut call = result;
        while let Kind::Await(x) | Kind::Propagate(x) = self.kind(call) {
            call = call.sibling(*x);
        }
        let Kind::Call(c) = self.kind(call) else { return None };
        let [function] = self.functions_of(call.sibling(c.callee))[..] else { return None };
        let returned = self.return_values(function);
        let [given] = returned[..] else { return None };
        let part = match (path, self.kind(given)) {
            ([], Kind::Name(_)) => given,
            ([Step::Item(place)], Kind::List(items)) => {
                let place = *place as usize;
                let before: &[NodeId] = items.get(..=place)?;
                let spread = |n: &NodeId| matches!(self.kind(given.sibling(*n)), Kind::Spread(_));
                if before.iter().any(spread) {
                    return None;
                }
                given.sibling(items[place])
            }
            ([Step::Key(key)], Kind::Record(r)) if r.ty.is_none() => given.sibling(r.value_of(key)?),
            _ => return None,
        };
        match self.kind(part) {
            Kind::Name(_) => self.null_of(part, depth + 1),
            _ => None,
        }
    }
}
