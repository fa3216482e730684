//! Whether what a branch asks about is the outcome of the call that a loop repeats.

use rustc_hash::FxHashSet;

use crate::facts::{Kind, Name, NodeId};
use crate::model::Project;
use crate::model::values::value::NodeRef;

impl Project {
    /// Whether a condition, or the subject of a match, with `Ok` and `Err` for answers is about the
    /// outcome of another call: `if let Err(error) = save(&history)`.
    pub(super) fn is_of_another_call(&self, around: NodeRef, at: NodeRef, branch: NodeRef) -> bool {
        let facts = self.facts(branch.file);
        let outcome = |n: NodeId| {
            self.last_name_at(branch.sibling(n)).or_else(|| match facts.kind(n) {
                Kind::Call(c) => self.last_name_at(branch.sibling(c.callee)),
                _ => None,
            })
        };
        let tells = |n: NodeId| outcome(n).is_some_and(|name| matches!(&*name, "Ok" | "Err"));
        let subject = match facts.kind(branch.node) {
            Kind::If { condition, .. } => match facts.kind(*condition) {
                Kind::Let { pattern, value } if tells(*pattern) => *value,
                _ => return false,
            },
            Kind::Match(m) if m.arms.iter().any(|arm| arm.patterns.iter().any(|&p| tells(p))) => m.subject,
            _ => return false,
        };
        let parts = facts.descendants(subject);
        if parts.contains(&at.node) || !parts.iter().any(|&n| matches!(facts.kind(n), Kind::Call(_))) {
            return false;
        }
        let known = self.names_of_outcome(around, at);
        !parts.iter().any(|&n| self.last_name_at(branch.sibling(n)).is_some_and(|name| known.contains(&name)))
    }

    /// Whether what follows a statement with `Ok` and `Err` for answers is the same for both: failure
    /// was noted, and the turn goes on as it would have.
    pub(super) fn goes_on_alike(&self, around: NodeRef, at: NodeRef, branch: NodeRef) -> bool {
        let facts = self.facts(branch.file);
        if let Kind::If { condition, then, otherwise: None } = facts.kind(branch.node) {
            // `if let Err(error) = save(&text) { warn!("{error}") }`
            return match facts.kind(*condition) {
                Kind::Let { pattern, value } => {
                    !facts.span(*value).contains(facts.span(at.node))
                        && self.failing(branch.sibling(*pattern)) == Some(true)
                        && self.passes_by(around, branch, branch.sibling(*then))
                }
                _ => false,
            };
        }
        let Kind::Match(m) = facts.kind(branch.node) else { return false };
        // Nobody takes its value, be it the last of its block.
        let mut child = branch.node;
        let statement = facts.ancestors(branch.node).skip(1).find_map(|n| {
            let ended = match facts.kind(n) {
                Kind::Block { body, tail } if !*tail || body.last() != Some(&child) => Some(true),
                Kind::Loop(_) => Some(true),
                Kind::Block { .. } | Kind::If { .. } | Kind::Match(_) => None,
                _ => Some(false),
            };
            child = n;
            ended
        });
        let named = |n: NodeId| match facts.kind(n) {
            Kind::Call(c) => self.last_name_at(branch.sibling(c.callee)),
            _ => self.last_name_at(branch.sibling(n)),
        };
        let answers = |wanted: &str| {
            let mut patterns = m.arms.iter().flat_map(|arm| arm.patterns.iter());
            patterns.any(|&p| named(p).is_some_and(|name| &*name == wanted))
        };
        if statement != Some(true) || !answers("Ok") || !answers("Err") {
            return false;
        }
        m.arms.iter().all(|arm| self.passes_by(around, branch, branch.sibling(arm.body)))
    }

    /// Whether nothing after a statement can tell that a part of it was run.
    fn passes_by(&self, around: NodeRef, branch: NodeRef, body: NodeRef) -> bool {
        let facts = self.facts(branch.file);
        let end = facts.span(branch.node).end;
        let read_later = |target: NodeId| {
            self.readers(branch.sibling(target)).iter().any(|reader| facts.span(reader.node).start >= end)
        };
        let ends = self.ends(body, around);
        let leaves_mark = self.own_nodes(body).into_iter().any(|n| match facts.kind(n) {
            Kind::Assign(a) => matches!(facts.kind(a.target), Kind::Name(_)) && read_later(a.target),
            _ => false,
        });
        ends.falls && !ends.rounds && !leaves_mark && self.sleeps_in(body).is_empty()
    }

    /// The names in a loop that hold what came of a call in it, or something made of that.
    fn names_of_outcome(&self, around: NodeRef, at: NodeRef) -> FxHashSet<Name> {
        let facts = self.facts(around.file);
        let mut known: FxHashSet<Name> = FxHashSet::default();
        let named = |n: NodeId| {
            let names = facts.descendants(n).into_iter().filter_map(|n| match facts.kind(n) {
                Kind::Name(name) | Kind::Member { name, .. } => Some(name.clone()),
                _ => None,
            });
            names.collect::<Vec<_>>()
        };
        for node in self.own_nodes(around) {
            let (value, targets) = match facts.kind(node) {
                Kind::Assign(a) => (a.value, vec![a.target]),
                Kind::Let { pattern, value } => (Some(*value), vec![*pattern]),
                Kind::Match(m) => {
                    (Some(m.subject), m.arms.iter().flat_map(|arm| arm.patterns.to_vec()).collect())
                }
                Kind::Loop(l) => (l.iterable, l.pattern.into_iter().collect()),
                Kind::Try(t) => (Some(t.body), t.handlers.iter().filter_map(|h| h.name).collect()),
                _ => continue,
            };
            let Some(value) = value else { continue };
            let holds = facts.span(value).contains(facts.span(at.node))
                || facts.descendants(value).into_iter().any(|n| match facts.kind(n) {
                    Kind::Name(name) | Kind::Member { name, .. } => known.contains(name),
                    _ => false,
                });
            if holds {
                known.extend(targets.into_iter().flat_map(named));
            }
        }
        // Every field of the object is read through its name.
        known.retain(|name| !self.file(around.file).sdk.has_word("own-object", name));
        known
    }
}
