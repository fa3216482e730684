//! Collections that hold few elements for certain.

use crate::facts::{BinaryOp, Call, Kind, NodeId};
use crate::model::index::path_name;
use crate::model::scope::{Def, Origin};
use crate::model::value::{NodeRef, Value};
use crate::model::words::words_of;
use crate::model::{Project, enclosing_function};

/// How many requests at once are few.
pub(super) const FEW: usize = 8;
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
    /// Whether a collection certainly holds few elements, or is one part of a larger one.
    pub fn is_small_collection(&self, at: NodeRef) -> bool {
        self.is_small_within(at, 0)
    }

    /// Whether an expression is a list of few elements, written one by one.
    pub(in crate::model) fn lists_few(&self, at: NodeRef) -> bool {
        let Kind::List(items) = self.kind(at) else { return false };
        items.len() <= FEW && !items.iter().any(|&i| matches!(self.kind(at.sibling(i)), Kind::Spread(_)))
    }

    /// Whether a name is that of one part of something, not of all its parts: `batch`, `pageItems`.
    fn names_a_part(&self, at: NodeRef, name: &str) -> bool {
        let parts = self.file(at.file).sdk.words("part-of-many");
        words_of(name).iter().any(|word| parts.iter().any(|part| word.ends_with(part.as_str())))
    }

    fn is_small_within(&self, at: NodeRef, depth: u32) -> bool {
        if depth > 6 {
            return false;
        }
        let facts = self.facts(at.file);
        if self.last_name_at(at).is_some_and(|n| self.names_a_part(at, &n)) {
            return true;
        }
        if self.is_part_of_answer(at) || self.is_declared_few(at) {
            return true;
        }
        match facts.kind(at.node) {
            // `[...Array(4)]`
            Kind::List(items) => match items[..] {
                [only] => match self.kind(at.sibling(only)) {
                    Kind::Spread(inner) => self.is_small_within(at.sibling(*inner), depth + 1),
                    _ => true,
                },
                _ => self.lists_few(at),
            },
            Kind::Record(r) => r.entries.len() <= FEW && r.entries.iter().all(|e| e.key.is_some()),
            // `items[:5]`
            Kind::Index { index, .. } if matches!(facts.kind(*index), Kind::Slice { .. }) => true,
            Kind::Call(c) => {
                let name = self.last_name_at(at).unwrap_or_default();
                let sdk = self.file(at.file).sdk;
                if sdk.has_word("takes-part", &name) {
                    return true;
                }
                if sdk.has_word("range-names", &name) {
                    return c.args.last().is_some_and(|a| self.is_chosen_number(at.sibling(a.value), 0));
                }
                // `Array(4)`: so many places.
                if let (true, [only]) = (sdk.has_word("makes-places", &name), &c.args[..])
                    && only.name.is_none()
                    && !only.spread
                {
                    return self.is_chosen_number(at.sibling(only.value), 0);
                }
                if self.asks_for_few(at) {
                    return true;
                }
                let object = match facts.kind(c.callee) {
                    Kind::Member { object, .. } => Some(*object),
                    _ => None,
                };
                // `zip(items, range(5))`
                if sdk.has_word("stops-with-shortest", &name)
                    && c.args.iter().any(|a| self.is_small_within(at.sibling(a.value), depth + 1))
                {
                    return true;
                }
                // `Object.entries({ … })`; the options of a query are no collection.
                let options = |n: &NodeId| {
                    matches!(facts.kind(*n), Kind::Record(_))
                        && !sdk.has_word("each-names", &name)
                        && &*name != "keys"
                };
                let first = c.args.first().map(|a| a.value).filter(|n| !options(n));
                object
                    .into_iter()
                    .chain(first)
                    .any(|n: NodeId| self.is_small_within(at.sibling(n), depth + 1))
            }
            Kind::Await(x) => self.is_small_within(at.sibling(*x), depth + 1),
            // `[ask(n) for n in range(5)]`
            Kind::Comprehension(c) => match &c.clauses[..] {
                [only] => self.is_small_within(at.sibling(only.iterable), depth + 1),
                _ => false,
            },
            Kind::Name(_) | Kind::Member { .. } => {
                let values = self.eval(at);
                let known = !values.is_empty()
                    && values.iter().all(|v| match v {
                        Value::Node(n) => *n != at && self.is_small_within(*n, depth + 1),
                        _ => false,
                    });
                known || self.is_bound_to_few(at, depth)
            }
            _ => false,
        }
    }

    /// Whether a number is low, or somebody who runs the program sets it: `Number(process.env.WORKERS)`.
    fn is_chosen_number(&self, at: NodeRef, depth: u32) -> bool {
        if self.number(at).is_some_and(|n| n <= FEW as f64) || self.environment_read(at).is_some() {
            return true;
        }
        if depth > 4 {
            return false;
        }
        let of = |n: NodeId| self.is_chosen_number(at.sibling(n), depth + 1);
        match self.kind(at) {
            Kind::Name(_) => self.file(at.file).only_value(at.node).is_some_and(of),
            Kind::Cast { value, .. } => of(*value),
            // `Number(process.env.WORKERS ?? 4)`
            Kind::Binary { op: BinaryOp::Or | BinaryOp::Coalesce, left, .. } => of(*left),
            Kind::Call(c) => {
                let lowest = self.last_name_at(at.sibling(c.callee)).is_some_and(|name| &*name == "min");
                let mut args = c.args.iter().map(|a| of(a.value));
                if lowest { args.any(|few| few) } else { !c.args.is_empty() && args.all(|few| few) }
            }
            _ => false,
        }
    }

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

    /// Whether a variable holds blocks of one answer, such as the calls of tools in it: the model writes few.
    fn is_part_of_answer(&self, at: NodeRef) -> bool {
        let (Kind::Name(name) | Kind::Member { name, .. }) = self.kind(at) else { return false };
        self.has_part(at, "answer-part-parts", name)
    }

    /// Whether a query is given the number of its results, and that is low: `findMany({ take: 3 })`,
    /// `query.limit(3)`.
    fn asks_for_few(&self, call: NodeRef) -> bool {
        let Kind::Call(c) = self.kind(call) else { return false };
        let sdk = self.file(call.file).sdk;
        let few = |&n: &NodeRef| self.number(n).is_some_and(|n| n <= FEW as f64);
        if let (Some(name), [only]) = (self.last_name_at(call.sibling(c.callee)), &c.args[..])
            && sdk.has_word("result-count-names", &name)
        {
            return few(&call.sibling(only.value));
        }
        sdk.words("result-count-names").iter().any(|name| {
            let field = self.option_of(call, name);
            field.is_known() && !field.nodes().is_empty() && field.nodes().iter().all(few)
        })
    }

    /// Whether all that a local name is bound to is small as it is written.
    fn is_bound_to_few(&self, at: NodeRef, depth: u32) -> bool {
        let file = self.file(at.file);
        let Kind::Name(name) = file.facts.kind(at.node) else { return false };
        let defs = file.scopes.lookup(&file.facts, name, at.node);
        !defs.is_empty()
            && defs.iter().all(|def| match &def.origin {
                Origin::Value { expr, path } => {
                    path.is_empty() && *expr != at.node && self.is_small_within(at.sibling(*expr), depth + 1)
                }
                _ => false,
            })
    }
}
