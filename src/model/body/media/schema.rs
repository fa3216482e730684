//! Sizes that a schema holds files to: `z.instanceof(File).refine((file) => file.size < 5_000_000).parse(form.get("file"))`.

use super::spoken::LEAST_SIZE;
use crate::facts::Kind;
use crate::model::Project;
use crate::model::control::counter::is_order;
use crate::model::names::member::schema::MAX_STEPS;
use crate::model::values::value::{External, NodeRef, Value};

impl Project {
    /// Whether a read is of what a schema let through that has a limit for its size.
    pub fn is_bounded_by_schema(&self, read: NodeRef) -> bool {
        let Kind::Call(call) = self.kind(read) else { return false };
        let Kind::Member { object, .. } = self.kind(read.sibling(call.callee)) else { return false };
        self.eval(read.sibling(*object)).iter().any(|value| match value {
            Value::External(external) => self.limits_by_schema(external).unwrap_or(false),
            _ => false,
        })
    }

    /// Whether the schema that gave something limits the size of that.
    fn limits_by_schema(&self, given: &External) -> Option<bool> {
        let made = given.made?;
        let file = self.file(made.file);
        let Kind::Call(call) = file.facts.kind(made.node) else { return None };
        let Kind::Member { object, name, .. } = file.facts.kind(call.callee) else { return None };
        if !file.sdk.has_word("schema-reads", name) {
            return None;
        }
        let mut schema = made.sibling(*object);
        let (_, fields) = given.path.rsplit_once("()")?;
        for field in fields.split('.').filter(|field| !field.is_empty() && *field != "data") {
            schema = self.field_of_schema(schema, field, MAX_STEPS)?;
        }
        Some(self.limits_size(schema, MAX_STEPS))
    }

    /// Whether a schema, or what it is made of, compares something with so much that it is a size.
    fn limits_size(&self, schema: NodeRef, left: u32) -> bool {
        let Some(left) = left.checked_sub(1) else { return false };
        let file = self.file(schema.file);
        let is_size = |n| self.number(schema.sibling(n)).is_some_and(|n| n >= LEAST_SIZE);
        file.facts.descendants(schema.node).into_iter().any(|n| match file.facts.kind(n) {
            Kind::Binary { op, left, right } if is_order(*op) => is_size(*left) || is_size(*right),
            Kind::Call(call) if file.named_in(call.callee, "schema-limits") => {
                call.args.iter().any(|arg| is_size(arg.value))
            }
            // A schema or a test with a name.
            Kind::Name(_) => self.eval(schema.sibling(n)).iter().any(|value| match value {
                Value::External(External { made: Some(made), .. }) => {
                    made.node != n && self.limits_size(*made, left)
                }
                Value::Function(test) => self.limits_size(*test, left),
                _ => false,
            }),
            _ => false,
        })
    }
}
