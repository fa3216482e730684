//! Delays taken from tables and ranges, attempt by attempt.

use super::Growth;
use super::delay::{Basis, Shape};
use crate::facts::{BinaryOp, Kind, NodeId};
use crate::model::Project;
use crate::model::names::scope::Step;
use crate::model::values::value::{NodeRef, Value};

/// Tables within each other.
const MAX_TABLES: u32 = 4;
/// Numbers of one table; nobody tries so often.
const MAX_NUMBERS: usize = 256;

impl Project {
    /// A variable bound to a part of something: the variable of a loop, an element of a pair.
    pub(super) fn shape_of_part(&self, expr: NodeRef, path: &[Step], basis: &Basis, depth: u32) -> Shape {
        let facts = self.facts(expr.file);
        let parent = facts.parent(expr.node);
        let looped =
            parent.filter(|&p| matches!(facts.kind(p), Kind::Loop(l) if l.iterable == Some(expr.node)));
        let Some(looped) = looped else {
            return self.shape_within(expr, basis, depth + 1);
        };
        let around = expr.sibling(looped);
        let repeated = around == basis.around || self.holds(basis.around, looped);
        if !repeated {
            return Shape::fixed();
        }
        if let Some(numbers) = self.table(expr) {
            return match rises(&numbers) {
                true => Shape { growth: Growth::Table, at: Some(expr), ..Shape::fixed() },
                false => Shape::fixed(),
            };
        }
        // `for attempt, delay in enumerate(DELAYS)`
        if let (Kind::Call(c), Some(Step::Item(1))) = (facts.kind(expr.node), path.last())
            && let Some(first) = c.args.first()
        {
            return match self.table(expr.sibling(first.value)) {
                Some(numbers) if rises(&numbers) => {
                    Shape { growth: Growth::Table, at: Some(expr.sibling(first.value)), ..Shape::fixed() }
                }
                Some(_) => Shape::fixed(),
                None => Shape::unknown(),
            };
        }
        let Kind::Loop(l) = facts.kind(looped) else { return Shape::unknown() };
        match self.is_counting(around, l) {
            true if self.is_range(expr, 0) || matches!(path.last(), Some(Step::Item(0))) => {
                Shape { growth: Growth::Linear, ..Shape::fixed() }
            }
            _ => Shape::unknown(),
        }
    }

    pub(super) fn is_range(&self, at: NodeRef, depth: u32) -> bool {
        match self.kind(at) {
            Kind::Slice { .. } => true,
            Kind::Call(c) if depth < 3 => {
                let callee = at.sibling(c.callee);
                let sdk = self.file(at.file).sdk;
                self.last_name_at(callee).is_some_and(|n| sdk.has_word("range-names", &n))
                    || matches!(self.kind(callee), Kind::Member { object, .. } if self.is_range(at.sibling(*object), depth + 1))
            }
            _ => false,
        }
    }

    /// How many elements a literal table has: `DELAYS`, `enumerate(DELAYS)`, `DELAYS.iter()`.
    pub(super) fn table_length(&self, at: NodeRef, depth: u32) -> Option<f64> {
        if depth > 4 {
            return None;
        }
        match self.kind(at) {
            Kind::List(items) => {
                let long = |&i: &NodeId| match self.kind(at.sibling(i)) {
                    Kind::Spread(inner) => self.table_length(at.sibling(*inner), depth + 1),
                    _ => Some(1.0),
                };
                items.iter().map(long).sum()
            }
            // `[0.0] + list(DELAYS)`
            Kind::Binary { op: BinaryOp::Add, left, right } => {
                let long = |n: NodeId| self.table_length(at.sibling(n), depth + 1);
                Some(long(*left)? + long(*right)?)
            }
            Kind::Call(c) => {
                let callee = at.sibling(c.callee);
                let steps = self.last_name_at(callee).is_some_and(|n| {
                    let sdk = self.file(at.file).sdk;
                    ["range-names", "each-names", "length-names"].iter().any(|list| sdk.has_word(list, &n))
                });
                match self.kind(callee) {
                    _ if !steps => self.one_table_length(at, depth),
                    Kind::Member { object, .. } if c.args.is_empty() => {
                        self.table_length(at.sibling(*object), depth + 1)
                    }
                    _ => self.table_length(at.sibling(c.args.first()?.value), depth + 1),
                }
            }
            Kind::Cast { value, .. } => self.table_length(at.sibling(*value), depth + 1),
            // Of what stands beside an unknown setting, the default.
            Kind::Name(_) | Kind::Member { .. } | Kind::Binary { .. } => self.one_table_length(at, depth),
            _ => None,
        }
    }

    /// The same of what an expression stands for.
    fn one_table_length(&self, at: NodeRef, depth: u32) -> Option<f64> {
        let values = self.eval(at);
        let mut tables = values.iter().filter_map(|v| match v {
            Value::Node(node) if *node != at => self.table_length(*node, depth + 1),
            _ => None,
        });
        let first = tables.next()?;
        tables.all(|n| n == first).then_some(first)
    }

    /// The numbers of a literal table, be it spread into another that ends in nothing: `(*DELAYS, None)`.
    pub(super) fn table(&self, at: NodeRef) -> Option<Vec<f64>> {
        self.table_within(at, MAX_TABLES)
    }

    fn table_within(&self, at: NodeRef, left: u32) -> Option<Vec<f64>> {
        let left = left.checked_sub(1)?;
        self.numbers_listed(at, left).or_else(|| {
            self.eval(at).iter().find_map(|v| match v {
                Value::Node(n) => self.numbers_listed(*n, left),
                _ => None,
            })
        })
    }

    fn numbers_listed(&self, list: NodeRef, left: u32) -> Option<Vec<f64>> {
        match self.kind(list) {
            // An empty list is a fallback for any list, not a table of delays.
            Kind::List(items) if !items.is_empty() => {
                let mut out = Vec::new();
                for (i, &item) in items.iter().enumerate() {
                    if out.len() > MAX_NUMBERS {
                        return None;
                    }
                    match self.kind(list.sibling(item)) {
                        Kind::Spread(inner) => out.extend(self.table_within(list.sibling(*inner), left)?),
                        Kind::Null if i + 1 == items.len() && i > 0 => {}
                        _ => out.push(self.seconds(list.sibling(item), 0)?),
                    }
                }
                Some(out)
            }
            // `DELAYS + (None,)`
            Kind::Binary { op: BinaryOp::Add, left: first, right } => {
                let mut out = self.table_within(list.sibling(*first), left)?;
                match self.kind(list.sibling(*right)) {
                    Kind::List(items) if matches!(items[..], [end] if matches!(self.kind(list.sibling(end)), Kind::Null)) =>
                        {}
                    _ => out.extend(self.table_within(list.sibling(*right), left)?),
                }
                Some(out)
            }
            _ => None,
        }
    }

    /// A number, or a duration made of one.
    pub(super) fn seconds(&self, at: NodeRef, depth: u32) -> Option<f64> {
        self.number(at).or_else(|| match self.kind(at) {
            Kind::Call(c) if depth < 3 => {
                c.args.first().and_then(|a| self.seconds(at.sibling(a.value), depth + 1))
            }
            _ => None,
        })
    }
}

/// Whether a later number is higher than the one before.
pub(super) fn rises(numbers: &[f64]) -> bool {
    numbers.windows(2).any(|w| w[1] > w[0])
}
