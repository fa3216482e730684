//! What one mention of a conversation does to it.

use crate::facts::{BinaryOp, Call, Kind, NodeId};
use crate::model::names::index::constant;
use crate::model::names::index::{last_name, path_name};
use crate::model::names::words::snake;
use crate::model::values::value::{NodeRef, Value};
use crate::model::{Project, enclosing_function};

impl Project {
    /// What one mention of a conversation does to it.
    pub(in crate::model) fn mention(&self, at: NodeRef, is_field: bool) -> Change {
        let file = self.file(at.file);
        let facts = &file.facts;
        let Some(parent) = facts.parent(at.node) else { return Change::None };
        let up = at.sibling(parent);
        match facts.kind(parent) {
            Kind::Member { object, name, .. } if *object == at.node => {
                let called = facts
                    .parent(parent)
                    .filter(|&p| matches!(facts.kind(p), Kind::Call(c) if c.callee == parent));
                match called {
                    Some(call) if file.sdk.has_word("gather", name) => Change::Adds(at.sibling(call)),
                    Some(_) if file.sdk.has_word("keeps-history", name) || file.sdk.passes_object(name) => {
                        Change::None
                    }
                    // `messages.length` that is compared limits it.
                    None if self.is_compared(up) => Change::Other,
                    None => Change::None,
                    Some(call) if self.mends_first_turn(at.sibling(call)) => Change::None,
                    Some(_) => Change::Other,
                }
            }
            Kind::Assign(a) if a.target == at.node => match (a.op, a.value) {
                (Some(BinaryOp::Add), _) => Change::Adds(up),
                (None, Some(value)) if self.holds_itself(at, value) => Change::Adds(up),
                // The start of a field's life.
                _ if is_field && self.is_start(at) => Change::None,
                (None, None) => Change::None,
                _ => Change::Other,
            },
            Kind::Call(call) => {
                let called = last_name(facts, call.callee).unwrap_or_default();
                let name = snake(&called);
                if self.rules_of(at.file).is_history_limiter(&called) {
                    return Change::Other;
                }
                if file.sdk.words("history-limiters").iter().any(|w| name.contains(w.as_str())) {
                    return Change::Other;
                }
                if self.is_length(up) && self.is_compared(up) {
                    return Change::Other;
                }
                // What a function of the project does with it is looked at when it is known.
                let handed = self.eval(up.sibling(call.callee)).iter().any(|v| match v {
                    Value::Function(f) => self.may_shorten(*f),
                    _ => false,
                });
                if handed {
                    return Change::Other;
                }
                match self.adds_to_argument(up, call, at.node) {
                    true => Change::Adds(up),
                    false => Change::None,
                }
            }
            Kind::Index { object, index } if *object == at.node => match facts.kind(*index) {
                Kind::Slice { .. } => Change::Other,
                _ => Change::None,
            },
            Kind::Delete(_) => Change::Other,
            Kind::Return(_) if is_field => Change::None,
            _ => Change::None,
        }
    }

    /// Whether a call only takes the first turn away where it has the wrong role, once and not until it fits:
    /// `if history[0]["role"] == "assistant": history.pop(0)`.
    fn mends_first_turn(&self, call: NodeRef) -> bool {
        let facts = self.facts(call.file);
        let is_role = |n: NodeId| match facts.kind(n) {
            Kind::Str(_) => constant(facts, n).is_some_and(|text| &*text == "role"),
            Kind::Member { name, .. } => &**name == "role",
            _ => false,
        };
        for up in facts.ancestors(call.node).skip(1) {
            match facts.kind(up) {
                Kind::If { condition, .. } => return facts.descendants(*condition).into_iter().any(is_role),
                Kind::Block { .. } => {}
                _ => return false,
            }
        }
        false
    }

    /// Whether a function that is given a conversation may shorten it: it cuts or removes something.
    fn may_shorten(&self, function: NodeRef) -> bool {
        let file = self.file(function.file);
        file.facts.descendants(function.node).into_iter().any(|n| match file.facts.kind(n) {
            Kind::Index { index, .. } => matches!(file.facts.kind(*index), Kind::Slice { .. }),
            Kind::Delete(_) => true,
            Kind::Member { name, .. } => file.sdk.has_word("shortens", name),
            _ => false,
        })
    }

    /// Whether the function of the project that is called adds to an argument: `ask(messages, text)`.
    fn adds_to_argument(&self, at: NodeRef, call: &Call, given: NodeId) -> bool {
        if !call.args.iter().any(|a| a.value == given && a.name.is_none()) {
            return false;
        }
        let [Value::Function(function)] = self.eval(at.sibling(call.callee))[..] else { return false };
        let Some(index) = self.parameter_for_argument(at, function, at.sibling(given)) else { return false };
        let file = self.file(function.file);
        let facts = &file.facts;
        file.scopes.bound_to_param(function.node, index as u32).any(|def| {
            file.names(&def.name).iter().any(|&n| {
                let Some(member) = facts.parent(n) else { return false };
                let Kind::Member { object, name, .. } = facts.kind(member) else { return false };
                let called = facts
                    .parent(member)
                    .is_some_and(|p| matches!(facts.kind(p), Kind::Call(c) if c.callee == member));
                *object == n
                    && called
                    && file.sdk.has_word("gather", name)
                    && enclosing_function(facts, n) == Some(function.node)
            })
        })
    }

    fn is_compared(&self, at: NodeRef) -> bool {
        let facts = self.facts(at.file);
        facts.ancestors(at.node).skip(1).take(3).any(|n| {
            matches!(
                facts.kind(n),
                Kind::Binary { op: BinaryOp::Lt | BinaryOp::Le | BinaryOp::Gt | BinaryOp::Ge, .. }
            )
        })
    }

    /// `messages = messages + [x]`, `messages = [...messages, x]`
    pub(super) fn holds_itself(&self, at: NodeRef, value: NodeId) -> bool {
        let facts = self.facts(at.file);
        let name = path_name(facts, at.node);
        let same = |n: NodeId| path_name(facts, n) == name;
        match facts.kind(value) {
            Kind::Binary { op: BinaryOp::Add, left, .. } => same(*left),
            Kind::List(items) => items.iter().any(|&i| matches!(facts.kind(i), Kind::Spread(x) if same(*x))),
            _ => false,
        }
    }

    /// Whether a field is set where its object begins.
    pub(in crate::model) fn is_start(&self, at: NodeRef) -> bool {
        let facts = self.facts(at.file);
        match enclosing_function(facts, at.node).map(|f| facts.kind(f)) {
            Some(Kind::Function(f)) => {
                let lists =
                    ["constructors", "allocators", "maker-names", "default-makers", "after-constructors"];
                f.name.as_deref().is_some_and(|n| self.file(at.file).sdk.in_lists(&lists, n))
            }
            _ => true,
        }
    }
}

/// What a place does to a conversation.
pub(in crate::model) enum Change {
    /// Nothing that matters.
    None,
    /// It gets longer.
    Adds(NodeRef),
    /// It may get shorter, or become another.
    Other,
}
