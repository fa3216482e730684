//! Parts of a text that are taken out of it, and texts it is written into.

use super::{Part, Parts, Sink, Walk};
use crate::facts::{Call, Kind, NodeId};
use crate::model::Project;
use crate::model::names::index::{constant, last_name};
use crate::model::names::scope::Origin;
use crate::model::values::value::{NodeRef, Value};

/// How much of a text is left of it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(super) enum Narrowed {
    /// All that matters.
    No,
    /// Every part that a closing mark ends: a text that is cut off lacks the last ones.
    Each,
    /// A label in it, to compare with others: what was cut off is not missed.
    Piece,
    /// What stands before a closing mark, which a text that is cut off lacks.
    Closed,
    /// So few of its first characters that the end of a text that is cut off is not among them.
    Start,
}

/// How many characters that may be; fewer than the first are often elements of a list.
const FIRST_CHARACTERS: std::ops::RangeInclusive<f64> = 40.0..=300.0;
/// Steps back to where a text was split.
const MAX_STEPS_BACK: u32 = 4;

impl Narrowed {
    pub(super) fn closed_if(closed: bool) -> Self {
        if closed { Narrowed::Closed } else { Narrowed::No }
    }

    /// What an end means for the text itself.
    pub(super) fn end(self, sink: Sink) -> Sink {
        let counts = match self {
            Narrowed::No | Narrowed::Each => true,
            Narrowed::Piece => sink >= Sink::Written,
            Narrowed::Closed => sink == Sink::Parsed,
            Narrowed::Start => false,
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
        // The first elements of a list that holds the text are no beginning of it.
        let whole = narrowed == Narrowed::Start && !parts.is_empty();
        self.narrowed = if whole { before } else { before.max(narrowed) };
        let mut parts = parts;
        if narrowed == Narrowed::Each && self.project.finds_all(at) {
            parts.push(Part::Any);
        }
        self.follow(at, parts, depth + 1);
        self.narrowed = before;
    }

    /// One of the parts that closing marks end: it is there or it is not.
    pub(super) fn pick(&mut self, at: NodeRef, parts: Parts, depth: u32) {
        let before = self.narrowed;
        self.narrowed = Narrowed::Closed;
        self.follow(at, parts, depth + 1);
        self.narrowed = before;
    }
}

impl Project {
    /// What a method leaves of the text it is called on.
    pub(super) fn narrowing(&self, callee: NodeRef, name: &str, call: &Call) -> Narrowed {
        let sdk = self.file(callee.file).sdk;
        if sdk.has_word("folds-case", name) {
            return Narrowed::Piece;
        }
        let argument = |i: usize| call.args.get(i).map(|a| callee.sibling(a.value));
        if sdk.has_word("text-finders", name) && argument(0).is_some_and(|p| self.is_closing(p)) {
            return self.found(callee, name);
        }
        let once = sdk.has_word("text-finders", name) && !sdk.has_word("finds-all", name);
        if once && argument(0).is_some_and(|p| self.finds_in_line(p)) {
            return Narrowed::Piece;
        }
        let Kind::Member { object, .. } = self.kind(callee.sibling(call.callee)) else { return Narrowed::No };
        let object = callee.sibling(*object);
        // `text.chars().take(80)`
        if sdk.has_word("takes-first", name) && self.gives_characters(object) {
            return self.cut(object, None, argument(0));
        }
        match sdk.has_word("cuts-text", name) {
            true => self.cut(object, argument(0), argument(1)),
            false => Narrowed::No,
        }
    }

    /// What is left of a text between two places.
    fn cut(&self, text: NodeRef, from: Option<NodeRef>, to: Option<NodeRef>) -> Narrowed {
        let few = |to: NodeRef| self.number(to).is_some_and(|n| FIRST_CHARACTERS.contains(&n));
        let first = from.is_none_or(|from| self.number(from) == Some(0.0));
        if first && to.is_some_and(few) && !self.is_split(text) {
            return Narrowed::Start;
        }
        Narrowed::closed_if(to.is_some_and(|to| self.is_closing_place(to)))
    }

    /// Whether an expression may be a list of parts that a text was split into: what a call gives whose name says
    /// nothing is no text for sure.
    fn is_split(&self, at: NodeRef) -> bool {
        self.is_split_within(at, MAX_STEPS_BACK)
    }

    fn is_split_within(&self, at: NodeRef, left: u32) -> bool {
        let Some(left) = left.checked_sub(1) else { return true };
        let file = self.file(at.file);
        let further = |n: NodeId| self.is_split_within(at.sibling(n), left);
        match file.facts.kind(at.node) {
            Kind::Name(name) => {
                // `rest = rest[160:]`: what stands there now is the next piece.
                let cut = file.scopes.lookup(&file.facts, name, at.node).iter().any(|d| match &d.origin {
                    Origin::Value { expr, .. } => self.is_later_part(at.sibling(*expr)),
                    _ => false,
                });
                cut || file.only_value(at.node).is_some_and(further)
            }
            // `text.split(mark)[1]`, `text[::-1]`; `answer["text"]` is one.
            Kind::Index { index, .. } => constant(&file.facts, *index).is_none(),
            Kind::Cast { value: x, .. } | Kind::Await(x) | Kind::Propagate(x) => further(*x),
            Kind::Call(c) if file.named_in(c.callee, "gives-text") => false,
            Kind::Call(c) if file.named_in(c.callee, "keeps-kind") => match file.facts.kind(c.callee) {
                Kind::Member { object, .. } => further(*object),
                _ => true,
            },
            Kind::Call(c) => match &self.eval(at.sibling(c.callee))[..] {
                [Value::Function(f)] => {
                    let given = self.return_values(*f);
                    given.is_empty() || given.iter().any(|&r| self.is_split_within(r, left))
                }
                _ => true,
            },
            _ => false,
        }
    }

    /// `text[160:]`
    fn is_later_part(&self, at: NodeRef) -> bool {
        let facts = self.facts(at.file);
        match facts.kind(at.node) {
            Kind::Index { index, .. } => matches!(facts.kind(*index), Kind::Slice { start: Some(_), .. }),
            Kind::Call(c) => self.file(at.file).named_in(c.callee, "cuts-text") && c.args.len() == 1,
            _ => false,
        }
    }

    /// `text.chars()`
    fn gives_characters(&self, at: NodeRef) -> bool {
        let file = self.file(at.file);
        matches!(file.facts.kind(at.node), Kind::Call(c) if file.named_in(c.callee, "characters-of"))
    }

    /// Whether a method looks where something is in a text: `text.find("{")`, not `list.find(callback)`.
    pub(super) fn looks_for_place(&self, callee: NodeRef, name: &str, call: &Call) -> bool {
        self.file(callee.file).sdk.has_word("text-places", name)
            && call.args.first().is_some_and(|a| !self.texts(callee.sibling(a.value)).is_empty())
    }

    /// What an expression is of the text it takes a part of, if it does.
    pub(super) fn narrowed_at(&self, at: NodeRef) -> Narrowed {
        match self.kind(at) {
            Kind::Index { object, index } => match self.kind(at.sibling(*index)) {
                Kind::Slice { start, end, .. } => {
                    let place = |n: Option<NodeId>| n.map(|n| at.sibling(n));
                    self.cut(at.sibling(*object), place(*start), place(*end))
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
        let name = last_name(&file.facts, call.callee).filter(|n| file.sdk.has_word("text-finders", n));
        let Some(name) = name else { return Narrowed::No };
        let receiver = match file.facts.kind(call.callee) {
            Kind::Member { object, .. } => Some(*object),
            _ => None,
        };
        let others = call.args.iter().map(|a| a.value).filter(|&n| n != text);
        let patterns: Vec<NodeRef> = others.chain(receiver).map(|n| at.sibling(n)).collect();
        if patterns.iter().any(|&p| self.is_closing(p)) {
            return self.found(at, &name);
        }
        match !file.sdk.has_word("finds-all", &name) && patterns.iter().any(|&p| self.finds_in_line(p)) {
            true => Narrowed::Piece,
            false => Narrowed::No,
        }
    }

    /// What is found of a text by a pattern that asks for a closing mark: once, or as often as it is there.
    fn found(&self, at: NodeRef, name: &str) -> Narrowed {
        let file = self.file(at.file);
        let mut from = at.node;
        let repeats = file.facts.ancestors(at.node).skip(1).any(|n| {
            let asked = matches!(file.facts.kind(n), Kind::Loop(l) if l.condition == Some(from));
            from = n;
            asked
        });
        match repeats || file.sdk.has_word("finds-all", name) {
            true => Narrowed::Each,
            false => Narrowed::Closed,
        }
    }

    /// Whether a call gives a list of all that it finds.
    fn finds_all(&self, at: NodeRef) -> bool {
        let file = self.file(at.file);
        match file.facts.kind(at.node) {
            Kind::Call(c) => file.named_in(c.callee, "finds-all"),
            _ => false,
        }
    }
}
