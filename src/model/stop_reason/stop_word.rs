//! Stop reasons that are put in other words: `max_tokens` becomes `length`, or a variant of the project's own
//! enumeration. What is asked of the word is asked of the reason.

mod choice;

use super::stop_test::StopTest;
use crate::facts::{BinaryOp, CallStyle, Kind, NodeId};
use crate::model::names::index::{constant, last_name};
use crate::model::names::words::snake;
use crate::model::response::{Use, What};
use crate::model::values::flow::{End, Sink};
use crate::model::values::value::{Hop, NodeRef};
use crate::model::{Project, Request};
use crate::sdk::api::{StopWords, api};

/// Branches and statements in each other that are looked into.
const MAX_DEPTH: usize = 12;

/// A place where a word is looked at.
pub(in crate::model) struct WordUse {
    pub(in crate::model) at: NodeRef,
    /// The reasons that the look tells apart: none where it asks only whether there is a word.
    pub(in crate::model) test: Option<StopTest>,
}

impl Project {
    /// Where the words are written that a test of the stop reason chooses between.
    fn places_of_words(&self, test: NodeRef, subject: NodeRef) -> Option<Vec<NodeRef>> {
        let choice = self.choice_of(test, subject)?;
        let named = self.stop_test(test)?.1.groups.into_iter().flatten().next()?;
        let reasons = &api().stop_words.iter().find(|w| w.values.contains(&named))?.values;
        let chosen = reasons.iter().map(|reason| Some(self.word_chosen(&choice, reason)?.0));
        chosen.collect()
    }

    /// Whether a function hands out the word that a test chooses for the reason: `yield Done("stop" if …)`.
    pub(super) fn hands_out_word(&self, test: NodeRef) -> bool {
        let words = self.stop_test(test).and_then(|(subject, _)| self.places_of_words(test, subject));
        words.is_some_and(|places| places.into_iter().any(|at| self.is_yielded(at)))
            && !self.hands_out_answer(test)
    }

    /// Whether what a test reads the reason of is handed out as well: `yield {"finish": …, "message": final}`.
    fn hands_out_answer(&self, test: NodeRef) -> bool {
        let file = self.file(test.file);
        let facts = &file.facts;
        let Some(function) = self.function_of(test) else { return false };
        let mut read = facts.descendants(test.node);
        // `reason = event.delta.stop_reason`
        let held: Vec<NodeId> = read.iter().filter_map(|&n| file.only_value(n)).collect();
        read.extend(held.into_iter().flat_map(|value| facts.descendants(value)));
        let is_part = |n: NodeId| {
            facts.parent(n).is_some_and(|up| match facts.kind(up) {
                Kind::Member { object, .. } | Kind::Index { object, .. } => *object == n,
                _ => false,
            })
        };
        let asked = |n: NodeId| facts.parent(n).is_some_and(|up| matches!(facts.kind(up), Kind::Call(_)));
        let defined = |name: &str, n: NodeId| -> Vec<NodeId> {
            file.scopes.lookup(facts, name, n).iter().map(|def| def.node).collect()
        };
        let mut owners = read.into_iter().filter(|&n| is_part(n) || asked(n));
        owners.any(|owner| {
            let Kind::Name(name) = facts.kind(owner) else { return false };
            let own = defined(name, owner);
            file.names(name).iter().any(|&n| {
                let at = test.sibling(n);
                let given = || facts.parent(n).is_some_and(|up| matches!(facts.kind(up), Kind::Return(_)));
                self.function_of(at) == Some(function)
                    && !is_part(n)
                    && !file.binds(n)
                    && defined(name, n) == own
                    && (self.is_yielded(at) || given())
            })
        })
    }

    /// The piece of the text of a stream that is handed out beside such a word: who puts the pieces together knows
    /// no more than the word.
    pub fn piece_beside_word(&self, request: &Request, test: NodeRef) -> Option<&Use> {
        let function = self.function_of(test).filter(|_| self.hands_out_word(test))?;
        self.uses(request.at).iter().find(|u| {
            u.what == What::Text
                && u.response.is_piece()
                && self.function_of(u.at) == Some(function)
                && self.is_yielded(u.at)
        })
    }

    fn is_yielded(&self, at: NodeRef) -> bool {
        self.sinks(at).iter().any(|end| end.sink == Sink::Yielded)
    }

    /// Whoever looks at the words that a test of the stop reason chooses between; `None` where it chooses
    /// anything but words, or they go out of sight. Of a read of the reason that is given, those that the calls
    /// it is put into come back to: others may have the same function choose.
    pub(in crate::model) fn word_uses(&self, test: &StopTest, read: Option<&Use>) -> Option<Vec<WordUse>> {
        let (subject, _) = self.stop_test(test.at)?;
        let choice = self.choice_of(test.at, subject)?;
        let named = |w: &&StopWords| test.groups.iter().flatten().any(|v| w.values.contains(v));
        let reasons = &api().stop_words.iter().find(named)?.values;
        let mut words: Vec<(&str, String)> = Vec::new();
        let mut ends = Vec::new();
        for reason in reasons {
            let (at, word) = self.word_chosen(&choice, reason)?;
            words.push((reason, word));
            ends.push(at);
        }
        if words.iter().all(|w| w.1 == words[0].1) {
            return None;
        }
        ends.sort();
        ends.dedup();
        let mut ends: Vec<_> = ends.into_iter().flat_map(|at| self.sinks_by_caller(at)).collect();
        let own = |end: &End| {
            read.zip(end.through).is_some_and(|(read, call)| {
                read.response.hops.contains(&Hop::Argument(call)) || self.stands_inside(read.at, call)
            })
        };
        if ends.iter().any(own) {
            ends.retain(|end| own(end) || end.through.is_none());
        }
        ends.iter_mut().for_each(|end| end.through = None);
        ends.sort();
        ends.dedup();
        let looks = ends.iter().filter(|end| end.sink != Sink::Shown);
        looks
            .map(|end| {
                let (at, groups) = (end.sink == Sink::Tested).then(|| self.word_test(end.at)).flatten()?;
                let reasons = |group: Vec<String>| {
                    let of_group = words.iter().filter(|(_, word)| group.contains(word));
                    of_group.map(|(reason, _)| reason.to_string()).collect::<Vec<_>>()
                };
                let groups: Vec<Vec<String>> = groups.into_iter().map(reasons).collect();
                let test = groups.iter().any(|g| !g.is_empty());
                let test = test.then_some(StopTest { at, groups, open: false, words: false });
                Some(WordUse { at: end.at, test })
            })
            .collect()
    }

    /// Whoever looks at the words that a stop reason is put in, where it is used for nothing else.
    pub(in crate::model) fn words_of(&self, used: &Use) -> Option<Vec<WordUse>> {
        let tests = self.stop_tests(used.response.request);
        let mut ends = self.sinks(used.at);
        ends.retain(|end| end.sink != Sink::Shown);
        let within = |end: &End, at: NodeRef| {
            let facts = self.facts(at.file);
            at.file == end.at.file && facts.span(at.node).contains(facts.span(end.at.node))
        };
        let mut out: Vec<WordUse> = Vec::new();
        let mut rest = Vec::new();
        for end in &ends {
            let size = |t: &&StopTest| self.facts(t.at.file).span(t.at.node).len();
            let test = tests.iter().filter(|t| within(end, t.at)).min_by_key(size);
            match test.and_then(|test| self.word_uses(test, Some(used))) {
                Some(uses) => out.extend(uses),
                None => rest.push(end),
            }
        }
        // `_ => Reason::Other(reason)`: it comes along where the word is looked at.
        let seen = |end: &&End| {
            out.iter().any(|u| u.at == end.at || u.test.as_ref().is_some_and(|t| within(end, t.at)))
        };
        (rest.len() < ends.len() && rest.iter().all(seen)).then_some(out)
    }

    /// The word that a constant or the variant of an enumeration is.
    fn word(&self, at: NodeRef) -> Option<String> {
        let facts = self.facts(at.file);
        let named = |n: NodeId| last_name(facts, n).map(|name| snake(&name));
        let variant = |n: NodeId| {
            last_name(facts, n).is_some_and(|name| name.starts_with(char::is_uppercase))
                && matches!(facts.kind(n), Kind::Member { .. } | Kind::Name(_))
        };
        match facts.kind(at.node) {
            Kind::Str(_) => constant(facts, at.node).map(|text| snake(&text)),
            Kind::Member { object, name, .. } => match &**name == "value" && variant(*object) {
                true => named(*object),
                false => variant(at.node).then(|| named(at.node)).flatten(),
            },
            Kind::Name(_) if variant(at.node) => named(at.node),
            // `"stop".to_string()`, `Reason::Other(reason)`, `Some("stop")`
            Kind::Call(c) if c.style != CallStyle::Macro => match (&c.args[..], facts.kind(c.callee)) {
                ([], Kind::Member { object, .. }) => constant(facts, *object).map(|text| snake(&text)),
                ([one], _) if last_name(facts, c.callee).is_some_and(|n| matches!(&*n, "Some" | "from")) => {
                    self.word(at.sibling(one.value))
                }
                _ => variant(c.callee).then(|| named(c.callee)).flatten(),
            },
            Kind::Record(r) => r.ty.filter(|&ty| variant(ty)).and_then(named),
            _ => None,
        }
    }

    /// The words that a pattern or list names.
    fn named_words(&self, at: NodeRef, left: usize) -> Vec<String> {
        let Some(left) = left.checked_sub(1) else { return Vec::new() };
        match self.kind(at) {
            Kind::List(items) | Kind::Opaque(items) => {
                items.iter().flat_map(|&i| self.named_words(at.sibling(i), left)).collect()
            }
            Kind::Call(c) if self.word(at).is_none() => {
                c.args.iter().flat_map(|a| self.named_words(at.sibling(a.value), left)).collect()
            }
            _ => self.word(at).into_iter().collect(),
        }
    }

    /// The comparison that a word stands in, and the words it tells apart.
    fn word_test(&self, at: NodeRef) -> Option<(NodeRef, Vec<Vec<String>>)> {
        let facts = self.facts(at.file);
        let words = |n: NodeId| self.named_words(at.sibling(n), MAX_DEPTH);
        let mut from = at.node;
        for up in facts.ancestors(at.node).skip(1).take(MAX_DEPTH) {
            let groups = match facts.kind(up) {
                Kind::Cast { .. } | Kind::Member { .. } => None,
                Kind::Binary { op: BinaryOp::Or | BinaryOp::Coalesce, left, .. } if *left == from => None,
                Kind::Binary {
                    op: BinaryOp::Eq | BinaryOp::Ne | BinaryOp::Is | BinaryOp::IsNot,
                    left,
                    right,
                } => {
                    let other = if *left == from { *right } else { *left };
                    Some(vec![words(other)])
                        .filter(|w| !w[0].is_empty() || matches!(facts.kind(other), Kind::Null))
                }
                Kind::Binary { op: BinaryOp::In | BinaryOp::NotIn, left, right } if *left == from => {
                    Some(vec![words(*right)])
                }
                Kind::Let { pattern, value } if *value == from => Some(vec![words(*pattern)]),
                Kind::Match(m) if m.subject == from => {
                    let of_arm = |a: &crate::facts::Arm| a.patterns.iter().flat_map(|&p| words(p)).collect();
                    Some(m.arms.iter().map(of_arm).collect())
                }
                // `["length", "refused"].includes(reason)`
                Kind::Call(c) if c.callee != from => match facts.kind(c.callee) {
                    Kind::Member { object, name, .. }
                        if self.file(at.file).sdk.has_word("member-test", name) =>
                    {
                        Some(vec![words(*object)])
                    }
                    _ => return None,
                },
                Kind::Call(_) => None,
                Kind::Unary { .. } | Kind::If { .. } => return Some((at.sibling(up), Vec::new())),
                _ => return None,
            };
            if let Some(groups) = groups {
                return Some((at.sibling(up), groups));
            }
            from = up;
        }
        None
    }
}
