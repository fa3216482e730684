//! The fields of a message, however it is written.

use crate::facts::{Kind, NodeId};
use crate::model::Project;
use crate::model::values::value::{NodeRef, Value};

impl Project {
    /// What a record gives a field, or the call of a type of another package that writes one:
    /// `MessageParam(role="user", content=…)`.
    pub(in crate::model) fn written_field(&self, at: NodeRef, key: &str) -> Option<NodeRef> {
        match self.kind(at) {
            Kind::Record(record) => Some(at.sibling(record.value_of(key)?)),
            Kind::Call(call) => {
                let given = call.args.iter().find(|a| a.name.as_deref() == Some(key))?;
                let callee = self.eval(at.sibling(call.callee));
                let foreign = callee.iter().all(|v| matches!(v, Value::External(_)));
                (foreign && self.makes_record(at)).then_some(at.sibling(given.value))
            }
            _ => None,
        }
    }

    /// Whether something is a message, and a value its content.
    pub(in crate::model) fn is_content_of_message(&self, message: NodeRef, value: NodeId) -> bool {
        let writes = match self.kind(message) {
            Kind::Record(record) => record.entries.iter().any(|e| e.value == value && e.has_key("content")),
            Kind::Call(call) => {
                call.args.iter().any(|a| a.value == value && a.name.as_deref() == Some("content"))
            }
            _ => false,
        };
        writes && self.written_field(message, "role").is_some()
    }

    /// Whether something is written as a message: it has a role.
    pub(in crate::model) fn is_written_message(&self, at: NodeRef) -> bool {
        self.written_field(at, "role").is_some()
    }
}
