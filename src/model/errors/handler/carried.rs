//! Whether the error itself leaves a handler, whole or by its id.

use super::{Given, Handler};
use crate::facts::{Kind, Name, NodeId};
use crate::model::Project;
use crate::model::names::index::last_name;
use crate::model::values::value::NodeRef;

impl Project {
    /// Whether the error, its text or its request id is logged or handed on; its status or class
    /// alone is not.
    pub fn carries_error(&self, handler: &Handler) -> bool {
        let Some(body) = handler.body else { return false };
        let facts = self.facts(body.file);
        let sdk = self.file(body.file).sdk;
        let names: Vec<Name> = handler.error.map_or_else(Vec::new, |e| {
            let facts = self.facts(e.file);
            facts
                .descendants(e.node)
                .into_iter()
                .filter_map(|n| match facts.kind(n) {
                    Kind::Name(name) => Some(name.clone()),
                    _ => None,
                })
                .collect()
        });
        facts.descendants(body.node).into_iter().any(|n| {
            let at = body.sibling(n);
            match facts.kind(n) {
                Kind::Name(name) if names.contains(name) && handler.error != Some(at) => {
                    !self.is_part_only(at)
                }
                Kind::Call(c) => {
                    let named = |n: &Name| sdk.has_word("logs-current-error", n);
                    last_name(facts, c.callee).is_some_and(|n| named(&n))
                        || c.args.iter().any(|a| a.name.as_ref().is_some_and(named))
                }
                _ => false,
            }
        })
    }

    /// Whether the failure leaves the function after the handler: the error is kept in a variable that is raised
    /// there, or something is raised where a loop of attempts has ended.
    pub(super) fn raises_later(&self, handler: &Handler) -> bool {
        let Some(function) = self.function_of(handler.at) else { return false };
        let facts = self.facts(handler.at.file);
        let sdk = self.file(handler.at.file).sdk;
        let around = facts.ancestors(handler.at.node).take_while(|&n| n != function.node);
        let attempts = around.filter(|&n| matches!(facts.kind(n), Kind::Loop(_))).last();
        let end = facts.span(attempts.unwrap_or(handler.at.node)).end;
        let kept: Vec<Name> =
            self.outcome(handler).sets.into_iter().filter(|s| s.1 == Given::Error).map(|s| s.0).collect();
        let raises = |n: NodeId| match facts.kind(n) {
            Kind::Throw(_) => true,
            Kind::Call(c) => last_name(facts, c.callee).is_some_and(|n| sdk.has_word("failure-patterns", &n)),
            _ => false,
        };
        let own = || self.own_nodes(function).into_iter().filter(|&n| facts.span(n).start >= end);
        (attempts.is_some() || !kept.is_empty())
            && own()
                .any(|n| raises(n) && (attempts.is_some() || kept.iter().any(|name| facts.names(n, name))))
    }

    /// Whether only the status or class of what stands here is taken.
    fn is_part_only(&self, at: NodeRef) -> bool {
        let facts = self.facts(at.file);
        let sdk = self.file(at.file).sdk;
        let Some(parent) = facts.parent(at.node) else { return false };
        match facts.kind(parent) {
            Kind::Member { object, name, .. } if *object == at.node => {
                sdk.has_word("error-fields", name) && &**name != "response" && &**name != "headers"
            }
            Kind::Call(c) => self.file(at.file).named_in(c.callee, "kind-questions"),
            Kind::Binary { op: crate::facts::BinaryOp::InstanceOf, .. } => true,
            _ => false,
        }
    }
}
