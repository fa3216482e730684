//! Tool calls of another vendor's form that are turned into blocks of Claude: their arguments are
//! text that a model wrote.

use crate::facts::{BinaryOp, Key, Kind, NodeId, Record};
use crate::model::Project;
use crate::model::names::index::constant;
use crate::model::response::model_json::Guard;
use crate::model::values::value::NodeRef;

impl Project {
    /// Where the arguments of such a call are parsed as they come and nothing near handles a
    /// failure, in file order.
    pub fn translated_calls(&self) -> Vec<NodeRef> {
        let mut out = Vec::new();
        for (file, model) in self.file_ids() {
            if model.source.role.is_test || !model.source.text.contains("tool_use") {
                continue;
            }
            for node in model.facts.ids() {
                let Kind::Record(record) = model.facts.kind(node) else { continue };
                let at = NodeRef { file, node };
                if let Some(parse) = self.parsed_input(at, record)
                    && !self.is_test(at)
                    && matches!(self.parse_guard(parse), Some(Guard::Absent | Guard::Unknown))
                {
                    out.push(parse);
                }
            }
        }
        out
    }

    /// The call that parses the arguments in `{ type: "tool_use", input: parse(call.arguments) }`.
    fn parsed_input(&self, at: NodeRef, record: &Record) -> Option<NodeRef> {
        let facts = self.facts(at.file);
        let entry = |name: &str| {
            record.entries.iter().find_map(|e| match &e.key {
                Some(Key::Known(key)) if &**key == name => Some(e.value),
                _ => None,
            })
        };
        // `"tool_use" as const`
        let kind = match facts.kind(entry("type")?) {
            Kind::Cast { value, .. } => *value,
            _ => entry("type")?,
        };
        if constant(facts, kind).as_deref() != Some("tool_use") {
            return None;
        }
        let parse = match facts.kind(entry("input")?) {
            Kind::Cast { value, .. } => *value,
            _ => entry("input")?,
        };
        let Kind::Call(call) = facts.kind(parse) else { return None };
        let [argument] = &call.args[..] else { return None };
        self.is_arguments(at.sibling(argument.value)).then(|| at.sibling(parse))
    }

    /// `call.function.arguments`, not one with another text in place of an empty one.
    fn is_arguments(&self, at: NodeRef) -> bool {
        let facts = self.facts(at.file);
        let key = |n: NodeId| match facts.kind(n) {
            Kind::Member { object, name, .. } => Some((*object, name.clone())),
            Kind::Index { object, index } => Some((*object, constant(facts, *index)?)),
            _ => None,
        };
        match facts.kind(at.node) {
            Kind::Cast { value, .. } => self.is_arguments(at.sibling(*value)),
            Kind::Binary { op: BinaryOp::Or | BinaryOp::Coalesce, .. } => false,
            _ => key(at.node).is_some_and(|(owner, name)| {
                &*name == "arguments" && key(owner).is_none_or(|(_, owner)| &*owner == "function")
            }),
        }
    }
}
