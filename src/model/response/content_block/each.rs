//! Text taken from every block of an answer, whatever kind of block that is.

use super::index::MAX_NAMES;
use crate::facts::{BinaryOp, Kind, NodeId};
use crate::model::names::scope::{Origin, Step};
use crate::model::response::{Use, What};
use crate::model::values::value::NodeRef;
use crate::model::{Project, Request};

impl Project {
    /// Uses of the text of all blocks of an answer where nothing looks at the type of any, and one
    /// without a text fails or leaves a trace in what is made of them; in file order.
    pub fn untyped_blocks(&self, request: &Request) -> Vec<&Use> {
        let has_blocks = |path: &String| path.ends_with(".[].text") && path.contains("content.");
        if !request.kind.text.iter().any(has_blocks) {
            return Vec::new();
        }
        let texts = self.uses(request.at).iter().filter(|u| u.what == What::Text && !u.response.is_piece());
        texts.filter(|used| self.is_untyped_block(used.at)).collect()
    }

    fn is_untyped_block(&self, text: NodeRef) -> bool {
        let Some(block) = self.owner(text, "text") else { return false };
        let file = self.file(block.file);
        let Kind::Name(name) = file.facts.kind(block.node) else { return false };
        let defs = file.scopes.lookup(&file.facts, name, block.node);
        let [def] = &defs[..] else { return false };
        let of_all = match &def.origin {
            Origin::Value { expr, path } => {
                path[..] == [Step::Each]
                    && self.is_content(block.sibling(*expr), MAX_NAMES)
                    && !self.is_filtered(block.sibling(*expr))
            }
            Origin::Param { function, index: 0, path } if path.is_empty() => {
                self.goes_through(block.sibling(*function))
            }
            _ => false,
        };
        // Whatever else is done with a block may be a look at its type.
        let readers = self.readers(block.sibling(def.node));
        let read_only = || {
            readers.iter().all(|reader| {
                let up = file.facts.parent(reader.node).map(|up| reader.sibling(up));
                up.is_some_and(|up| self.owner(up, "text") == Some(*reader))
            })
        };
        of_all && self.missing_shows(text) && read_only() && !self.is_missing_caught(text)
    }

    /// Where one is picked of the texts of all blocks, and at which position: `content.map((b) => b.text)[0]`.
    pub(super) fn picked_of_texts(&self, text: NodeRef, block: NodeRef) -> Option<(NodeRef, i32)> {
        let file = self.file(text.file);
        let facts = &file.facts;
        let Kind::Name(name) = facts.kind(block.node) else { return None };
        let [def] = &file.scopes.lookup(facts, name, block.node)[..] else { return None };
        let texts = match &def.origin {
            Origin::Value { expr, path } if path[..] == [Step::Each] => {
                let made = facts.parent(text.node)?;
                let Kind::Comprehension(c) = facts.kind(made) else { return None };
                let content = text.sibling(*expr);
                let all = c.clauses.len() == 1 && self.is_content(content, MAX_NAMES);
                (all && c.element == text.node && !self.is_filtered(content)).then_some(made)?
            }
            Origin::Param { function, index: 0, path } if path.is_empty() => {
                let function = text.sibling(*function);
                let only_text = self.return_values(function)[..] == [text];
                (only_text && self.goes_through(function)).then(|| facts.parent(function.node))??
            }
            _ => return None,
        };
        let up = facts.parent(texts)?;
        match facts.kind(up) {
            Kind::Index { object, index } if *object == texts => {
                Some((text.sibling(up), self.position(text.sibling(*index))?))
            }
            Kind::Member { object, name, .. }
                if *object == texts && file.sdk.has_word("first-block", name) =>
            {
                let call = facts.parent(up).filter(|_| self.is_called(text.sibling(up)))?;
                Some((text.sibling(call), 0))
            }
            _ => None,
        }
    }

    /// `for b in content if …`: some of them are left out.
    fn is_filtered(&self, iterable: NodeRef) -> bool {
        let facts = self.facts(iterable.file);
        match facts.parent(iterable.node).map(|up| facts.kind(up)) {
            Some(Kind::Comprehension(c)) => c
                .clauses
                .iter()
                .any(|clause| clause.iterable == iterable.node && !clause.conditions.is_empty()),
            _ => false,
        }
    }

    /// Whether a closure is called with each block: `content.map((block) => …)`.
    fn goes_through(&self, function: NodeRef) -> bool {
        let file = self.file(function.file);
        let Some(Kind::Call(call)) = file.facts.parent(function.node).map(|up| file.facts.kind(up)) else {
            return false;
        };
        match file.facts.kind(call.callee) {
            Kind::Member { object, name, .. } => {
                ["callback-map", "callback-each"].iter().any(|list| file.sdk.has_word(list, name))
                    && self.is_content(function.sibling(*object), MAX_NAMES)
            }
            _ => false,
        }
    }

    /// Whether a field that is not there fails where it is read, or is written out as such.
    fn missing_shows(&self, text: NodeRef) -> bool {
        let file = self.file(text.file);
        let shows = |how: &str| file.sdk.has_word("missing-shows", how);
        let written = || match file.facts.parent(text.node).map(|up| file.facts.kind(up)) {
            Some(Kind::Assign(a)) => a.op.is_some(),
            Some(Kind::Str(_) | Kind::Binary { op: BinaryOp::Add, .. }) => true,
            _ => false,
        };
        match file.facts.kind(text.node) {
            Kind::Member { .. } if shows("member") => true,
            Kind::Index { .. } if shows("key") => true,
            Kind::Member { .. } | Kind::Index { .. } => shows("text") && written(),
            _ => false,
        }
    }

    /// Whether a handler around a place names the failure of a field that is not there.
    fn is_missing_caught(&self, at: NodeRef) -> bool {
        let file = self.file(at.file);
        let named = |ty: &NodeId| {
            let mut inside = file.facts.descendants(*ty).into_iter();
            inside.any(|n| file.named_in(n, "missing-errors"))
        };
        file.facts.ancestors(at.node).any(|around| match file.facts.kind(around) {
            Kind::Try(t) => t.handlers.iter().any(|h| h.types.iter().any(named)),
            _ => false,
        })
    }
}
