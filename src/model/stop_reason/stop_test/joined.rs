//! Conditions that compare the stop reason several times: `reason === "end_turn" || reason !== "tool_use"`.

use crate::facts::{BinaryOp, Kind, NodeId, UnaryOp};
use crate::model::Project;
use crate::model::names::index::path_name;
use crate::model::stop_reason::stop_values::MAX_PATTERN;
use crate::model::values::value::NodeRef;

/// Comparisons in each other.
const MAX_DEPTH: u32 = 6;

/// The values for which a condition holds: these, or all but these.
struct Held {
    subject: NodeRef,
    values: Vec<String>,
    others: bool,
}

impl Project {
    /// What a condition of several comparisons of one stop reason tells apart: some values from all others.
    pub(super) fn joined_test(&self, at: NodeRef) -> Option<(NodeRef, Vec<String>)> {
        let held = self.held_for(at, MAX_DEPTH)?;
        (!held.values.is_empty()).then_some((held.subject, held.values))
    }

    /// Whether such a condition holds for a value.
    pub(in crate::model) fn holds_jointly(&self, at: NodeRef, value: &str) -> Option<bool> {
        let held = self.held_for(at, MAX_DEPTH)?;
        Some(held.values.iter().any(|v| v == value) != held.others)
    }

    /// Whether a comparison is a part of such a condition, and says nothing by itself.
    pub(super) fn is_part_of_joined(&self, at: NodeRef) -> bool {
        let facts = self.facts(at.file);
        if !matches!(facts.kind(at.node), Kind::Binary { .. }) {
            return false;
        }
        let mut from = at.node;
        for up in facts.ancestors(at.node).skip(1).take(MAX_DEPTH as usize) {
            match facts.kind(up) {
                Kind::Unary { op: UnaryOp::Not, .. } | Kind::Cast { .. } => from = up,
                Kind::Binary { op: BinaryOp::And | BinaryOp::Or, .. } => {
                    return from != up && self.held_for(at.sibling(up), MAX_DEPTH).is_some();
                }
                _ => return false,
            }
        }
        false
    }

    fn held_for(&self, at: NodeRef, left: u32) -> Option<Held> {
        let left = left.checked_sub(1)?;
        let next = |n: NodeId| self.held_for(at.sibling(n), left);
        match self.kind(at) {
            Kind::Unary { op: UnaryOp::Not, operand } => {
                let held = next(*operand)?;
                Some(Held { others: !held.others, ..held })
            }
            Kind::Cast { value, .. } => next(*value),
            Kind::Binary { op: op @ (BinaryOp::And | BinaryOp::Or), left: a, right: b } => {
                let (a, b) = (next(*a)?, next(*b)?);
                let path = |held: &Held| path_name(self.facts(at.file), held.subject.node);
                (path(&a).is_some() && path(&a) == path(&b)).then(|| joined(a, b, *op == BinaryOp::Or))
            }
            Kind::Binary {
                op: op @ (BinaryOp::Eq | BinaryOp::Ne | BinaryOp::Is | BinaryOp::IsNot),
                left: a,
                right: b,
            } => {
                let others = matches!(op, BinaryOp::Ne | BinaryOp::IsNot);
                let (subject, values) = [(*a, *b), (*b, *a)].into_iter().find_map(|(subject, value)| {
                    Some((subject, self.stop_values(at.sibling(value), MAX_PATTERN)?))
                })?;
                Some(Held { subject: at.sibling(subject), values, others })
            }
            Kind::Binary { op: op @ (BinaryOp::In | BinaryOp::NotIn), left: a, right: b } => {
                let (values, open) = self.stop_list(at.sibling(*b))?;
                let others = *op == BinaryOp::NotIn;
                (!open).then(|| Held { subject: at.sibling(*a), values, others })
            }
            _ => None,
        }
    }
}

/// What holds if one of two holds, or if both do.
fn joined(a: Held, b: Held, either: bool) -> Held {
    // `a && b` is `!(!a || !b)`.
    let (a, b) = match either {
        true => (a, b),
        false => (Held { others: !a.others, ..a }, Held { others: !b.others, ..b }),
    };
    let subject = a.subject;
    let without = |all: Vec<String>, some: &[String]| all.into_iter().filter(|v| !some.contains(v)).collect();
    let (values, others): (Vec<String>, bool) = match (a.others, b.others) {
        (false, false) => {
            let more: Vec<String> = without(b.values, &a.values);
            ([a.values, more].concat(), false)
        }
        (false, true) => (without(b.values, &a.values), true),
        (true, false) => (without(a.values, &b.values), true),
        (true, true) => (a.values.into_iter().filter(|v| b.values.contains(v)).collect(), true),
    };
    Held { subject, values, others: if either { others } else { !others } }
}
