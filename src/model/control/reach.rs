//! Which functions lead to a request.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::facts::Kind;
use crate::model::Project;
use crate::model::retry::SharedCalls;
use crate::model::values::value::{NodeRef, Value};

/// Calls between a function and the request.
const MAX_HOPS: u32 = 3;

/// The functions that send a request, themselves or by what they call.
#[derive(Debug, Default)]
pub struct Senders {
    /// The request of each.
    requests: FxHashMap<NodeRef, NodeRef>,
    /// Those that send whatever URL they are given.
    shared: FxHashSet<NodeRef>,
    /// Calls of these that are not known to mean Claude.
    unsure: FxHashSet<NodeRef>,
    /// The function that each calls to send it.
    next: FxHashMap<NodeRef, NodeRef>,
}

impl Senders {
    /// The request that a function sends, whoever calls it.
    pub fn request(&self, function: NodeRef) -> Option<NodeRef> {
        self.requests.get(&function).copied().filter(|_| !self.shared.contains(&function))
    }

    /// Whether a function sends a request, itself or by what it calls.
    pub fn sends(&self, function: NodeRef) -> bool {
        self.requests.contains_key(&function)
    }

    /// The functions that lead from one to its request, with itself.
    pub fn way(&self, function: NodeRef) -> impl Iterator<Item = NodeRef> + '_ {
        std::iter::successors(Some(function), |f| self.next.get(f).copied()).take(MAX_HOPS as usize + 1)
    }

    /// The request that a call of a function sends.
    fn request_by(&self, call: NodeRef, function: NodeRef) -> Option<NodeRef> {
        self.requests.get(&function).copied().filter(|_| !self.unsure.contains(&call))
    }
}

impl Project {
    /// The functions that send a request, themselves or by what they call.
    pub fn sending_functions(&self) -> Senders {
        let mut out = Senders::default();
        let mut open: Vec<(NodeRef, NodeRef, Option<NodeRef>, u32)> = Vec::new();
        let mut shared: FxHashMap<NodeRef, SharedCalls> = FxHashMap::default();
        for request in self.requests() {
            open.extend(self.callable_around(request.at).map(|f| (f, request.at, None, 0)));
            shared.extend(self.shared_calls(request).map(|calls| (request.at, calls)));
        }
        while let Some((function, request, next, hops)) = open.pop() {
            if out.requests.contains_key(&function) {
                continue;
            }
            out.requests.insert(function, request);
            out.next.extend(next.map(|next| (function, next)));
            let shared = shared.get(&request).filter(|shared| shared.is_shared(function));
            if shared.is_some() {
                out.shared.insert(function);
            }
            if hops < MAX_HOPS {
                for &call in self.callers(function) {
                    if let Some(shared) = shared {
                        if !shared.is_own(call) {
                            out.unsure.insert(call);
                        }
                        if !shared.may_be_own(self, function, call) {
                            continue;
                        }
                    }
                    open.extend(self.callable_around(call).map(|f| (f, request, Some(function), hops + 1)));
                }
            }
        }
        out
    }

    /// The nearest function around a node that others can call.
    fn callable_around(&self, at: NodeRef) -> Option<NodeRef> {
        let facts = self.facts(at.file);
        let around = facts.ancestors(at.node).skip(1);
        let mut functions = around.filter(|&n| {
            matches!(facts.kind(n), Kind::Function(_))
                && !facts.parent(n).is_some_and(|p| matches!(facts.kind(p), Kind::Call(_)))
        });
        functions.next().map(|n| at.sibling(n))
    }

    /// The request that a piece of code leads to, with the function of the project in between.
    pub fn request_reached(&self, code: NodeRef, senders: &Senders) -> Option<(NodeRef, Option<NodeRef>)> {
        let facts = self.facts(code.file);
        facts.descendants(code.node).into_iter().find_map(|n| {
            let at = code.sibling(n);
            let Kind::Call(c) = facts.kind(n) else { return None };
            if self.request_at(at).is_some() {
                return Some((at, None));
            }
            self.eval(at.sibling(c.callee)).iter().find_map(|v| match v {
                Value::Function(f) => senders.request_by(at, *f).map(|r| (r, Some(*f))),
                _ => None,
            })
        })
    }
}
