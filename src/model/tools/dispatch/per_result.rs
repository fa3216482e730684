//! Messages of one result each.

use super::conversation::is_variant;
use crate::facts::{CallStyle, Kind, NodeId};
use crate::model::Project;
use crate::model::values::value::{NodeRef, Value};

impl Project {
    /// The message that a dispatch makes of one result, where it makes one for each.
    pub fn message_per_result(&self, dispatch: &super::ToolDispatch, result: NodeRef) -> Option<NodeRef> {
        let scope = self.handling(dispatch)?;
        let facts = self.facts(scope.file);
        if self.merges_messages(scope) || self.folds_before_request(dispatch) {
            return None;
        }
        let within = |at: NodeRef| at.file == scope.file && facts.ancestors(at.node).any(|a| a == scope.node);
        // Where the loop is left after the first, there is one message and no more.
        let each = |add: NodeRef| {
            within(add) && !self.is_in_loop(add, dispatch.at) && !self.leaves_after(add, dispatch.at)
        };
        if let Some(call) = self.message_from_helper(dispatch, result) {
            let added = self.added_to(call).is_some_and(|(_, add)| within(call) && each(add));
            return (added || self.is_given_by(scope, call)).then_some(call);
        }
        let message = self
            .result_messages(result)
            .into_iter()
            .find(|m| m.single && within(m.at) && self.message_role(m.at).as_deref() == Some("user"))?;
        // Added to a list in every turn, or the value of the comprehension or closure itself.
        let added = self.added_to(message.at).is_some_and(|(_, add)| each(add));
        (added || self.is_given_by(scope, message.at)).then_some(message.at)
    }

    /// The call of a helper that makes a message of one result.
    fn message_from_helper(&self, dispatch: &super::ToolDispatch, result: NodeRef) -> Option<NodeRef> {
        let call = *dispatch.calls.first()?;
        let Kind::Call(c) = self.kind(call) else { return None };
        let message = self
            .result_messages(result)
            .into_iter()
            .find(|m| m.single && self.message_role(m.at).as_deref() == Some("user"))?;
        let facts = self.facts(message.at.file);
        let makes = self.eval(call.sibling(c.callee)).iter().any(|v| match v {
            Value::Function(f) => self.return_values(*f).iter().any(|r| {
                let whole = |n: NodeId| n == r.node && !matches!(facts.kind(n), Kind::List(_));
                r.file == message.at.file
                    && (facts.ancestors(message.at.node).take(3).any(whole)
                        || self.is_given_by(*r, message.at))
            }),
            _ => false,
        });
        makes.then_some(call)
    }

    /// Whether an expression is what a closure or comprehension gives, or what it gives in one of its branches.
    fn is_given_by(&self, scope: NodeRef, at: NodeRef) -> bool {
        if at.file != scope.file {
            return false;
        }
        let facts = self.facts(scope.file);
        // What leaves a loop is no message for each of its turns.
        if facts.parent(scope.node).is_some_and(|up| matches!(facts.kind(up), Kind::Loop(_))) {
            return false;
        }
        let mut from = at.node;
        let mut returned = false;
        for up in facts.ancestors(at.node).skip(1) {
            if from == scope.node {
                return true;
            }
            let goes_on = match facts.kind(up) {
                Kind::Function(_) => false,
                _ if returned => true,
                Kind::If { condition, .. } => *condition != from,
                Kind::Match(m) => m.arms.iter().any(|arm| arm.body == from),
                Kind::Block { tail, body } => *tail && body.last() == Some(&from),
                // `Some(json!({ … }))`
                Kind::Call(c) => c.style == CallStyle::Macro || is_variant(facts, c),
                Kind::Return(_) | Kind::Cast { .. } | Kind::Await(_) | Kind::Propagate(_) => true,
                _ => false,
            };
            if !goes_on {
                return false;
            }
            returned |= matches!(facts.kind(up), Kind::Return(_));
            from = up;
        }
        false
    }
}
