//! Which places a read of the stop reason stands for: those its path leads to.

use super::flow::{End, Sink};
use super::response::{Use, What};
use super::value::NodeRef;
use super::{Project, enclosing_function};
use crate::facts::{Kind, NodeId};

impl Project {
    /// Whether what `seen` tells is known where the text of `used` comes to its `end`. A read in a
    /// branch that leaves the function says nothing about the ways around that branch.
    pub fn is_seen(&self, seen: &Use, used: &Use, end: &End) -> bool {
        matches!(seen.what, What::Stop | What::Escape)
            && seen.covers(used)
            && !self.is_aside(seen, used.at, end.at)
    }

    fn is_aside(&self, seen: &Use, used: NodeRef, end: NodeRef) -> bool {
        let facts = self.facts(seen.at.file);
        let function = enclosing_function(facts, seen.at.node);
        let elsewhere =
            |place: NodeRef| place.file != seen.at.file || enclosing_function(facts, place.node) != function;
        if elsewhere(used) || elsewhere(end) {
            return false;
        }
        let mut raised = false;
        let mut at = seen.at.node;
        for parent in facts.ancestors(at).skip(1).take_while(|&n| Some(n) != function) {
            raised |= matches!(facts.kind(parent), Kind::Throw(_));
            let (branch, handler) = match facts.kind(parent) {
                Kind::If { condition, .. } => (*condition != at, false),
                Kind::Match(m) => (m.arms.iter().any(|arm| arm.body == at), false),
                Kind::Try(t) => (false, t.handlers.iter().any(|h| h.body == at)),
                _ => (false, false),
            };
            let holds = |place: NodeRef| facts.ancestors(place.node).any(|n| n == at);
            if (branch || handler) && !holds(used) && !holds(end) && self.leaves_function(seen.at.sibling(at))
            {
                // What is cut off often fails to parse: a handler that looks why is a check.
                return !(handler && (raised || self.is_acted_on(seen)));
            }
            at = parent;
        }
        false
    }

    /// Whether more is done with a value than showing it.
    fn is_acted_on(&self, seen: &Use) -> bool {
        self.sinks(seen.at).iter().any(|end| end.sink > Sink::Shown)
    }

    /// Whether a block certainly leaves the function.
    fn leaves_function(&self, at: NodeRef) -> bool {
        let facts = self.facts(at.file);
        let leaves = |n: NodeId| self.leaves_function(at.sibling(n));
        match facts.kind(at.node) {
            Kind::Return(_) | Kind::Throw(_) => true,
            Kind::Block { body, .. } => body.iter().any(|&s| leaves(s)),
            Kind::If { then, otherwise: Some(other), .. } => leaves(*then) && leaves(*other),
            _ => false,
        }
    }
}
