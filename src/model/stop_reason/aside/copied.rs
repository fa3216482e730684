//! Stop reasons that are taken and then come to nothing.

use crate::facts::{Kind, Name};
use crate::model::Project;
use crate::model::response::{Use, What};
use crate::model::values::value::{NodeRef, Value};

impl Project {
    /// Whether a stop reason is only copied to where nobody reads it: into figures that the object keeps, into
    /// another object beside the text.
    pub(super) fn comes_to_nothing(&self, seen: &Use) -> bool {
        let copied = || match self.field_kept_in(seen.at) {
            Some(field) => !self.read_names().contains(&field),
            None => self.is_put_into_local(seen.at) && self.sinks(seen.at).is_empty(),
        };
        seen.what == What::Stop && copied()
    }

    /// The field of the object that keeps a record in which a value stands: `self.last = {"reason": …}`.
    fn field_kept_in(&self, at: NodeRef) -> Option<Name> {
        let file = self.file(at.file);
        let facts = &file.facts;
        let record = facts.parent(at.node).filter(|&n| matches!(facts.kind(n), Kind::Record(_)))?;
        match facts.kind(facts.parent(record)?) {
            Kind::Assign(a) if a.value == Some(record) => match facts.kind(a.target) {
                Kind::Member { object, name, .. } if file.is_own_object(*object) => Some(name.clone()),
                _ => None,
            },
            _ => None,
        }
    }

    /// Whether a value becomes a part of an object of the project that a variable holds:
    /// `answer = Answer(text, stop_reason=reply.stop_reason)`.
    fn is_put_into_local(&self, at: NodeRef) -> bool {
        let facts = self.facts(at.file);
        let Some(made) = facts.parent(at.node) else { return false };
        let is_made = match facts.kind(made) {
            Kind::Call(c) => {
                c.callee != at.node
                    && self.eval(at.sibling(c.callee)).iter().any(|v| matches!(v, Value::Class(_)))
            }
            _ => false,
        };
        let bound = facts.parent(made).map(|up| facts.kind(up));
        is_made && matches!(bound, Some(Kind::Assign(a)) if matches!(facts.kind(a.target), Kind::Name(_)))
    }
}
