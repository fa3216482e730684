//! The turn that a conversation ends with, be it put behind others that are out of sight.

use crate::facts::{BinaryOp, Kind, NodeId};
use crate::model::values::flow::Sink;
use crate::model::values::json::{Json, JsonKind};
use crate::model::values::value::NodeRef;
use crate::model::{Project, Request};

/// Names and joined lists between what is sent and the last turn.
const MAX_STEPS: u32 = 6;

/// What happens to a list.
enum Change {
    /// An element is put at its end.
    Added(NodeId),
    /// The name is given another list.
    Set(NodeId),
    /// Anything else.
    Other,
}

impl Project {
    /// The turn with a text of its own that is put behind all others right before they are sent:
    /// `messages.append({"role": "assistant", "content": "{"})`, `[...history, turn]`.
    pub fn turn_put_last(&self, request: &Request) -> Option<Json> {
        let field = self.body_field(request, "messages");
        let [sent] = field.nodes() else { return None };
        let turn = self.json(self.last_element(*sent, MAX_STEPS)?);
        // What the model said before may be sent once more for it to go on, blocks and all.
        let is_text = |content: &Json| matches!(content.kind, JsonKind::Text(_));
        let written = turn.get("content").is_some_and(|content| match &content.kind {
            JsonKind::List { items, open: false } => {
                matches!(&items[..], [block] if block.get("text").is_some_and(is_text))
            }
            _ => is_text(content),
        });
        written.then_some(turn)
    }

    /// The element that a list certainly ends with.
    fn last_element(&self, list: NodeRef, left: u32) -> Option<NodeRef> {
        let left = left.checked_sub(1)?;
        let facts = self.facts(list.file);
        match facts.kind(list.node) {
            Kind::List(items) => {
                let last = items.last().filter(|&&item| !matches!(facts.kind(item), Kind::Spread(_)))?;
                Some(list.sibling(*last))
            }
            Kind::Binary { op: BinaryOp::Add, right, .. } => self.last_element(list.sibling(*right), left),
            Kind::Cast { value, .. } => self.last_element(list.sibling(*value), left),
            Kind::Call(call) if self.file(list.file).named_in(call.callee, "joins-lists") => {
                let last = call.args.last().filter(|a| !a.spread)?.value;
                match facts.kind(last) {
                    Kind::Record(_) => Some(list.sibling(last)),
                    _ => self.last_element(list.sibling(last), left),
                }
            }
            Kind::Name(_) => match self.last_change(list)? {
                Change::Added(element) => Some(list.sibling(element)),
                Change::Set(value) => self.last_element(list.sibling(value), left),
                Change::Other => None,
            },
            _ => None,
        }
    }

    /// The last thing that happens to the list of a variable before it is read at a place, where that happens on
    /// every way there.
    fn last_change(&self, read: NodeRef) -> Option<Change> {
        let facts = self.facts(read.file);
        let Kind::Name(name) = facts.kind(read.node) else { return None };
        let function = self.function_of(read)?;
        let before = facts.span(read.node).start;
        let mentions = facts.descendants(function.node).into_iter().filter(|&n| {
            facts.span(n).start < before && matches!(facts.kind(n), Kind::Name(other) if other == name)
        });
        let changes = mentions.filter_map(|n| Some((n, self.change_by(read.sibling(n))?)));
        let (at, change) = changes.max_by_key(|(n, _)| facts.span(*n).start)?;
        // The statement stands in a block that leads to the place.
        let block = facts.ancestors(at).find(|&n| matches!(facts.kind(n), Kind::Block { .. }))?;
        let leads = facts.ancestors(read.node).any(|n| n == block);
        (leads && self.function_of(read.sibling(at)) == Some(function)).then_some(change)
    }

    /// What a mention of a list does to it.
    fn change_by(&self, at: NodeRef) -> Option<Change> {
        let file = self.file(at.file);
        let facts = &file.facts;
        let parent = facts.parent(at.node)?;
        match facts.kind(parent) {
            Kind::Assign(a) if a.target == at.node => match (a.value, a.op) {
                (Some(value), None | Some(BinaryOp::Add)) => Some(Change::Set(value)),
                _ => Some(Change::Other),
            },
            Kind::Member { object, name, .. } if *object == at.node => {
                let Kind::Call(call) = facts.kind(facts.parent(parent)?) else { return None };
                if call.callee != parent || !file.sdk.has_word("grow-names", name) {
                    return None;
                }
                // `concat` gives another list.
                match (file.list_added_to(call), &call.args[..]) {
                    (Some(_), [only]) if !only.spread => Some(Change::Added(only.value)),
                    (None, _) if file.sdk.has_word("joins-lists", name) => None,
                    _ => Some(Change::Other),
                }
            }
            Kind::Call(call) if call.callee != at.node => {
                match self.known_sink(at.sibling(parent), call.callee) {
                    Some(Sink::Tested | Sink::Shown) => None,
                    _ => Some(Change::Other),
                }
            }
            Kind::Index { object, .. } if *object == at.node => {
                let set = facts.ancestors(parent).skip(1).any(|n| match facts.kind(n) {
                    Kind::Assign(a) => facts.span(a.target).contains(facts.span(at.node)),
                    Kind::Delete(_) => true,
                    _ => false,
                });
                set.then_some(Change::Other)
            }
            _ => file.binds(at.node).then_some(Change::Other),
        }
    }
}
