//! Counters on an object that a loop hands to others, who compare them: `state.turns += 1`, `policy.check(state)`.

use super::Bound;
use crate::facts::{Kind, Name, NodeId};
use crate::model::Project;
use crate::model::control::counter::is_order;
use crate::model::control::region::Region;
use crate::model::values::value::{NodeRef, Value};

impl Project {
    /// Whether what a loop counts is kept on an object that it gives to a call, and other code compares a field of
    /// that name with a limit: which of those objects is asked may be decided elsewhere.
    pub(super) fn compared_by_others(&self, region: &Region) -> Bound {
        let counted = region.nodes.iter().filter_map(|&at| {
            let Kind::Assign(a) = self.kind(at) else { return None };
            let target = at.sibling(a.target);
            let Kind::Member { object, name, .. } = self.kind(target) else { return None };
            let holder = at.sibling(*object);
            let plain =
                matches!(self.kind(holder), Kind::Name(_)) && !self.file(at.file).is_own_object(*object);
            (plain && self.is_counter(target, region)).then_some((holder, name))
        });
        let found = counted.into_iter().find_map(|(holder, field)| {
            let handed = region.nodes.iter().any(|&call| self.is_handed_to(call, holder));
            handed.then(|| self.compares_field(holder, field, region)).flatten()
        });
        found.map_or(Bound::Absent, Bound::Unknown)
    }

    /// Whether the types of two objects are known, and none of the one is one of the other.
    fn are_of_other_types(&self, a: NodeRef, b: NodeRef) -> bool {
        let types = |at: NodeRef| -> Option<Vec<NodeRef>> {
            let class = |v: &Value| match v {
                Value::Instance { class, .. } => Some(*class),
                _ => None,
            };
            self.eval(at).iter().map(class).collect()
        };
        let (Some(a), Some(b)) = (types(a), types(b)) else { return false };
        !a.iter().any(|a| b.iter().any(|b| a == b || self.is_derived(*a, *b) || self.is_derived(*b, *a)))
    }

    /// Whether a call that logs nothing is given an object by its name.
    fn is_handed_to(&self, call: NodeRef, object: NodeRef) -> bool {
        let Kind::Call(c) = self.kind(call) else { return false };
        let facts = self.facts(call.file);
        let Kind::Name(name) = self.kind(object) else { return false };
        call.file == object.file
            && c.args
                .iter()
                .any(|arg| matches!(facts.kind(facts.bare(arg.value)), Kind::Name(n) if n == name))
            && !self.is_logger(call.sibling(c.callee))
    }

    /// Where code outside of tests compares a field of that name of something it was given with a limit; of nothing
    /// that is known to be of another type than the object the loop counts on.
    fn compares_field(&self, holder: NodeRef, field: &Name, region: &Region) -> Option<NodeRef> {
        let files =
            self.file_ids().filter(|(_, m)| !m.source.role.is_test && m.source.text.contains(&**field));
        for (file, model) in files {
            for node in model.facts.ids() {
                let at = NodeRef { file, node };
                let Kind::Binary { op, left, right } = model.facts.kind(node) else { continue };
                let is_field = |n: NodeId| match model.facts.kind(n) {
                    Kind::Member { object, name, .. } if name == field && !model.is_own_object(*object) => {
                        let object = at.sibling(*object);
                        self.is_named_parameter(object) && !self.are_of_other_types(object, holder)
                    }
                    _ => false,
                };
                let other = match (is_field(*left), is_field(*right)) {
                    (true, false) => *right,
                    (false, true) => *left,
                    _ => continue,
                };
                let zero = model.number_of(other) == Some(0.0);
                if is_order(*op) && !zero && !self.contains(region.root, at) && !self.is_test(at) {
                    return Some(at);
                }
            }
        }
        None
    }
}
