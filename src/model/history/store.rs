//! Conversations that are kept in a store, one for each user or session: `sessions[user]`,
//! `sessions.get(user)`, `st.session_state.messages`.

mod change;
mod objects;

use super::super::{Project, Request, enclosing_function};
use super::{Change, GrowingHistory, Life};
use crate::facts::{BinaryOp, Kind, Name, NodeId};
use crate::model::names::index::{constant, last_name};
use crate::model::names::scope::Origin;
use crate::model::values::value::{NodeRef, Value};

/// Names between a request and the store its messages come from.
const MAX_NAMES: u32 = 4;
/// Members of a place: `st.session_state.messages` has two.
const MAX_MEMBERS: usize = 4;

/// Where conversations are kept.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Store {
    /// A place that reads it.
    at: NodeRef,
    /// The name it begins with, then its members.
    path: Vec<Name>,
    /// Whether it holds conversations by a key, rather than being one.
    by_key: bool,
}

impl Project {
    /// How a conversation of a request that is kept in a store grows without end, if it does.
    pub(in crate::model) fn growth_in_store(
        &self,
        request: &Request,
        messages: NodeRef,
    ) -> Option<GrowingHistory> {
        let store = self.store_of(messages, MAX_NAMES)?;
        // What is made anew in each call, or given by a caller, is not kept.
        if store.by_key && !self.is_plain_store(&store) {
            return None;
        }
        let file = self.file(store.at.file);
        let mut added: Option<NodeRef> = None;
        for &name in file.names(&store.path[0]) {
            let Some(place) = self.mentioned(&store, store.at.sibling(name)) else { continue };
            let changes = match store.by_key {
                true => self.store_changes(place),
                false => self.value_changes(place),
            };
            for change in changes {
                match change {
                    Change::None => {}
                    Change::Adds(at) => added = Some(added.map_or(at, |first| first.min(at))),
                    Change::Other => return None,
                }
            }
        }
        let added = added?;
        let runs_often =
            !store.by_key || self.function_of(request.at).is_some() && self.function_of(added).is_some();
        runs_often.then_some(GrowingHistory { added, life: Life::Store })
    }

    /// The store that an expression takes a conversation from.
    fn store_of(&self, at: NodeRef, left: u32) -> Option<Store> {
        let left = left.checked_sub(1)?;
        let at = self.whole_history(at);
        if let Some(place) = self.element_of(at) {
            let path = self.members(place)?;
            return Some(Store { at: place, path, by_key: true });
        }
        if let Some(path) = self.members(at)
            && path.len() > 1
            && self.is_of_session(at, &path)
        {
            return Some(Store { at, path, by_key: false });
        }
        self.store_of(at.sibling(self.file(at.file).only_value(at.node)?), left)
    }

    /// The expression for a whole conversation behind what only copies it or puts it in another form.
    pub(in crate::model) fn whole_history(&self, at: NodeRef) -> NodeRef {
        let file = self.file(at.file);
        let facts = &file.facts;
        let mut at = at;
        for _ in 0..6 {
            let inner = match facts.kind(at.node) {
                Kind::Await(x) | Kind::Propagate(x) => *x,
                Kind::Cast { value, .. } => *value,
                Kind::Unary { operand, .. } => *operand,
                Kind::Binary { op: BinaryOp::Or | BinaryOp::Coalesce, left, .. } => *left,
                // `[...history]`, `[system, *history]`
                Kind::List(items) => {
                    let mut spread = items.iter().filter_map(|&i| match facts.kind(i) {
                        Kind::Spread(x) => Some(*x),
                        _ => None,
                    });
                    match (spread.next(), spread.next()) {
                        (Some(only), None) => only,
                        _ => return at,
                    }
                }
                // `[form(m) for m in history]`
                Kind::Comprehension(c) => match &c.clauses[..] {
                    [clause] if c.key.is_none() => clause.iterable,
                    _ => return at,
                },
                // `history.map(form)`, `history.clone()`, `list(history)`
                Kind::Call(call) => match facts.kind(call.callee) {
                    Kind::Member { object, name, .. }
                        if file.sdk.passes_object(name) || file.sdk.has_word("same-length", name) =>
                    {
                        *object
                    }
                    Kind::Name(name) if file.sdk.has_word("same-length", name) && call.args.len() == 1 => {
                        call.args[0].value
                    }
                    _ => return at,
                },
                _ => return at,
            };
            at = at.sibling(inner);
        }
        at
    }

    /// The store that an expression takes an element from by its key.
    fn element_of(&self, at: NodeRef) -> Option<NodeRef> {
        let file = self.file(at.file);
        let facts = &file.facts;
        match facts.kind(at.node) {
            Kind::Index { object, index } => {
                let by_key = !matches!(facts.kind(*index), Kind::Slice { .. } | Kind::Number(_))
                    && constant(facts, *index).is_none();
                by_key.then(|| at.sibling(*object))
            }
            Kind::Call(call) => match facts.kind(call.callee) {
                Kind::Member { object, name, .. } if file.sdk.has_word("store-gives", name) => {
                    let object = at.sibling(*object);
                    // `sessions.entry(user).or_default()`
                    self.element_of(object).or_else(|| {
                        let by_key = call.args.first().is_some_and(|a| constant(facts, a.value).is_none());
                        by_key.then_some(object)
                    })
                }
                _ => None,
            },
            _ => None,
        }
    }

    /// The name a place begins with, and its members.
    fn members(&self, at: NodeRef) -> Option<Vec<Name>> {
        let facts = self.facts(at.file);
        let mut path = Vec::new();
        let mut node = at.node;
        while path.len() <= MAX_MEMBERS {
            match facts.kind(node) {
                Kind::Name(name) => {
                    path.push(name.clone());
                    path.reverse();
                    return Some(path);
                }
                Kind::Member { object, name, .. } => {
                    path.push(name.clone());
                    node = *object;
                }
                Kind::Index { object, index } => {
                    path.push(constant(facts, *index)?);
                    node = *object;
                }
                Kind::Call(_) => {
                    let (object, key) = self.given_under_key(at.sibling(node))?;
                    path.push(key);
                    node = object.node;
                }
                _ => return None,
            }
        }
        None
    }

    /// The object and the constant key of `cl.user_session.get("messages")`, `data.setdefault("messages", [])`.
    pub(super) fn given_under_key(&self, at: NodeRef) -> Option<(NodeRef, Name)> {
        let file = self.file(at.file);
        let Kind::Call(call) = file.facts.kind(at.node) else { return None };
        let Kind::Member { object, name, .. } = file.facts.kind(call.callee) else { return None };
        let known = file.sdk.has_word("session-methods", name);
        let key = call.args.first().filter(|_| known).and_then(|a| constant(&file.facts, a.value))?;
        Some((at.sibling(*object), key))
    }

    /// Whether a place belongs to the session of one user: by a name of frameworks, or as what the request of
    /// a browser brings along.
    fn is_of_session(&self, at: NodeRef, path: &[Name]) -> bool {
        let file = self.file(at.file);
        if path.iter().any(|p| file.sdk.has_word("session-state", p)) {
            return true;
        }
        match path {
            [request, session, _, ..] if &**session == "session" => {
                file.sdk.has_word("request-names", request)
            }
            // `from flask import session`
            [session, _, ..] if &**session == "session" => file.names(session).iter().any(|&n| {
                self.eval(at.sibling(n)).iter().any(
                    |v| matches!(v, Value::External(e) if file.sdk.has_word("request-sessions", &e.path)),
                )
            }),
            _ => false,
        }
    }

    /// Whether a store is made where the program or its object begins, and keeps everything.
    fn is_plain_store(&self, store: &Store) -> bool {
        let file = self.file(store.at.file);
        let facts = &file.facts;
        let plain = |value: NodeId| {
            let made = match facts.kind(value) {
                Kind::Record(r) => r.entries.is_empty(),
                Kind::Call(call) => file.named_in(call.callee, "plain-stores"),
                _ => false,
            };
            // `defaultdict(lambda: deque(maxlen=20))`
            made && !facts.descendants(value).into_iter().any(|n| {
                matches!(facts.kind(n), Kind::Call(c) if c.args.iter().any(|a| a.name.as_deref() == Some("maxlen")))
            })
        };
        match &store.path[..] {
            [name] => match &file.scopes.lookup(facts, name, store.at.node)[..] {
                [def] => match &def.origin {
                    Origin::Value { expr, path } => {
                        path.is_empty() && enclosing_function(facts, def.node).is_none() && plain(*expr)
                    }
                    _ => false,
                },
                _ => false,
            },
            [this, field] if file.sdk.has_word("own-object", this) => {
                let starts = file.names(this).iter().filter_map(|&n| {
                    let member = facts.parent(n)?;
                    let assign = facts.parent(member)?;
                    match (facts.kind(member), facts.kind(assign)) {
                        (Kind::Member { name, .. }, Kind::Assign(a))
                            if name == field && a.target == member =>
                        {
                            a.value
                        }
                        _ => None,
                    }
                });
                let owner = self.class_of(store.at);
                let long = owner.is_some_and(|c| self.lives_long(c));
                // `private talks = new Map()`
                let declared = owner.filter(|c| c.file == store.at.file).map(|c| self.kind(c));
                let fields = match declared {
                    Some(Kind::Class(c)) => &c.body[..],
                    _ => &[],
                };
                let fields = fields.iter().filter_map(|&f| match facts.kind(f) {
                    Kind::Assign(a) if last_name(facts, a.target).as_ref() == Some(field) => a.value,
                    _ => None,
                });
                let mut starts = starts.chain(fields).peekable();
                long && starts.peek().is_some() && starts.all(plain)
            }
            _ => false,
        }
    }
}
