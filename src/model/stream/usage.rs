//! Whether code that tells events apart takes nothing of the answer out of them.

use super::{Project, snake};
use crate::facts::{Key, Kind};
use crate::model::names::index::{constant, last_name};
use crate::model::values::value::NodeRef;

impl Project {
    /// Whether a function speaks of the usage of tokens, or of the event that tells the model, and of no part
    /// of the answer: beside it someone else reads the stream.
    pub(super) fn takes_no_answer(&self, function: NodeRef) -> bool {
        let file = self.file(function.file);
        let facts = &file.facts;
        let mut aside = false;
        for node in facts.descendants(function.node) {
            let words: Vec<String> = match facts.kind(node) {
                Kind::Str(_) => constant(facts, node).iter().map(|text| text.to_string()).collect(),
                Kind::Member { name, .. } | Kind::Name(name) => vec![snake(name)],
                Kind::Record(r) => {
                    let keys = r.entries.iter().filter_map(|e| match &e.key {
                        Some(Key::Known(key)) => Some(snake(key)),
                        _ => None,
                    });
                    keys.chain(r.ty.and_then(|ty| last_name(facts, ty)).map(|name| snake(&name))).collect()
                }
                _ => continue,
            };
            for word in &words {
                if file.sdk.has_word("stream-deltas", word) || file.sdk.has_word("answer-parts", word) {
                    return false;
                }
                aside |= word == "usage" || word.ends_with("_tokens") || word == "message_start";
            }
        }
        aside
    }
}
