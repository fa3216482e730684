//! How many elements something has: `len(x)`, `x.length`, `x.len()`.

use super::value::NodeRef;
use crate::facts::Kind;
use crate::model::Project;
use crate::model::names::index::last_name;

impl Project {
    /// What an expression gives the number of elements or characters of.
    pub(in crate::model) fn length_of(&self, at: NodeRef) -> Option<NodeRef> {
        let file = self.file(at.file);
        let facts = &file.facts;
        let measured = match facts.kind(at.node) {
            Kind::Member { object, name, .. }
                if file.sdk.has_word("length-names", name) && !self.is_called(at) =>
            {
                *object
            }
            Kind::Call(call) => {
                let name = last_name(facts, call.callee)?;
                let counts =
                    ["length-names", "length-calls"].iter().any(|list| file.sdk.has_word(list, &name));
                match (facts.kind(call.callee), &call.args[..]) {
                    _ if !counts => return None,
                    (Kind::Member { object, .. }, []) => *object,
                    (Kind::Name(_), [only]) => only.value,
                    _ => return None,
                }
            }
            _ => return None,
        };
        Some(at.sibling(measured))
    }

    /// Whether an expression gives the number of elements or characters of something.
    pub(in crate::model) fn is_length(&self, at: NodeRef) -> bool {
        self.length_of(at).is_some()
    }
}
