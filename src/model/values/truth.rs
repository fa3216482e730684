//! What is known of a condition.

use crate::facts::{BinaryOp, Kind, NodeId, UnaryOp};
use crate::model::Project;
use crate::model::values::value::NodeRef;

/// Whether a condition holds, for what is asked.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::model) enum Truth {
    /// It holds.
    Yes,
    /// It does not.
    No,
    /// It is about something else than what is asked for, such as the number of attempts: both may be.
    Free,
    /// It may be about it, and is not understood.
    Open,
}

impl Truth {
    pub(in crate::model) fn of(holds: bool) -> Truth {
        if holds { Truth::Yes } else { Truth::No }
    }

    pub(in crate::model) fn not(self) -> Truth {
        match self {
            Truth::Yes => Truth::No,
            Truth::No => Truth::Yes,
            other => other,
        }
    }

    /// Both hold; what is about something else decides as well.
    pub(in crate::model) fn and(self, other: Truth) -> Truth {
        match (self, other) {
            (Truth::No, _) | (_, Truth::No) => Truth::No,
            (Truth::Open, _) | (_, Truth::Open) => Truth::Open,
            (Truth::Free, _) | (_, Truth::Free) => Truth::Free,
            _ => Truth::Yes,
        }
    }

    /// One of them holds.
    pub(in crate::model) fn or(self, other: Truth) -> Truth {
        self.not().and(other.not()).not()
    }

    /// Both hold, where what is about something else is taken to hold.
    pub(in crate::model) fn and_rest(self, other: Truth) -> Truth {
        match (self, other) {
            (Truth::Free, known) | (known, Truth::Free) => known,
            _ => self.and(other),
        }
    }

    /// One of them holds, in a question where what is about something else is taken to hold: beside a no
    /// it leaves that open.
    pub(in crate::model) fn or_rest(self, other: Truth) -> Truth {
        match (self, other) {
            (Truth::No, Truth::Free) | (Truth::Free, Truth::No) => Truth::Open,
            _ => self.or(other),
        }
    }

    /// One of two, as a condition decides.
    pub(in crate::model) fn choose(self, then: Truth, otherwise: Truth) -> Truth {
        match self {
            Truth::Yes => then,
            Truth::No => otherwise,
            _ if then == otherwise => then,
            Truth::Free if then != Truth::Open && otherwise != Truth::Open => Truth::Free,
            _ => Truth::Open,
        }
    }
}

impl Project {
    /// Whether a condition holds, of what it is put together from: each part is judged by itself.
    pub(in crate::model) fn truth_of_parts(&self, at: NodeRef, part: &dyn Fn(NodeRef) -> Truth) -> Truth {
        let of = |n: NodeId| self.truth_of_parts(at.sibling(n), part);
        match self.kind(at) {
            Kind::Unary { op: UnaryOp::Not, operand } => of(*operand).not(),
            Kind::Binary { op: BinaryOp::And, left, right } => of(*left).and(of(*right)),
            Kind::Binary { op: BinaryOp::Or, left, right } => of(*left).or(of(*right)),
            _ => part(at),
        }
    }
}
