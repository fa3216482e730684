//! Ids in tables that are read with a key out of sight.

use crate::facts::{BinaryOp, Entry, Key, Kind, NodeId};
use crate::model::Project;
use crate::model::names::index::{Member, constant};
use crate::model::values::keyed::keyed;
use crate::model::values::value::{NodeRef, Value};
use crate::sdk::model_id::ModelId;

/// What a function gives back in more ways than this is looked up no further.
const MAX_RETURNS: usize = 6;

impl Project {
    /// What an expression may be where a table is read on the way: `PRESETS[name]`,
    /// `ALIASES.get(name, name)`, `ALIASES[name] ?? name`, a function that gives one of these.
    pub(super) fn looked_up_parts(&self, at: NodeRef) -> Vec<NodeRef> {
        let facts = self.facts(at.file);
        if let Some(found) = keyed(facts, at.node) {
            return match constant(facts, found.key) {
                None => self.ids_of_table(at.sibling(found.object)),
                Some(_) => Vec::new(),
            };
        }
        match facts.kind(at.node) {
            Kind::Binary { op: BinaryOp::Or | BinaryOp::Coalesce, left, right } => {
                [*left, *right].map(|n| at.sibling(n)).into_iter().filter(|&n| self.reads_table(n)).collect()
            }
            Kind::Call(call) => {
                let callee = self.eval(at.sibling(call.callee));
                let functions = callee.iter().filter_map(|v| match v {
                    Value::Function(f) => Some(*f),
                    _ => None,
                });
                let given: Vec<NodeRef> = functions.flat_map(|f| self.return_values(f).to_vec()).collect();
                match given.len() <= MAX_RETURNS {
                    true => given.into_iter().filter(|&n| self.reads_table(n)).collect(),
                    false => Vec::new(),
                }
            }
            // `id = IDS.get(name)`, `id = self.resolved(name)`
            Kind::Name(_) => {
                let value = self.file(at.file).only_value(at.node).map(|n| at.sibling(n));
                let asks = |n: &NodeRef| self.reads_table(*n) || matches!(self.kind(*n), Kind::Call(_));
                value.into_iter().filter(asks).collect()
            }
            // `self.id = IDS[name]`
            Kind::Member { object, name, .. } => {
                let objects = self.eval(at.sibling(*object));
                let classes = objects.iter().filter_map(|v| match v {
                    Value::Instance { class, .. } => Some(*class),
                    _ => None,
                });
                let set = classes.flat_map(|class| self.class_member(class, name)).filter_map(|m| match m {
                    Member::Field { value, .. } => value,
                    _ => None,
                });
                let mut parts: Vec<NodeRef> =
                    set.take(MAX_RETURNS).filter(|&n| self.reads_table(n)).collect();
                // `arguments.model`, one of those that the command line may name
                if objects.iter().any(|v| matches!(v, Value::External(e) if e.made.is_some())) {
                    parts.extend(self.choices_of_option(at, name));
                }
                parts
            }
            _ => Vec::new(),
        }
    }

    /// Whether an expression reads a table, as far as it is written, or names what such a one gave.
    fn reads_table(&self, at: NodeRef) -> bool {
        let facts = self.facts(at.file);
        let written = self.file(at.file).only_value(at.node);
        match facts.kind(written.unwrap_or(at.node)) {
            Kind::Binary { op: BinaryOp::Or | BinaryOp::Coalesce, left, right } => {
                let looks = |n: NodeId| matches!(facts.kind(n), Kind::Index { .. } | Kind::Call(_));
                looks(*left) || looks(*right)
            }
            _ => keyed(facts, written.unwrap_or(at.node)).is_some(),
        }
    }

    /// The values of a table. Where it maps ids of models to ids, that says what others may ask for: only those
    /// that no model has count. Names of the project's own, `claude-opus`, are no ids.
    fn ids_of_table(&self, table: NodeRef) -> Vec<NodeRef> {
        let mut out = Vec::new();
        for value in self.eval(table).iter() {
            let Value::Node(node) = value else { continue };
            let Kind::Record(record) = self.kind(*node) else { continue };
            let is_id = |key: &str| ModelId::parse(key).is_some_and(|id| id.model().is_some());
            let by_id = |e: &Entry| matches!(&e.key, Some(Key::Known(k)) if is_id(k));
            let translates = record.entries.iter().any(by_id);
            let known = record.entries.iter().filter(|e| e.key.is_some()).map(|e| node.sibling(e.value));
            out.extend(known.filter(|&id| !translates || self.is_made_up_id(id)));
        }
        out
    }

    /// Whether an id is written there that looks like one of Claude's and is none.
    fn is_made_up_id(&self, at: NodeRef) -> bool {
        constant(self.facts(at.file), at.node).is_some_and(|text| {
            ModelId::parse(&text).is_some_and(|id| id.looks_real() && id.model().is_none())
        })
    }
}
