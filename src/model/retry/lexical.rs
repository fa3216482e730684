//! Loops that run a call again because it failed.

use super::{Attempts, Retry, RetryForm};
use crate::facts::{BinaryOp, Handler, Kind, Loop, LoopKind, NodeId, UnaryOp};
use crate::model::Project;
use crate::model::value::{NodeRef, Value};

impl Project {
    /// The retry that a loop is for a call in it; `direct` when the call itself is the request.
    pub(super) fn retry_loop(&self, around: NodeRef, at: NodeRef, direct: bool) -> Option<Retry> {
        let Kind::Loop(l) = self.kind(around) else { return None };
        let facts = self.facts(at.file);
        let inside: Vec<NodeId> = facts.ancestors(at.node).take_while(|&n| n != around.node).collect();
        let in_condition = l.condition.is_some_and(|c| inside.contains(&c));
        if !in_condition && !inside.contains(&l.body) {
            return None;
        }
        let mut handlers: Vec<NodeRef> = Vec::new();
        let mut caught: Vec<NodeId> = Vec::new();
        for pair in inside.windows(2) {
            let Kind::Try(t) = facts.kind(pair[1]) else { continue };
            if t.body != pair[0] {
                continue;
            }
            for h in &t.handlers {
                caught.push(h.body);
                if self.catches_api_errors(at, h) && self.goes_round(at.sibling(h.body), around) {
                    handlers.push(at.sibling(h.body));
                }
            }
        }
        let by_exception = !handlers.is_empty();
        handlers.extend(self.failing_branches(around, at, &inside));
        if in_condition && l.condition.is_some_and(|c| self.failing(at.sibling(c)) == Some(true)) {
            handlers.push(at.sibling(l.body));
        }
        if handlers.is_empty() {
            return None;
        }
        let leaves = in_condition || self.success_leaves(around, l, at, &inside, &caught);
        let sleeps = handlers.iter().any(|&h| !self.sleeps_in(h).is_empty());
        let counts = self.is_counting(around, l);
        let data = l.kind == LoopKind::ForEach && !counts || counts && self.is_over_data(around, l);
        if data {
            let mut fallback = Retry::new(around, RetryForm::Fallback);
            fallback.handlers = handlers;
            return leaves.then_some(fallback);
        }
        let again = match leaves {
            true => true,
            false => by_exception && direct && sleeps,
        };
        // A loop that asks a person or a queue for the next job does not repeat the last one.
        if !again || !sleeps && !counts && self.takes_jobs(around, at) {
            return None;
        }
        let mut retry = Retry::new(around, RetryForm::Loop);
        retry.attempts = self.attempts(around, l);
        retry.of_item = facts
            .ancestors(around.node)
            .skip(1)
            .take_while(|&n| !matches!(facts.kind(n), Kind::Function(_)))
            .any(|n| {
                matches!(facts.kind(n), Kind::Loop(outer)
                if outer.kind == LoopKind::ForEach && !self.is_counting(around.sibling(n), outer))
            });
        retry.delays = self.delays_of_loop(around);
        retry.handlers = handlers;
        Some(retry)
    }

    /// Whether a handler sees failures of the API, not just of what is done with the answer.
    pub(super) fn catches_api_errors(&self, at: NodeRef, handler: &Handler) -> bool {
        let sdk = self.file(at.file).sdk;
        handler.types.is_empty()
            || handler.types.iter().any(|&t| match self.last_name_at(at.sibling(t)) {
                Some(name) => !sdk.has_word("data-errors", &name),
                None => true,
            })
    }

    /// Branches on a failure of the call that lead to the next turn.
    fn failing_branches(&self, around: NodeRef, at: NodeRef, inside: &[NodeId]) -> Vec<NodeRef> {
        let facts = self.facts(at.file);
        let mut out = Vec::new();
        for node in self.own_nodes(around) {
            let here = at.sibling(node);
            if node < at.node && !inside.contains(&node) {
                continue;
            }
            match facts.kind(node) {
                Kind::If { condition, then, otherwise } => match self.failing(at.sibling(*condition)) {
                    Some(true) if self.goes_round(at.sibling(*then), around) => out.push(at.sibling(*then)),
                    Some(false) => match otherwise {
                        Some(o) if self.goes_round(at.sibling(*o), around) => out.push(at.sibling(*o)),
                        None if self.falls_round(here, around) => out.push(here),
                        _ => {}
                    },
                    _ => {}
                },
                Kind::Match(m) => {
                    for arm in &m.arms {
                        let fails = arm.patterns.iter().any(|&p| self.failing(at.sibling(p)) == Some(true))
                            || arm.guard.is_some_and(|g| self.failing(at.sibling(g)) == Some(true));
                        if fails && self.goes_round(at.sibling(arm.body), around) {
                            out.push(at.sibling(arm.body));
                        }
                    }
                }
                Kind::Assign(a) => {
                    if let Some(otherwise) = a.otherwise
                        && self.failing(at.sibling(a.target)) == Some(false)
                        && self.goes_round(at.sibling(otherwise), around)
                    {
                        out.push(at.sibling(otherwise));
                    }
                }
                _ => {}
            }
        }
        out
    }

    /// Whether a condition or pattern tells failure of a call (`Some(true)`) or its success
    /// (`Some(false)`).
    pub(super) fn failing(&self, at: NodeRef) -> Option<bool> {
        self.failing_within(at, 0)
    }

    fn failing_within(&self, at: NodeRef, depth: u32) -> Option<bool> {
        if depth > 12 {
            return None;
        }
        let sdk = self.file(at.file).sdk;
        let of = |n: NodeId| self.failing_within(at.sibling(n), depth + 1);
        let by_name = |name: &str| {
            if sdk.has_word("success-names", name) {
                Some(false)
            } else if self.has_part(at, "failure-parts", name) {
                Some(true)
            } else {
                None
            }
        };
        match self.kind(at) {
            Kind::Name(name) => by_name(name),
            Kind::Member { object, name, .. } => by_name(name).or_else(|| of(*object)),
            Kind::Call(c) => {
                let callee = of(c.callee);
                callee.or_else(|| c.args.iter().find_map(|a| of(a.value)))
            }
            Kind::Unary { op: UnaryOp::Not, operand } => of(*operand).map(|f| !f),
            Kind::Await(x) | Kind::Propagate(x) | Kind::Cast { value: x, .. } => of(*x),
            Kind::Let { pattern, value } => of(*pattern).or_else(|| of(*value)),
            Kind::Number(n) => failing_status(*n),
            Kind::Str(_) => self.text(at).known().and_then(|t| by_name(&t)),
            Kind::Slice { start, .. } => start.and_then(of),
            Kind::List(items) => items.iter().find_map(|&i| of(i)),
            Kind::Binary { op, left, right } => match op {
                BinaryOp::And | BinaryOp::Or => match (of(*left), of(*right)) {
                    (Some(true), _) | (_, Some(true)) => Some(true),
                    (a, b) => a.or(b),
                },
                BinaryOp::Eq | BinaryOp::Is | BinaryOp::In | BinaryOp::Ge | BinaryOp::Gt => self
                    .compared(at.sibling(*left), at.sibling(*right))
                    .or_else(|| of(*left))
                    .or_else(|| self.failing_text(at.sibling(*right))),
                BinaryOp::Ne | BinaryOp::IsNot | BinaryOp::NotIn | BinaryOp::Lt | BinaryOp::Le => self
                    .compared(at.sibling(*left), at.sibling(*right))
                    .or_else(|| of(*left))
                    .or_else(|| self.failing_text(at.sibling(*right)))
                    .map(|failing| !failing),
                BinaryOp::InstanceOf => Some(true),
                _ => None,
            },
            _ => None,
        }
    }

    /// `reason == "error"`.
    fn failing_text(&self, at: NodeRef) -> Option<bool> {
        matches!(self.kind(at), Kind::Str(_)).then(|| self.failing_within(at, 8)).flatten()
    }

    /// `status == 429`, `status in RETRYABLE`, `status >= 500`.
    fn compared(&self, left: NodeRef, right: NodeRef) -> Option<bool> {
        if self.numbers(right).is_none()
            && let Some(name) = self.last_name_at(right)
            && self.has_part(right, "failure-parts", &name)
        {
            return Some(true);
        }
        let about_status = self.facts(left.file).descendants(left.node).into_iter().any(|n| {
            self.last_name_at(left.sibling(n)).is_some_and(|name| self.has_part(left, "status-parts", &name))
        });
        if !about_status {
            return None;
        }
        let mut numbers = self.numbers(right).unwrap_or_default();
        for value in self.eval(right).iter() {
            if let Value::Node(list) = value {
                for n in self.facts(list.file).descendants(list.node) {
                    numbers.extend(self.file(list.file).number_of(n));
                }
            }
        }
        numbers.into_iter().find_map(failing_status)
    }

    /// Nodes of a loop or function that belong to its own code, not to functions inside.
    pub(super) fn own_nodes(&self, root: NodeRef) -> Vec<NodeId> {
        let facts = self.facts(root.file);
        let mut out = vec![root.node];
        let mut next = 0;
        while let Some(&at) = out.get(next) {
            next += 1;
            if at != root.node && matches!(facts.kind(at), Kind::Function(_) | Kind::Class(_)) {
                continue;
            }
            facts.for_each_child(at, |c| out.push(c));
        }
        out.sort_unstable();
        out
    }

    /// Whether the loop ends when the call has succeeded.
    fn success_leaves(
        &self,
        around: NodeRef,
        l: &Loop,
        at: NodeRef,
        inside: &[NodeId],
        caught: &[NodeId],
    ) -> bool {
        let facts = self.facts(at.file);
        let mut set = Vec::new();
        for node in self.own_nodes(around) {
            if node < at.node && !inside.contains(&node) {
                continue;
            }
            let ends = match facts.kind(node) {
                Kind::Return(value) => !value.is_some_and(|v| self.is_error_value(at.sibling(v))),
                Kind::Break(value) => {
                    self.jump_target(at.sibling(node)) == Some(around)
                        && !value.is_some_and(|v| self.is_error_value(at.sibling(v)))
                }
                Kind::Assign(a) => {
                    if let (Kind::Name(name), None) = (facts.kind(a.target), a.op) {
                        set.push((name.clone(), node));
                    }
                    false
                }
                _ => false,
            };
            let failing = || {
                facts.ancestors(node).take_while(|&n| n != around.node).any(|n| {
                    caught.contains(&n)
                        || facts.parent(n).is_some_and(|p| match facts.kind(p) {
                            Kind::Match(m) => m.arms.iter().any(|a| {
                                a.body == n
                                    && a.patterns.iter().any(|&p| self.failing(at.sibling(p)) == Some(true))
                            }),
                            Kind::If { condition, then, .. } => {
                                *then == n && self.failing(at.sibling(*condition)) == Some(true)
                            }
                            _ => false,
                        })
                })
            };
            if ends && !failing() {
                return true;
            }
        }
        let Some(condition) = l.condition else { return false };
        facts.descendants(condition).into_iter().any(|n| match facts.kind(n) {
            Kind::Name(name) => {
                set.iter().any(|(other, assign)| other == name && !mentions(facts, *assign, name))
            }
            _ => false,
        })
    }

    fn is_error_value(&self, at: NodeRef) -> bool {
        self.last_name_at(at).is_some_and(|n| &*n == "Err")
    }

    /// Whether a loop counts: over a range or a table of numbers, or its variable is called so.
    pub(super) fn is_counting(&self, around: NodeRef, l: &Loop) -> bool {
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

    fn counts(&self, at: NodeRef, depth: u32) -> bool {
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
    fn is_over_data(&self, around: NodeRef, l: &Loop) -> bool {
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
        length && !named
    }

    /// Whether a loop asks for its next job before the call.
    fn takes_jobs(&self, around: NodeRef, at: NodeRef) -> bool {
        let sdk = self.file(at.file).sdk;
        self.own_nodes(around).into_iter().filter(|&n| n < at.node).any(|n| {
            self.callee_of(at.sibling(n))
                .and_then(|c| self.last_name_at(c))
                .is_some_and(|name| sdk.has_word("intake-names", &name))
        })
    }

    /// How often a retry loop turns.
    fn attempts(&self, around: NodeRef, l: &Loop) -> Attempts {
        let known =
            |n: f64| if (0.0..=1e6).contains(&n) { Attempts::Known(n as u32) } else { Attempts::Unknown };
        let number = |n: NodeId| self.number(around.sibling(n));
        if let Some(iterable) = l.iterable {
            return match self.kind(around.sibling(iterable)) {
                Kind::Slice { start, end: Some(end) } => {
                    match (start.map_or(Some(0.0), number), number(*end)) {
                        (Some(a), Some(b)) => known(b - a),
                        _ => Attempts::Unknown,
                    }
                }
                Kind::Slice { end: None, .. } => Attempts::Unbounded,
                Kind::List(items) => known(items.len() as f64),
                Kind::Call(c) => match c.args.iter().map(|a| number(a.value)).collect::<Option<Vec<f64>>>() {
                    Some(args) => match args[..] {
                        [n] => known(n),
                        [a, b, ..] => known(b - a),
                        [] => Attempts::Unknown,
                    },
                    None => Attempts::Unknown,
                },
                _ => Attempts::Unknown,
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
                self.last_name_at(around.sibling(n)).is_some_and(|name| self.is_changed(around, &name))
            };
            for (name, limit) in [(*left, *right), (*right, *left)] {
                if counter(name) && bound.is_none() {
                    bound = number(limit).filter(|n| *n > 0.0);
                }
            }
        }
        match (bound, compared) {
            (Some(n), _) => known(n),
            (None, true) => Attempts::Unknown,
            (None, false) => Attempts::Unbounded,
        }
    }

    /// Whether the code of a loop changes a variable.
    pub(super) fn is_changed(&self, around: NodeRef, name: &str) -> bool {
        let facts = self.facts(around.file);
        self.own_nodes(around).into_iter().any(|n| match facts.kind(n) {
            Kind::Assign(a) => self.last_name_at(around.sibling(a.target)).is_some_and(|t| &*t == name),
            _ => false,
        })
    }
}

fn mentions(facts: &crate::facts::FileFacts, assign: NodeId, name: &str) -> bool {
    match facts.kind(assign) {
        Kind::Assign(a) => a.value.is_some_and(|v| {
            facts.descendants(v).into_iter().any(|n| matches!(facts.kind(n), Kind::Name(x) if &**x == name))
        }),
        _ => false,
    }
}

fn failing_status(n: f64) -> Option<bool> {
    if n == 0.0 || n.fract() != 0.0 {
        None
    } else if (200.0..300.0).contains(&n) {
        Some(false)
    } else if (300.0..600.0).contains(&n) {
        Some(true)
    } else {
        None
    }
}
