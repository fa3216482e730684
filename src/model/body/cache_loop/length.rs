//! How many turns a loop may have.

use crate::facts::Kind;
use crate::model::Project;
use crate::model::names::index::last_name;
use crate::model::values::value::{NodeRef, Value};
use crate::sdk::api::api;

impl Project {
    /// Whether a function of the project gives the list, and never more than a few elements.
    pub(super) fn is_made_short(&self, over: NodeRef) -> bool {
        let file = self.file(over.file);
        let made = file.only_value(over.node).unwrap_or(over.node);
        let Kind::Call(call) = file.facts.kind(made) else { return false };
        let callees = self.eval(over.sibling(call.callee));
        let filled = |v: &Value| matches!(v, Value::Node(list) if self.is_filled_one_by_one(*list, 0));
        let short = |&value: &NodeRef| {
            let small = self.is_small_collection(value) || self.is_size_checked(value, value);
            small && !self.eval(value).iter().any(filled)
        };
        !callees.is_empty()
            && callees.iter().all(|v| match v {
                Value::Function(f) => {
                    let returned = self.return_values(*f);
                    !returned.is_empty() && returned.iter().all(short)
                }
                _ => false,
            })
    }

    /// Whether there may be many turns: over a variable or all of its elements. What a call chose may be
    /// few, and so is a slice.
    pub(super) fn is_long(&self, over: NodeRef) -> bool {
        let file = self.file(over.file);
        let (facts, sdk) = (&file.facts, file.sdk);
        match facts.kind(over.node) {
            // `cached_segments`: what is to be cached was chosen before.
            Kind::Name(name) | Kind::Member { name, .. } => {
                let name = name.to_lowercase();
                !sdk.words("chosen-to-cache-words").iter().any(|word| name.contains(word.as_str()))
            }
            Kind::Index { index, .. } => !matches!(facts.kind(*index), Kind::Slice { .. }),
            Kind::List(items) => items.len() > api().request.max_cache_breakpoints,
            Kind::Cast { value, .. } => self.is_long(over.sibling(*value)),
            Kind::Call(c) => {
                let whole =
                    last_name(facts, c.callee).is_some_and(|n| sdk.has_word("all-elements-names", &n));
                let of = match facts.kind(c.callee) {
                    Kind::Member { object, .. } => Some(*object),
                    _ => c.args.first().map(|a| a.value),
                };
                whole && of.is_some_and(|n| self.is_long(over.sibling(n)))
            }
            _ => false,
        }
    }
}
