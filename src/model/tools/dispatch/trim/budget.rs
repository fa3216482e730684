//! Histories that are cut by a budget: a copy is shortened, or what still fits is collected from the end.

use crate::facts::{Call, Kind, Name, NodeId, UnaryOp};
use crate::model::names::index::path_name;
use crate::model::names::scope::Origin;
use crate::model::values::value::NodeRef;
use crate::model::{Project, enclosing_function};

/// Callers of a function that cuts.
const MAX_CALLERS: usize = 8;
/// Calls and copies between a list and what goes through it.
const MAX_COPIES: u32 = 4;

impl Project {
    /// The history that a loop goes through from its end while it collects what fits: `for m in reversed(messages)`,
    /// with `kept.insert(0, m)`.
    pub(super) fn collected_from_end(&self, at: NodeRef) -> Option<NodeId> {
        let file = self.file(at.file);
        let facts = &file.facts;
        let Kind::Call(call) = facts.kind(at.node) else { return None };
        let Kind::Member { object, name, .. } = facts.kind(call.callee) else { return None };
        let Kind::Name(kept) = facts.kind(*object) else { return None };
        let Kind::Name(message) = facts.kind(call.args.last()?.value) else { return None };
        if !file.sdk.has_word("gather", name) {
            return None;
        }
        let around = facts.ancestors(at.node).find_map(|n| match facts.kind(n) {
            Kind::Loop(l) => Some(l),
            _ => None,
        })?;
        let history = self.reversed_list(at.sibling(around.iterable?))?;
        let leaves = facts.descendants(around.body).into_iter().any(|n| match facts.kind(n) {
            Kind::Break(_) | Kind::Continue => true,
            Kind::If { then, .. } => facts.ancestors(at.node).any(|a| a == *then),
            _ => false,
        });
        let own = file.scopes.lookup(facts, message, call.args.last()?.value);
        let of_loop = own.iter().all(|d| match &d.origin {
            Origin::Value { expr, .. } => Some(*expr) == around.iterable,
            _ => false,
        });
        (leaves && of_loop && !own.is_empty() && self.is_given_back_and_sent(at, kept)).then_some(history)
    }

    /// The list that something goes through from its end.
    fn reversed_list(&self, at: NodeRef) -> Option<NodeId> {
        let file = self.file(at.file);
        let Kind::Call(call) = file.facts.kind(at.node) else { return None };
        let (name, list) = match (file.facts.kind(call.callee), &call.args[..]) {
            (Kind::Name(name), [list]) => (name, list.value),
            (Kind::Member { object, name, .. }, []) => (name, *object),
            _ => return None,
        };
        file.sdk.has_word("reverse-names", name).then(|| self.copied_list(at.sibling(list)))
    }

    /// The list behind what only copies it: `[...messages]`, `list(messages)`, `messages.iter()`.
    fn copied_list(&self, at: NodeRef) -> NodeId {
        let file = self.file(at.file);
        let facts = &file.facts;
        let mut node = at.node;
        for _ in 0..MAX_COPIES {
            node = match facts.kind(node) {
                Kind::List(items) => match items[..] {
                    [one] => match facts.kind(one) {
                        Kind::Spread(inner) => *inner,
                        _ => return node,
                    },
                    _ => return node,
                },
                Kind::Unary { op: UnaryOp::Other, operand } => *operand,
                Kind::Cast { value, .. } => *value,
                Kind::Call(call) => match self.copied_by(at, call) {
                    Some(list) => list,
                    None => return node,
                },
                _ => return node,
            };
        }
        node
    }

    fn copied_by(&self, at: NodeRef, call: &Call) -> Option<NodeId> {
        let file = self.file(at.file);
        let (name, list) = match (file.facts.kind(call.callee), &call.args[..]) {
            (Kind::Name(name) | Kind::Member { name, .. }, [list]) => (name, list.value),
            (Kind::Member { object, name, .. }, []) => (name, *object),
            _ => return None,
        };
        file.sdk.in_lists(&["copies", "list-copies"], name).then_some(list)
    }

    /// The parameter of which a variable that is cut is a copy, where the copy is given back and sent.
    pub(super) fn copied_parameter(&self, cut: NodeRef) -> Option<NodeRef> {
        let file = self.file(cut.file);
        let facts = &file.facts;
        let Kind::Name(name) = facts.kind(cut.node) else { return None };
        let copied = file.scopes.lookup(facts, name, cut.node).into_iter().find_map(|d| match &d.origin {
            Origin::Value { expr, path } if path.is_empty() => {
                let list = self.copied_list(cut.sibling(*expr));
                (list != *expr && matches!(facts.kind(list), Kind::Name(_))).then_some(list)
            }
            _ => None,
        })?;
        self.is_given_back_and_sent(cut, name).then(|| cut.sibling(copied))
    }

    /// Whether a function gives back a list of its own, and somebody sends that as the messages.
    fn is_given_back_and_sent(&self, at: NodeRef, list: &Name) -> bool {
        let facts = self.facts(at.file);
        let Some(function) = enclosing_function(facts, at.node).map(|f| at.sibling(f)) else { return false };
        let given = self.return_values(function).iter().any(|&value| {
            let value = value.sibling(self.copied_list(value));
            let value = self.reversed_list(value).unwrap_or(value.node);
            matches!(facts.kind(value), Kind::Name(name) if name == list)
        });
        let callers = self.callers(function).iter().filter(|&&call| !self.is_test(call));
        given && callers.take(MAX_CALLERS).any(|&call| self.becomes_messages(call))
    }

    /// Whether what a call gives is sent as the messages, or takes the place of what it was given.
    fn becomes_messages(&self, call: NodeRef) -> bool {
        let facts = self.facts(call.file);
        let is_field = |at: NodeId| {
            facts.parent(at).is_some_and(|p| match facts.kind(p) {
                Kind::Record(r) => r.entries.iter().any(|e| e.has_key("messages") && e.value == at),
                Kind::Call(c) => {
                    c.args.iter().any(|a| a.value == at && a.name.as_deref() == Some("messages"))
                }
                _ => false,
            })
        };
        if is_field(call.node) {
            return true;
        }
        let Some(Kind::Assign(a)) = facts.parent(call.node).map(|p| facts.kind(p)) else { return false };
        let Kind::Call(c) = facts.kind(call.node) else { return false };
        let target = path_name(facts, a.target);
        let same = |arg: &crate::facts::Arg| target.is_some() && path_name(facts, arg.value) == target;
        c.args.iter().any(same)
            || self.readers(call.sibling(a.target)).iter().any(|reader| is_field(reader.node))
    }
}
