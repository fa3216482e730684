//! The first text instead of the first block.

use super::index::BlockByPosition;
use crate::facts::Kind;
use crate::finding::Edit;
use crate::lang::BlockTest;
use crate::model::Project;

impl Project {
    /// The first block that is a text instead of the first one of all, where its text is read right there.
    /// It fails where there is none, as the position does.
    pub fn first_text(&self, block: &BlockByPosition<'_>) -> Option<Edit> {
        let (used, pick) = (block.used.at, block.pick);
        let file = self.file(used.file);
        let facts = &file.facts;
        let (read, keyed) = match facts.kind(used.node) {
            Kind::Member { object, .. } => (*object, false),
            Kind::Index { object, .. } => (*object, true),
            _ => return None,
        };
        let mut object = read;
        while let Kind::Cast { value, .. } = facts.kind(object) {
            object = *value;
        }
        let Kind::Index { object: content, .. } = facts.kind(pick.node) else { return None };
        let (list, whole) = (facts.span(*content), facts.span(pick.node));
        let plain = object == pick.node && used.file == pick.file && block.position == 0 && !block.checked;
        // Within a text the quotes would end it.
        let quoted = facts.ancestors(used.node).any(|n| matches!(facts.kind(n), Kind::Str(_)));
        if !plain || quoted || facts.is_target(used.node) || list.start != whole.start {
            return None;
        }
        let test = match () {
            // Blocks of Converse have no type: they are what they have.
            () if block.used.response.path.iter().any(|p| &**p == "output") => BlockTest::HasText,
            () if keyed => BlockTest::KeyedType,
            () => BlockTest::Type,
        };
        let behind = file.source.text.get(whole.end as usize..)?;
        let picked = file.source.text.get(list.end as usize..whole.end as usize)?;
        // What is converted has a type that says of a block what it is.
        let untyped = read == object;
        let text = file.language.first_text(
            file.text_of(*content),
            picked,
            test,
            file.source.has_types() && untyped,
            behind.chars().next(),
        )?;
        Some(self.rewrite(pick, text))
    }
}
