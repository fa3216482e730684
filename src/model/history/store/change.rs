//! What the code that mentions a store does to the conversations in it.

use super::Store;
use crate::facts::{BinaryOp, Kind, NodeId};
use crate::model::history::Change;
use crate::model::names::index::{constant, last_name};
use crate::model::values::value::NodeRef;
use crate::model::{Project, enclosing_function};

/// What is done with a store where it is mentioned.
pub(super) enum StoreUse {
    /// What is there under a key is taken or set: where that stands.
    Element(NodeRef),
    /// The same under a key that is always the same.
    Fixed(NodeRef),
    /// A call gives what is there under such a key.
    Given,
    /// A call puts something there.
    Put { value: Option<NodeRef>, at: NodeRef },
    /// Nothing that changes it: it is looked at, or begins.
    Harmless,
    /// Anything else.
    Other,
}

impl Project {
    /// The place that stands for a store, if a name begins one.
    pub(super) fn mentioned(&self, store: &Store, name: NodeRef) -> Option<NodeRef> {
        let facts = self.facts(name.file);
        let mut node = name.node;
        for member in &store.path[1..] {
            let up = facts.parent(node)?;
            let fits = match facts.kind(up) {
                Kind::Member { object, name, .. } => *object == node && name == member,
                Kind::Index { object, index } => {
                    *object == node && constant(facts, *index).as_ref() == Some(member)
                }
                _ => false,
            };
            // `cl.user_session.get("messages")`
            let call = facts.parent(up).filter(|&call| {
                let given = self.given_under_key(name.sibling(call));
                given.is_some_and(|(object, key)| object.node == node && key == *member)
            });
            if !fits && call.is_none() {
                return None;
            }
            node = call.unwrap_or(up);
        }
        let place = name.sibling(node);
        // Another variable of that name.
        let here = |n: NodeRef| {
            let Kind::Name(base) = self.kind(n) else { return None };
            let file = self.file(n.file);
            file.scopes.lookup(&file.facts, base, n.node).first().map(|d| d.node)
        };
        match store.path.len() {
            1 => (here(name) == here(store.at) && here(name) != Some(name.node)).then_some(place),
            _ => (self.class_of(name) == self.class_of(store.at)).then_some(place),
        }
    }

    /// What one mention of a store of conversations does to them.
    pub(super) fn store_changes(&self, place: NodeRef) -> Vec<Change> {
        match self.store_use(place) {
            StoreUse::Element(at) => self.value_changes(at),
            StoreUse::Put { value: Some(value), at } => vec![self.kept(value, at)],
            StoreUse::Fixed(_) | StoreUse::Harmless => Vec::new(),
            StoreUse::Given | StoreUse::Put { .. } | StoreUse::Other => vec![Change::Other],
        }
    }

    /// What one mention of a store does with it.
    pub(super) fn store_use(&self, place: NodeRef) -> StoreUse {
        let file = self.file(place.file);
        let facts = &file.facts;
        let Some(parent) = facts.parent(place.node) else { return StoreUse::Harmless };
        let up = place.sibling(parent);
        if self.element_of(up) == Some(place) {
            return StoreUse::Element(up);
        }
        let or_other = |harmless: bool| if harmless { StoreUse::Harmless } else { StoreUse::Other };
        match facts.kind(parent) {
            Kind::Index { object, .. } if *object == place.node => StoreUse::Fixed(up),
            Kind::Member { object, name, .. } if *object == place.node => {
                let word = |list| file.sdk.has_word(list, name);
                let call = facts.parent(parent).map(|call| place.sibling(call));
                match call.map(|at| (at, self.kind(at))) {
                    Some((at, Kind::Call(c))) if c.callee == parent => match c.args.get(1) {
                        _ if self.element_of(at) == Some(place) => StoreUse::Element(at),
                        // `sessions.set(user, history)`
                        value if word("store-keeps") => {
                            StoreUse::Put { value: value.map(|v| place.sibling(v.value)), at }
                        }
                        _ if word("store-gives") => StoreUse::Given,
                        _ => or_other(word("keeps-history") || word("store-asks")),
                    },
                    _ => StoreUse::Harmless,
                }
            }
            Kind::Call(call) if call.callee != place.node => {
                or_other(file.named_in(call.callee, "looks-at-nothing"))
            }
            Kind::Assign(a) if a.target == place.node => {
                or_other(enclosing_function(facts, parent).is_none() || self.is_start(place))
            }
            Kind::Delete(_) | Kind::Return(_) => StoreUse::Other,
            _ => StoreUse::Harmless,
        }
    }

    /// What is done with a conversation: where it stands, or by the name it is given.
    pub(super) fn value_changes(&self, at: NodeRef) -> Vec<Change> {
        let file = self.file(at.file);
        let facts = &file.facts;
        // `cl.user_session.set("messages", history)`
        if let Kind::Call(call) = facts.kind(at.node)
            && let Some(name) = last_name(facts, call.callee)
            && let Some(given) = call.args.get(1)
            && &*name == "set"
        {
            return vec![self.kept(at.sibling(given.value), at)];
        }
        let mut value = at.node;
        while let Some(up) = facts.parent(value) {
            match facts.kind(up) {
                Kind::Await(_) | Kind::Propagate(_) | Kind::Cast { .. } => value = up,
                Kind::Unary { .. } => value = up,
                Kind::Binary { op: BinaryOp::Or | BinaryOp::Coalesce, left, .. } if *left == value => {
                    value = up
                }
                // `sessions.get(user).cloned()`, `.or_default()`
                Kind::Member { object, name, .. }
                    if *object == value
                        && (file.sdk.passes_object(name) || file.sdk.has_word("store-gives", name)) =>
                {
                    match facts.parent(up).map(|p| (p, facts.kind(p))) {
                        Some((p, Kind::Call(c))) if c.callee == up => value = p,
                        _ => break,
                    }
                }
                Kind::Assign(a) if a.target == value => {
                    return vec![match a.value {
                        Some(v) if a.op.is_none() => self.kept(at.sibling(v), at.sibling(up)),
                        _ => self.mention(at.sibling(value), true),
                    }];
                }
                _ => break,
            }
        }
        let names: Vec<NodeId> = file.scopes.bound_to(value).map(|d| d.node).collect();
        if names.is_empty() {
            return vec![self.mention(at.sibling(value), true)];
        }
        let readers = names.iter().flat_map(|&n| self.readers(at.sibling(n)));
        readers.map(|r| self.mention(r, false)).collect()
    }

    /// What it means that a value is put in the place of a conversation.
    fn kept(&self, value: NodeRef, at: NodeRef) -> Change {
        let file = self.file(value.file);
        let facts = &file.facts;
        match facts.kind(value.node) {
            // Where there is none yet; elsewhere the conversation starts anew.
            Kind::List(items) if items.iter().all(|&i| !matches!(facts.kind(i), Kind::Spread(_))) => {
                if self.is_first_time(at) || self.begins_session(at) { Change::None } else { Change::Other }
            }
            // `[...history, turn]`
            Kind::List(_) if !matches!(self.whole_history(value), whole if whole == value) => {
                Change::Adds(at)
            }
            Kind::Name(_) => Change::None,
            // `session.messages = session.messages || []`
            Kind::Binary { op: BinaryOp::Or | BinaryOp::Coalesce, right, .. } => match facts.kind(*right) {
                Kind::List(items) if items.is_empty() => Change::None,
                _ => Change::Other,
            },
            _ => Change::Other,
        }
    }

    /// Whether a statement stands in the function that a framework calls when a chat begins.
    fn begins_session(&self, at: NodeRef) -> bool {
        let file = self.file(at.file);
        let Some(function) = enclosing_function(&file.facts, at.node) else { return false };
        let Kind::Function(f) = file.facts.kind(function) else { return false };
        f.decorators.iter().any(|&d| file.named_in(d, "session-starts"))
    }

    /// Whether a statement runs only where something is not there yet: `if key not in store`.
    pub(super) fn is_first_time(&self, at: NodeRef) -> bool {
        let facts = self.facts(at.file);
        facts.ancestors(at.node).take_while(|&n| !matches!(facts.kind(n), Kind::Function(_))).any(|n| {
            let Kind::If { condition, .. } = facts.kind(n) else { return false };
            facts.descendants(*condition).into_iter().any(|c| {
                matches!(
                    facts.kind(c),
                    Kind::Binary { op: BinaryOp::NotIn | BinaryOp::In | BinaryOp::Is | BinaryOp::Eq, .. }
                        | Kind::Unary { op: crate::facts::UnaryOp::Not, .. }
                )
            })
        })
    }
}
