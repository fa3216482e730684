//! Parts of a text that are taken out of it, and texts it is written into.

use super::{Part, Parts, Sink, Walk};
use crate::facts::{Call, Kind, NodeId};
use crate::model::Project;
use crate::model::index::last_name;
use crate::model::scope::Origin;
use crate::model::value::Text;
use crate::model::value::{NodeRef, Value};

/// How much of a text is left of it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(super) enum Narrowed {
    /// All that matters.
    No,
    /// A label in it, to compare with others: what was cut off is not missed.
    Piece,
    /// What stands before a closing mark, which a text that is cut off lacks.
    Closed,
}

impl Narrowed {
    pub(super) fn closed_if(closed: bool) -> Self {
        if closed { Narrowed::Closed } else { Narrowed::No }
    }

    /// What an end means for the text itself.
    pub(super) fn end(self, sink: Sink) -> Sink {
        let counts = match self {
            Narrowed::No => true,
            Narrowed::Piece => sink >= Sink::Written,
            Narrowed::Closed => sink == Sink::Parsed,
        };
        if counts { sink } else { sink.min(Sink::Tested) }
    }
}

/// Where the value is in a text made of what holds it.
pub(super) fn as_text(mut parts: Parts) -> Parts {
    let kept = parts.iter().rposition(|p| *p == Part::Encoded).map_or(0, |i| i + 1);
    parts.truncate(kept);
    parts
}

/// Where the value is once what holds it is written as a text.
pub(super) fn encoded(mut parts: Parts) -> Parts {
    parts.push(Part::Encoded);
    parts
}

/// Where the value is once such a text is read again; `None` for the value itself.
pub(super) fn decoded(parts: &Parts) -> Option<Parts> {
    parts.iter().rposition(|p| *p == Part::Encoded).map(|i| parts[..i].into())
}

impl Walk<'_> {
    pub(super) fn narrow(&mut self, at: NodeRef, narrowed: Narrowed, parts: Parts, depth: u32) {
        let before = self.narrowed;
        self.narrowed = before.max(narrowed);
        self.follow(at, parts, depth + 1);
        self.narrowed = before;
    }
}

/// `</answer>`, also as a regular expression writes it.
fn closes(text: &Text) -> bool {
    text.contains("</") || text.contains("<\\/")
}

impl Project {
    /// What a method leaves of the text it is called on.
    pub(super) fn narrowing(&self, callee: NodeRef, name: &str, call: &Call) -> Narrowed {
        let sdk = self.file(callee.file).sdk;
        if sdk.has_word("folds-case", name) {
            return Narrowed::Piece;
        }
        let argument = |i: usize| call.args.get(i).map(|a| callee.sibling(a.value));
        let closed = sdk.has_word("text-finders", name) && argument(0).is_some_and(|p| self.is_closing(p))
            || sdk.has_word("cuts-text", name) && argument(1).is_some_and(|end| self.is_closing_place(end));
        Narrowed::closed_if(closed)
    }

    /// Whether a method looks where something is in a text: `text.find("{")`, not `list.find(callback)`.
    pub(super) fn looks_for_place(&self, callee: NodeRef, name: &str, call: &Call) -> bool {
        self.file(callee.file).sdk.has_word("text-places", name)
            && call.args.first().is_some_and(|a| !self.texts(callee.sibling(a.value)).is_empty())
    }

    /// What an expression is of the text it takes a part of, if it does.
    pub(super) fn narrowed_at(&self, at: NodeRef) -> Narrowed {
        match self.kind(at) {
            Kind::Index { index, .. } => match self.kind(at.sibling(*index)) {
                Kind::Slice { end: Some(end), .. } => {
                    Narrowed::closed_if(self.is_closing_place(at.sibling(*end)))
                }
                _ => Narrowed::No,
            },
            Kind::Call(call) => match self.kind(at.sibling(call.callee)) {
                Kind::Member { name, .. } => self.narrowing(at, name, call),
                _ => Narrowed::No,
            },
            _ => Narrowed::No,
        }
    }

    /// What a function that looks for something in a text gives of it.
    pub(super) fn narrowing_argument(&self, at: NodeRef, call: &Call, text: NodeId) -> Narrowed {
        let file = self.file(at.file);
        if !last_name(&file.facts, call.callee).is_some_and(|n| file.sdk.has_word("text-finders", &n)) {
            return Narrowed::No;
        }
        let receiver = match file.facts.kind(call.callee) {
            Kind::Member { object, .. } => Some(*object),
            _ => None,
        };
        let others = call.args.iter().map(|a| a.value).filter(|&n| n != text);
        Narrowed::closed_if(others.chain(receiver).any(|n| self.is_closing(at.sibling(n))))
    }

    /// Whether a pattern, or what it was compiled of, asks for a closing mark.
    fn is_closing(&self, pattern: NodeRef) -> bool {
        let written = |at: NodeRef| self.texts(at).iter().any(|(_, text)| closes(text));
        written(pattern)
            || self.eval(pattern).iter().any(|value| match value {
                Value::External(e) => e.made.is_some_and(|made| match self.kind(made) {
                    Kind::Call(c) => c.args.iter().any(|a| written(made.sibling(a.value))),
                    _ => false,
                }),
                _ => false,
            })
    }

    /// Whether a number is the place where a closing mark was found: `text.find("</answer>")`.
    pub(super) fn is_closing_place(&self, at: NodeRef) -> bool {
        let file = self.file(at.file);
        let found = |node: NodeId| match file.facts.kind(node) {
            Kind::Call(c) => {
                last_name(&file.facts, c.callee).is_some_and(|n| file.sdk.has_word("text-places", &n))
                    && c.args.first().is_some_and(|a| self.is_closing(at.sibling(a.value)))
            }
            _ => false,
        };
        match file.facts.kind(at.node) {
            Kind::Name(name) => file.scopes.lookup(&file.facts, name, at.node).iter().any(
                |def| matches!(&def.origin, Origin::Value { expr, path } if path.is_empty() && found(*expr)),
            ),
            _ => found(at.node),
        }
    }
}
