//! Fields of an answer that a pattern compares: `case Message(stop_reason="end_turn", content=blocks)`.

use super::{Uses, What};
use crate::facts::{Key, Kind, Name, NodeId};
use crate::model::Project;
use crate::model::values::value::{NodeRef, Value};

impl Project {
    /// Looks at the stop reason by a pattern that says which one it is; those that are bound to a name are
    /// seen where the name is.
    pub(super) fn matched(&self, subject: NodeRef, pattern: NodeRef, uses: &mut Uses) {
        let file = self.file(pattern.file);
        let named: Vec<(Name, NodeId)> = match file.facts.kind(pattern.node) {
            Kind::Call(c) => c.args.iter().filter_map(|a| Some((a.name.clone()?, a.value))).collect(),
            Kind::Record(r) => {
                let known = r.entries.iter().filter_map(|e| match &e.key {
                    Some(Key::Known(key)) => Some((key.clone(), e.value)),
                    _ => None,
                });
                known.collect()
            }
            _ => return,
        };
        let compared = named.iter().filter(|(_, value)| !file.binds(*value));
        for (key, value) in compared {
            for answer in self.eval(subject).iter() {
                if let Value::Response(r) = answer
                    && let Value::Response(field) = r.step(key.clone())
                    && self.use_of(&field) == Some(What::Stop)
                {
                    self.classify(pattern.sibling(*value), &field, uses);
                }
            }
        }
    }
}
