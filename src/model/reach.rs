//! Which functions lead to a request.

use rustc_hash::FxHashMap;

use super::Project;
use super::value::{NodeRef, Value};
use crate::facts::Kind;

/// Calls between a function and the request.
const MAX_HOPS: u32 = 3;

impl Project {
    /// The functions that send a request, themselves or by what they call, with the request.
    pub fn sending_functions(&self) -> FxHashMap<NodeRef, NodeRef> {
        let mut out: FxHashMap<NodeRef, NodeRef> = FxHashMap::default();
        let mut open: Vec<(NodeRef, NodeRef, u32)> = Vec::new();
        for request in self.requests() {
            open.extend(self.callable_around(request.at).map(|f| (f, request.at, 0)));
        }
        while let Some((function, request, hops)) = open.pop() {
            if out.contains_key(&function) {
                continue;
            }
            out.insert(function, request);
            if hops < MAX_HOPS {
                for &call in self.callers(function) {
                    open.extend(self.callable_around(call).map(|f| (f, request, hops + 1)));
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
    pub fn request_reached(
        &self,
        code: NodeRef,
        senders: &FxHashMap<NodeRef, NodeRef>,
    ) -> Option<(NodeRef, Option<NodeRef>)> {
        let facts = self.facts(code.file);
        facts.descendants(code.node).into_iter().find_map(|n| {
            let at = code.sibling(n);
            let Kind::Call(c) = facts.kind(n) else { return None };
            if self.request_at(at).is_some() {
                return Some((at, None));
            }
            self.eval(at.sibling(c.callee)).iter().find_map(|v| match v {
                Value::Function(f) => senders.get(f).map(|&r| (r, Some(*f))),
                _ => None,
            })
        })
    }
}
