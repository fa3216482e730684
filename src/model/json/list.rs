//! Lists, and what is put into them after they were written.

use super::Json;
use crate::facts::{Kind, NodeId};
use crate::model::Project;
use crate::model::index::last_name;

impl Project {
    /// What is put at the end of a list by the function that writes it, where one variable holds it:
    /// `content = [text]`, `content.append(image)`.
    pub fn added_items(&self, list: &Json) -> Vec<Json> {
        let mut out = Vec::new();
        let Some((at, target)) = self.bound_at(list.at).filter(|_| list.is_list()) else { return out };
        let file = self.file(at.file);
        let facts = &file.facts;
        let Kind::Name(name) = facts.kind(target) else { return out };
        let own = |n: NodeId| match facts.kind(n) {
            Kind::Name(other) if other == name => {
                matches!(file.scopes.lookup(facts, name, n)[..], [def] if def.node == target)
            }
            _ => false,
        };
        let function = self.function_of(at);
        for node in facts.descendants(function.map_or(NodeId::ROOT, |f| f.node)) {
            let Kind::Call(call) = facts.kind(node) else { continue };
            let Kind::Member { object, .. } = facts.kind(call.callee) else { continue };
            let adds = last_name(facts, call.callee).is_some_and(|n| matches!(&*n, "append" | "push"));
            let added = at.sibling(node);
            if adds
                && own(*object)
                && self.function_of(added) == function
                && !self.stands_in_other_branch(added)
            {
                out.extend(call.args.iter().filter(|a| !a.spread).map(|a| self.json(at.sibling(a.value))));
            }
        }
        out
    }
}
