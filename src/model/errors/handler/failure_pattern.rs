//! Patterns that take failures: the names they bind and the errors they mean.

use crate::facts::{Kind, NodeId};
use crate::model::Project;
use crate::model::values::value::NodeRef;

impl Project {
    /// Whether a pattern takes failures: `Err(e)`.
    pub(super) fn is_failure_pattern(&self, at: NodeRef) -> bool {
        self.failure_head(at).is_some_and(|h| self.file(at.file).named_in(h, "failure-patterns"))
    }

    fn failure_head(&self, at: NodeRef) -> Option<NodeId> {
        match self.kind(at) {
            Kind::Record(r) => r.ty,
            Kind::Call(c) => Some(c.callee),
            _ => None,
        }
    }

    fn failure_payload(&self, at: NodeRef) -> Option<NodeRef> {
        let node = match self.kind(at) {
            Kind::Record(r) => r.entries.first().map(|e| e.value),
            Kind::Call(c) => c.args.first().map(|a| a.value),
            _ => None,
        };
        node.map(|n| at.sibling(n))
    }

    /// The name an error pattern binds.
    pub(super) fn failure_binding(&self, at: NodeRef) -> Option<NodeRef> {
        let payload = self.failure_payload(at)?;
        let facts = self.facts(at.file);
        match facts.kind(payload.node) {
            Kind::Name(name) if name.starts_with('_') => None,
            Kind::Name(_) => Some(payload),
            _ => {
                let inner = facts.descendants(payload.node).into_iter();
                let mut names = inner.filter(|&n| self.file(at.file).scopes.binding(n).is_some());
                names.next().map(|n| at.sibling(n))
            }
        }
    }

    /// The variant an error pattern is about: `Err(ApiError::RateLimited(_))`.
    pub(super) fn failure_type(&self, at: NodeRef) -> Option<NodeRef> {
        let payload = self.failure_payload(at)?;
        match self.kind(payload) {
            Kind::Call(_) | Kind::Record(_) => self.failure_head(payload).map(|n| at.sibling(n)),
            Kind::Member { .. } => Some(payload),
            _ => None,
        }
    }
}
