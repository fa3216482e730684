//! Checks of the size of a collection on the way to where all of its elements are used.

use crate::facts::{BinaryOp, Call, Kind, NodeId};
use crate::model::names::index::path_name;
use crate::model::names::scope::{Def, Origin};
use crate::model::values::value::{NodeRef, Value};
use crate::model::{Project, enclosing_function};

/// Up to here somebody who asked for the number has thought of it.
pub(super) const CHECKED: f64 = 32.0;

/// Functions that hand a collection on until it is used, and calls of each.
const MAX_HOPS: u32 = 2;
const MAX_CALLERS: usize = 16;

/// What a condition says of a number of elements.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Size {
    /// There are more than so many.
    Many,
    /// There are no more.
    Few,
}

impl Project {
    /// Whether the code before a place leaves when a collection has more than a few elements, or the place is
    /// only reached with few.
    pub fn is_size_checked(&self, at: NodeRef, collection: NodeRef) -> bool {
        self.is_size_checked_within(at, collection, 0)
    }

    fn is_size_checked_within(&self, at: NodeRef, collection: NodeRef, hops: u32) -> bool {
        let facts = self.facts(at.file);
        let Some(path) = path_name(facts, collection.node).filter(|_| collection.file == at.file) else {
            return false;
        };
        let root = enclosing_function(facts, at.node).unwrap_or(NodeId::ROOT);
        let place = facts.span(at.node);
        let holds = |n: NodeId| facts.span(n).contains(place);
        let checked = facts.descendants(root).into_iter().any(|n| {
            let before = facts.span(n).end <= place.start;
            match facts.kind(n) {
                Kind::If { condition, then, otherwise } => {
                    match self.asks_for_size(at.sibling(*condition), &path) {
                        Some(Size::Many) => {
                            let then = at.sibling(*then);
                            before && (self.leaves_block(then) || self.is_cut_in(then, &path))
                                || otherwise.is_some_and(holds)
                        }
                        Some(Size::Few) => holds(*then),
                        None => false,
                    }
                }
                Kind::Assert { condition, .. } => {
                    before && self.asks_for_size(at.sibling(*condition), &path) == Some(Size::Few)
                }
                // `check(items)`
                Kind::Call(c) => before && self.is_size_checked_inside(at.sibling(n), c, &path),
                // `items.length = Math.min(items.length, 5)`
                Kind::Assign(a) => match facts.kind(a.target) {
                    Kind::Member { object, name, .. } => {
                        before
                            && self.file(at.file).sdk.has_word("length-names", name)
                            && path_name(facts, *object).is_some_and(|p| *p == *path)
                    }
                    _ => false,
                },
                _ => false,
            }
        });
        checked || hops < MAX_HOPS && self.is_given_checked(collection, hops + 1)
    }

    /// Whether a function of the project that is given something leaves where that has many elements.
    fn is_size_checked_inside(&self, call: NodeRef, c: &Call, path: &str) -> bool {
        let facts = self.facts(call.file);
        let given = c.args.iter().filter(|a| path_name(facts, a.value).is_some_and(|p| &*p == path));
        given.map(|a| call.sibling(a.value)).any(|argument| {
            self.eval(call.sibling(c.callee)).iter().any(|v| {
                let Value::Function(f) = v else { return false };
                let Some(index) = self.parameter_for_argument(call, *f, argument) else { return false };
                let mut given = self.file(f.file).scopes.bound_to_param(f.node, index as u32);
                given.any(|def| self.leaves_when_many(*f, &def.name))
            })
        })
    }

    /// Whether every caller of the function that a collection is a parameter of gives few elements.
    fn is_given_checked(&self, collection: NodeRef, hops: u32) -> bool {
        let file = self.file(collection.file);
        let Kind::Name(name) = file.facts.kind(collection.node) else { return false };
        let defs = file.scopes.lookup(&file.facts, name, collection.node);
        let [Def { origin: Origin::Param { function, index, path }, .. }] = &defs[..] else { return false };
        let function = collection.sibling(*function);
        if !path.is_empty() || !self.mentions(function).is_empty() {
            return false;
        }
        let callers = self.callers(function).iter().filter(|&&c| !self.is_test(c)).count();
        let given: Vec<_> = self.arguments_given(function, *index, MAX_CALLERS).collect();
        callers > 0
            && callers <= given.len()
            && given.into_iter().all(|(call, argument)| {
                self.is_test(call)
                    || self.is_small_collection(argument)
                    || self.is_size_checked_within(call, argument, hops)
            })
    }

    /// Whether code leaves no more than a part of a collection: `if len(jobs) > 8: jobs = jobs[:8]`.
    fn is_cut_in(&self, branch: NodeRef, path: &str) -> bool {
        let facts = self.facts(branch.file);
        facts.descendants(branch.node).into_iter().any(|n| match facts.kind(n) {
            Kind::Assign(a) => {
                path_name(facts, a.target).is_some_and(|p| &*p == path)
                    && a.value.is_some_and(|v| self.is_small_collection(branch.sibling(v)))
            }
            _ => false,
        })
    }

    /// What a condition that holds says of the number of elements of something.
    pub(super) fn asks_for_size(&self, condition: NodeRef, path: &str) -> Option<Size> {
        let facts = self.facts(condition.file);
        let own = |n: NodeId| path_name(facts, n).is_some_and(|p| &*p == path);
        let is_length = |n: NodeId| self.length_of(condition.sibling(n)).is_some_and(|of| own(of.node));
        let small = |n: NodeId| self.number(condition.sibling(n)).is_none_or(|n| n <= CHECKED);
        facts.descendants(condition.node).into_iter().find_map(|n| {
            let Kind::Binary { op, left, right } = facts.kind(n) else { return None };
            let turned = match (is_length(*left), is_length(*right)) {
                (true, false) if small(*right) => false,
                (false, true) if small(*left) => true,
                _ => return None,
            };
            match (op, turned) {
                (BinaryOp::Gt | BinaryOp::Ge, false) | (BinaryOp::Lt | BinaryOp::Le, true) => {
                    Some(Size::Many)
                }
                (BinaryOp::Lt | BinaryOp::Le, false) | (BinaryOp::Gt | BinaryOp::Ge, true) => Some(Size::Few),
                _ => None,
            }
        })
    }
}
