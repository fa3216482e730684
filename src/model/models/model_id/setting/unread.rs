//! What functions of the project are given and never look at.

use crate::facts::{Key, Kind, NodeId, ParamKind};
use crate::model::Project;
use crate::model::names::index::constant;
use crate::model::values::value::{NodeRef, Value};

impl Project {
    /// Whether an argument of a call, or a field of it, is one that the function which is called never reads:
    /// `send({ message, model: "claude-…" })` for `function send(data) { post({ text: data.message }) }`.
    pub(super) fn is_left_unread(&self, call: NodeRef, given: NodeId, field: Option<&str>) -> bool {
        let Kind::Call(c) = self.kind(call) else { return false };
        let values = self.eval(call.sibling(c.callee));
        !values.is_empty()
            && values.iter().all(|value| match value {
                Value::Function(f) => self
                    .parameter_or_rest(*f, call, call.sibling(given))
                    .is_some_and(|index| self.never_reads(*f, index, field)),
                _ => false,
            })
    }

    fn never_reads(&self, function: NodeRef, index: usize, field: Option<&str>) -> bool {
        let Kind::Function(f) = self.kind(function) else { return false };
        let Some(param) = f.params.get(index).filter(|p| p.kind == ParamKind::Plain) else { return false };
        if param.is_field || self.is_abstract(function) {
            return false;
        }
        let pattern = function.sibling(param.pattern);
        match (self.kind(pattern), field) {
            (Kind::Name(_), None) => self.readers(pattern).is_empty(),
            (Kind::Name(_), Some(field)) => {
                self.readers(pattern).into_iter().all(|reader| self.reads_another(reader, field))
            }
            (Kind::Record(_), Some(field)) => self.takes_others(pattern, field),
            _ => false,
        }
    }

    /// Whether one other field is read of an object, or it is taken apart into others.
    fn reads_another(&self, reader: NodeRef, field: &str) -> bool {
        let facts = self.facts(reader.file);
        let Some(parent) = facts.parent(reader.node) else { return false };
        match facts.kind(parent) {
            Kind::Member { object, name, .. } => *object == reader.node && &**name != field,
            Kind::Index { object, index } => {
                *object == reader.node && constant(facts, *index).is_some_and(|key| &*key != field)
            }
            Kind::Assign(a) => {
                a.value == Some(reader.node) && self.takes_others(reader.sibling(a.target), field)
            }
            _ => false,
        }
    }

    /// Whether a pattern takes fields by their names, and not this one.
    fn takes_others(&self, pattern: NodeRef, field: &str) -> bool {
        let Kind::Record(record) = self.kind(pattern) else { return false };
        record.entries.iter().all(|entry| matches!(&entry.key, Some(Key::Known(key)) if &**key != field))
    }
}
