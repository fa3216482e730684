//! Numbers that tests and limits on the way let pass.

use crate::facts::{BinaryOp, Kind, NodeId, UnaryOp};
use crate::model::Project;
use crate::model::names::index::last_name;
use crate::model::values::value::NodeRef;

/// Variables that hold the outcome of a test, and conditions in it.
const MAX_DEPTH: u32 = 6;

impl Project {
    /// The highest of some numbers that a value may be where it is sent: `min(value, 8000)` lets no higher one pass,
    /// nor does `if value > 8000: return …` before it.
    pub fn highest_let_pass(&self, numbers: &[f64], value: NodeRef, sent: NodeRef) -> Option<f64> {
        let limit = self.written_limit(value, 0);
        let passes = |n: &f64| !self.is_kept_away(*n, value, sent);
        let limited = numbers.iter().map(|&n| limit.map_or(n, |limit| n.min(limit)));
        limited.filter(passes).reduce(f64::max)
    }

    /// Whether the conditions on the way to a value hold where it is that number, as far as is known.
    pub fn lets_pass(&self, number: f64, value: NodeRef) -> bool {
        !self.is_kept_away(number, value, value)
    }

    /// The number that a value is at most, by the way it is worked out.
    fn written_limit(&self, value: NodeRef, depth: u32) -> Option<f64> {
        let file = self.file(value.file);
        match file.facts.kind(value.node) {
            Kind::Call(call) => {
                let name = last_name(&file.facts, call.callee)?;
                let known = call.args.iter().filter_map(|a| self.number(value.sibling(a.value)));
                match &*name {
                    "min" => known.reduce(f64::min),
                    "clamp" => self.number(value.sibling(call.args.last()?.value)),
                    _ => None,
                }
            }
            Kind::Name(_) if depth < MAX_DEPTH => {
                self.written_limit(value.sibling(file.only_value(value.node)?), depth + 1)
            }
            _ => None,
        }
    }

    /// Whether a condition on the way to where a value is sent does not hold for a number.
    fn is_kept_away(&self, number: f64, value: NodeRef, sent: NodeRef) -> bool {
        if !matches!(self.kind(value), Kind::Name(_) | Kind::Member { .. }) {
            return false;
        }
        let places = [Some(value), Some(sent).filter(|sent| sent.file == value.file)];
        places.into_iter().flatten().any(|place| {
            let mut gates = self.gates_around(place).chain(self.gates_before(place));
            gates.any(|gate| self.holds_for(number, value, gate.condition, 0) == Some(!gate.holds))
        })
    }

    /// Whether a condition holds where a value is that number, as far as that decides it.
    fn holds_for(&self, number: f64, value: NodeRef, condition: NodeRef, depth: u32) -> Option<bool> {
        if depth > MAX_DEPTH {
            return None;
        }
        let file = self.file(value.file);
        let facts = &file.facts;
        let again = |n: NodeId| self.holds_for(number, value, condition.sibling(n), depth + 1);
        let worth = |n: NodeId| match self.is_same_value(value, condition.sibling(n)) {
            true => Some(number),
            false => self.number(condition.sibling(n)),
        };
        match facts.kind(condition.node) {
            Kind::Unary { op: UnaryOp::Not, operand } => again(*operand).map(|holds| !holds),
            Kind::Binary { op: BinaryOp::And, left, right } => match (again(*left), again(*right)) {
                (Some(false), _) | (_, Some(false)) => Some(false),
                (Some(true), Some(true)) => Some(true),
                _ => None,
            },
            Kind::Binary { op: BinaryOp::Or, left, right } => match (again(*left), again(*right)) {
                (Some(true), _) | (_, Some(true)) => Some(true),
                (Some(false), Some(false)) => Some(false),
                _ => None,
            },
            Kind::Binary { op, left, right } => {
                let sides = [*left, *right];
                if !sides.iter().any(|&side| self.is_same_value(value, condition.sibling(side))) {
                    return None;
                }
                let (a, b) = (worth(*left)?, worth(*right)?);
                match op {
                    BinaryOp::Lt => Some(a < b),
                    BinaryOp::Le => Some(a <= b),
                    BinaryOp::Gt => Some(a > b),
                    BinaryOp::Ge => Some(a >= b),
                    BinaryOp::Eq => Some(a == b),
                    BinaryOp::Ne => Some(a != b),
                    _ => None,
                }
            }
            // `long = max_tokens > 8000`
            Kind::Name(_) => again(file.only_value(condition.node)?),
            _ => None,
        }
    }

    /// Whether two reads of a name, or of a field, give the same.
    fn is_same_value(&self, one: NodeRef, other: NodeRef) -> bool {
        let file = self.file(one.file);
        if file.text_of(one.node) != file.text_of(other.node) {
            return false;
        }
        let Kind::Name(name) = self.kind(one) else { return matches!(self.kind(one), Kind::Member { .. }) };
        let bound = |at: NodeRef| -> Vec<NodeId> {
            file.scopes.lookup(&file.facts, name, at.node).iter().map(|def| def.node).collect()
        };
        bound(one) == bound(other)
    }
}
