//! Marks that end what counts in a text: one that was cut off lacks them.

use smallvec::SmallVec;

use crate::facts::{BinaryOp, Kind, NodeId, UnaryOp};
use crate::model::names::index::last_name;
use crate::model::names::scope::{Origin, Step};
use crate::model::values::value::{NodeRef, Text, Value};
use crate::model::{Project, Request, enclosing_function};
use crate::sdk::Sdk;

use super::walk::is_test;

/// Longest word of a mark and around it that is looked at.
const MAX_MARK: usize = 400;

/// `</answer>`, `[/answer]`, `---END---`, a fence after another: also as a regular expression writes them.
fn closes(text: &Text, sdk: &Sdk) -> bool {
    let written = |piece: &String| {
        ["</", "<\\/", "[/", "[\\/"].iter().any(|mark| piece.contains(mark))
            || piece.matches("```").count() > 1
            || ends_by_word(piece, sdk)
    };
    text.pieces.iter().flatten().any(written)
}

/// `END_OF_FILE`, `===END===`, `<<EOF>>`, not the word in a sentence.
fn ends_by_word(piece: &str, sdk: &Sdk) -> bool {
    if piece.len() > MAX_MARK {
        return false;
    }
    let part_of_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let mark = |c: char| c.is_ascii_punctuation() && !matches!(c, '_' | '.' | ',' | '\'' | '"' | '(' | ')');
    let mut from = 0;
    piece.split(|c| !part_of_word(c)).any(|word| {
        let start = from;
        from += word.len() + 1;
        let mut parts = word.split('_').filter(|p| !p.is_empty());
        if !parts.any(|p| sdk.has_word("closing-words", p)) {
            return false;
        }
        let before = piece.get(..start).and_then(|p| p.trim_end_matches([' ', '\\']).chars().next_back());
        let after =
            piece.get(start + word.len()..).and_then(|p| p.trim_start_matches([' ', '\\']).chars().next());
        word.trim_matches('_').contains('_') || before.is_some_and(mark) && after.is_none_or(mark)
    })
}

impl Project {
    /// Whether a pattern, or what it was compiled of, asks for a closing mark.
    pub(super) fn is_closing(&self, pattern: NodeRef) -> bool {
        let sdk = self.file(pattern.file).sdk;
        let written = |at: NodeRef| self.texts(at).iter().any(|(_, text)| closes(text, sdk));
        written(pattern)
            || self.eval(pattern).iter().any(|value| match value {
                Value::External(e) => e.made.is_some_and(|made| match self.kind(made) {
                    Kind::Call(c) => c.args.iter().any(|a| written(made.sibling(a.value))),
                    _ => false,
                }),
                _ => false,
            })
    }

    /// Whether a pattern finds what stands in one line: a label, not a document.
    pub(super) fn finds_in_line(&self, pattern: NodeRef) -> bool {
        let sdk = self.file(pattern.file).sdk;
        let texts = self.texts(pattern);
        let across = |pattern: String| {
            let mut parts = pattern.split("[^");
            let mut outside = parts.next().unwrap_or_default().to_string();
            for part in parts {
                let (class, after) = part.split_once(']').unwrap_or((part, ""));
                // `[^"]`, not `[^\s]`
                if !class.contains("\\s") && !class.contains("\\n") {
                    return true;
                }
                outside.push_str(after);
            }
            sdk.words("across-lines").iter().any(|part| outside.contains(part.as_str()))
        };
        !texts.is_empty() && texts.iter().all(|(_, text)| text.known().is_some_and(|t| !across(t)))
    }

    /// Whether a number is the place where a closing mark was found: `text.find("</answer>")`.
    pub(super) fn is_closing_place(&self, at: NodeRef) -> bool {
        let file = self.file(at.file);
        match file.facts.kind(at.node) {
            Kind::Name(name) => file.scopes.lookup(&file.facts, name, at.node).iter().any(|def| {
                let Origin::Value { expr, path } = &def.origin else { return false };
                let found = self.part_at(at.sibling(*expr), path);
                found.is_some_and(|found| {
                    self.finds_mark(found)
                        && (self.fails_without(found) || self.is_compared_later(at.sibling(def.node)))
                })
            }),
            // `end + len("</answer>")`
            Kind::Binary { op: BinaryOp::Add | BinaryOp::Sub, left, right } => {
                self.is_closing_place(at.sibling(*left)) || self.is_closing_place(at.sibling(*right))
            }
            _ => self.finds_mark(at) && self.fails_without(at),
        }
    }

    /// Whether looking for a place gives no number where there is none.
    fn fails_without(&self, at: NodeRef) -> bool {
        let file = self.file(at.file);
        match file.facts.kind(at.node) {
            Kind::Call(c) => {
                last_name(&file.facts, c.callee).is_none_or(|n| !file.sdk.has_word("place-or-minus-one", &n))
            }
            _ => true,
        }
    }

    /// Whether a variable is compared with something.
    fn is_compared_later(&self, binding: NodeRef) -> bool {
        let facts = self.facts(binding.file);
        self.readers(binding).iter().any(|place| {
            facts.parent(place.node).is_some_and(|p| match facts.kind(p) {
                Kind::Binary { op, .. } => is_test(*op),
                _ => false,
            })
        })
    }

    /// What a path of a pattern leads to in an expression that is written out.
    pub(super) fn part_at(&self, expr: NodeRef, path: &SmallVec<[Step; 2]>) -> Option<NodeRef> {
        path.iter().try_fold(expr, |at, step| match (step, self.kind(at)) {
            (Step::Unwrap, _) => Some(at),
            (Step::Item(i), Kind::List(items)) => items.get(*i as usize).map(|&item| at.sibling(item)),
            _ => None,
        })
    }

    /// Whether a call looks for the place of a closing mark: `text.find("</answer>")?`.
    fn finds_mark(&self, at: NodeRef) -> bool {
        let file = self.file(at.file);
        let mut inner = at.node;
        // Bounded by the depth of the expression.
        loop {
            match file.facts.kind(inner) {
                Kind::Propagate(value) | Kind::Await(value) => inner = *value,
                Kind::Call(c) => {
                    let places = file.named_in(c.callee, "text-places");
                    if places {
                        return c.args.first().is_some_and(|a| self.is_closing(at.sibling(a.value)));
                    }
                    match file.facts.kind(c.callee) {
                        Kind::Member { object, .. } => inner = *object,
                        _ => return false,
                    }
                }
                _ => return false,
            }
        }
    }

    /// Whether a request says where the answer stops.
    pub fn names_a_stop(&self, request: &Request) -> bool {
        !self.stops(request).is_empty()
    }

    /// Whether a request has the answer stop at a closing mark.
    pub fn stops_at_mark(&self, request: &Request) -> bool {
        self.stops(request).into_iter().any(|stop| self.is_closing(stop))
    }

    fn stops(&self, request: &Request) -> Vec<NodeRef> {
        let lists = self.body_field(request, "stop_sequences").nodes().to_vec();
        let items = lists.into_iter().flat_map(|list| match self.kind(list) {
            Kind::List(items) => items.iter().map(|&item| list.sibling(item)).collect(),
            _ => Vec::new(),
        });
        items.collect()
    }

    /// Whether a test of a text asks for a closing mark: `"</answer>" in text`.
    pub(super) fn asks_for_mark(&self, test: NodeRef) -> bool {
        match self.kind(test) {
            Kind::Binary { op: BinaryOp::In | BinaryOp::NotIn, left, .. } => {
                self.is_closing(test.sibling(*left))
            }
            Kind::Call(c) => c.args.first().is_some_and(|a| self.is_closing(test.sibling(a.value))),
            _ => false,
        }
    }

    /// Whether a place is reached only if a test of a text found its closing mark.
    pub(super) fn is_behind_mark(&self, test: NodeRef, place: NodeRef) -> bool {
        let facts = self.facts(test.file);
        let function = enclosing_function(facts, test.node);
        let same = place.file == test.file && enclosing_function(facts, place.node) == function;
        let within = |branch: NodeId| same && facts.ancestors(place.node).any(|n| n == branch);
        let mut found = true;
        let mut at = test.node;
        if matches!(facts.kind(at), Kind::Binary { op: BinaryOp::NotIn, .. }) {
            found = false;
        }
        for parent in facts.ancestors(test.node).skip(1) {
            match facts.kind(parent) {
                Kind::Unary { op: UnaryOp::Not, .. } => found = !found,
                Kind::Binary { op: BinaryOp::And, .. } if found => {}
                Kind::Binary { op: BinaryOp::Or, .. } if !found => {}
                // `text.indexOf("</answer>") === -1`
                Kind::Binary { op, left, right } => {
                    let other = if *left == at { *right } else { *left };
                    let nowhere = self.file(test.file).number_of(other);
                    found = match (op, nowhere) {
                        (BinaryOp::Eq | BinaryOp::Is, Some(n)) if n < 0.0 => !found,
                        (BinaryOp::Lt, Some(0.0)) if *left == at => !found,
                        (BinaryOp::Ne | BinaryOp::IsNot | BinaryOp::Gt, Some(n)) if n < 0.0 => found,
                        (BinaryOp::Ge, Some(0.0)) if *left == at => found,
                        _ => return false,
                    };
                }
                Kind::Cast { .. } => {}
                Kind::Assert { condition, .. } => return *condition == at && found,
                Kind::Loop(l) => return l.condition == Some(at) && !found && !within(parent),
                Kind::If { condition, then, otherwise } if *condition == at => {
                    let (there, missing) = match found {
                        true => (Some(*then), *otherwise),
                        false => (*otherwise, Some(*then)),
                    };
                    let raises = missing.is_some_and(|m| self.throws(test.sibling(m)));
                    let leaves =
                        missing.is_some_and(|m| self.leaves_block(test.sibling(m)) && same && !within(m));
                    return there.is_some_and(within) || leaves || raises && !same;
                }
                _ => return false,
            }
            at = parent;
        }
        false
    }

    /// Whether a branch ends in an error that is thrown.
    fn throws(&self, at: NodeRef) -> bool {
        match self.kind(at) {
            Kind::Throw(_) => true,
            Kind::Call(call) => self.raises_by_name(at, call),
            Kind::Block { body, .. } => body.last().is_some_and(|&s| self.throws(at.sibling(s))),
            _ => false,
        }
    }
}
