//! Settings that are read by a schema: what a field is where nobody sets it.

use crate::facts::Kind;
use crate::model::Project;
use crate::model::values::value::{External, NodeRef, Value};

/// Steps of a chain, and names between a schema and what made it.
const MAX_STEPS: u32 = 12;

impl Project {
    /// The default that the schema gives a field of what it read: of `config.model` after
    /// `const config = z.object({ model: z.string().default("…") }).parse(input)`.
    pub(super) fn default_by_schema(&self, read: &External, field: &str) -> Option<NodeRef> {
        let made = read.made?;
        let path = read.path.strip_suffix(".data").unwrap_or(&read.path);
        if !path.ends_with("()") {
            return None;
        }
        let file = self.file(made.file);
        let Kind::Call(call) = file.facts.kind(made.node) else { return None };
        let Kind::Member { object, name, .. } = file.facts.kind(call.callee) else { return None };
        if !file.sdk.has_word("schema-reads", name) {
            return None;
        }
        let field = self.field_of_schema(made.sibling(*object), field, MAX_STEPS)?;
        self.default_in_chain(field, MAX_STEPS)
    }

    /// The schema of one field of an object's schema.
    fn field_of_schema(&self, schema: NodeRef, field: &str, left: u32) -> Option<NodeRef> {
        let left = left.checked_sub(1)?;
        let facts = self.facts(schema.file);
        match facts.kind(schema.node) {
            Kind::Call(call) => {
                let entry = call.args.iter().find_map(|a| match facts.kind(a.value) {
                    Kind::Record(r) => r.value_of(field),
                    _ => None,
                });
                if let Some(entry) = entry {
                    return Some(schema.sibling(entry));
                }
                let Kind::Member { object, .. } = facts.kind(call.callee) else { return None };
                self.field_of_schema(schema.sibling(*object), field, left)
            }
            _ => match &self.eval(schema)[..] {
                [Value::External(External { made: Some(made), .. })] if *made != schema => {
                    self.field_of_schema(*made, field, left)
                }
                _ => None,
            },
        }
    }

    /// `z.string().min(1).default("…").describe("…")`
    fn default_in_chain(&self, step: NodeRef, left: u32) -> Option<NodeRef> {
        let left = left.checked_sub(1)?;
        let file = self.file(step.file);
        let Kind::Call(call) = file.facts.kind(step.node) else { return None };
        let Kind::Member { object, name, .. } = file.facts.kind(call.callee) else { return None };
        match (file.sdk.has_word("schema-defaults", name), &call.args[..]) {
            (true, [default]) => Some(step.sibling(default.value)),
            _ => self.default_in_chain(step.sibling(*object), left),
        }
    }
}
