//! Whether a record has a key: headers, for the most part, whose case does not count.

use super::value::{External, NodeRef, Value};
use crate::facts::{Key, Kind};
use crate::model::Project;
use crate::model::names::index::path_name;

impl Project {
    /// Whether a record certainly has a key, whatever its case.
    pub(in crate::model) fn has_key(&self, record: NodeRef, key: &str) -> bool {
        self.has_key_within(record, key, 0)
    }

    fn has_key_within(&self, record: NodeRef, key: &str, depth: u32) -> bool {
        if depth > 6 {
            return false;
        }
        self.is_set_later(record, key)
            || self.eval(record).iter().any(|v| match v {
                Value::Node(made)
                | Value::External(External { made: Some(made), .. })
                | Value::Instance { made: Some(made), .. } => {
                    self.binding_of(*made).is_some_and(|name| self.is_set_later(name, key))
                }
                _ => false,
            })
            || self.eval(record).iter().any(|v| match v {
                Value::Node(node) | Value::Instance { made: Some(node), .. } => match self.kind(*node) {
                    Kind::Record(r) => r.entries.iter().any(|e| match &e.key {
                        Some(Key::Known(k)) => k.eq_ignore_ascii_case(key),
                        None => self.has_key_within(node.sibling(e.value), key, depth + 1),
                        Some(Key::Computed(k)) => {
                            self.text(node.sibling(*k)).known().is_some_and(|k| k.eq_ignore_ascii_case(key))
                        }
                    }),
                    _ => false,
                },
                _ => false,
            })
    }

    /// Whether `record[key] = …` or `record.insert(key, …)` stands in the same function.
    fn is_set_later(&self, record: NodeRef, key: &str) -> bool {
        let Some(name) = path_name(self.facts(record.file), record.node) else { return false };
        let Some(sets) = self.index.item_sets.get(&(record.file, name)) else { return false };
        let function = self.function_of(record);
        sets.iter().filter(|s| !s.removes && self.function_of(record.sibling(s.at)) == function).any(|s| {
            match (&s.key, self.kind(record.sibling(s.at))) {
                (Some(known), _) => known.eq_ignore_ascii_case(key),
                (None, Kind::Call(call)) => call.args.first().is_some_and(|a| {
                    self.text(record.sibling(a.value)).known().is_some_and(|k| k.eq_ignore_ascii_case(key))
                }),
                (None, _) => false,
            }
        })
    }

    /// The variable that something is bound to where it is made.
    pub(in crate::model) fn binding_of(&self, made: NodeRef) -> Option<NodeRef> {
        let parent = self.facts(made.file).parent(made.node)?;
        match self.kind(made.sibling(parent)) {
            Kind::Assign(a) if a.value == Some(made.node) => Some(made.sibling(a.target)),
            _ => None,
        }
    }
}
