//! Errors that the code around a request makes itself.

use crate::facts::{Kind, NodeId, StrPart};
use crate::model::names::index::last_name;
use crate::model::values::value::{NodeRef, Value};
use crate::model::{Handler, Project};

/// Functions called where a handler watches that are looked into.
const MAX_FUNCTIONS: usize = 16;

impl Project {
    /// Whether an error with such words in its text is made in the function that handles it, or in one that
    /// is called there: the handler asks for that one.
    pub fn raises_with_words(&self, handler: &Handler, words: &str) -> bool {
        let words = words.to_lowercase();
        let Some(function) = self.named_function(handler.at) else { return false };
        let mut places = vec![function];
        let facts = self.facts(function.file);
        for node in facts.descendants(function.node) {
            let Kind::Call(call) = facts.kind(node) else { continue };
            for value in self.eval(function.sibling(call.callee)).iter() {
                if let Value::Function(f) = value
                    && places.len() < MAX_FUNCTIONS
                    && !places.contains(f)
                {
                    places.push(*f);
                }
            }
        }
        places.into_iter().any(|place| {
            let facts = self.facts(place.file);
            facts.descendants(place.node).into_iter().any(|n| self.makes_error(place.sibling(n), &words))
        })
    }

    /// `new Error("… timed out …")`, `raise TimeoutError("timed out")`, `bail!("timed out")`.
    fn makes_error(&self, at: NodeRef, words: &str) -> bool {
        let file = self.file(at.file);
        let facts = &file.facts;
        let Kind::Call(call) = facts.kind(at.node) else { return false };
        let Some(name) = last_name(facts, call.callee) else { return false };
        let makes = file.sdk.has_word("raise-names", &name)
            || file.sdk.words("error-endings").iter().any(|ending| name.ends_with(ending.as_str()));
        let says = |n: NodeId| match facts.kind(n) {
            Kind::Str(parts) => parts.iter().any(|part| match part {
                StrPart::Text(text) => text.to_lowercase().contains(words),
                StrPart::Hole(_) => false,
            }),
            _ => false,
        };
        makes && call.args.iter().any(|arg| facts.descendants(arg.value).into_iter().any(says))
    }
}
