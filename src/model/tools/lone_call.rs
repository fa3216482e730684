//! Turns of another vendor's form that are rewritten for Claude with the first of their tool calls alone.

use crate::facts::{FileFacts, Key, Kind, NodeId};
use crate::model::Project;
use crate::model::control::counter::is_comparison;
use crate::model::names::index::constant;
use crate::model::values::keyed::key_of;
use crate::model::values::value::NodeRef;

/// The first of several tool calls, and the block that is made of it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct LoneCall {
    /// Where it is picked: `message["tool_calls"][0]`.
    pub pick: NodeRef,
    /// `{"type": "tool_use", …}`.
    pub block: NodeRef,
}

/// Steps from the id of a block to the list that its call is picked from.
const MAX_STEPS: usize = 12;
/// Steps from a mention of the list to the condition that it stands in.
const MAX_UP: usize = 8;

impl Project {
    /// Where a block is made of the first call of a turn while nothing near looks at the others, in file order.
    pub fn lone_calls(&self) -> Vec<LoneCall> {
        let mut out: Vec<LoneCall> = Vec::new();
        let mut near = None;
        for (file, model) in self.file_ids() {
            let text = &model.source.text;
            let speaks =
                text.contains("tool_use") && (text.contains("tool_calls") || text.contains("toolCalls"));
            if model.source.role.is_test || !speaks {
                continue;
            }
            if !near.get_or_insert_with(|| self.files_near_requests()).contains(&file) {
                continue;
            }
            for node in model.facts.ids() {
                let block = NodeRef { file, node };
                let Some(pick) = self.first_call_of(block) else { continue };
                let known = out.iter().any(|o| o.pick == pick);
                if !known && !self.is_test(block) && self.looks_at_first_only(pick) {
                    out.push(LoneCall { pick, block });
                }
            }
        }
        if out.is_empty() || self.asks_for_single_calls() { Vec::new() } else { out }
    }

    /// The pick that the id in `{ type: "tool_use", id: call.id }` comes from.
    fn first_call_of(&self, block: NodeRef) -> Option<NodeRef> {
        let file = self.file(block.file);
        let facts = &file.facts;
        let Kind::Record(record) = facts.kind(block.node) else { return None };
        let entry = |name: &str| {
            record.entries.iter().find_map(|e| match &e.key {
                Some(Key::Known(key)) if &**key == name => Some(e.value),
                _ => None,
            })
        };
        if constant(facts, entry("type")?).as_deref() != Some("tool_use") {
            return None;
        }
        let mut at = entry("id")?;
        for _ in 0..MAX_STEPS {
            if self.picks_first(block.sibling(at)) {
                return Some(block.sibling(at));
            }
            at = match facts.kind(at) {
                Kind::Name(_) => file.only_value(at)?,
                Kind::Member { object, .. } | Kind::Index { object, .. } => *object,
                Kind::Call(c) => match facts.kind(c.callee) {
                    Kind::Member { object, .. } => *object,
                    _ => return None,
                },
                Kind::Cast { value: x, .. } | Kind::Propagate(x) | Kind::Unary { operand: x, .. } => *x,
                _ => return None,
            };
        }
        None
    }

    /// `tool_calls[0]`, `tool_calls.first()`
    fn picks_first(&self, at: NodeRef) -> bool {
        let facts = self.facts(at.file);
        match facts.kind(at.node) {
            Kind::Index { object, index } => {
                matches!(facts.kind(*index), Kind::Number(n) if *n == 0.0) && is_list(facts, *object)
            }
            Kind::Call(c) => match facts.kind(c.callee) {
                Kind::Member { object, name, .. } => &**name == "first" && is_list(facts, *object),
                _ => false,
            },
            _ => false,
        }
    }

    /// Whether all that the function around a pick does with lists of calls is to take the first, or to ask
    /// whether there is one.
    fn looks_at_first_only(&self, pick: NodeRef) -> bool {
        let facts = self.facts(pick.file);
        let function = self.whole_function(pick);
        let mut lists = facts.descendants(function.node).into_iter().filter(|&n| is_list(facts, n));
        lists.all(|n| {
            let list = pick.sibling(n);
            let mut from = n;
            for up in facts.ancestors(n).skip(1).take(MAX_UP) {
                match facts.kind(up) {
                    _ if self.picks_first(pick.sibling(up)) => return true,
                    Kind::If { condition, .. } => {
                        return *condition == from && !self.asks_how_many(list.sibling(*condition));
                    }
                    // `calls = message["tool_calls"]`: what is done with the name is looked at itself.
                    Kind::Assign(a) => return a.target == from || is_list(facts, a.target),
                    Kind::Loop(_) | Kind::Comprehension(_) | Kind::Function(_) => return false,
                    Kind::Return(_) => return self.only_asks(pick.sibling(n), pick.sibling(up)),
                    _ => {}
                }
                from = up;
            }
            false
        })
    }

    /// Whether a condition compares something with a number other than 0: `len(tool_calls) > 1`.
    fn asks_how_many(&self, condition: NodeRef) -> bool {
        let facts = self.facts(condition.file);
        facts
            .descendants(condition.node)
            .into_iter()
            .any(|n| matches!(facts.kind(n), Kind::Number(x) if *x > 0.0))
    }

    /// `return bool(message.get("tool_calls"))`
    fn only_asks(&self, list: NodeRef, given: NodeRef) -> bool {
        let facts = self.facts(list.file);
        let around = facts.ancestors(list.node).skip(1).take_while(|&n| n != given.node);
        around.into_iter().any(|n| match facts.kind(n) {
            Kind::Call(c) => self.file(list.file).named_in(c.callee, "truth-makers"),
            Kind::Binary { op, .. } => is_comparison(*op),
            _ => false,
        })
    }
}

/// `message["tool_calls"]`, `message.tool_calls`, `tool_calls`
fn is_list(facts: &FileFacts, at: NodeId) -> bool {
    let is = |name: &str| matches!(name, "tool_calls" | "toolCalls");
    match facts.kind(at) {
        Kind::Name(name) => is(name),
        Kind::Unary { operand: x, .. } | Kind::Cast { value: x, .. } => is_list(facts, *x),
        _ => key_of(facts, at).is_some_and(|(_, key)| is(&key)),
    }
}
