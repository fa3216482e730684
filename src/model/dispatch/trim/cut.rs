//! What cuts the beginning of a history, so that the rest takes the place of the whole.

use crate::facts::{BinaryOp, Kind, Name, NodeId, UnaryOp};
use crate::model::dispatch::conversation::keyed;
use crate::model::index::{last_name, path_name};
use crate::model::tool_words::snake;
use crate::model::value::NodeRef;
use crate::model::{Project, enclosing_function};

impl Project {
    /// What a node cuts the beginning of, if that is what it does and the rest is kept.
    pub(super) fn cut_of(&self, at: NodeRef) -> Option<NodeId> {
        let file = self.file(at.file);
        let facts = &file.facts;
        let from_end = |n: NodeId| match facts.kind(n) {
            Kind::Unary { op: UnaryOp::Minus, .. } => true,
            Kind::Number(n) => *n < 0.0,
            // `messages.length - 20`
            Kind::Binary { op: BinaryOp::Sub, left, .. } => self.is_length(at.sibling(*left)),
            _ => false,
        };
        match facts.kind(at.node) {
            Kind::Index { object, index } => {
                let Kind::Slice { start: Some(start), end: None, .. } = facts.kind(*index) else {
                    return None;
                };
                (from_end(*start) && self.is_kept(at, *object)).then_some(*object)
            }
            Kind::Call(c) => {
                let Kind::Member { object, name, .. } = facts.kind(c.callee) else { return None };
                let first = c.args.first().map(|a| a.value);
                let zero = first.is_some_and(|a| file.number_of(a) == Some(0.0));
                match &**name {
                    "slice" => {
                        (c.args.len() == 1 && first.is_some_and(from_end) && self.is_kept(at, *object))
                            .then_some(*object)
                    }
                    // What takes the place of the whole is put together elsewhere.
                    "splice" if c.args.len() > 2 => None,
                    "pop" | "splice" | "remove" if zero && !self.is_put_back(at) => Some(*object),
                    "shift" | "popleft" | "pop_front" if c.args.is_empty() && !self.is_put_back(at) => {
                        Some(*object)
                    }
                    "drain" => match first.map(|a| facts.kind(a)) {
                        Some(Kind::Slice { end: Some(_), .. }) => Some(*object),
                        _ => None,
                    },
                    _ => None,
                }
            }
            // `del messages[:2]`
            Kind::Delete(items) => items.iter().find_map(|&i| match facts.kind(i) {
                Kind::Index { object, index } => match facts.kind(*index) {
                    Kind::Slice { start: None, end: Some(_), .. } => Some(*object),
                    _ => (file.number_of(*index) == Some(0.0)).then_some(*object),
                },
                _ => None,
            }),
            _ => None,
        }
    }

    /// Whether what is taken out is held and put back.
    fn is_put_back(&self, taken: NodeRef) -> bool {
        let file = self.file(taken.file);
        let facts = &file.facts;
        let Some(held) = file.scopes.bound_to(taken.node).find_map(|d| path_name(facts, d.node)) else {
            return false;
        };
        let function = enclosing_function(facts, taken.node).unwrap_or(NodeId::ROOT);
        facts.descendants(function).into_iter().any(|n| match facts.kind(n) {
            Kind::Call(c) => {
                last_name(facts, c.callee)
                    .is_some_and(|n| matches!(&*n, "insert" | "unshift" | "push_front" | "appendleft"))
                    && c.args.iter().any(|a| path_name(facts, a.value).as_ref() == Some(&held))
            }
            _ => false,
        })
    }

    /// Whether a cut history takes the place of the whole one, or is what is sent.
    fn is_kept(&self, cut: NodeRef, history: NodeId) -> bool {
        let name = path_name(self.facts(cut.file), history);
        self.stands_for(cut, name.as_ref(), 0)
    }

    fn stands_for(&self, cut: NodeRef, name: Option<&Name>, depth: u32) -> bool {
        let file = self.file(cut.file);
        let facts = &file.facts;
        for up in facts.ancestors(cut.node).skip(1) {
            match facts.kind(up) {
                Kind::List(_)
                | Kind::Spread(_)
                | Kind::Cast { .. }
                | Kind::Binary { .. }
                | Kind::If { .. } => {}
                Kind::Return(_) => return !self.is_glance(cut),
                Kind::Assign(a) => {
                    let target = match facts.kind(a.target) {
                        Kind::Index { object, .. } => *object,
                        _ => a.target,
                    };
                    let target_name = path_name(facts, target);
                    if name.is_some() && target_name.as_ref() == name {
                        return true;
                    }
                    // `recent = history[-20:]`, then `history = [summary, *recent]`
                    let (Kind::Name(held), 0) = (facts.kind(target), depth) else { return false };
                    let function = enclosing_function(facts, up);
                    let mut readers = file
                        .names(held)
                        .iter()
                        .copied()
                        .filter(|&n| n != target && enclosing_function(facts, n) == function)
                        .filter_map(|n| Some((n, facts.parent(n)?)));
                    // Where anything else is done with it, its beginning may be looked at.
                    let joined = |p: NodeId| {
                        matches!(facts.kind(p), Kind::Spread(_) | Kind::Binary { .. } | Kind::Assign(_))
                    };
                    let plain = readers.clone().all(|(_, p)| {
                        joined(p) || matches!(facts.kind(p), Kind::Member { name, .. } if &**name == "length")
                    });
                    return plain
                        && readers
                            .any(|(n, p)| joined(p) && self.stands_for(cut.sibling(n), name, depth + 1));
                }
                Kind::Call(c) => {
                    return self.request_at(cut.sibling(up)).is_some()
                        || matches!(facts.kind(c.callee), Kind::Name(n) if &**n == "list");
                }
                Kind::Record(r) => return r.entries.iter().any(|e| keyed(e, "messages")),
                _ => return false,
            }
        }
        false
    }

    /// Whether a function only gives someone a look at the end of the history.
    fn is_glance(&self, cut: NodeRef) -> bool {
        let facts = self.facts(cut.file);
        let Some(function) = enclosing_function(facts, cut.node) else { return false };
        let Kind::Function(f) = facts.kind(function) else { return false };
        f.name.as_ref().is_some_and(|n| {
            snake(n)
                .split('_')
                .any(|w| matches!(w, "get" | "recent" | "last" | "latest" | "show" | "preview"))
        })
    }
}
