//! One block that gets out of the loop over the blocks of an answer.

use super::Way;
use crate::facts::{BinaryOp, Kind, NodeId};
use crate::model::Project;
use crate::model::names::index::last_name;
use crate::model::names::scope::{Origin, Step};
use crate::model::values::keyed::key_of;
use crate::model::values::value::{NodeRef, Value};

/// Variables between one that is given back and that of the loop.
const MAX_NAMES: u32 = 3;
/// What is put around one that is given back.
const MAX_AROUND: u32 = 4;

impl Project {
    /// The place where a function gives back the first block that fits, or an object of its own that holds parts
    /// of it, out of the loop over the blocks: `return {"id": block.id}`.
    pub(super) fn given_back_first(&self, value: NodeRef, way: &Way) -> Option<NodeRef> {
        let facts = self.facts(value.file);
        let turn = self.loop_around_def(value)?;
        let mut around = facts.ancestors(value.node).take_while(|&n| n != turn.node);
        // One after the other; or the one that is asked for by its id, or the name of its tool.
        let other = around.any(|n| match facts.kind(n) {
            Kind::Yield(_) => true,
            Kind::If { condition, .. } => {
                let condition = value.sibling(*condition);
                self.looks_up(condition) || self.asks_for_tool(condition)
            }
            _ => false,
        });
        if other {
            return None;
        }
        self.leaves_loop_over(value, self.part_given_back(value, way, MAX_AROUND)).map(|_| value)
    }

    /// Whether a condition asks for one tool by its name: `block.name == "submit"`.
    fn asks_for_tool(&self, condition: NodeRef) -> bool {
        let facts = self.facts(condition.file);
        let is_name = |n: NodeId| key_of(facts, n).is_some_and(|(_, key)| &*key == "name");
        facts.descendants(condition.node).into_iter().any(|n| match facts.kind(n) {
            Kind::Binary { op: BinaryOp::Eq | BinaryOp::Is | BinaryOp::In, left, right } => {
                is_name(*left) || is_name(*right)
            }
            _ => false,
        })
    }

    /// The part of what is given back that the way leads through.
    fn part_given_back(&self, value: NodeRef, way: &Way, left: u32) -> NodeRef {
        let Some(left) = left.checked_sub(1) else { return value };
        let within = |node: NodeId| self.part_given_back(value.sibling(node), way, left);
        match self.kind(value) {
            Kind::Record(record) => way.part_of(value, record).unwrap_or(value),
            Kind::List(items) => way.item_of(value, items).unwrap_or(value),
            Kind::Cast { value, .. } => within(*value),
            Kind::Call(call) => {
                let file = self.file(value.file);
                let name = last_name(&file.facts, call.callee).unwrap_or_default();
                if let [only] = &call.args[..]
                    && (&*name == "Some" || file.sdk.has_word("success-names", &name))
                {
                    return within(only.value);
                }
                let Some(Step::Key(key)) = way.steps.last() else { return value };
                let callee = self.eval(value.sibling(call.callee));
                let class = callee.iter().find_map(|v| match v {
                    Value::Class(class) => Some(*class),
                    _ => None,
                });
                class.and_then(|class| self.filled_with(value, class, key)).unwrap_or(value)
            }
            _ => value,
        }
    }

    /// The place where the variable of a loop over items is kept or given back: only one gets out.
    pub(super) fn leaves_loop_over(&self, place: NodeRef, value: NodeRef) -> Option<NodeRef> {
        let turn = self.loop_around_def(place)?;
        self.is_of_turn(value, turn, MAX_NAMES).then_some(place)
    }

    /// Whether a value is the variable of a loop or a part of it.
    fn is_of_turn(&self, value: NodeRef, turn: NodeRef, left: u32) -> bool {
        let Some(left) = left.checked_sub(1) else { return false };
        let file = self.file(value.file);
        let facts = &file.facts;
        let mut at = value.node;
        loop {
            at = match facts.kind(at) {
                Kind::Member { object, .. } | Kind::Index { object, .. } => *object,
                // `block.get("toolUse")`, `id.clone()`
                Kind::Call(c)
                    if last_name(facts, c.callee)
                        .is_some_and(|n| &*n == "get" || file.sdk.passes_object(&n)) =>
                {
                    c.callee
                }
                _ => break,
            }
        }
        let Kind::Name(name) = facts.kind(at) else { return false };
        file.scopes.lookup(facts, name, at).iter().any(|d| {
            facts.ancestors(d.node).any(|a| a == turn.node)
                && match &d.origin {
                    Origin::Value { path, .. } if path.contains(&Step::Each) => true,
                    // `ToolUse { id, .. } => …`
                    Origin::Value { expr, .. } => {
                        *expr != at && self.is_of_turn(value.sibling(*expr), turn, left)
                    }
                    _ => false,
                }
        })
    }
}
