//! Retries that nothing ends but success.

use super::{Retry, RetryForm};
use crate::facts::{BinaryOp, Kind, LoopKind, NodeId, UnaryOp};
use crate::model::Project;
use crate::model::values::value::{NodeRef, Value};

impl Project {
    /// Whether the head of a retry sets no bound of its own: a loop without a count, a function
    /// that calls itself with the arguments it was given.
    pub(super) fn has_open_head(&self, retry: &Retry) -> bool {
        match retry.form {
            RetryForm::Loop => self.is_open_loop(retry) && !self.gives_up_elsewhere(retry),
            RetryForm::Recursion => self.repeats_itself_unchanged(retry.at),
            _ => false,
        }
    }

    fn is_open_loop(&self, retry: &Retry) -> bool {
        let Kind::Loop(l) = self.kind(retry.at) else { return false };
        let around = retry.at;
        if l.kind == LoopKind::ForEach {
            let Some(iterable) = l.iterable else { return false };
            let sdk = self.file(around.file).sdk;
            return match self.kind(around.sibling(iterable)) {
                Kind::Slice { end: None, .. } => true,
                Kind::Call(c) => {
                    c.args.len() < 2
                        && self
                            .last_name_at(around.sibling(c.callee))
                            .is_some_and(|n| sdk.has_word("endless", &n) && &*n != "repeat" && &*n != "iter")
                }
                _ => false,
            };
        }
        let Some(condition) = l.condition else { return true };
        self.is_open_condition(retry, condition)
    }

    /// `true`, or something that only success changes: `while response is None`.
    fn is_open_condition(&self, retry: &Retry, condition: NodeId) -> bool {
        let at = retry.at.sibling(condition);
        match self.kind(at) {
            Kind::Bool(b) => *b,
            Kind::Number(n) => *n != 0.0,
            Kind::Unary { op: UnaryOp::Not, operand } => self.is_open_condition(retry, *operand),
            Kind::Binary { op: BinaryOp::Is | BinaryOp::Eq, left, right }
                if matches!(self.kind(at.sibling(*right)), Kind::Null) =>
            {
                self.is_never_given(at.sibling(*left)) || self.is_open_condition(retry, *left)
            }
            // `while limit is None or turn < limit`
            Kind::Binary { op: BinaryOp::Or, left, right } => {
                self.is_open_condition(retry, *left) || self.is_open_condition(retry, *right)
            }
            Kind::Name(name) => {
                let elsewhere = retry.handlers.iter().all(|&h| !self.is_changed(h, name));
                elsewhere && self.is_changed(retry.at, name) && !self.is_stepped(retry.at, name)
            }
            _ => false,
        }
    }

    /// Whether a setting is left at nothing by everybody.
    fn is_never_given(&self, at: NodeRef) -> bool {
        let values = self.eval(at);
        let nothing = |v: &Value| matches!(v, Value::Node(n) if matches!(self.kind(*n), Kind::Null));
        !self.is_changed_near(at) && !values.is_empty() && values.iter().all(nothing)
    }

    /// Whether the function around a name sets it.
    fn is_changed_near(&self, at: NodeRef) -> bool {
        let (Kind::Name(name), Some(function)) = (self.kind(at), self.function_of(at)) else { return true };
        self.is_changed(function, name)
    }

    /// Whether a function calls itself with nothing but what it was given.
    fn repeats_itself_unchanged(&self, call: NodeRef) -> bool {
        let (Kind::Call(c), Some(function)) = (self.kind(call), self.outer_function(call)) else {
            return false;
        };
        let Kind::Function(f) = self.kind(function) else { return false };
        let parameter = |name: &str| {
            f.params
                .iter()
                .any(|p| matches!(self.kind(function.sibling(p.pattern)), Kind::Name(n) if &**n == name))
        };
        let facts = self.facts(function.file);
        let counted = facts.descendants(function.node).into_iter().any(|n| {
            matches!(facts.kind(n), Kind::Assign(a) if a.op.is_some() && !self.begins_again(function, a.target))
        });
        !counted
            && c.args.iter().all(|a| match self.kind(call.sibling(a.value)) {
                Kind::Name(name) => parameter(name),
                Kind::Member { .. } | Kind::Str(_) | Kind::Null | Kind::Bool(_) => true,
                _ => false,
            })
    }

    /// Whether a counter is set back to a number by a function that then goes on: `if i == n: i = 0`.
    fn begins_again(&self, function: NodeRef, counter: NodeId) -> bool {
        let file = self.file(function.file);
        let facts = &file.facts;
        let text = file.text_of(counter);
        facts.descendants(function.node).into_iter().any(|n| {
            let Kind::Assign(a) = facts.kind(n) else { return false };
            let sets = a.op.is_none()
                && a.value.is_some_and(|v| file.number_of(v).is_some())
                && file.text_of(a.target) == text;
            let mut around = facts.ancestors(n).skip(1);
            sets && around.next().is_some_and(|block| {
                !self.leaves_block(function.sibling(block))
                    && facts.parent(block).is_some_and(|p| matches!(facts.kind(p), Kind::If { .. }))
            })
        })
    }

    /// The function that a recursive call belongs to.
    fn outer_function(&self, call: NodeRef) -> Option<NodeRef> {
        let facts = self.facts(call.file);
        facts
            .ancestors(call.node)
            .skip(1)
            .map(|n| call.sibling(n))
            .find(|f| matches!(self.kind(*f), Kind::Function(_)) && self.callers(*f).contains(&call))
    }
}
