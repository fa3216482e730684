//! What the retry of a library acts on, as its options say.

use super::library::prefixes;
use super::probe::Probe;
use super::{Retry, Tri};
use crate::facts::{BinaryOp, Kind};
use crate::model::Project;
use crate::model::values::truth::Truth;
use crate::model::values::value::{Field, NodeRef, Value};

/// Options that say what is not repeated.
const REFUSALS: [&str; 4] = ["giveup", "throws", "until", "non_retryable_error_types"];

impl Project {
    /// Whether a retry of a library repeats a failure.
    pub(super) fn repeats_by_library(&self, retry: &Retry, p: &Probe) -> Tri {
        let Some(kind) = retry.library else { return Tri::Unknown };
        // Those that look at answers themselves have lists of statuses.
        if !kind.default_statuses.is_empty() || kind.statuses.is_some() || kind.wraps.is_some() {
            return Tri::Unknown;
        }
        for &step in &retry.trail {
            if self.ends_by_itself(step) || !self.comes_out_of(step, self.repeated_block(retry, step), p) {
                return Tri::Unknown;
            }
        }
        if !p.failed.get() {
            return Tri::Unknown;
        }
        let Some(call) = retry.call else {
            // `@retry` without options.
            return if kind.filter.is_some() { Tri::Yes } else { Tri::Unknown };
        };
        let Some(filter) = &kind.filter else { return Tri::Unknown };
        let mut all = Truth::Yes;
        for name in filter.split('|') {
            let truth = match self.filter_given(retry, call, name) {
                Field::Absent => continue,
                Field::Unknown(_) => Truth::Open,
                Field::Known(nodes) => nodes
                    .iter()
                    .map(|&n| self.filter_truth(n, p, 0))
                    .reduce(|a, b| if a == b { a } else { Truth::Open })
                    .unwrap_or(Truth::Open),
            };
            all = all.and(if REFUSALS.contains(&name) { truth.not() } else { truth });
        }
        if let Some(hook) = &kind.ended_by {
            all = all.and(self.passes_hook(&self.setting(call, hook), p));
        }
        match all {
            Truth::Yes => Tri::Yes,
            Truth::No => Tri::No,
            _ => Tri::Unknown,
        }
    }

    /// The loop or block that a retry of a library is the head of, where a call stands in it: what is around that
    /// sees a failure after the retry did. `for attempt in Retrying(…):`
    pub(super) fn repeated_block(&self, retry: &Retry, step: NodeRef) -> Option<NodeRef> {
        let facts = self.facts(retry.at.file);
        let mut head = retry.at.node;
        let around = facts.ancestors(retry.at.node).skip(1).find(|&n| {
            let heads = match facts.kind(n) {
                Kind::Loop(l) => l.iterable == Some(head),
                Kind::With(w) => w.items.iter().any(|item| item.value == head),
                _ => false,
            };
            head = n;
            heads
        });
        around.map(|n| retry.at.sibling(n)).filter(|&block| self.stands_inside(step, block))
    }

    fn filter_given(&self, retry: &Retry, call: NodeRef, name: &str) -> Field {
        match self.setting(call, name) {
            Field::Absent => match self.step(call, name) {
                Field::Absent => self.applied(retry.at, name),
                given => given,
            },
            given => given,
        }
    }

    /// The functions that the retry of a library asks about an error.
    pub fn predicates_of(&self, retry: &Retry) -> Vec<NodeRef> {
        let filter = retry.library.and_then(|kind| kind.filter.as_deref());
        let (Some(call), Some(filter)) = (retry.call, filter) else { return Vec::new() };
        let given = filter.split('|').map(|name| self.filter_given(retry, call, name));
        let nodes: Vec<NodeRef> = given.flat_map(|field| field.nodes().to_vec()).collect();
        let mut out = Vec::new();
        for node in nodes {
            for value in self.eval(node).iter() {
                match value {
                    Value::Function(f) => out.push(*f),
                    Value::Node(n) if matches!(self.kind(*n), Kind::Function(_)) => out.push(*n),
                    // `retry_if_exception(is_temporary)`
                    Value::External(e) => {
                        let Some(made) = e.made else { continue };
                        let Kind::Call(c) = self.kind(made) else { continue };
                        let given = c.args.iter().map(|a| made.sibling(a.value));
                        out.extend(given.flat_map(|at| self.functions_of(at)));
                    }
                    _ => {}
                }
            }
        }
        out
    }

    /// Whether a function that is told of a failure lets the library go on: it ends that by throwing.
    fn passes_hook(&self, hook: &Field, p: &Probe) -> Truth {
        let of = |value: &Value| match value {
            Value::Function(f) => match self.kind(*f) {
                Kind::Function(function) if function.body.is_some() => {
                    match self.run(f.sibling(function.body), None, p, 0).thrown {
                        0 => Truth::Yes,
                        1 => Truth::Open,
                        _ => Truth::No,
                    }
                }
                _ => Truth::Open,
            },
            _ => Truth::Open,
        };
        match hook {
            Field::Absent => Truth::Yes,
            Field::Unknown(_) => Truth::Open,
            Field::Known(nodes) => {
                let told = nodes.iter().map(|&n| self.eval(n).iter().map(of).fold(Truth::Yes, Truth::and));
                told.fold(Truth::Yes, Truth::and)
            }
        }
    }

    /// An argument of the method that applies a policy: `retry_if#1` of `policy.retry_if(f, again)`.
    fn applied(&self, method: NodeRef, spec: &str) -> Field {
        let Some((name, position)) = spec.split_once('#') else { return Field::Absent };
        let facts = self.facts(method.file);
        match (self.kind(method), facts.parent(method.node).map(|p| facts.kind(p)), position.parse::<usize>())
        {
            (Kind::Member { name: own, .. }, Some(Kind::Call(c)), Ok(position))
                if &**own == name && c.callee == method.node =>
            {
                c.args.get(position).map_or(Field::Absent, |a| Field::Known(vec![method.sibling(a.value)]))
            }
            _ => Field::Absent,
        }
    }

    /// What a filter says: a class, a list of them, a predicate, a combination.
    fn filter_truth(&self, at: NodeRef, p: &Probe, depth: u32) -> Truth {
        if depth > 6 {
            return Truth::Open;
        }
        if let Kind::Binary { op, left, right } = self.kind(at) {
            let of = |n| self.filter_truth(at.sibling(n), p, depth + 1);
            return match op {
                BinaryOp::BitOr => of(*left).or(of(*right)),
                BinaryOp::BitAnd => of(*left).and(of(*right)),
                _ => Truth::Open,
            };
        }
        let sdk = self.file(at.file).sdk;
        let mut all: Option<Truth> = None;
        for value in self.eval(at).iter() {
            let next = match value {
                Value::Function(f) => self.function_truth(*f, p, 0),
                Value::External(e) => {
                    let listed = |list: &str| prefixes(&e.path).any(|x| sdk.has_word(list, x));
                    let argument = |i: usize| match e.made.map(|m| (m, self.kind(m))) {
                        Some((m, Kind::Call(c))) => c.args.get(i).map(|a| m.sibling(a.value)),
                        _ => None,
                    };
                    if listed("retry-by-class") {
                        let not = e.path.contains("not_exception") || e.path.contains("unless");
                        let truth = match argument(0) {
                            Some(class) => self.means_failure(class, p),
                            None => Truth::Yes,
                        };
                        if e.path.contains("cause") {
                            Truth::Open
                        } else if not {
                            truth.not()
                        } else {
                            truth
                        }
                    } else if listed("retry-by-predicate") {
                        let predicate = prefixes(&e.path).any(|x| x.ends_with(".retry_if_exception"));
                        match argument(0) {
                            Some(f) if predicate => self.filter_truth(f, p, depth + 1),
                            _ => Truth::Open,
                        }
                    } else {
                        self.means_failure(at, p)
                    }
                }
                Value::Node(n) if matches!(self.kind(*n), Kind::Function(_)) => self.function_truth(*n, p, 0),
                Value::Node(n) if *n != at => self.filter_truth(*n, p, depth + 1),
                _ => self.means_failure(at, p),
            };
            all = Some(match all {
                Some(before) if before != next => Truth::Open,
                _ => next,
            });
        }
        all.unwrap_or_else(|| self.means_failure(at, p))
    }
}
