//! Turns that are sent with nothing in them.

use crate::facts::{BinaryOp, Kind, Name, NodeId, UnaryOp};
use crate::lang::Language;
use crate::model::names::scope::Origin;
use crate::model::values::value::NodeRef;
use crate::model::{Field, Project, Request};

/// Calls of the function that sends them.
const MAX_CALLERS: usize = 8;

/// A list that was found to be empty and becomes the content of a turn all the same.
#[derive(Clone, Copy, Debug)]
pub struct EmptyTurn {
    /// The content of the turn.
    pub content: NodeRef,
    /// The question that found it empty, and after which the program goes on.
    pub asked: NodeRef,
}

impl Project {
    /// Such turns in what a request sends as its messages.
    pub fn empty_turns(&self, request: &Request) -> Vec<EmptyTurn> {
        let mut out = Vec::new();
        for history in self.histories_sent(request) {
            let file = self.file(history.file);
            let Kind::Name(name) = file.facts.kind(history.node) else { continue };
            let root = self.function_of(history).map_or(NodeId::ROOT, |f| f.node);
            for node in file.facts.descendants(root) {
                let call = history.sibling(node);
                let Some((content, list)) = self.added_turn(call, name) else { continue };
                if let Some(asked) = self.found_empty(call, name, &list) {
                    out.push(EmptyTurn { content, asked });
                }
            }
        }
        out
    }

    /// The variables that hold what a request sends as its messages: in its function, and in those that call it.
    fn histories_sent(&self, request: &Request) -> Vec<NodeRef> {
        let Field::Known(mut places) = self.body_field(request, "messages") else { return Vec::new() };
        let own = places.clone();
        for at in own {
            let file = self.file(at.file);
            let Kind::Name(name) = file.facts.kind(at.node) else { continue };
            for def in file.scopes.lookup(&file.facts, name, at.node) {
                let Origin::Param { function, index, path } = &def.origin else { continue };
                if !path.is_empty() {
                    continue;
                }
                for (_, given) in self.arguments_given(at.sibling(*function), *index, MAX_CALLERS) {
                    if !places.contains(&given) {
                        places.push(given);
                    }
                }
            }
        }
        places
    }

    /// The content of a turn that a call adds to a history, where a variable holds it.
    fn added_turn(&self, call: NodeRef, history: &Name) -> Option<(NodeRef, Name)> {
        let facts = self.facts(call.file);
        let Kind::Call(c) = facts.kind(call.node) else { return None };
        let list = self.file(call.file).list_added_to(c)?;
        if !matches!(facts.kind(list), Kind::Name(n) if n == history) {
            return None;
        }
        let [arg] = &c.args[..] else { return None };
        let records = facts.descendants(arg.value);
        let record = records.into_iter().find_map(|n| match facts.kind(n) {
            Kind::Record(record) => Some(record),
            _ => None,
        })?;
        record.value_of("role")?;
        let content = record.value_of("content")?;
        match facts.kind(content) {
            Kind::Name(list) => Some((call.sibling(content), list.clone())),
            _ => None,
        }
    }

    /// The question right before a statement that finds a list empty, adds another turn instead, and goes on.
    fn found_empty(&self, call: NodeRef, history: &Name, list: &Name) -> Option<NodeRef> {
        let file = self.file(call.file);
        let facts = &file.facts;
        let (mut statement, mut block) = (call.node, facts.parent(call.node)?);
        while !matches!(facts.kind(block), Kind::Block { .. }) {
            if matches!(facts.kind(block), Kind::Function(_)) {
                return None;
            }
            (statement, block) = (block, facts.parent(block)?);
        }
        let Kind::Block { body, .. } = facts.kind(block) else { return None };
        let before = body.iter().take_while(|&&s| s != statement).last()?;
        let Kind::If { condition, then, otherwise: None } = facts.kind(*before) else { return None };
        let inside = facts.descendants(*then);
        let names =
            |wanted: &Name| inside.iter().any(|&n| matches!(facts.kind(n), Kind::Name(x) if x == wanted));
        let is_list = file.scopes.lookup(facts, list, call.node).iter().any(|def| {
            matches!(&def.origin, Origin::Value { expr, path }
                if path.is_empty() && self.is_made_empty(call.sibling(*expr)))
        });
        let goes_on = names(history) && !names(list) && !self.leaves_block(call.sibling(*then));
        (goes_on && is_list && self.asks_whether_empty(call.sibling(*condition), list))
            .then(|| call.sibling(*condition))
    }

    /// Whether a condition holds where a list is empty, and only there.
    fn asks_whether_empty(&self, condition: NodeRef, list: &Name) -> bool {
        let file = self.file(condition.file);
        let facts = &file.facts;
        let own = |n: NodeId| matches!(facts.kind(n), Kind::Name(name) if name == list);
        let length = |n: NodeId| self.length_of(condition.sibling(n)).is_some_and(|of| own(of.node));
        match facts.kind(condition.node) {
            Kind::Unary { op: UnaryOp::Not, operand } => {
                length(*operand) || own(*operand) && file.language == Language::Python
            }
            Kind::Binary { op: BinaryOp::Eq | BinaryOp::Is, left, right } => {
                length(*left) && file.number_of(*right) == Some(0.0)
            }
            Kind::Call(call) => matches!(facts.kind(call.callee), Kind::Member { object, name, .. }
                if &**name == "is_empty" && own(*object)),
            _ => false,
        }
    }
}
