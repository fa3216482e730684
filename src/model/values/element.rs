//! Elements of lists that are gone through, one by one.

use super::value::NodeRef;
use crate::facts::Kind;
use crate::model::Project;
use crate::model::names::scope::{Origin, Step};

impl Project {
    /// The list that an expression is an element of: `items[next++]`, the variable of a loop over it, what a
    /// callback is given for each.
    pub(in crate::model) fn list_of_element(&self, at: NodeRef) -> Option<NodeRef> {
        let file = self.file(at.file);
        let facts = &file.facts;
        let list = match facts.kind(at.node) {
            Kind::Await(x) | Kind::Cast { value: x, .. } => return self.list_of_element(at.sibling(*x)),
            Kind::Index { object, index } if !matches!(facts.kind(*index), Kind::Slice { .. }) => *object,
            Kind::Name(name) => {
                let [def] = &file.scopes.lookup(facts, name, at.node)[..] else { return None };
                match &def.origin {
                    Origin::Value { expr, path } => match (&path[..], facts.kind(*expr)) {
                        ([Step::Each], _) => *expr,
                        // `const item = items[next++]`
                        ([], Kind::Index { object, index })
                            if !matches!(facts.kind(*index), Kind::Slice { .. } | Kind::Str(_)) =>
                        {
                            *object
                        }
                        _ => return None,
                    },
                    Origin::Param { function, index: 0, .. } => {
                        let Kind::Call(c) = facts.kind(facts.parent(*function)?) else { return None };
                        let Kind::Member { object, name, .. } = facts.kind(c.callee) else { return None };
                        if !file.sdk.has_word("callback-each", name) {
                            return None;
                        }
                        *object
                    }
                    _ => return None,
                }
            }
            _ => return None,
        };
        // `items.iter()`
        Some(at.sibling(match facts.kind(list) {
            Kind::Call(inner) => match facts.kind(inner.callee) {
                Kind::Member { object, name, .. }
                    if file.sdk.passes_object(name) || matches!(&**name, "iter" | "into_iter") =>
                {
                    *object
                }
                _ => list,
            },
            _ => list,
        }))
    }
}
