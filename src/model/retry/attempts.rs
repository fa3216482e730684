//! Loops that count attempts, and how many.

use super::{Attempts, Retry};
use crate::facts::{Assign, BinaryOp, Kind, Loop, LoopKind, Name, NodeId};
use crate::model::Project;
use crate::model::names::index::path_name;
use crate::model::names::scope::{Def, Origin};
use crate::model::values::value::{NodeRef, Value};

/// The attempts of what is repeated once.
const ONCE: f64 = 2.0;

impl Project {
    /// Whether a loop counts: over a range or a table of numbers, or its variable is called so.
    pub(in crate::model) fn is_counting(&self, around: NodeRef, l: &Loop) -> bool {
        match l.kind {
            LoopKind::ForCounter => true,
            LoopKind::ForEach => {
                let named = l.pattern.is_some_and(|p| {
                    self.facts(around.file).descendants(p).into_iter().any(|n| {
                        matches!(self.facts(around.file).kind(n), Kind::Name(name)
                            if self.has_part(around, "attempt-parts", name))
                    })
                });
                named || l.iterable.is_some_and(|i| self.counts(around.sibling(i), 0))
            }
            _ => false,
        }
    }

    pub(super) fn counts(&self, at: NodeRef, depth: u32) -> bool {
        if depth > 4 {
            return false;
        }
        match self.kind(at) {
            Kind::Slice { .. } => true,
            Kind::List(items) => {
                !items.is_empty() && items.iter().all(|&i| self.number(at.sibling(i)).is_some())
            }
            Kind::Call(c) => {
                let sdk = self.file(at.file).sdk;
                self.last_name_at(at.sibling(c.callee)).is_some_and(|n| sdk.has_word("range-names", &n))
                    || match self.kind(at.sibling(c.callee)) {
                        Kind::Member { object, .. } => self.counts(at.sibling(*object), depth + 1),
                        _ => c.args.first().is_some_and(|a| self.counts(at.sibling(a.value), depth + 1)),
                    }
            }
            Kind::Name(_) | Kind::Member { .. } => self.eval(at).iter().any(|v| match v {
                Value::Node(node) => *node != at && self.counts(*node, depth + 1),
                _ => false,
            }),
            _ => false,
        }
    }

    /// Whether a counting loop counts the items of a collection.
    pub(super) fn is_over_data(&self, around: NodeRef, l: &Loop) -> bool {
        let facts = self.facts(around.file);
        let sdk = self.file(around.file).sdk;
        let Some(bound) = l.iterable.or(l.condition) else { return false };
        let nodes = facts.descendants(bound);
        let length = nodes.iter().any(|&n| {
            matches!(facts.kind(n), Kind::Name(name) | Kind::Member { name, .. } if sdk.has_word("length-names", name))
        });
        let named = [l.iterable, l.condition, l.pattern].into_iter().flatten().any(|part| {
            facts.descendants(part).into_iter().any(|n| {
                matches!(facts.kind(n), Kind::Name(name) | Kind::Member { name, .. }
                    if self.has_part(around, "attempt-parts", name))
            })
        });
        // `range(len(DELAYS))`
        let table = || {
            nodes.iter().any(|&n| match facts.kind(n) {
                Kind::Name(_) | Kind::Member { .. } => self.table(around.sibling(n)).is_some(),
                _ => false,
            })
        };
        length && (!named || self.takes_each(around, l, bound)) && !table()
    }

    /// Whether a loop takes the items of the list whose length bounds it one by one:
    /// `for (i = 0; i < hosts.length && i < maxRetries; i++) { … hosts[i] … }`.
    fn takes_each(&self, around: NodeRef, l: &Loop, bound: NodeId) -> bool {
        let facts = self.facts(around.file);
        let inside = facts.descendants(bound);
        let measured: Vec<Name> = inside
            .iter()
            .filter_map(|&n| path_name(facts, self.length_of(around.sibling(n))?.node))
            .filter(|list| !self.has_part(around, "attempt-parts", list))
            .collect();
        let turns = l.pattern.or(l.init).map(|n| facts.descendants(n)).unwrap_or_default();
        facts.descendants(l.body).into_iter().any(|n| match facts.kind(n) {
            Kind::Index { object, index } => {
                let counter = matches!(facts.kind(*index), Kind::Name(name)
                    if turns.iter().any(|&t| matches!(facts.kind(t), Kind::Name(other) if other == name)));
                counter && path_name(facts, *object).is_some_and(|list| measured.contains(&list))
            }
            _ => false,
        })
    }

    /// Whether a loop asks for its next job before the call.
    pub(super) fn takes_jobs(&self, around: NodeRef, at: NodeRef) -> bool {
        let sdk = self.file(at.file).sdk;
        self.own_nodes(around).into_iter().filter(|&n| n < at.node).any(|n| {
            self.callee_of(at.sibling(n))
                .and_then(|c| self.last_name_at(c))
                .is_some_and(|name| sdk.has_word("intake-names", &name))
        })
    }

    /// How often a retry loop turns.
    pub(super) fn attempts(&self, around: NodeRef, l: &Loop) -> Attempts {
        let known =
            |n: f64| if (0.0..=1e6).contains(&n) { Attempts::Known(n as u32) } else { Attempts::Unknown };
        let number = |n: NodeId| self.attempt_limit(around.sibling(n));
        if let Some(iterable) = l.iterable {
            return match self.kind(around.sibling(iterable)) {
                Kind::Slice { start, end: Some(end), inclusive } => {
                    match (start.map_or(Some(0.0), number), number(*end)) {
                        (Some(a), Some(b)) => known(b - a + f64::from(u8::from(*inclusive))),
                        _ => Attempts::Unknown,
                    }
                }
                Kind::Slice { end: None, .. } => Attempts::Unbounded,
                Kind::Call(c) => match c.args.iter().map(|a| number(a.value)).collect::<Option<Vec<f64>>>() {
                    Some(args) if !args.is_empty() => match args[..] {
                        [a, b, ..] => known(b - a),
                        _ => known(args[0]),
                    },
                    _ => self.table_length(around.sibling(iterable), 0).map_or(Attempts::Unknown, known),
                },
                _ => self.table_length(around.sibling(iterable), 0).map_or(Attempts::Unknown, known),
            };
        }
        let facts = self.facts(around.file);
        let mut compared = false;
        let mut bound = None;
        let condition = l.condition.map(|c| facts.descendants(c)).unwrap_or_default();
        let tests = self.own_nodes(around);
        for node in condition.into_iter().chain(tests) {
            let Kind::Binary { op, left, right } = facts.kind(node) else { continue };
            if !matches!(op, BinaryOp::Lt | BinaryOp::Le | BinaryOp::Gt | BinaryOp::Ge | BinaryOp::Eq) {
                continue;
            }
            compared = true;
            let counter = |n: NodeId| {
                // `status < 500` says nothing of how often.
                self.last_name_at(around.sibling(n)).is_some_and(|name| {
                    self.is_changed(around, &name) && !self.has_part(around, "status-parts", &name)
                })
            };
            let in_condition = l.condition.is_some_and(|c| facts.span(c).contains(facts.span(node)));
            for (name, limit, includes) in
                [(*left, *right, *op == BinaryOp::Le), (*right, *left, *op == BinaryOp::Ge)]
            {
                if counter(name) && bound.is_none() {
                    let limit = self.attempt_limit(around.sibling(limit)).filter(|n| *n > 0.0);
                    bound = match self.first_count(around, name, l).filter(|_| in_condition) {
                        Some(first) => limit.map(|n| n - first + f64::from(u8::from(includes))),
                        None => limit,
                    };
                }
            }
        }
        match (bound, compared) {
            (Some(n), _) => known(n),
            (None, true) => Attempts::Unknown,
            (None, false) => Attempts::Unbounded,
        }
    }

    /// What a counter is compared with: a number, the default of a setting, the length of a table.
    fn attempt_limit(&self, at: NodeRef) -> Option<f64> {
        let default = || {
            let values = self.eval(at);
            let mut known = values.iter().filter_map(|v| match v {
                Value::Node(n) if *n != at => self.number(*n),
                _ => None,
            });
            let first = known.next()?;
            let rest: Vec<f64> = known.filter(|&n| n != first).collect();
            let least = |all: &mut dyn Iterator<Item = f64>| all.reduce(f64::min);
            let all = || rest.iter().copied().chain([first]);
            // Callers that ask for different numbers get that many at least; that one of them asks for one or two
            // attempts says nothing of the others.
            let more = least(&mut all().filter(|&n| n > ONCE));
            let least = least(&mut all())?;
            (rest.is_empty() || least > 1.0).then_some(more.unwrap_or(least))
        };
        let length = || self.table_length(self.length_of(at)?, 0);
        let first = || match self.kind(at) {
            // `retries + 1`
            Kind::Binary { op: BinaryOp::Add, left, right } => {
                let of = |n: NodeId| self.attempt_limit(at.sibling(n));
                Some(of(*left)? + of(*right)?)
            }
            Kind::Name(_) => self.default_attempts(at),
            _ => None,
        };
        let unset = || match self.numbers_by_default(at)?[..] {
            [number] => Some(number),
            _ => None,
        };
        self.number(at).or_else(default).or_else(length).or_else(first).or_else(unset)
    }

    /// The default of a parameter of which nothing in sight says more: `retries: int = 3`.
    fn default_attempts(&self, at: NodeRef) -> Option<f64> {
        let file = self.file(at.file);
        let Kind::Name(name) = file.facts.kind(at.node) else { return None };
        let defs = file.scopes.lookup(&file.facts, name, at.node);
        let [Def { origin: Origin::Param { function, index, path }, .. }] = &defs[..] else { return None };
        let Kind::Function(f) = file.facts.kind(*function) else { return None };
        let default = f.params.get(*index as usize).and_then(|p| p.default)?;
        let unknown = path.is_empty() && self.eval(at).iter().all(|v| *v == Value::Unknown);
        unknown.then(|| self.number(at.sibling(default)))?
    }

    /// Whether there is one retry and no more: what is waited before it neither grows nor stays the same.
    pub fn repeats_once(&self, retry: &Retry) -> bool {
        matches!(retry.attempts, Attempts::Known(0..=2))
    }

    /// What a counter of a loop begins with.
    fn first_count(&self, around: NodeRef, counter: NodeId, l: &Loop) -> Option<f64> {
        let file = self.file(around.file);
        let Kind::Name(name) = file.facts.kind(counter) else { return None };
        let inside = file.facts.span(l.body);
        let defs = file.scopes.lookup(&file.facts, name, counter);
        let mut first = defs.iter().filter(|d| !inside.contains(file.facts.span(d.node)));
        first.find_map(|d| match &d.origin {
            Origin::Value { expr, path } if path.is_empty() => file.number_of(*expr),
            _ => None,
        })
    }

    /// Whether the code of a loop changes a variable.
    pub(super) fn is_changed(&self, around: NodeRef, name: &str) -> bool {
        self.any_change(around, name, |_| true)
    }

    /// Whether it changes it by a step: `left -= 1`.
    pub(super) fn is_stepped(&self, around: NodeRef, name: &str) -> bool {
        self.any_change(around, name, |change| change.op.is_some())
    }

    fn any_change(&self, around: NodeRef, name: &str, is: impl Fn(&Assign) -> bool) -> bool {
        let facts = self.facts(around.file);
        self.own_nodes(around).into_iter().any(|n| match facts.kind(n) {
            Kind::Assign(a) => {
                is(a) && self.last_name_at(around.sibling(a.target)).is_some_and(|t| &*t == name)
            }
            _ => false,
        })
    }
}
