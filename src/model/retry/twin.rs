//! Decorators that hold two wrappers, one to be awaited and one that is not, and choose between them by the
//! function that they stand on.

use super::Retry;
use super::path::Walk;
use crate::facts::Kind;
use crate::model::Project;
use crate::model::values::value::NodeRef;

impl Walk<'_> {
    /// Notes what a decorator repeats its function by; of two wrappers the one of the other kind does not matter.
    pub(super) fn own_of_twins(&mut self, decorator: NodeRef, retries: Vec<Retry>) {
        let project = self.project;
        let own = project.decorated_is_async(decorator);
        let is_own = |retry: &Retry| own.is_none_or(|own| project.is_within_async(retry.at) == own);
        let chooses = retries.iter().any(is_own);
        for retry in retries {
            match !chooses || is_own(&retry) {
                true => self.found(retry),
                false => self.out.twins.push(retry.at),
            }
        }
    }
}

impl Project {
    /// Whether the function that a decorator stands on is one to be awaited.
    fn decorated_is_async(&self, decorator: NodeRef) -> Option<bool> {
        let parent = self.facts(decorator.file).parent(decorator.node)?;
        match self.kind(decorator.sibling(parent)) {
            Kind::Function(f) if f.decorators.contains(&decorator.node) => Some(f.is_async),
            _ => None,
        }
    }

    fn is_within_async(&self, at: NodeRef) -> bool {
        let facts = self.facts(at.file);
        facts.ancestors(at.node).any(|n| matches!(facts.kind(n), Kind::Function(f) if f.is_async))
    }
}
