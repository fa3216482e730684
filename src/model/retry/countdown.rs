//! How often a function calls itself again: the counter that it hands on, and where that ends.

use super::Attempts;
use crate::facts::{BinaryOp, Kind, Name, NodeId, UnaryOp};
use crate::model::Project;
use crate::model::values::eval::Argument;
use crate::model::values::value::NodeRef;

/// Callers whose counts are compared.
const MAX_CALLERS: usize = 32;

impl Project {
    /// The attempts of a function that calls itself with a counter higher or lower by one, tested
    /// against a limit: the fewest that any of its callers asks for.
    pub(super) fn attempts_of_recursion(&self, f: NodeRef, call: NodeRef) -> Attempts {
        let Kind::Function(function) = self.kind(f) else { return Attempts::Unknown };
        let mut found = None;
        for (index, param) in function.params.iter().enumerate() {
            let Argument::Given(next) = self.argument_of(call, f, index) else { continue };
            let Kind::Name(name) = self.kind(f.sibling(param.pattern)) else { continue };
            let Some(up) = self.steps_by_one(next, name) else { continue };
            // Several counters are not told apart.
            if found.is_some() {
                return Attempts::Unknown;
            }
            found = Some((index, name.clone(), up));
        }
        let Some((index, name, up)) = found else { return Attempts::Unknown };
        let starts = self.given_numbers(f, index);
        let turns = self.countdown_limit(f, &name, up).and_then(|(limit, more)| {
            let limits = match limit {
                Limit::Number(n) => vec![n],
                Limit::Parameter(index) => self.given_numbers(f, index)?,
            };
            let least = |list: &[f64]| list.iter().copied().reduce(f64::min);
            let most = |list: &[f64]| list.iter().copied().reduce(f64::max);
            let starts = starts?;
            Some(match up {
                true => least(&limits)? - most(&starts)? + more + 1.0,
                false => least(&starts)? - most(&limits)? + more + 1.0,
            })
        });
        match turns {
            Some(n) if (1.0..=1e6).contains(&n) => Attempts::Known(n as u32),
            _ => Attempts::Unknown,
        }
    }

    /// `attempt + 1` (`true`), `left - 1` (`false`).
    fn steps_by_one(&self, at: NodeRef, name: &str) -> Option<bool> {
        let Kind::Binary { op, left, right } = self.kind(at) else { return None };
        let own = matches!(self.kind(at.sibling(*left)), Kind::Name(n) if &**n == name);
        match op {
            _ if !own || self.number(at.sibling(*right)) != Some(1.0) => None,
            BinaryOp::Add => Some(true),
            BinaryOp::Sub => Some(false),
            _ => None,
        }
    }

    /// What a parameter is given by those who call a function from outside, or its default.
    fn given_numbers(&self, f: NodeRef, index: usize) -> Option<Vec<f64>> {
        let Kind::Function(function) = self.kind(f) else { return None };
        let facts = self.facts(f.file);
        let outside = |c: &&NodeRef| c.file != f.file || !facts.ancestors(c.node).any(|n| n == f.node);
        let default = || function.params[index].default.and_then(|d| self.number(f.sibling(d)));
        let callers: Vec<NodeRef> =
            self.callers(f).iter().filter(outside).copied().take(MAX_CALLERS).collect();
        if callers.is_empty() {
            return default().map(|n| vec![n]);
        }
        let given = callers.into_iter().map(|call| match self.argument_of(call, f, index) {
            Argument::Given(arg) => self.number(arg),
            Argument::Missing => default(),
            Argument::Unknown => None,
        });
        given.collect()
    }

    /// What a counter is tested against, and how many turns beyond the limit there are.
    fn countdown_limit(&self, f: NodeRef, name: &Name, up: bool) -> Option<(Limit, f64)> {
        let facts = self.facts(f.file);
        let own = |n: NodeId| matches!(facts.kind(n), Kind::Name(x) if x == name);
        facts.descendants(f.node).into_iter().find_map(|node| match facts.kind(node) {
            Kind::Unary { op: UnaryOp::Not, operand } if own(*operand) && !up => {
                Some((Limit::Number(0.0), 0.0))
            }
            Kind::Binary { op, left, right } if own(*left) => {
                // The last turn is the one at the limit, or the one after it.
                let more = match (op, up) {
                    (BinaryOp::Eq | BinaryOp::Is, _) => 0.0,
                    (BinaryOp::Ge | BinaryOp::Lt, true) | (BinaryOp::Le | BinaryOp::Gt, false) => 0.0,
                    (BinaryOp::Gt | BinaryOp::Le, true) | (BinaryOp::Lt | BinaryOp::Ge, false) => 1.0,
                    _ => return None,
                };
                let parameter = match facts.kind(*right) {
                    Kind::Name(name) => self.parameter_named(f, name),
                    _ => None,
                };
                let limit = match parameter {
                    Some(index) => Limit::Parameter(index),
                    None => Limit::Number(self.number(f.sibling(*right))?),
                };
                Some((limit, more))
            }
            _ => None,
        })
    }
}

enum Limit {
    Number(f64),
    Parameter(usize),
}
