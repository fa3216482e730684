//! Branches beside a call that repeat the same work: which of them is taken, a setting decides.

use crate::facts::{Kind, NodeId};
use crate::model::values::value::{NodeRef, Value};
use crate::model::{Project, Request};

/// Most nodes of the other branches that are looked at.
const MAX_NODES: usize = 600;

impl Project {
    /// A retry in the branches that are taken instead of the one with a call, as in
    /// `match policy { Off => once(), On(policy) => retry(policy, …) }`.
    pub(super) fn retried_otherwise(&self, parent: NodeRef, child: NodeId) -> Option<NodeRef> {
        let facts = self.facts(parent.file);
        let others: Vec<NodeId> = match facts.kind(parent.node) {
            Kind::Match(m) if m.arms.iter().any(|arm| arm.body == child) => {
                m.arms.iter().map(|arm| arm.body).filter(|&body| body != child).collect()
            }
            Kind::If { then, otherwise: Some(other), .. } if *then == child => vec![*other],
            Kind::If { then, otherwise: Some(other), .. } if *other == child => vec![*then],
            // `if retries == 0 { return once(); } retry(…)`
            Kind::If { then, otherwise: None, .. } if *then == child => {
                let Kind::Block { body, .. } = facts.kind(facts.parent(parent.node)?) else { return None };
                let next = body.iter().position(|&statement| statement == parent.node)? + 1;
                body[next..].to_vec()
            }
            _ => return None,
        };
        let nodes = others.into_iter().flat_map(|other| facts.descendants(other)).take(MAX_NODES);
        nodes.map(|n| parent.sibling(n)).find(|&call| self.is_call_of_retry(call))
    }

    /// Whether a call is the last attempt after a loop that has repeated the same.
    pub(super) fn is_last_attempt(&self, block: NodeRef, statement: NodeId, call: NodeRef) -> bool {
        let facts = self.facts(block.file);
        let (Kind::Block { body, .. }, Some(text)) = (facts.kind(block.node), self.call_text(call)) else {
            return false;
        };
        let before =
            body.iter().take_while(|&&s| s != statement).filter(|&&s| matches!(facts.kind(s), Kind::Loop(_)));
        before.into_iter().any(|&around| {
            let around = block.sibling(around);
            self.own_nodes(around)
                .into_iter()
                .map(|n| block.sibling(n))
                .any(|n| self.call_text(n) == Some(text) && self.retry_loop(around, n, true).is_some())
        })
    }

    /// Whether another request of the same form, made in the same function, takes the place of this one when
    /// it has failed: a stream that is opened as it is read, and opened once more.
    pub fn is_made_anew(&self, request: &Request) -> bool {
        let Some(function) = self.function_of(request.at) else { return false };
        self.requests().iter().any(|other| {
            other.at != request.at
                && other.kind == request.kind
                && self.contains(function, other.at)
                && self.facts(other.at.file).ancestors(other.at.node).any(|n| {
                    let around = other.at.sibling(n);
                    matches!(self.kind(around), Kind::Loop(_)) && !self.contains(around, request.at)
                })
        })
    }

    /// Whether a call asks a library to repeat what it is given, or something that says so by its name.
    fn is_call_of_retry(&self, call: NodeRef) -> bool {
        let Kind::Call(c) = self.kind(call) else { return false };
        let callee = call.sibling(c.callee);
        let is_function = |n: NodeId| {
            let given = call.sibling(n);
            matches!(self.kind(given), Kind::Function(_))
                || self.eval(given).iter().any(|v| matches!(v, Value::Function(_)))
        };
        let is_method = || match self.kind(callee) {
            Kind::Member { name, object, .. } => {
                self.file(call.file).sdk.retry_method(name).is_some() && is_function(*object)
            }
            _ => false,
        };
        let named =
            || self.last_name_at(callee).is_some_and(|name| self.has_part(callee, "retry-parts", &name));
        is_method()
            || c.args.iter().any(|a| is_function(a.value)) && (self.is_retry_facility(callee) || named())
    }
}
