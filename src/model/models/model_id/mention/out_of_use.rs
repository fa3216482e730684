//! Ids of registers that say themselves that a model is not to be used: `{ id: "claude-…", enabled: false }`.

use crate::facts::{Key, Kind, NodeId};
use crate::model::Project;
use crate::model::names::words::words_of;
use crate::model::values::value::NodeRef;

/// Steps from a literal out to the entry of a register that it names.
const MAX_STEPS: usize = 6;
/// Entries beside it that are looked at: what has more is a list of many.
const MAX_BESIDE: usize = 64;

impl Project {
    /// Whether a literal is that of one entry of several, with a flag beside it by which the program leaves the
    /// model out.
    pub(super) fn is_out_of_use(&self, literal: NodeRef) -> bool {
        let facts = self.facts(literal.file);
        for parent in facts.ancestors(literal.node).skip(1).take(MAX_STEPS) {
            let beside: Vec<(&str, NodeId)> = match facts.kind(parent) {
                Kind::Record(r) => {
                    let named = r.entries.iter().take(MAX_BESIDE).filter_map(|e| match &e.key {
                        Some(Key::Known(key)) => Some((&**key, e.value)),
                        _ => None,
                    });
                    named.collect()
                }
                Kind::Call(c) => c.args.iter().filter_map(|a| Some((a.name.as_deref()?, a.value))).collect(),
                Kind::Cast { .. } | Kind::Member { .. } => Vec::new(),
                _ => return false,
            };
            if beside.iter().any(|&(name, value)| self.says_out_of_use(literal, name, value)) {
                return self.is_one_of_several(literal.sibling(parent));
            }
        }
        false
    }

    /// Whether a literal is a constant of a notebook that is named nowhere else, in no other file either: nobody imports
    /// a notebook, and what others run of it they name.
    pub(super) fn is_unused_in_notebook(&self, literal: NodeRef) -> bool {
        let file = self.file(literal.file);
        let facts = &file.facts;
        let Some(parent) = facts.parent(literal.node).filter(|_| !file.source.cells.is_empty()) else {
            return false;
        };
        let Kind::Assign(a) = facts.kind(parent) else { return false };
        let Kind::Name(name) = facts.kind(a.target) else { return false };
        // A field of a class is read by what it derives from.
        if facts.ancestors(parent).any(|n| matches!(facts.kind(n), Kind::Class(_))) {
            return false;
        }
        let times: usize = self.files().iter().map(|f| f.source.text.matches(&**name).take(2).count()).sum();
        a.value == Some(literal.node) && times == 1
    }

    fn says_out_of_use(&self, literal: NodeRef, name: &str, value: NodeId) -> bool {
        let file = self.file(literal.file);
        // `enabled`, `isEnabled`, `model_enabled`: `cacheEnabled` is about something else.
        let mut words = words_of(name);
        words.retain(|word| !file.sdk.has_word("flag-words", word));
        let [word] = &words[..] else { return false };
        match file.facts.kind(value) {
            Kind::Bool(true) => file.sdk.has_word("out-of-use-words", word),
            Kind::Bool(false) => file.sdk.has_word("in-use-words", word),
            _ => false,
        }
    }

    /// Whether a record or call stands beside others of its kind in a list, record or call.
    fn is_one_of_several(&self, entry: NodeRef) -> bool {
        let facts = self.facts(entry.file);
        let kind = std::mem::discriminant(facts.kind(entry.node));
        let alike = |&n: &NodeId| std::mem::discriminant(facts.kind(n)) == kind;
        facts.parent(entry.node).is_some_and(|p| match facts.kind(p) {
            Kind::List(items) => items.iter().filter(|n| alike(n)).nth(1).is_some(),
            Kind::Record(r) => r.entries.iter().filter(|e| alike(&e.value)).nth(1).is_some(),
            Kind::Call(c) => c.args.iter().filter(|a| alike(&a.value)).nth(1).is_some(),
            _ => false,
        })
    }
}
