//! Tables of names that are given for others.

use super::{Bound, Walk};
use crate::facts::Kind;
use crate::model::values::keyed::keyed;
use crate::model::values::value::{External, NodeRef, Value};

impl Walk<'_> {
    /// Where an expression looks the literal up in a table that has it: whether that gives the same name.
    pub(super) fn looked_up(&self, at: NodeRef, bound: &Bound) -> Option<bool> {
        let project = self.project;
        if let Kind::Cast { value, .. } = project.kind(at) {
            return self.looked_up(at.sibling(*value), bound);
        }
        let found = keyed(project.facts(at.file), at.node)?;
        if self.asked.text(at.sibling(found.key), bound, 0)? != self.text {
            return None;
        }
        let value = self.entry(at.sibling(found.object), 0)?;
        self.replaced.set(true);
        Some(project.text(value).known().is_none_or(|text| text == self.text))
    }

    /// The value of the literal in a table that is written down.
    fn entry(&self, table: NodeRef, depth: u32) -> Option<NodeRef> {
        let project = self.project;
        if depth > 4 {
            return None;
        }
        match project.kind(table) {
            Kind::Record(record) => return record.value_of(self.text).map(|value| table.sibling(value)),
            Kind::Cast { value, .. } => return self.entry(table.sibling(*value), depth + 1),
            // `new Map([["old", "new"]])`
            Kind::List(pairs) => {
                return pairs.iter().find_map(|&pair| match project.kind(table.sibling(pair)) {
                    Kind::List(pair) => match pair[..] {
                        [key, value] if project.text(table.sibling(key)).known()? == self.text => {
                            Some(table.sibling(value))
                        }
                        _ => None,
                    },
                    _ => None,
                });
            }
            Kind::Call(call) => {
                if let [only] = &call.args[..] {
                    return self.entry(table.sibling(only.value), depth + 1);
                }
            }
            _ => {}
        }
        project.eval(table).iter().find_map(|value| match value {
            Value::Node(node) if *node != table => self.entry(*node, depth + 1),
            Value::External(External { made: Some(made), .. }) if *made != table => {
                self.entry(*made, depth + 1)
            }
            _ => None,
        })
    }
}
