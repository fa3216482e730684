//! Loops of generators: they turn as long as somebody takes what they give.

use super::Bound;
use crate::facts::{BinaryOp, Kind, NodeId};
use crate::model::Project;
use crate::model::control::counter::is_comparison;
use crate::model::control::region::Region;
use crate::model::names::index::{last_name, path_name};
use crate::model::names::scope::{Origin, Step};
use crate::model::values::value::NodeRef;

/// Calls of a generator, and steps from one to what takes its elements.
const MAX_CALLERS: usize = 16;
const MAX_STEPS: usize = 8;

impl Project {
    /// Whether everything in sight that takes what a loop gives stops after so many: `islice(turns(), 20)`.
    pub(super) fn stopped_by_readers(&self, region: &Region) -> Bound {
        let gives = |at: &NodeRef| matches!(self.kind(*at), Kind::Yield(_));
        let Some(function) = self.function_of(region.root) else { return Bound::Absent };
        if !region.nodes.iter().any(gives) || !self.mentions(function).is_empty() {
            return Bound::Absent;
        }
        let callers = self.callers(function);
        let mut calls = callers.iter().copied().filter(|&c| !self.is_test(c)).peekable();
        match calls.peek().copied() {
            Some(first) if callers.len() <= MAX_CALLERS && calls.all(|c| self.is_taken_in_part(c)) => {
                Bound::Unknown(first)
            }
            _ => Bound::Absent,
        }
    }

    /// Whether a loop is left at what it has seen before: `if place in seen: break`, with `seen.add(place)`.
    pub(super) fn visits_each_once(&self, region: &Region) -> Bound {
        let is_kept = |condition: NodeRef, list: NodeId| {
            let name = path_name(self.facts(condition.file), list);
            name.is_some_and(|name| {
                region.nodes.iter().any(|&n| {
                    let Kind::Call(c) = self.kind(n) else { return false };
                    let facts = self.facts(n.file);
                    match facts.kind(c.callee) {
                        Kind::Member { object, name: method, .. } => {
                            self.file(n.file).sdk.has_word("grow-names", method)
                                && path_name(facts, *object).is_some_and(|p| p == name)
                        }
                        _ => false,
                    }
                })
            })
        };
        let seen = |&condition: &NodeRef| match self.kind(condition) {
            Kind::Binary { op: BinaryOp::In, right, .. } => is_kept(condition, *right),
            Kind::Call(c) => match self.kind(condition.sibling(c.callee)) {
                Kind::Member { object, name, .. } => {
                    self.file(condition.file).sdk.has_word("member-test", name) && is_kept(condition, *object)
                }
                _ => false,
            },
            _ => false,
        };
        let conditions = region.exits.iter().flat_map(|exit| exit.conditions.first());
        conditions.copied().find(|c| seen(c)).map_or(Bound::Absent, Bound::Unknown)
    }

    /// Whether only so many elements of what a call gives are taken.
    fn is_taken_in_part(&self, call: NodeRef) -> bool {
        let file = self.file(call.file);
        let facts = &file.facts;
        let mut at = call.node;
        for parent in facts.ancestors(call.node).skip(1).take(MAX_STEPS) {
            match facts.kind(parent) {
                Kind::Await(_) | Kind::Cast { .. } => {}
                Kind::Call(c) if c.callee != at => {
                    let Some(name) = last_name(facts, c.callee) else { return false };
                    let with_few = || {
                        let others = c.args.iter().filter(|a| a.value != at);
                        others.into_iter().any(|a| self.is_small_collection(call.sibling(a.value)))
                    };
                    if file.sdk.has_word("takes-part", &name)
                        || file.sdk.has_word("stops-with-shortest", &name) && with_few()
                    {
                        return true;
                    }
                    if !file.sdk.has_word("each-names", &name) {
                        return false;
                    }
                }
                Kind::Loop(l) if l.iterable == Some(at) => return self.counts_out(call.sibling(parent), at),
                _ => return false,
            }
            at = parent;
        }
        false
    }

    /// Whether a loop over numbered elements is left at a number: `for n, turn in enumerate(turns()): if n >= 20: …`
    fn counts_out(&self, at: NodeRef, iterable: NodeId) -> bool {
        let region = self.loop_region(at);
        let file = self.file(at.file);
        let is_position = |n: NodeId| match file.facts.kind(n) {
            Kind::Name(name) => {
                file.scopes.lookup(&file.facts, name, n).iter().any(|def| match &def.origin {
                    Origin::Value { expr, path } => {
                        *expr == iterable && matches!(&path[..], [Step::Each, Step::Item(0)])
                    }
                    _ => false,
                })
            }
            _ => false,
        };
        let counts = |condition: NodeRef| {
            let inside = file.facts.descendants(condition.node);
            inside.into_iter().any(|n| match file.facts.kind(n) {
                Kind::Binary { op, left, right } => {
                    is_comparison(*op) && (is_position(*left) || is_position(*right))
                }
                _ => false,
            })
        };
        region.exits.iter().any(|exit| {
            exit.conditions.iter().any(|&c| c.file == at.file && counts(c))
                || exit.conditions.iter().any(|&c| !self.limit_in(c, &region, 0).is_absent())
        })
    }
}
