//! Tables of names that are given for others.

use super::{Bound, Walk};
use crate::facts::Kind;
use crate::model::value::{External, NodeRef, Value};

impl Walk<'_> {
    /// Where an expression looks the literal up in a table that has it: whether that gives the same name.
    pub(super) fn looked_up(&self, at: NodeRef, bound: &Bound) -> Option<bool> {
        let project = self.project;
        let (table, key) = match project.kind(at) {
            Kind::Index { object, index } => (at.sibling(*object), at.sibling(*index)),
            Kind::Call(call) => match (project.kind(at.sibling(call.callee)), call.args.first()) {
                (Kind::Member { object, name, .. }, Some(key)) if &**name == "get" => {
                    (at.sibling(*object), at.sibling(key.value))
                }
                _ => return None,
            },
            Kind::Cast { value, .. } => return self.looked_up(at.sibling(*value), bound),
            _ => return None,
        };
        if self.asked.text(key, bound, 0)? != self.text {
            return None;
        }
        let value = self.entry(table, 0)?;
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
