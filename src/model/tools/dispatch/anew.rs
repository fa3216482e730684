//! A list of messages that is written anew for the next request: what was sent before, and the results.

use crate::facts::{BinaryOp, Kind, Name, NodeId};
use crate::model::values::value::NodeRef;
use crate::model::{Project, enclosing_function};

impl Project {
    /// Whether a message of results stands right behind the list that was sent before, which ended with a turn of
    /// the user: `[...messages, { role: "user", content: results }]`.
    pub(super) fn follows_what_was_sent(&self, message: NodeRef) -> bool {
        let Some((whole, before)) = self.list_behind_another(message) else { return false };
        let file = self.file(message.file);
        let facts = &file.facts;
        let Kind::Name(name) = facts.kind(before) else { return false };
        let function = enclosing_function(facts, message.node);
        let start = |n: NodeId| facts.span(n).start;
        let first = self.requests_of_file(message.file).iter().find(|r| {
            r.at.file == message.file
                && enclosing_function(facts, r.at.node) == function
                && start(r.at.node) < start(whole)
                && self.body_field(r, "messages").nodes().iter().any(|n| {
                    n.file == message.file && matches!(facts.kind(n.node), Kind::Name(sent) if sent == name)
                })
        });
        first.is_some_and(|first| {
            self.is_sent_as_messages(message.sibling(whole)) && self.stays_as_sent(first.at, name, before)
        })
    }

    /// The list that a message stands in, and the other one that comes before it.
    fn list_behind_another(&self, message: NodeRef) -> Option<(NodeId, NodeId)> {
        let facts = self.facts(message.file);
        let list = facts.parent(message.node)?;
        let Kind::List(items) = facts.kind(list) else { return None };
        if let [only] = items[..]
            && only == message.node
            && let Some(sum) = facts.parent(list)
            && let Kind::Binary { op: BinaryOp::Add, left, right } = facts.kind(sum)
            && *right == list
        {
            return Some((sum, *left));
        }
        let [first, second] = items[..] else { return None };
        let Kind::Spread(before) = facts.kind(first) else { return None };
        (second == message.node).then_some((list, *before))
    }

    /// Whether nothing that a function does after a request may change the list that it sent.
    fn stays_as_sent(&self, request: NodeRef, name: &Name, last: NodeId) -> bool {
        let file = self.file(request.file);
        let facts = &file.facts;
        let function = enclosing_function(facts, request.node);
        let sends =
            |n: NodeId| facts.ancestors(n).take(12).any(|a| self.request_at(request.sibling(a)).is_some());
        let turns = |n: NodeId| {
            let around = facts.ancestors(n).take_while(|&a| Some(a) != function);
            around.filter(|&a| matches!(facts.kind(a), Kind::Loop(_))).collect::<Vec<_>>()
        };
        let repeated = turns(request.node);
        let inside = |n: NodeId| function.is_none_or(|f| facts.ancestors(n).any(|a| a == f));
        file.names(name).iter().copied().filter(|&n| inside(n)).all(|n| {
            let earlier = facts.span(n).start < facts.span(request.node).start;
            n == last || sends(n) || earlier && !turns(n).iter().any(|l| repeated.contains(l))
        })
    }
}
