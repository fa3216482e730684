//! Lists, and what is put into them after they were written.

use super::Json;
use crate::facts::{Kind, NodeId};
use crate::model::Project;
use crate::model::index::{owner_class, path_name};

impl Project {
    /// What is put at the end of a list by the function that writes it, where one variable holds it, or by
    /// the type whose field it is: `content = [text]`, `content.append(image)`.
    pub fn added_items(&self, list: &Json) -> Vec<Json> {
        let mut out = Vec::new();
        let Some((at, target)) = self.bound_at(list.at).filter(|_| list.is_list()) else { return out };
        let file = self.file(at.file);
        let facts = &file.facts;
        let Some(name) = path_name(facts, target) else { return out };
        // A field is grown by all methods of its type, be it declared there: `turns = []`.
        let function = self.function_of(at);
        let class = owner_class(&self.index, facts, at).filter(|class| class.file == at.file);
        let declared = function.is_none() && class.is_some() && matches!(facts.kind(target), Kind::Name(_));
        let field = declared || matches!(facts.kind(target), Kind::Member { .. });
        let root = if field { class } else { Some(function.unwrap_or(at.sibling(NodeId::ROOT))) };
        let Some(root) = root else { return out };
        let own = |n: NodeId| match facts.kind(n) {
            Kind::Name(other) if !field && *other == name => {
                matches!(file.scopes.lookup(facts, other, n)[..], [def] if def.node == target)
            }
            Kind::Member { object, name: last, .. } if declared => {
                *last == name && file.is_own_object(*object)
            }
            Kind::Member { .. } => field && path_name(facts, n).as_ref() == Some(&name),
            _ => false,
        };
        for node in facts.descendants(root.node) {
            let Kind::Call(call) = facts.kind(node) else { continue };
            let Some(list) = file.list_added_to(call) else { continue };
            let added = at.sibling(node);
            if own(list)
                && (field || self.function_of(added) == function)
                && !self.stands_in_other_branch(added)
            {
                out.extend(call.args.iter().filter(|a| !a.spread).map(|a| self.json(at.sibling(a.value))));
            }
        }
        out
    }
}
