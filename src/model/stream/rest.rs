//! What becomes of events that nobody expects, where they are told apart.

use super::Project;
use super::snake;
use crate::facts::{Arm, Kind, NodeId};
use crate::finding::Location;
use crate::model::names::index::constant;
use crate::model::values::value::{NodeRef, location};

impl Project {
    /// Whether the arms of a match are for events, not for what is in one kind of them.
    pub(super) fn tells_events(&self, at: NodeRef) -> bool {
        let Kind::Match(m) = self.kind(at) else { return false };
        m.arms.iter().flat_map(|arm| arm.patterns.iter()).any(|&p| self.names_events(at.sibling(p)))
    }

    /// Whether a pattern or a condition names an event.
    fn names_events(&self, at: NodeRef) -> bool {
        let sdk = self.file(at.file).sdk;
        let facts = self.facts(at.file);
        facts.descendants(at.node).into_iter().take(8).any(|n| match facts.kind(n) {
            Kind::Str(_) => constant(facts, n).is_some_and(|t| sdk.has_word("stream-events", &t)),
            Kind::Member { name, .. } => sdk.has_word("stream-events", &snake(name)),
            _ => false,
        })
    }

    /// The match by the names of events that one of the parts of an event stands in, or itself.
    pub(super) fn outermost_match(&self, function: NodeRef, at: NodeRef) -> NodeRef {
        let around = self.facts(at.file).ancestors(at.node).take_while(|&n| n != function.node);
        let outer = around.filter(|&n| n != at.node && self.tells_events(at.sibling(n))).last();
        outer.map_or(at, |n| at.sibling(n))
    }

    /// The catch-all arm of a match, or the comparison itself.
    pub(super) fn rest_of(&self, at: NodeRef) -> Location {
        let facts = self.facts(at.file);
        if let Kind::Match(m) = facts.kind(at.node) {
            if let Some(arm) = m.arms.iter().find(|a| self.is_rest(at, a)) {
                return location(at.file, arm.patterns.first().map_or(arm.span, |&p| facts.span(p)));
            }
            return self.location(at.sibling(m.subject));
        }
        self.location(at)
    }

    fn is_rest(&self, at: NodeRef, arm: &Arm) -> bool {
        let facts = self.facts(at.file);
        let any = |p: NodeId| matches!(facts.kind(p), Kind::Name(n) if !n.starts_with(char::is_uppercase));
        // `(_, _)`
        let all = |p: NodeId| match facts.kind(p) {
            Kind::List(parts) => !parts.is_empty() && parts.iter().all(|&part| any(part)),
            _ => any(p),
        };
        arm.guard.is_none() && (arm.patterns.is_empty() || arm.patterns.iter().any(|&p| all(p)))
    }

    /// Whether an event that is none of the expected fails: at a comparison, or where the code that it stands
    /// in was chosen by the name of the event.
    pub(super) fn rest_raises(&self, at: NodeRef) -> bool {
        let facts = self.facts(at.file);
        let around =
            facts.ancestors(at.node).skip(1).take_while(|&n| !matches!(facts.kind(n), Kind::Function(_)));
        let mut choices = around.map(|n| at.sibling(n)).filter(|&n| match self.kind(n) {
            Kind::If { condition, .. } => {
                !facts.span(*condition).contains(facts.span(at.node))
                    && self.names_events(n.sibling(*condition))
            }
            _ => self.tells_events(n),
        });
        self.rest_of_choice_raises(at) || choices.any(|choice| self.rest_of_choice_raises(choice))
    }

    fn rest_of_choice_raises(&self, at: NodeRef) -> bool {
        let facts = self.facts(at.file);
        if let Kind::Match(m) = facts.kind(at.node) {
            return m.arms.iter().any(|a| self.is_rest(at, a) && self.raises(at.sibling(a.body)));
        }
        let tests = |n: &NodeId| {
            *n == at.node
                || matches!(facts.kind(*n), Kind::If { condition, .. } if facts.span(*condition).contains(facts.span(at.node)))
        };
        let mut branch = facts.ancestors(at.node).take(12).find(tests);
        for _ in 0..64 {
            match branch.map(|n| facts.kind(n)) {
                Some(Kind::If { otherwise, .. }) => branch = *otherwise,
                Some(_) => return branch.is_some_and(|n| self.raises(at.sibling(n))),
                None => return false,
            }
        }
        false
    }

    /// Whether code raises, or gives back an error.
    pub(super) fn raises(&self, at: NodeRef) -> bool {
        let facts = self.facts(at.file);
        facts.descendants(at.node).into_iter().any(|n| match facts.kind(n) {
            Kind::Throw(_) => true,
            Kind::Call(c) => self.file(at.file).named_in(c.callee, "fail"),
            _ => false,
        })
    }
}
