//! What stands in for an answer without asking anyone for it.

use crate::facts::{Kind, NodeId};
use crate::model::Project;
use crate::model::names::index::last_name;
use crate::model::names::scope::Origin;
use crate::model::values::value::{NodeRef, Value};

/// Functions called by one another that only compute.
const MAX_MADE_UP: u32 = 2;

impl Project {
    /// Whether a call after a failure certainly asks nobody: it computes, or nothing waits for it where
    /// what failed had to be waited for.
    pub(super) fn asks_nobody(&self, failed: NodeRef, call: NodeRef) -> bool {
        let Some(callee) = self.callee_of(call) else { return false };
        self.only_makes_up(callee) || self.is_awaited(failed) && self.is_kept_unawaited(call)
    }

    /// Whether a call with a name of retries only asks whether there is to be one, or works something out for it.
    pub(super) fn only_asks_about_retry(&self, call: NodeRef) -> bool {
        let Some(callee) = self.callee_of(call) else { return false };
        let asks =
            self.last_name_at(callee).is_some_and(|name| self.has_part(call, "retry-verdict-parts", &name));
        self.only_waits(callee)
            || asks && self.is_condition(call)
            || !self.is_statement(call) && self.only_makes_up(callee)
    }

    /// Whether a function of the project certainly does nothing but wait: `waitBeforeRetry(attempt)`.
    fn only_waits(&self, callee: NodeRef) -> bool {
        let waits = |function: NodeRef| {
            let file = self.file(function.file);
            let mut slept = false;
            let plain = file.facts.descendants(function.node).into_iter().all(|node| {
                let Kind::Call(call) = file.facts.kind(node) else { return true };
                let Some(name) = last_name(&file.facts, call.callee) else { return false };
                let sleeps = file.sdk.in_lists(&["sleep-names", "timer-names"], &name);
                slept |= sleeps;
                sleeps || &*name == "Promise" || file.sdk.has_word("plain-calls", &name)
            });
            plain && slept
        };
        let values = self.eval(callee);
        !values.is_empty()
            && values.iter().all(|value| matches!(value, Value::Function(function) if waits(*function)))
    }

    /// Whether what a call gives is kept under a name that nothing waits for.
    fn is_kept_unawaited(&self, call: NodeRef) -> bool {
        let facts = self.facts(call.file);
        let Some(up) = facts.parent(call.node) else { return false };
        let Kind::Assign(a) = facts.kind(up) else { return false };
        let Kind::Name(kept) = facts.kind(a.target) else { return false };
        let Some(around) = self.function_of(call).filter(|_| a.value == Some(call.node)) else {
            return false;
        };
        !facts.descendants(around.node).into_iter().any(|n| match facts.kind(n) {
            Kind::Await(value) => matches!(facts.kind(*value), Kind::Name(name) if name == kept),
            _ => false,
        })
    }

    /// Whether a function of the project certainly asks nobody: what it gives is made up on the spot.
    pub(in crate::model) fn only_makes_up(&self, callee: NodeRef) -> bool {
        self.only_makes_up_within(callee, MAX_MADE_UP)
    }

    pub(super) fn only_makes_up_within(&self, callee: NodeRef, left: u32) -> bool {
        let plain = |function: NodeRef| {
            let file = self.file(function.file);
            file.facts.descendants(function.node).into_iter().all(|node| match file.facts.kind(node) {
                Kind::Await(_) => false,
                Kind::Call(call) => {
                    file.named_in(call.callee, "plain-calls")
                        || left > 0 && self.only_makes_up_within(function.sibling(call.callee), left - 1)
                }
                _ => true,
            })
        };
        let values = self.eval(callee);
        !values.is_empty()
            && values.iter().all(|value| matches!(value, Value::Function(function) if plain(*function)))
    }

    /// Whether a name is that of a variable of a handler which is set to a text or record put together there:
    /// `fallback = text[:100]`.
    pub(super) fn is_made_here(&self, name: NodeRef, handler: NodeRef) -> bool {
        let file = self.file(name.file);
        let Kind::Name(word) = file.facts.kind(name.node) else { return false };
        let defs = file.scopes.lookup(&file.facts, word, name.node);
        let made = |value: NodeId| match file.facts.kind(value) {
            Kind::Str(_) | Kind::Record(_) | Kind::List(_) | Kind::Number(_) | Kind::Null | Kind::Bool(_) => {
                true
            }
            Kind::Index { index, .. } => matches!(file.facts.kind(*index), Kind::Slice { .. }),
            Kind::Call(c) => match file.facts.kind(c.callee) {
                Kind::Member { name, .. } => {
                    file.sdk.has_word("same-text", name) || file.sdk.has_word("gives-part-of-text", name)
                }
                _ => false,
            },
            _ => false,
        };
        !defs.is_empty()
            && defs.iter().all(|def| match &def.origin {
                Origin::Value { expr, path } => {
                    path.is_empty() && self.stands_inside(name.sibling(def.node), handler) && made(*expr)
                }
                _ => false,
            })
    }
}
