//! Branches that are taken when the status of an answer says that the request failed.

use super::{Handler, HandlerForm};
use crate::facts::{BinaryOp, Kind, UnaryOp};
use crate::model::Project;
use crate::model::values::value::NodeRef;

/// Steps from a call to the variable that holds its answer, and from a status to its condition.
const MAX_STEPS: usize = 4;

/// Readers of one answer that are looked at.
const MAX_READERS: usize = 16;

impl Project {
    /// `if (!response.ok) return []`: what the function that sends a request does when any status of
    /// a failure comes back.
    pub fn refusals(&self, call: NodeRef) -> Vec<Handler> {
        let facts = self.facts(call.file);
        let target = facts.ancestors(call.node).skip(1).take(MAX_STEPS).find_map(|n| match facts.kind(n) {
            Kind::Assign(a) => matches!(facts.kind(a.target), Kind::Name(_)).then_some(a.target),
            _ => None,
        });
        let Some(target) = target else { return Vec::new() };
        let readers = self.readers(call.sibling(target));
        readers.into_iter().take(MAX_READERS).filter_map(|r| self.refusal_at(r)).collect()
    }

    fn refusal_at(&self, reader: NodeRef) -> Option<Handler> {
        let facts = self.facts(reader.file);
        let mut child = reader.node;
        for parent in facts.ancestors(reader.node).skip(1).take(MAX_STEPS) {
            match facts.kind(parent) {
                Kind::If { condition, then, .. } if *condition == child => {
                    let told = self.tells_any_refusal(reader.sibling(child));
                    return told.then(|| Handler {
                        at: reader.sibling(parent),
                        form: HandlerForm::Arm,
                        types: Vec::new(),
                        error: None,
                        body: Some(reader.sibling(*then)),
                        before: 0,
                        hops: 0,
                        in_helper: false,
                        sees_api: true,
                    });
                }
                Kind::Unary { .. } | Kind::Binary { .. } | Kind::Member { .. } => {}
                Kind::Call(c) if c.callee == child => {}
                _ => return None,
            }
            child = parent;
        }
        None
    }

    /// `!response.ok`, `status != 200`, `status >= 400`: every status of a failure.
    fn tells_any_refusal(&self, condition: NodeRef) -> bool {
        if self.failing(condition) != Some(true) {
            return false;
        }
        let number = |n| self.number(condition.sibling(n));
        match self.kind(condition) {
            Kind::Unary { op: UnaryOp::Not, operand } => {
                matches!(self.kind(condition.sibling(*operand)), Kind::Member { .. } | Kind::Call(_))
            }
            Kind::Binary { op: BinaryOp::Ne, right, .. } => number(*right) == Some(200.0),
            Kind::Binary { op: BinaryOp::Ge, right, .. } => number(*right) == Some(400.0),
            Kind::Binary { op: BinaryOp::Gt, right, .. } => number(*right) == Some(399.0),
            _ => false,
        }
    }
}
