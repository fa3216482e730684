//! What a stop reason is compared with before the calls of its turn are run.

use crate::facts::{BinaryOp, Kind, NodeId, UnaryOp};
use crate::model::names::index::constant;
use crate::model::stop_reason::stop_values::MAX_PATTERN;
use crate::model::tools::dispatch::ToolDispatch;
use crate::model::values::flow::Sink;
use crate::model::values::value::NodeRef;
use crate::model::{Project, enclosing_function};
use crate::sdk::api::api;

/// Variables that a stop reason is followed through.
const MAX_HOPS: u32 = 4;

/// The reasons of an answer that ends with calls.
const CALLS: &[&str] = &["tool_use", "tool_calls", "tool-calls"];

impl Project {
    /// Whether a comparison with the reason of calls only says what the calls that are there say as well:
    /// `reason == "tool_use" or calls`, `reason != "tool_use" and not calls`.
    fn is_outdone_by_calls(&self, test: NodeRef, op: BinaryOp, dispatch: &ToolDispatch) -> bool {
        let facts = self.facts(test.file);
        let joins = match op {
            BinaryOp::Eq | BinaryOp::Is => BinaryOp::Or,
            BinaryOp::Ne | BinaryOp::IsNot => BinaryOp::And,
            _ => return false,
        };
        let other = match facts.parent(test.node).map(|up| facts.kind(up)) {
            Some(Kind::Binary { op, left, right }) if *op == joins => {
                if *left == test.node {
                    *right
                } else {
                    *left
                }
            }
            _ => return false,
        };
        // Nothing but whether there are any.
        let counted = |n: NodeId| {
            let zero = |n: NodeId| self.file(test.file).number_of(n) == Some(0.0);
            match facts.kind(n) {
                Kind::Binary { op: BinaryOp::Gt | BinaryOp::Ne, left, right } if joins == BinaryOp::Or => {
                    zero(*right).then_some(*left)
                }
                Kind::Binary { op: BinaryOp::Eq, left, right } if joins == BinaryOp::And => {
                    zero(*right).then_some(*left)
                }
                Kind::Unary { op: UnaryOp::Not, operand } if joins == BinaryOp::And => Some(*operand),
                Kind::Binary { .. } | Kind::Unary { .. } => None,
                _ if joins == BinaryOp::Or => Some(n),
                _ => None,
            }
        };
        let Some(calls) = counted(other) else { return false };
        test.file == dispatch.at.file
            && facts.descendants(calls).into_iter().any(|n| match facts.kind(n) {
                Kind::Name(name) => facts.names(dispatch.at.node, name),
                _ => false,
            })
    }

    /// Whether a place is a field or key of an object that is made in its function.
    fn is_field_of_local(&self, target: NodeRef) -> bool {
        let (Kind::Member { object, .. } | Kind::Index { object, .. }) = self.kind(target) else {
            return false;
        };
        let file = self.file(target.file);
        let made = file.only_value(*object).filter(|_| matches!(file.facts.kind(*object), Kind::Name(_)));
        made.is_some_and(|value| {
            let here = |n: NodeId| enclosing_function(&file.facts, n);
            let built = matches!(file.facts.kind(value), Kind::Call(_) | Kind::Record(_));
            built
                && here(value).is_some()
                && here(value) == here(target.node)
                && !self.readers(target.sibling(*object)).into_iter().any(|r| self.may_read_fields(r))
        })
    }

    /// Whether an object is handed to a call or asked for one of its methods there, which may read any field of it.
    fn may_read_fields(&self, at: NodeRef) -> bool {
        let facts = self.facts(at.file);
        match facts.parent(at.node).map(|up| (up, facts.kind(up))) {
            Some((_, Kind::Call(call))) => call.callee != at.node,
            Some((up, Kind::Member { .. })) => self.is_called(at.sibling(up)),
            _ => false,
        }
    }

    /// The texts that a value is compared with; `None` where it goes anywhere else.
    pub(super) fn compared_with(
        &self,
        at: NodeRef,
        dispatch: &ToolDispatch,
        out: &mut Vec<String>,
        depth: u32,
    ) -> Option<()> {
        let facts = self.facts(at.file);
        let parent = facts.parent(at.node)?;
        if depth > MAX_HOPS {
            return None;
        }
        if self.is_given_back_instead(at, dispatch) || self.is_thrown_instead(at, dispatch) {
            return Some(());
        }
        let texts = |n: NodeId, out: &mut Vec<String>| -> Option<()> {
            match facts.kind(n) {
                Kind::Null => Some(()),
                Kind::List(items) => {
                    for &item in items {
                        out.push(constant(facts, item)?.to_string());
                    }
                    Some(())
                }
                _ => {
                    out.push(self.text(at.sibling(n)).known()?);
                    Some(())
                }
            }
        };
        match facts.kind(parent) {
            Kind::Binary {
                op:
                    op @ (BinaryOp::Eq
                    | BinaryOp::Ne
                    | BinaryOp::In
                    | BinaryOp::NotIn
                    | BinaryOp::Is
                    | BinaryOp::IsNot),
                left,
                right,
            } => {
                let before = out.len();
                texts(if *left == at.node { *right } else { *left }, out)?;
                let calls = matches!(&out[before..], [only] if CALLS.contains(&&**only));
                if calls && self.is_outdone_by_calls(at.sibling(parent), *op, dispatch) {
                    out.truncate(before);
                    out.extend(api().stop_words.first().map(|w| w.complete.clone()));
                }
                Some(())
            }
            Kind::Assign(a) if a.value == Some(at.node) && matches!(facts.kind(a.target), Kind::Name(_)) => {
                self.readers(at.sibling(a.target))
                    .into_iter()
                    .try_for_each(|r| self.compared_with(r, dispatch, out, depth + 1))
            }
            // `result.reason = answer.stop_reason`: a field of what this function has for itself.
            Kind::Assign(a) if a.value == Some(at.node) && self.is_field_of_local(at.sibling(a.target)) => {
                let ends = self.sinks(at);
                ends.first()?;
                ends.into_iter().try_for_each(|end| match end.sink {
                    Sink::Shown => Some(()),
                    Sink::Tested | Sink::Returned => self.compared_with(end.at, dispatch, out, depth + 1),
                    _ => None,
                })
            }
            // `stop_reason or "unknown"`
            Kind::Binary { op: BinaryOp::Or | BinaryOp::Coalesce, left, .. } if *left == at.node => {
                self.compared_with(at.sibling(parent), dispatch, out, depth + 1)
            }
            // Asked whether there is one.
            Kind::Unary { op: UnaryOp::Not, .. } => Some(()),
            Kind::If { condition, .. } if *condition == at.node => Some(()),
            Kind::Match(m) if m.subject == at.node => {
                let patterns = m.arms.iter().flat_map(|arm| &arm.patterns);
                for values in patterns.filter_map(|&p| self.stop_values(at.sibling(p), MAX_PATTERN)) {
                    out.extend(values);
                }
                Some(())
            }
            Kind::Cast { .. } | Kind::Str(_) => {
                self.compared_with(at.sibling(parent), dispatch, out, depth + 1)
            }
            Kind::Call(c) if c.callee != at.node && self.shows_only(at.sibling(parent), c.callee) => Some(()),
            _ => None,
        }
    }
}
