//! Calls that come to nothing where their request failed, and conditions that ask whether something came.

use crate::facts::{BinaryOp, Kind, NodeId, UnaryOp};
use crate::model::Project;
use crate::model::values::value::NodeRef;

impl Project {
    /// Whether a condition holds where the call before it came to nothing, which is how the function that is
    /// called tells of a failure: `result is None`. `None` where it asks for something else.
    pub(super) fn asks_for_nothing(&self, condition: NodeRef, call: NodeRef) -> Option<bool> {
        let result = self.result_name(call)?;
        let is_result =
            |n: NodeId| matches!(self.kind(condition.sibling(n)), Kind::Name(name) if *name == result);
        let is_nothing = |n: NodeId| matches!(self.kind(condition.sibling(n)), Kind::Null);
        let asked = match self.kind(condition) {
            Kind::Name(_) => is_result(condition.node).then_some(false),
            Kind::Unary { op: UnaryOp::Not, operand } => is_result(*operand).then_some(true),
            Kind::Binary { op, left, right } if is_result(*left) && is_nothing(*right) => match op {
                BinaryOp::Is | BinaryOp::Eq => Some(true),
                BinaryOp::IsNot | BinaryOp::Ne => Some(false),
                _ => None,
            },
            _ => None,
        };
        asked.filter(|_| self.gives_nothing_on_failure(call))
    }

    /// Whether a function that is called gives nothing back where what it asks fails.
    fn gives_nothing_on_failure(&self, call: NodeRef) -> bool {
        let Some(callee) = self.callee_of(call) else { return false };
        self.functions_of(callee).into_iter().any(|function| {
            let facts = self.facts(function.file);
            let nothing = |n: NodeId| match facts.kind(n) {
                Kind::Return(None) => true,
                Kind::Return(Some(value)) => matches!(facts.kind(*value), Kind::Null),
                _ => false,
            };
            let comes_to_nothing = |body: NodeRef| facts.descendants(body.node).into_iter().any(nothing);
            facts.descendants(function.node).into_iter().map(|n| function.sibling(n)).any(|at| {
                match facts.kind(at.node) {
                    Kind::Try(t) => t.handlers.iter().any(|h| {
                        self.catches_api_errors(at.sibling(t.body), h) && comes_to_nothing(at.sibling(h.body))
                    }),
                    // `if response.status_code != 200: return None`
                    Kind::Call(_) if self.request_at(at).is_some() => {
                        self.refusals(at).into_iter().filter_map(|refusal| refusal.body).any(comes_to_nothing)
                    }
                    _ => false,
                }
            })
        })
    }
}
