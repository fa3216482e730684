//! Bytes in content blocks.

mod changing;
mod listed;
mod made;
mod plain;
mod read;
mod spoken;
mod suffix;
mod table;

pub use read::{ByteOrigin, ByteRead};
pub use spoken::Topic;

use crate::facts::{Key, Kind, Name};
use crate::model::Origin;
use crate::model::Project;
use crate::model::names::index::last_name;
use crate::model::values::json::Json;
use crate::model::values::value::{NodeRef, Value};

/// The source of an image or document block that holds its bytes as base64, or its text.
#[derive(Debug, Clone)]
pub struct MediaSource {
    /// `{"type": "base64", "media_type": …, "data": …}`.
    pub json: Json,
    /// The type of the block around it: `image`, `document`.
    pub block: Option<String>,
}

impl Project {
    /// All such sources as they are written, in file order.
    pub fn media_sources(&self) -> &[MediaSource] {
        self.media_sources.get_or_init(|| {
            let mut out = Vec::new();
            for (file, model) in self.file_ids() {
                for node in model.facts.ids() {
                    let Kind::Record(record) = model.facts.kind(node) else { continue };
                    let named = |n: &str| {
                        record.entries.iter().any(|e| matches!(&e.key, Some(Key::Known(k)) if **k == *n))
                    };
                    if !named("media_type") || !named("data") {
                        continue;
                    }
                    let at = NodeRef { file, node };
                    let json = self.json(at);
                    if !json.get("type").is_some_and(|t| t.is_text("base64")) {
                        continue;
                    }
                    out.push(MediaSource { block: self.type_around(at), json });
                }
            }
            out
        })
    }

    fn type_around(&self, at: NodeRef) -> Option<String> {
        let facts = self.facts(at.file);
        let Kind::Record(record) = facts.kind(facts.parent(at.node)?) else { return None };
        self.text(at.sibling(record.value_of("type")?)).known()
    }

    /// The texts that an expression may give, among other things, with their literals.
    pub fn alternatives(&self, at: NodeRef) -> Vec<(NodeRef, Name)> {
        let values = self.eval(at);
        let nodes = values.iter().filter_map(|v| match v {
            Value::Node(node) => Some(*node),
            _ => None,
        });
        let mut texts: Vec<_> = nodes.filter_map(|n| self.possible_texts(n)).flatten().collect();
        // What a parameter is when it is left out.
        if let Kind::Name(name) = self.kind(at) {
            let file = self.file(at.file);
            for def in file.scopes.lookup(&file.facts, name, at.node) {
                let Origin::Param { function, index, path } = &def.origin else { continue };
                if let Some(default) =
                    self.param_default(at.sibling(*function), *index).filter(|_| path.is_empty())
                {
                    texts.extend(self.possible_texts(default).unwrap_or_default());
                }
            }
        }
        texts
    }

    /// A value that is what it is when a text begins in a certain way, and another text
    /// otherwise: `kind.startsWith("image/") ? kind : "image/jpeg"`; the test and the other text.
    pub fn text_by_prefix(&self, at: NodeRef, prefix: &str) -> Option<(NodeRef, Name)> {
        let Kind::If { condition, otherwise: Some(otherwise), .. } = self.kind(at) else { return None };
        let condition = at.sibling(*condition);
        let Kind::Call(call) = self.kind(condition) else { return None };
        let name = last_name(self.facts(at.file), call.callee)?;
        let [arg] = &call.args[..] else { return None };
        let tested = self.possible_texts(at.sibling(arg.value))?;
        let begins = self.file(at.file).sdk.has_word("begins-with", &name);
        if !begins || !tested.iter().all(|(_, text)| **text == *prefix) {
            return None;
        }
        let other = self.possible_texts(at.sibling(*otherwise))?;
        Some((condition, other.into_iter().next()?.1))
    }
}
