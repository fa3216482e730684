//! What cuts the beginning of a history, so that the rest takes the place of the whole.

use crate::facts::{BinaryOp, Kind, Name, NodeId, UnaryOp};
use crate::model::names::index::{last_name, path_name};
use crate::model::names::scope::Origin;
use crate::model::names::words::snake;
use crate::model::values::value::NodeRef;
use crate::model::{Project, enclosing_function};

/// Variables between a place in a list and how it is counted.
const MAX_NAMES: u32 = 3;
/// Callers of a function that are looked at.
const MAX_CALLERS: usize = 8;

impl Project {
    /// What a node cuts the beginning of, if that is what it does and the rest is kept.
    pub(super) fn cut_of(&self, at: NodeRef) -> Option<NodeId> {
        let file = self.file(at.file);
        let facts = &file.facts;
        let from_end = |n: NodeId| self.counts_from_end(at.sibling(n), MAX_NAMES);
        match facts.kind(at.node) {
            Kind::Index { object, index } => {
                let Kind::Slice { start: Some(start), end: None, .. } = facts.kind(*index) else {
                    return None;
                };
                let in_place =
                    || self.counts_off(at.sibling(*start), MAX_NAMES) && self.replaces_itself(at, *object);
                (from_end(*start) && self.is_kept(at, *object) || in_place()).then_some(*object)
            }
            // `deque(maxlen=20)`
            Kind::Call(c) if last_name(facts, c.callee).is_some_and(|n| &*n == "deque") => {
                let limit = c.args.iter().find(|a| a.name.as_deref() == Some("maxlen")).or(c.args.get(1))?;
                if matches!(facts.kind(limit.value), Kind::Null) {
                    return None;
                }
                match facts.kind(facts.parent(at.node)?) {
                    Kind::Assign(a) if a.value == Some(at.node) => Some(a.target),
                    _ => None,
                }
            }
            Kind::Call(c) => {
                let Kind::Member { object, name, .. } = facts.kind(c.callee) else { return None };
                let first = c.args.first().map(|a| a.value);
                // What stands first may stay: the system's text.
                let zero = first.is_some_and(|a| matches!(file.number_of(a), Some(0.0 | 1.0)));
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

    /// Whether a place in a list is counted from its end: `-20`, `messages.length - 20`, `max(0, len(messages) - 20)`.
    fn counts_from_end(&self, at: NodeRef, left: u32) -> bool {
        let Some(left) = left.checked_sub(1) else { return false };
        let file = self.file(at.file);
        let facts = &file.facts;
        match facts.kind(at.node) {
            Kind::Unary { op: UnaryOp::Minus, .. } => true,
            Kind::Number(n) => *n < 0.0,
            Kind::Binary { op: BinaryOp::Sub, left, .. } => self.is_length(at.sibling(*left)),
            // `-turns * 2`
            Kind::Binary { op: BinaryOp::Mul, left: a, right: b } => {
                self.counts_from_end(at.sibling(*a), left) || self.counts_from_end(at.sibling(*b), left)
            }
            Kind::Cast { value, .. } => self.counts_from_end(at.sibling(*value), left),
            Kind::Call(c) => match (facts.kind(c.callee), last_name(facts, c.callee).as_deref()) {
                (Kind::Member { object, .. }, Some("saturating_sub")) => self.is_length(at.sibling(*object)),
                (_, Some("max")) => c.args.iter().any(|a| self.counts_from_end(at.sibling(a.value), left)),
                _ => false,
            },
            Kind::Name(_) => {
                file.only_value(at.node).is_some_and(|value| self.counts_from_end(at.sibling(value), left))
            }
            _ => false,
        }
    }

    /// Whether a place in a list is a number of messages from its start: `2`, `len(messages) // 2`.
    fn counts_off(&self, at: NodeRef, left: u32) -> bool {
        let Some(left) = left.checked_sub(1) else { return false };
        let file = self.file(at.file);
        let facts = &file.facts;
        match facts.kind(at.node) {
            // What stands first may stay.
            Kind::Number(n) => *n > 1.0,
            Kind::Binary { op: BinaryOp::Div | BinaryOp::FloorDiv, left, .. } => {
                self.is_length(at.sibling(*left))
            }
            Kind::Cast { value, .. } => self.counts_off(at.sibling(*value), left),
            Kind::Name(name) => {
                let defs = file.scopes.lookup(facts, name, at.node);
                // `split += 1`
                let up = |n| facts.parent(n).map(|up| facts.kind(up));
                let is_step = |n| matches!(up(n), Some(Kind::Assign(a)) if a.op.is_some());
                let (steps, set): (Vec<_>, Vec<_>) = defs.into_iter().partition(|def| is_step(def.node));
                // One in a loop walks to where the rest may begin.
                let walks = |n: NodeId| {
                    let mut within =
                        facts.ancestors(n).take_while(|&up| !matches!(facts.kind(up), Kind::Function(_)));
                    within.any(|up| matches!(facts.kind(up), Kind::Loop(_)))
                };
                !steps.iter().any(|def| walks(def.node))
                    && !set.is_empty()
                    && set.iter().all(|def| match &def.origin {
                        Origin::Value { expr, path } => {
                            path.is_empty() && self.counts_off(at.sibling(*expr), left)
                        }
                        _ => false,
                    })
            }
            _ => false,
        }
    }

    /// `messages = messages[2:]`
    fn replaces_itself(&self, cut: NodeRef, list: NodeId) -> bool {
        let facts = self.facts(cut.file);
        let Some(Kind::Assign(a)) = facts.parent(cut.node).map(|up| facts.kind(up)) else { return false };
        let name = path_name(facts, list);
        a.value == Some(cut.node) && name.is_some() && path_name(facts, a.target) == name
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
                file.named_in(c.callee, "puts-in-front")
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
        let mut from = cut.node;
        for up in facts.ancestors(cut.node).skip(1) {
            let below = std::mem::replace(&mut from, up);
            match facts.kind(up) {
                // `messages[n..].to_vec()`
                Kind::Member { object, name, .. }
                    if *object == below && file.sdk.has_word("copies", name) => {}
                Kind::Call(c) if c.callee == below => {}
                Kind::Block { body, tail: true } if body.last() == Some(&below) => {}
                Kind::Function(f) => return f.body == below && !self.is_glance(cut),
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
                    let joined = |p: NodeId| match facts.kind(p) {
                        Kind::Spread(_) | Kind::Binary { .. } | Kind::Assign(_) | Kind::Return(_) => true,
                        Kind::Block { tail, .. } => *tail,
                        // `messages.clear(); messages.extend(kept)`
                        Kind::Call(c) => match facts.kind(c.callee) {
                            Kind::Member { object, name: method, .. } => {
                                file.sdk.has_word("gather", method)
                                    && matches!(facts.kind(*object), Kind::Name(_))
                                    || self.fills(cut.sibling(p), name)
                                    || self.request_at(cut.sibling(p)).is_some()
                            }
                            _ => false,
                        },
                        Kind::Record(r) => r.entries.iter().any(|e| e.has_key("messages")),
                        _ => false,
                    };
                    let plain = readers.clone().all(|(_, p)| joined(p) || self.is_length(cut.sibling(p)));
                    return plain
                        && readers
                            .any(|(n, p)| joined(p) && self.stands_for(cut.sibling(n), name, depth + 1));
                }
                // `Some(kept)`
                Kind::Call(c) if file.named_in(c.callee, "value-wrappers") => {}
                Kind::Call(c) => {
                    return depth > 0 && self.fills(cut.sibling(up), name)
                        || (1..MAX_NAMES).contains(&depth) && self.moves_on(cut.sibling(up), name, depth)
                        || self.request_at(cut.sibling(up)).is_some()
                        || matches!(facts.kind(c.callee), Kind::Name(n) if &**n == "list");
                }
                Kind::Record(r) => return r.entries.iter().any(|e| e.has_key("messages")),
                _ => return false,
            }
        }
        false
    }

    /// `messages.extend(kept)`: whether a call puts something into the history.
    fn fills(&self, call: NodeRef, history: Option<&Name>) -> bool {
        let filled = self.filled_list(call).and_then(|list| path_name(self.facts(call.file), list));
        filled.is_some() && filled.as_ref() == history
    }

    /// `new.extend(kept)`, and then the new list takes the place of the whole.
    fn moves_on(&self, call: NodeRef, history: Option<&Name>, depth: u32) -> bool {
        let file = self.file(call.file);
        let Some(list) = self.filled_list(call) else { return false };
        let Kind::Name(held) = file.facts.kind(list) else { return false };
        let function = enclosing_function(&file.facts, list);
        let mut later = file.names(held).iter().copied().filter(|&n| n > call.node);
        later.any(|n| {
            enclosing_function(&file.facts, n) == function
                && self.stands_for(call.sibling(n), history, depth + 1)
        })
    }

    /// The list that a call adds something to.
    fn filled_list(&self, call: NodeRef) -> Option<NodeId> {
        let file = self.file(call.file);
        let Kind::Call(c) = file.facts.kind(call.node) else { return None };
        match file.facts.kind(c.callee) {
            Kind::Member { object, name, .. } => file.sdk.has_word("gather", name).then_some(*object),
            _ => None,
        }
    }

    /// Whether a function only gives someone a look at the end of the history.
    fn is_glance(&self, cut: NodeRef) -> bool {
        let facts = self.facts(cut.file);
        let Some(function) = enclosing_function(facts, cut.node) else { return false };
        let Kind::Function(f) = facts.kind(function) else { return false };
        // What it gives is what is sent.
        let sent = |call: &NodeRef| {
            let facts = self.facts(call.file);
            facts.parent(call.node).is_some_and(|p| match facts.kind(p) {
                Kind::Record(r) => r.entries.iter().any(|e| e.has_key("messages") && e.value == call.node),
                Kind::Call(c) => {
                    c.args.iter().any(|a| a.value == call.node && a.name.as_deref() == Some("messages"))
                }
                _ => false,
            })
        };
        if self.callers(cut.sibling(function)).iter().take(MAX_CALLERS).any(sent) {
            return false;
        }
        f.name.as_ref().is_some_and(|n| {
            snake(n)
                .split('_')
                .any(|w| matches!(w, "get" | "recent" | "last" | "latest" | "show" | "preview"))
        })
    }
}
