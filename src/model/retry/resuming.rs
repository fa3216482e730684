//! Loops that repeat a call which was made before them, or in their last turn, because its result is a
//! failure.

use super::probe::Probe;
use super::{Retry, RetryForm};
use crate::facts::{Kind, Loop, Name, NodeId};
use crate::model::Project;
use crate::model::names::scope::Origin;
use crate::model::values::truth::Truth;
use crate::model::values::value::NodeRef;

impl Project {
    /// The loop after a call that repeats it while its result is a failure:
    /// `r = send(); while failed(r) { r = send() }`.
    pub(super) fn resuming_loop(&self, at: NodeRef) -> Option<Retry> {
        let name = self.result_name(at)?;
        let facts = self.facts(at.file);
        let mut child = at.node;
        for parent in facts.ancestors(at.node).skip(1) {
            match facts.kind(parent) {
                Kind::Block { body, .. } => {
                    let next = body.iter().position(|&s| s == child).map_or(0, |i| i + 1);
                    return body[next..].iter().find_map(|&statement| {
                        let around = at.sibling(statement);
                        let Kind::Loop(l) = facts.kind(statement) else { return None };
                        let held = l.condition.is_some_and(|condition| {
                            self.failing(at.sibling(condition)) == Some(true)
                                && self.tests_result(around, l, at)
                        });
                        let resumed =
                            (held || self.leaves_at_head(around, l, &name)) && self.is_changed(around, &name);
                        let mut retry = resumed.then(|| Retry::new(around, RetryForm::Loop))?;
                        retry.attempts = self.attempts(around, l);
                        retry.delays = self.delays_of_loop(around);
                        retry.handlers = vec![at.sibling(l.body)];
                        Some(retry)
                    });
                }
                Kind::Function(_) => return None,
                _ => {}
            }
            child = parent;
        }
        None
    }

    /// Whether the first statement in a loop leaves it unless what a name holds is a failure:
    /// `for … { if r.ok { break } wait(); r = send() }`.
    pub(super) fn leaves_at_head(&self, around: NodeRef, l: &Loop, name: &Name) -> bool {
        self.head_test(around, l, name).is_some()
    }

    /// Whether a loop that leaves at its head goes on after a failure of the call in it, or before it.
    pub(super) fn goes_on_at_head(&self, around: NodeRef, point: NodeRef, p: &Probe) -> Option<Truth> {
        let Kind::Loop(l) = self.kind(around) else { return None };
        let of_result = self.result_name(point).and_then(|name| self.head_test(around, l, &name));
        let of_error = || self.kept_error(around, point).and_then(|name| self.head_test(around, l, &name));
        let head = of_result.or_else(of_error)?;
        Some(match head {
            Head::Leaves(condition) => self.truth(condition, p, 0).not(),
            Head::GoesOn(condition) => self.truth(condition, p, 0),
            Head::Match => Truth::Open,
        })
    }

    /// The variable that a handler of what is tried in a loop keeps the error in for the next turn:
    /// `catch (error) { last = error }`.
    fn kept_error(&self, around: NodeRef, point: NodeRef) -> Option<Name> {
        let file = self.file(point.file);
        let facts = &file.facts;
        let is_caught = |n: NodeId| {
            let Kind::Name(name) = facts.kind(n) else { return false };
            file.scopes.lookup(facts, name, n).iter().any(|d| matches!(d.origin, Origin::Caught(_)))
        };
        let kept = |n: NodeId| match facts.kind(n) {
            Kind::Assign(a) if a.value.is_some_and(is_caught) => match facts.kind(a.target) {
                Kind::Name(name) => Some(name.clone()),
                _ => None,
            },
            _ => None,
        };
        let inside: Vec<NodeId> = facts.ancestors(point.node).take_while(|&n| n != around.node).collect();
        inside.windows(2).find_map(|pair| match facts.kind(pair[1]) {
            Kind::Try(t) if t.body == pair[0] => {
                t.handlers.iter().flat_map(|h| facts.descendants(h.body)).find_map(kept)
            }
            _ => None,
        })
    }

    fn head_test(&self, around: NodeRef, l: &Loop, name: &Name) -> Option<Head> {
        let facts = self.facts(around.file);
        let Kind::Block { body, .. } = facts.kind(l.body) else { return None };
        let first = *body.first()?;
        let leaves = |branch| self.ends_loop(around.sibling(branch), around);
        match facts.kind(first) {
            Kind::If { condition, then, otherwise } if facts.names(*condition, name) => {
                let condition = around.sibling(*condition);
                match self.failing(condition)? {
                    false => leaves(*then).then_some(Head::Leaves(condition)),
                    true => otherwise.is_some_and(leaves).then_some(Head::GoesOn(condition)),
                }
            }
            Kind::Match(m) if facts.names(m.subject, name) => {
                let fails = |pattern| self.failing(around.sibling(pattern)) == Some(true);
                let (out, round): (Vec<_>, Vec<_>) = m.arms.iter().partition(|arm| leaves(arm.body));
                let told = round.iter().any(|arm| arm.patterns.iter().any(|&pattern| fails(pattern)));
                (told && !out.is_empty()).then_some(Head::Match)
            }
            _ => None,
        }
    }
}

/// What decides at the head of a loop.
enum Head {
    /// Left where this holds.
    Leaves(NodeRef),
    /// Left where this does not hold.
    GoesOn(NodeRef),
    /// One of several arms.
    Match,
}
