//! Functions that get the text of an event before it is parsed.

use super::super::Project;
use crate::facts::{Kind, NodeId};
use crate::model::values::value::NodeRef;

impl Project {
    /// Calls in the function of a reader that get the texts which are parsed there: `failure(&data)`.
    pub(super) fn calls_with_texts(&self, function: NodeRef, parses: &[NodeRef]) -> Vec<NodeRef> {
        let file = self.file(function.file);
        let facts = &file.facts;
        let defined = |n: NodeId| -> Option<Vec<NodeId>> {
            let Kind::Name(name) = facts.kind(n) else { return None };
            let found: Vec<NodeId> = file.scopes.lookup(facts, name, n).iter().map(|def| def.node).collect();
            (!found.is_empty()).then_some(found)
        };
        let texts: Vec<Vec<NodeId>> = parses
            .iter()
            .filter(|parse| parse.file == function.file)
            .filter_map(|parse| match facts.kind(parse.node) {
                Kind::Call(call) => defined(call.args.first()?.value),
                _ => None,
            })
            .collect();
        if texts.is_empty() {
            return Vec::new();
        }
        let calls = facts.descendants(function.node).into_iter().filter(|&n| match facts.kind(n) {
            Kind::Call(call) => {
                call.args.iter().any(|a| defined(a.value).is_some_and(|found| texts.contains(&found)))
            }
            _ => false,
        });
        calls.map(|n| function.sibling(n)).collect()
    }
}
