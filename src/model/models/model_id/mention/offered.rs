//! Constants that a project offers to others: ids under the names of models.

use crate::facts::{Kind, NodeId};
use crate::model::names::index::{constant, last_name};
use crate::model::names::words::words_of;
use crate::model::values::value::NodeRef;
use crate::model::{FileModel, Project};
use crate::sdk::api::api;
use crate::sdk::model_id::ModelId;

impl Project {
    /// Whether a literal is an exported constant that is named after a model: `pub const CLAUDE_3_OPUS`.
    pub(super) fn is_offered(&self, literal: NodeRef) -> bool {
        let file = self.file(literal.file);
        let facts = &file.facts;
        let Some(parent) = facts.parent(literal.node) else { return false };
        let Kind::Assign(a) = facts.kind(parent) else { return false };
        let outside = facts.ancestors(parent).all(|n| !matches!(facts.kind(n), Kind::Function(_)));
        let Kind::Name(name) = facts.kind(a.target) else { return false };
        let words = words_of(name);
        let family = |w: &String| w == "claude" || api().model.families.contains(w);
        a.exported
            && a.declares
            && a.value == Some(literal.node)
            && outside
            && words.iter().any(family)
            && !words.iter().any(|w| file.sdk.has_word("no-model-words", w))
            // Whoever marks it so knows.
            && !a.decorators.iter().any(|&d| last_name(facts, d).is_some_and(|n| &*n == "deprecated"))
            && !is_said_deprecated(file, parent)
            && constant(facts, literal.node).is_some_and(|text| {
                ModelId::parse(&text).is_some_and(|id| id.is_dashed() && id.provider.is_none())
            })
            && !self.is_test(literal)
    }
}

/// Whether the comment right before a declaration says that nobody should use it any more.
fn is_said_deprecated(file: &FileModel, declaration: NodeId) -> bool {
    let text = &file.source.text;
    let start = file.facts.span(declaration).start;
    let comments = &file.facts.comments;
    let before = comments.partition_point(|c| c.span.start < start);
    let Some(comment) = before.checked_sub(1).and_then(|i| comments.get(i)) else { return false };
    // `export const` may stand between.
    let between = text.get(comment.span.end as usize..start as usize).unwrap_or(";");
    let said = text.get(comment.span.range()).unwrap_or_default();
    between.chars().all(|c| c.is_alphanumeric() || c.is_whitespace())
        && file.sdk.words("deprecated-tags").iter().any(|tag| said.contains(tag.as_str()))
}
