//! What a look at the stop reason comes to, where that is kept in its place: `{ text, cut: reason == "max_tokens" }`.

use crate::facts::{BinaryOp, Kind, NodeId};
use crate::model::names::index::constant;
use crate::model::values::flow::{End, Sink};
use crate::model::values::value::{NodeRef, Value};
use crate::model::{Project, enclosing_function};

/// Helpers in a row that put one word in the place of another.
const MAX_HELPERS: u32 = 2;

/// Such an outcome.
pub(super) struct Outcome {
    /// The expression.
    pub(super) at: NodeRef,
    /// The words that it may be; empty where there are others.
    words: Vec<String>,
}

impl Project {
    /// The outcome of a look that a value ends in, where it is put into a record, a list or a variable:
    /// the comparison, or what is chosen by it.
    pub(super) fn kept_outcome(&self, seen: NodeRef, end: &End) -> Option<Outcome> {
        let facts = self.facts(end.at.file);
        if end.sink != Sink::Tested {
            return None;
        }
        let up = facts.parent(end.at.node)?;
        let at = match facts.kind(up) {
            Kind::Binary { .. } => self.chosen(end.at.sibling(up), seen, MAX_HELPERS)?,
            Kind::Match(m) if m.subject == end.at.node => self.chosen(end.at, seen, MAX_HELPERS)?,
            _ => return None,
        };
        let words = self.words_chosen(at, MAX_HELPERS).unwrap_or_default();
        Some(Outcome { at, words })
    }

    /// The whole expression that a look decides, from the look outwards.
    fn chosen(&self, from: NodeRef, seen: NodeRef, left: u32) -> Option<NodeRef> {
        let facts = self.facts(from.file);
        let mut at = from.node;
        loop {
            let up = facts.parent(at)?;
            let is_value = |n: NodeId| {
                facts.parent(n).is_some_and(|p| match facts.kind(p) {
                    Kind::Block { body, tail } => *tail && body.last() == Some(&n),
                    _ => true,
                })
            };
            match facts.kind(up) {
                Kind::Unary { .. } | Kind::Binary { .. } | Kind::Cast { .. } => at = up,
                Kind::If { otherwise: Some(_), .. } | Kind::Match(_) if is_value(up) => at = up,
                Kind::Record(_) | Kind::List(_) => return Some(from.sibling(at)),
                Kind::Assign(a) if a.value == Some(at) && matches!(facts.kind(a.target), Kind::Name(_)) => {
                    return Some(from.sibling(at));
                }
                Kind::Call(call) if call.callee != at => {
                    let makes = |v: &Value| matches!(v, Value::Class(_));
                    let made = self.eval(from.sibling(call.callee)).iter().any(makes);
                    return made.then(|| from.sibling(at));
                }
                // A helper that is given the reason and gives a word for it.
                Kind::If { .. }
                | Kind::Match(_)
                | Kind::Return(_)
                | Kind::Block { .. }
                | Kind::Function(_) => {
                    let helper = from.sibling(enclosing_function(facts, at)?);
                    let outside = helper.file != seen.file || !self.contains(helper, seen);
                    let only_words = || self.words_given(helper).is_some();
                    let left = left.checked_sub(1).filter(|_| outside && only_words())?;
                    let mut calls = self.callers(helper).iter().filter(|&&call| self.contains(call, seen));
                    return self.chosen(*calls.next()?, seen, left);
                }
                _ => return None,
            }
        }
    }

    /// The words that a function gives back, where it gives nothing else.
    fn words_given(&self, function: NodeRef) -> Option<Vec<String>> {
        let given = self.return_values(function);
        let mut words = Vec::new();
        for &value in given.iter() {
            words.extend(self.words_chosen(value, MAX_HELPERS)?);
        }
        (!words.is_empty()).then_some(words)
    }

    /// The words that an expression may be.
    fn words_chosen(&self, at: NodeRef, left: u32) -> Option<Vec<String>> {
        let of = |n: NodeId| self.words_chosen(at.sibling(n), left);
        let both = |a: NodeId, b: NodeId| Some([of(a)?, of(b)?].concat());
        match self.kind(at) {
            Kind::Str(_) => self.text(at).known().map(|word| vec![word]),
            Kind::Bool(_) | Kind::Null => Some(Vec::new()),
            Kind::Member { name, .. } if name.starts_with(char::is_uppercase) => Some(vec![name.to_string()]),
            Kind::Cast { value, .. } => of(*value),
            Kind::Block { body, tail: true } => of(*body.last()?),
            Kind::If { then, otherwise: Some(otherwise), .. } => both(*then, *otherwise),
            Kind::Match(m) => {
                let words: Option<Vec<_>> = m.arms.iter().map(|arm| of(arm.body)).collect();
                words.map(|words| words.concat())
            }
            Kind::Call(call) => {
                let left = left.checked_sub(1)?;
                match self.eval(at.sibling(call.callee))[..] {
                    [Value::Function(f)] => {
                        let given = self.return_values(f);
                        let words: Option<Vec<_>> =
                            given.iter().map(|&value| self.words_chosen(value, left)).collect();
                        words.map(|words| words.concat())
                    }
                    _ => None,
                }
            }
            _ => None,
        }
    }

    /// Whether an outcome is compared with a word that it never is: `reply.finish == "error"`.
    pub(super) fn asks_for_other_words(&self, end: &End, outcome: &Outcome) -> bool {
        let facts = self.facts(end.at.file);
        let Some(Kind::Binary { op, left, right }) = facts.parent(end.at.node).map(|up| facts.kind(up))
        else {
            return false;
        };
        let other = if *left == end.at.node { *right } else { *left };
        let equal = matches!(op, BinaryOp::Eq | BinaryOp::Ne | BinaryOp::Is | BinaryOp::IsNot);
        equal
            && !outcome.words.is_empty()
            && constant(facts, other).is_some_and(|word| outcome.words.iter().all(|own| *own != *word))
    }
}
