//! Collections that hold few elements for certain.

use crate::facts::{BinaryOp, Kind, NodeId};
use crate::model::Project;
use crate::model::names::index::path_name;
use crate::model::names::scope::Origin;
use crate::model::names::words::words_of;
use crate::model::values::value::{NodeRef, Value};

/// How many requests at once are few.
pub(super) const FEW: usize = 8;

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
                if sdk.has_word("filter-names", &name)
                    && c.args.first().is_some_and(|a| self.asks_among_few(at.sibling(a.value), depth))
                {
                    return true;
                }
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
            Kind::Await(x) | Kind::Cast { value: x, .. } => self.is_small_within(at.sibling(*x), depth + 1),
            // `chosen.length ? all.filter((role) => chosen.includes(role)) : all`
            Kind::If { then, otherwise: Some(other), .. }
            | Kind::Binary { op: BinaryOp::Or | BinaryOp::Coalesce, left: then, right: other } => {
                [then, other].into_iter().all(|&n| self.is_small_within(at.sibling(n), depth + 1))
            }
            // `[ask(n) for n in range(5)]`
            Kind::Comprehension(c) => match &c.clauses[..] {
                [only] => {
                    let kept = |&n: &NodeId| self.asks_among_few(at.sibling(n), depth);
                    self.is_small_within(at.sibling(only.iterable), depth + 1)
                        || only.conditions.iter().any(kept)
                }
                _ => false,
            },
            Kind::Name(_) | Kind::Member { .. } => {
                let values = self.eval(at);
                let known = !values.is_empty()
                    && values.iter().all(|v| match v {
                        Value::Node(n) => {
                            *n != at
                                && !self.is_filled_by_maker(*n, at, depth)
                                && self.is_small_within(*n, depth + 1)
                        }
                        _ => false,
                    });
                known || self.is_bound_to_few(at, depth) || self.is_entry_of_few(at, depth)
            }
            Kind::Index { .. } => self.is_entry_of_few(at, depth),
            _ => false,
        }
    }

    /// Whether every entry of a table that is looked into holds few: `TEAMS[kind]`, `TEAMS[kind].members`.
    fn is_entry_of_few(&self, at: NodeRef, depth: u32) -> bool {
        let (looked_up, field) = match self.kind(at) {
            Kind::Member { object, name, .. } => (at.sibling(*object), Some(name)),
            _ => (at, None),
        };
        let held = self.file(looked_up.file).only_value(looked_up.node);
        let mut looked_up = held.map_or(looked_up, |n| looked_up.sibling(n));
        while let Kind::Cast { value, .. } = self.kind(looked_up) {
            looked_up = looked_up.sibling(*value);
        }
        let Kind::Index { object, .. } = self.kind(looked_up) else { return false };
        let few = |entry: NodeRef| {
            let list = match (field, self.kind(entry)) {
                (None, _) => Some(entry),
                (Some(name), Kind::Record(r)) => r.value_of(name).map(|n| entry.sibling(n)),
                _ => None,
            };
            list.is_some_and(|list| self.is_small_within(list, depth + 1))
        };
        match self.eval(at.sibling(*object))[..] {
            [Value::Node(table)] => match self.kind(table) {
                Kind::Record(r) => {
                    !r.entries.is_empty()
                        && r.entries.iter().all(|e| e.key.is_some() && few(table.sibling(e.value)))
                }
                _ => false,
            },
            _ => false,
        }
    }

    /// Whether a test is passed only by what is among a few: `(name) => KNOWN.includes(name)`, `name in KNOWN`.
    fn asks_among_few(&self, test: NodeRef, depth: u32) -> bool {
        let file = self.file(test.file);
        let few = |n: NodeId| self.is_small_within(test.sibling(n), depth + 1);
        let is_name = |n: NodeId| match file.facts.kind(n) {
            Kind::Cast { value, .. } => matches!(file.facts.kind(*value), Kind::Name(_)),
            kind => matches!(kind, Kind::Name(_)),
        };
        match file.facts.kind(test.node) {
            Kind::Function(_) => {
                let values = self.return_values(test);
                let passed = values.iter().filter(|v| !matches!(self.kind(**v), Kind::Bool(false)));
                let mut passed = passed.peekable();
                passed.peek().is_some() && passed.all(|&value| self.asks_among_few(value, depth))
            }
            Kind::Binary { op: BinaryOp::And, left, right } => {
                [left, right].into_iter().any(|&n| self.asks_among_few(test.sibling(n), depth))
            }
            // Of those whose kind is one of a few there may be many.
            Kind::Binary { op: BinaryOp::In, left, right } => is_name(*left) && few(*right),
            Kind::Call(c) => match (file.facts.kind(c.callee), &c.args[..]) {
                (Kind::Member { object, name, .. }, [asked]) => {
                    file.sdk.has_word("holds", name) && is_name(asked.value) && few(*object)
                }
                _ => false,
            },
            _ => false,
        }
    }

    /// Whether a list that another function makes is filled there one by one, however many there are:
    /// `parts = []`, `while …: parts.append(part)`.
    fn is_filled_by_maker(&self, list: NodeRef, at: NodeRef, depth: u32) -> bool {
        let function = self.function_of(list);
        if function.is_none() || list.file == at.file && function == self.function_of(at) {
            return false;
        }
        self.is_filled_one_by_one(list, depth)
    }

    /// Whether the function that writes a list fills it in a loop with more than a few turns.
    pub(in crate::model) fn is_filled_one_by_one(&self, list: NodeRef, depth: u32) -> bool {
        let (facts, function) = (self.facts(list.file), self.function_of(list));
        let many = |n: NodeId| match facts.kind(n) {
            Kind::Loop(l) => {
                l.iterable.is_none_or(|over| !self.is_small_within(list.sibling(over), depth + 1))
            }
            _ => false,
        };
        let name = self.bound_at(list).and_then(|(_, target)| path_name(facts, target));
        let grown = name.and_then(|name| self.index.grown.get(&(list.file, name)));
        grown.into_iter().flatten().any(|&n| {
            let mut around = facts.ancestors(n).take_while(|&up| Some(list.sibling(up)) != function);
            self.function_of(list.sibling(n)) == function && around.any(many)
        })
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
