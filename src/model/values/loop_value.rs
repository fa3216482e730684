//! What loops give that are expressions.

use super::value::NodeRef;
use crate::facts::Kind;
use crate::model::Project;

impl Project {
    /// What a loop may be left with: `answer` in `loop { … break answer }`.
    pub(in crate::model) fn loop_values(&self, at: NodeRef) -> Vec<NodeRef> {
        let facts = self.facts(at.file);
        let own = |n| {
            let around = facts.ancestors(n).skip(1);
            around.into_iter().find(|&up| matches!(facts.kind(up), Kind::Loop(_) | Kind::Function(_)))
        };
        let given = facts.descendants(at.node).into_iter().filter_map(|n| match facts.kind(n) {
            Kind::Break(value) => value.filter(|_| own(n) == Some(at.node)),
            _ => None,
        });
        given.map(|value| at.sibling(value)).collect()
    }
}
