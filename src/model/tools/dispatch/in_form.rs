//! Results that stood in what is gone through: a history is brought into another form, no tool runs.

use super::ToolDispatch;
use crate::facts::{Kind, NodeId};
use crate::model::names::index::constant;
use crate::model::names::words::snake;
use crate::model::tools::tool_words::TOOL_RESULT;
use crate::model::values::value::NodeRef;
use crate::model::{Project, enclosing_function};

impl Project {
    /// Whether no tool runs where the results of a dispatch are written.
    pub(super) fn only_brings_in_form(&self, dispatch: &ToolDispatch) -> bool {
        let was_there =
            |&result: &NodeRef| self.is_kind_among_kinds(result) || self.is_where_result_is_given(result);
        self.handling(dispatch).is_some_and(|scope| self.asks_for_results(scope))
            || !dispatch.results.is_empty() && dispatch.results.iter().all(was_there)
    }

    /// Whether code asks for blocks that are results already, or messages of that role.
    fn asks_for_results(&self, scope: NodeRef) -> bool {
        let facts = self.facts(scope.file);
        let is = |n: NodeId| {
            let word = match facts.kind(n) {
                Kind::Str(_) => constant(facts, n),
                Kind::Name(n) | Kind::Member { name: n, .. } if n.starts_with(char::is_uppercase) => {
                    Some(n.clone())
                }
                _ => None,
            };
            word.is_some_and(|word| matches!(&*snake(&word), TOOL_RESULT | "tool"))
        };
        let asks = |at: NodeId| facts.descendants(at).into_iter().any(is);
        // An arm that does nothing only passes over them.
        let idle = |n: NodeId| match facts.kind(n) {
            Kind::Block { body, .. } | Kind::List(body) => body.is_empty(),
            Kind::Continue => true,
            _ => false,
        };
        facts.descendants(scope.node).into_iter().any(|n| match facts.kind(n) {
            Kind::If { condition, .. } => asks(*condition),
            Kind::Match(m) => m.arms.iter().any(|a| !idle(a.body) && a.patterns.iter().any(|&p| asks(p))),
            _ => false,
        })
    }

    /// Whether a result is one of the kinds of blocks that a function writes, beside calls:
    /// `if isinstance(block, Call): return {"type": "tool_use", …}`.
    fn is_kind_among_kinds(&self, result: NodeRef) -> bool {
        let facts = self.facts(result.file);
        let Some(function) = enclosing_function(facts, result.node) else { return false };
        let of_kind = |at: NodeRef, kind: &str| self.block_type(at).is_some_and(|t| &*t == kind);
        of_kind(result, "tool_result")
            && facts.descendants(function).into_iter().map(|n| result.sibling(n)).any(|other| {
                of_kind(other, "tool_use")
                    && (self.are_exclusive(other, result) || self.are_apart(other, result))
            })
    }
}
