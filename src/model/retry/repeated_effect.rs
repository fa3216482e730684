//! What a retry does a second time before the request: effects in the repeated code.

use super::{Retry, RetryForm};
use crate::facts::{Kind, NodeId};
use crate::model::Project;
use crate::model::names::index::path_name;
use crate::model::names::scope::Origin;
use crate::model::values::value::NodeRef;

impl Project {
    /// An effect in the repeated code that stands before the request.
    pub fn effect_before_request(&self, retry: &Retry) -> Option<NodeRef> {
        let last = *retry.trail.last()?;
        let (region, point) = match (retry.form, retry.point) {
            (RetryForm::Loop, Some(point)) if Some(&point) == retry.trail.last() => (retry.at, point),
            (RetryForm::Loop | RetryForm::Library, _) => (self.function_of(last)?, last),
            // All of the function runs again.
            (RetryForm::Recursion, _) => {
                let function = self.function_of(retry.at)?;
                let facts = self.facts(function.file);
                let inside = |s: &&NodeRef| {
                    s.file == function.file && facts.ancestors(s.node).any(|n| n == function.node)
                };
                (function, *retry.trail.iter().find(inside)?)
            }
            _ => return None,
        };
        if region.file != point.file {
            return None;
        }
        let facts = self.facts(region.file);
        self.own_nodes(region).into_iter().filter(|&n| n < point.node).map(|n| region.sibling(n)).find(
            |&at| {
                let Kind::Call(c) = self.kind(at) else { return false };
                if facts.ancestors(point.node).any(|n| n == at.node) || self.request_at(at).is_some() {
                    return false;
                }
                let callee = at.sibling(c.callee);
                let Some(name) = self.last_name_at(callee) else { return false };
                let sdk = self.file(at.file).sdk;
                match self.kind(callee) {
                    Kind::Member { object, .. } if sdk.has_word("list-growth", &name) => {
                        let object = at.sibling(*object);
                        let path = path_name(facts, object.node);
                        let local = match self.kind(object) {
                            Kind::Name(n) => self.is_bound_in(region, n),
                            Kind::Member { .. } => false,
                            _ => true,
                        };
                        !local && path.is_some_and(|p| self.is_mentioned_in(point, &p))
                    }
                    Kind::Member { object, .. } if self.is_made_for(at.sibling(*object), region, point) => {
                        false
                    }
                    _ => sdk.has_word("effect-names", &name) && !self.is_logger(callee),
                }
            },
        )
    }

    /// Whether a collection is made anew in the repeated code, or for what is sent there.
    fn is_made_for(&self, object: NodeRef, region: NodeRef, point: NodeRef) -> bool {
        let file = self.file(object.file);
        let Kind::Name(name) = file.facts.kind(object.node) else { return false };
        if !self.is_bound_in(region, name) {
            return false;
        }
        let empty = |expr: NodeId| match file.facts.kind(expr) {
            Kind::List(_) | Kind::Record(_) => true,
            Kind::Call(call) => {
                let maker = path_name(&file.facts, call.callee);
                maker.is_some_and(|path| path.split('.').any(|part| file.sdk.has_word("collections", part)))
            }
            _ => false,
        };
        self.is_mentioned_in(point, name)
            || file.scopes.lookup(&file.facts, name, object.node).iter().any(|def| match &def.origin {
                Origin::Value { expr, path } => path.is_empty() && empty(*expr),
                _ => false,
            })
    }

    /// Whether a call is given something by that name.
    fn is_mentioned_in(&self, call: NodeRef, path: &str) -> bool {
        let facts = self.facts(call.file);
        facts.descendants(call.node).into_iter().any(|n| path_name(facts, n).is_some_and(|p| p == path))
    }
}
