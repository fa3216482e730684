//! What is put into a conversation as the turn of the assistant.

mod blocks;
mod methods;
mod thinking;

use crate::facts::{BinaryOp, Key, Kind, NodeId};
use crate::model::response::What;
use crate::model::values::value::{NodeRef, Value};
use crate::model::{AgentLoop, Project};

/// Names between a record and the text in it.
const MAX_NAMES: u32 = 5;

/// An assistant's turn that is put into the conversation of an agent loop.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct TextOnlyTurn {
    /// The content of the record.
    pub at: NodeRef,
    /// The request whose answer it was.
    pub request: NodeRef,
}

impl Project {
    /// The turns of the assistant of which an agent loop keeps only the text.
    pub fn text_only_turns(&self, around: &AgentLoop) -> Vec<TextOnlyTurn> {
        let region = match self.kind(around.at) {
            Kind::Loop(_) => self.loop_region(around.at),
            _ => self.function_region(around.at),
        };
        let mut out = Vec::new();
        for &node in &region.nodes {
            let own = self.assistant_content(node);
            let kept = match own {
                Some(_) => None,
                None => self.kept_by_method(node).filter(|k| self.is_sent_as_kept(k, around, &region.nodes)),
            };
            let Some(content) = own.or(kept.map(|k| k.content)) else { continue };
            if self.keeps_calls_beside(node) {
                return Vec::new();
            }
            let text = self.answer_text(content, MAX_NAMES).or_else(|| self.text_blocks(content, MAX_NAMES));
            let request = match text {
                Some(request) => request,
                // Something else is kept: perhaps all of it.
                None => return Vec::new(),
            };
            if around.turns.iter().any(|t| t.request == request) && !self.leaves_after(node, around.at) {
                out.push(TextOnlyTurn { at: content, request });
            }
        }
        // What is kept in a way of its own may well be the whole turn.
        let whole = |n: &NodeRef| match self.kind(*n) {
            Kind::Call(call) => match self.kind(n.sibling(call.callee)) {
                Kind::Member { name, .. } if self.file(n.file).sdk.has_word("gather", name) => {
                    call.args.iter().any(|a| self.is_whole_turn(n.sibling(a.value)))
                }
                _ => false,
            },
            _ => false,
        };
        if out.is_empty() || region.nodes.iter().any(whole) {
            return Vec::new();
        }
        out
    }

    /// The content of a record with the role of the assistant.
    pub(in crate::model) fn assistant_content(&self, at: NodeRef) -> Option<NodeRef> {
        let role = self.text(self.written_field(at, "role")?).known()?;
        (role == "assistant").then_some(())?;
        self.written_field(at, "content")
    }

    /// Whether a turn has its calls in a field of its own: `tool_calls` of other vendors' form.
    fn keeps_calls_beside(&self, record: NodeRef) -> bool {
        let Kind::Record(r) = self.kind(record) else { return false };
        let keeps =
            |key: &str| ["tool", "call", "thinking"].iter().any(|part| key.to_lowercase().contains(part));
        r.entries.iter().any(|e| match &e.key {
            Some(Key::Known(key)) => keeps(key),
            _ => true,
        })
    }

    /// Whether an expression is an answer, or made of one, as a whole.
    fn is_whole_turn(&self, at: NodeRef) -> bool {
        self.eval(at).iter().any(|v| match v {
            Value::Response(r) => self.use_of(r).is_none(),
            Value::Unknown => !matches!(self.kind(at), Kind::Record(_)),
            _ => false,
        })
    }

    /// The request of whose answer an expression is the text and nothing but the text.
    fn answer_text(&self, at: NodeRef, left: u32) -> Option<NodeRef> {
        let left = left.checked_sub(1)?;
        let texts = self.eval(at);
        let of_text = |v: &Value| match v {
            Value::Response(r) if self.use_of(r) == Some(What::Text) => Some(r.request),
            _ => None,
        };
        if !texts.is_empty() && texts.iter().all(|v| of_text(v).is_some()) {
            return texts.first().and_then(of_text);
        }
        let file = self.file(at.file);
        match file.facts.kind(at.node) {
            Kind::Name(_) => self.answer_text(at.sibling(file.only_value(at.node)?), left),
            // `reply.text`, put into an object of one's own as the text of the answer.
            Kind::Member { object, name, .. } => {
                let objects = self.eval(at.sibling(*object));
                let mut given = Vec::new();
                for value in objects.iter() {
                    let Value::Instance { class, made: Some(made) } = value else { return None };
                    given.extend(self.filled_with(*made, *class, name));
                }
                // One of a stream of them has no text of its own.
                let mut requests = given.into_iter().map(|text| self.answer_text(text, left));
                let first = requests.next()??;
                requests.all(|other| other == Some(first)).then_some(first)
            }
            // `"".join(block.text for block in …)`, `blocks.map((b) => b.text).join("")`
            Kind::Call(call) => {
                // A function of the project that gives the text.
                let callee = self.eval(at.sibling(call.callee));
                if let [Value::Function(f)] = &callee[..] {
                    return match &self.return_values(*f)[..] {
                        [text] => self.answer_text(*text, left),
                        _ => None,
                    };
                }
                let Kind::Member { object, name, .. } = file.facts.kind(call.callee) else { return None };
                if &**name != "join" {
                    return self
                        .file(at.file)
                        .sdk
                        .has_word("trims-text", name)
                        .then(|| self.answer_text(at.sibling(*object), left))?;
                }
                let list = call.args.first().map_or(*object, |a| a.value);
                let of_list = |n: NodeId| match file.facts.kind(n) {
                    Kind::Comprehension(c) => self.answer_text(at.sibling(c.element), left),
                    _ => None,
                };
                of_list(list)
                    .or_else(|| of_list(*object))
                    .or_else(|| self.mapped_text(at.sibling(*object), left))
            }
            Kind::Binary { op: BinaryOp::Or | BinaryOp::Coalesce, left: value, .. } => {
                self.answer_text(at.sibling(*value), left)
            }
            _ => None,
        }
    }

    /// `content.filter(…).map((b) => b.text)`
    fn mapped_text(&self, at: NodeRef, left: u32) -> Option<NodeRef> {
        let left = left.checked_sub(1)?;
        let Kind::Call(call) = self.kind(at) else { return None };
        let Kind::Function(f) = self.kind(at.sibling(call.args.first()?.value)) else { return None };
        let body = at.sibling(f.body);
        let body = match self.kind(body) {
            Kind::If { then, .. } => at.sibling(*then),
            _ => body,
        };
        match self.kind(body) {
            Kind::List(items) => match items[..] {
                [one] => self.answer_text(at.sibling(one), left),
                _ => None,
            },
            _ => self.answer_text(body, left),
        }
    }
}
