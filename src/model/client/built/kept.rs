//! Clients that outlive the function which makes them.

use crate::facts::{Kind, NodeId};
use crate::model::names::index::last_name;
use crate::model::program::phase::Phase;
use crate::model::values::value::{NodeRef, Value};
use crate::model::{Project, enclosing_function};

/// Names that one client has, from the first step of its builder on.
const MAX_NAMES: usize = 8;

impl Project {
    /// Whether what is made at a node outlives the function: in a field, a variable of the file, a
    /// cache, or what it gives back.
    pub(super) fn client_is_kept(&self, made: NodeRef) -> bool {
        let model = self.file(made.file);
        let facts = &model.facts;
        let mut child = made.node;
        for n in facts.ancestors(made.node).skip(1) {
            match facts.kind(n) {
                Kind::Assign(a) if a.value == Some(child) => {
                    if !matches!(facts.kind(a.target), Kind::Name(_))
                        || self.client_is_of_file(made.sibling(a.target))
                    {
                        return true;
                    }
                    return self.client_is_handed_on(made.sibling(a.target), &mut Vec::new());
                }
                // What is taken from it goes on, not the client.
                Kind::Member { object, .. } if *object == child => {
                    let step =
                        facts.parent(n).filter(|&p| self.callee_of(made.sibling(p)) == Some(made.sibling(n)));
                    let still = self.eval(made.sibling(step.unwrap_or(n)));
                    if !still.iter().any(|v| matches!(v, Value::Client(c) if c.path.is_empty())) {
                        return self.client_is_cached(made);
                    }
                }
                Kind::Return(_) | Kind::Yield(_) | Kind::Record(_) | Kind::List(_) | Kind::With(_) => {
                    return true;
                }
                Kind::Call(c) if c.callee != child => {
                    let sdk = model.sdk;
                    // An argument: whoever gets it may keep it.
                    let kept =
                        last_name(facts, c.callee).is_none_or(|name| !sdk.has_word("success-names", &name));
                    return kept;
                }
                Kind::Block { tail: true, body } if body.last() == Some(&child) => return true,
                Kind::Function(f) => {
                    let cached = f.decorators.iter().any(|&d| self.is_listed_path("cache", made.sibling(d)));
                    return cached || f.body == child;
                }
                Kind::Block { .. } => return self.client_is_cached(made),
                _ => {}
            }
            child = n;
        }
        false
    }

    /// Whether the function around a node remembers what it made.
    pub(super) fn client_is_cached(&self, at: NodeRef) -> bool {
        let facts = self.facts(at.file);
        facts.ancestors(at.node).any(|n| match facts.kind(n) {
            Kind::Function(f) => f.decorators.iter().any(|&d| self.is_listed_path("cache", at.sibling(d))),
            _ => false,
        })
    }

    fn is_listed_path(&self, list: &str, at: NodeRef) -> bool {
        let target = match self.kind(at) {
            Kind::Call(c) => at.sibling(c.callee),
            _ => at,
        };
        self.is_listed(list, target)
            || self.last_name_at(target).is_some_and(|n| self.has_part(at, "cache-parts", &n))
    }

    /// Whether a name belongs to the file, or to a function around that no request runs, not to the function
    /// that sets it.
    fn client_is_of_file(&self, target: NodeRef) -> bool {
        let model = self.file(target.file);
        let Kind::Name(name) = model.facts.kind(target.node) else { return false };
        let own = enclosing_function(&model.facts, target.node);
        model.scopes.top_level(name).next().is_some()
            || model.scopes.lookup(&model.facts, name, target.node).iter().any(|def| {
                enclosing_function(&model.facts, def.node) != own
                    && !matches!(self.phase(target.sibling(def.node)), Phase::Request(_))
            })
    }

    /// Whether a local variable is given back, stored, or passed on to what is not known.
    fn client_is_handed_on(&self, target: NodeRef, seen: &mut Vec<NodeRef>) -> bool {
        if seen.len() > MAX_NAMES || seen.contains(&target) {
            return false;
        }
        seen.push(target);
        let facts = self.facts(target.file);
        self.client_is_cached(target)
            || self.readers(target).into_iter().any(|r| {
                let Some(parent) = facts.parent(r.node) else { return false };
                match facts.kind(parent) {
                    Kind::Member { object, name, .. } if *object == r.node && &**name == "clone" => {
                        self.copy_is_stored(r.sibling(parent))
                    }
                    // `let client = builder.build()`
                    Kind::Member { object, .. } if *object == r.node => {
                        self.client_bound_from(r).is_some_and(|name| self.client_is_handed_on(name, seen))
                    }
                    Kind::Member { .. } => true,
                    Kind::Call(c) => {
                        c.callee != r.node && self.client_is_kept_by(r.sibling(parent), c.callee)
                    }
                    Kind::Await(_) | Kind::Delete(_) | Kind::Unary { .. } => false,
                    _ => true,
                }
            })
    }

    /// The name that gets the client which steps on an expression give.
    fn client_bound_from(&self, at: NodeRef) -> Option<NodeRef> {
        let facts = self.facts(at.file);
        let mut child = at.node;
        for n in facts.ancestors(at.node).skip(1) {
            match facts.kind(n) {
                Kind::Member { object, .. } if *object == child => {}
                Kind::Call(c) if c.callee == child => {
                    let values = self.eval(at.sibling(n));
                    if !values.iter().any(|v| matches!(v, Value::Client(c) if c.path.is_empty())) {
                        return None;
                    }
                }
                Kind::Await(_) | Kind::Propagate(_) => {}
                Kind::Assign(a) if a.value == Some(child) => {
                    return matches!(facts.kind(a.target), Kind::Name(_)).then(|| at.sibling(a.target));
                }
                _ => return None,
            }
            child = n;
        }
        None
    }

    /// `cache.insert(key, client.clone())`: a handle to the same connections goes to something that
    /// stores it.
    fn copy_is_stored(&self, clone: NodeRef) -> bool {
        let facts = self.facts(clone.file);
        let Some(copy) = facts.parent(clone.node).filter(|&p| matches!(facts.kind(p), Kind::Call(_))) else {
            return false;
        };
        let Some(parent) = facts.parent(copy) else { return false };
        let sdk = self.file(clone.file).sdk;
        match facts.kind(parent) {
            Kind::Call(c) => {
                c.callee != copy
                    && last_name(facts, c.callee).is_some_and(|name| {
                        sdk.has_word("store-keeps", &name) || sdk.has_word("grow-names", &name)
                    })
            }
            Kind::Assign(a) => a.value == Some(copy) && !matches!(facts.kind(a.target), Kind::Name(_)),
            _ => false,
        }
    }

    fn client_is_kept_by(&self, call: NodeRef, callee: NodeId) -> bool {
        !self.eval(call.sibling(callee)).iter().all(|v| matches!(v, Value::Function(_)))
    }
}
