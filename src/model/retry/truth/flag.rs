//! Variables, and fields of theirs, that code sets on the way of a failure and asks for later.

use super::Probe;
use crate::facts::{Kind, Name};
use crate::model::Project;
use crate::model::control::counter::is_comparison;
use crate::model::values::keyed::named_values;
use crate::model::values::truth::Truth;
use crate::model::values::value::NodeRef;

impl Project {
    /// Remembers what an assignment sets a variable to: `again = true`, `verdict = { done: true }`.
    pub(in crate::model::retry) fn note_flag(&self, assign: NodeRef, p: &Probe, depth: u32) {
        let Kind::Assign(a) = self.kind(assign) else { return };
        let (Kind::Name(name), Some(value)) = (self.kind(assign.sibling(a.target)), a.value) else { return };
        let value = assign.sibling(value);
        let truth = match a.op {
            None => self.truth(value, p, depth + 1),
            Some(_) => Truth::Open,
        };
        // `again = attempt < 3` asks nothing about the failure; other values are no flags.
        let compares = matches!(self.kind(value), Kind::Binary { op, .. } if is_comparison(*op));
        let truth = if truth == Truth::Free && !compares { Truth::Open } else { truth };
        p.flags.set(name, truth);
        p.flags.forget_fields(name);
        for (field, given) in named_values(self.facts(value.file), value.node) {
            if let Kind::Bool(set) = self.kind(value.sibling(given)) {
                p.flags.set(&field_name(name, field), Truth::of(*set));
            }
        }
    }

    /// What a variable or a field of one was set to on the way.
    pub(super) fn flag(&self, at: NodeRef, p: &Probe) -> Option<Truth> {
        if let Kind::Name(name) = self.kind(at) {
            return p.flags.get(name);
        }
        let (object, field) = self.key_of(at)?;
        match self.kind(object) {
            Kind::Name(of) => p.flags.get(&field_name(of, &field)),
            _ => None,
        }
    }
}

fn field_name(of: &Name, field: &Name) -> Name {
    format!("{of}.{field}").into()
}
