//! Conversations of another vendor's form that are turned into messages of Claude: each result of a tool
//! comes in a message of its own there.

use crate::facts::{BinaryOp, Kind, LoopKind, NodeId};
use crate::model::Project;
use crate::model::names::scope::{Origin, Step};
use crate::model::tools::IdKey;
use crate::model::values::value::NodeRef;

/// What other vendors call the id of the call that a message answers.
const ANSWERED: [&str; 2] = ["tool_call_id", "toolCallId"];

/// Steps from an id to the field that it was read from.
const MAX_STEPS: usize = 6;

impl Project {
    /// The messages that a loop makes of one result each, with the loop, in file order.
    pub fn messages_by_result(&self) -> Vec<(NodeRef, NodeRef)> {
        let mut out: Vec<(NodeRef, NodeRef)> = Vec::new();
        let mut near = None;
        for result in self.tool_results() {
            let IdKey::Given(id) = result.id else { continue };
            let Some(turns) = self.turns_of(id) else { continue };
            if !near.get_or_insert_with(|| self.files_near_requests()).contains(&id.file) {
                continue;
            }
            if self.is_test(result.at) || self.is_dropped(result.at) {
                continue;
            }
            if let Some(message) = self.message_in_turn(turns, result.at)
                && !out.iter().any(|o| o.0 == message)
            {
                out.push((message, turns));
            }
        }
        if out.is_empty() || self.asks_for_single_calls() { Vec::new() } else { out }
    }

    /// The loop over messages of which each has the id of a call that it answers.
    fn turns_of(&self, id: NodeRef) -> Option<NodeRef> {
        let file = self.file(id.file);
        let facts = &file.facts;
        let mut at = id.node;
        for _ in 0..MAX_STEPS {
            at = match facts.kind(at) {
                Kind::Name(_) => file.only_value(at)?,
                Kind::Cast { value: x, .. } | Kind::Unary { operand: x, .. } => *x,
                Kind::Binary { op: BinaryOp::Or | BinaryOp::Coalesce, left, .. } => *left,
                _ => break,
            };
        }
        let (object, _) = self.key_of(id.sibling(at)).filter(|(_, key)| ANSWERED.contains(&&**key))?;
        let Kind::Name(message) = facts.kind(object.node) else { return None };
        let turns = facts.ancestors(id.node).find_map(|n| match facts.kind(n) {
            Kind::Loop(l) => Some((n, l)),
            _ => None,
        });
        let (turns, l) = turns.filter(|(_, l)| l.kind == LoopKind::ForEach)?;
        let iterable: NodeId = l.iterable?;
        let of_turn = file.scopes.lookup(facts, message, object.node).iter().any(|d| {
            matches!(&d.origin, Origin::Value { expr, path } if *expr == iterable && path.contains(&Step::Each))
        });
        of_turn.then(|| id.sibling(turns))
    }

    /// The message of the user that is made of one result and added in the same turn of a loop.
    fn message_in_turn(&self, turns: NodeRef, result: NodeRef) -> Option<NodeRef> {
        let Kind::Loop(l) = self.kind(turns) else { return None };
        let scope = turns.sibling(l.body);
        let span = self.facts(turns.file).span(scope.node);
        let within = |at: NodeRef| at.file == turns.file && span.contains(self.facts(at.file).span(at.node));
        if self.merges_messages(scope) {
            return None;
        }
        let message = self
            .result_messages(result)
            .into_iter()
            .find(|m| m.single && within(m.at) && self.message_role(m.at).as_deref() == Some("user"))?;
        let (_, add) = self.added_to(message.at)?;
        (within(add) && !self.is_in_loop(add, turns)).then_some(message.at)
    }
}
