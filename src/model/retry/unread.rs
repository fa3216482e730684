//! Streams that what is repeated only begins: they fail where they are read, after the retry has ended.

use super::{Retry, RetryForm};
use crate::facts::{Kind, NodeId};
use crate::model::values::value::NodeRef;
use crate::model::{Project, Request};

const MAX_DEPTH: u32 = 12;

impl Project {
    /// Whether everything between a request that only begins and what repeats it gives the answer back as it
    /// is: `retry(() => client.messages.stream(…))`.
    pub fn given_back_unread(&self, request: &Request, retry: &Retry) -> bool {
        if !request.kind.fails_late || !matches!(retry.form, RetryForm::Loop | RetryForm::Library) {
            return false;
        }
        let passed_on = |step: NodeRef| {
            let within = self.stands_inside(step, retry.at).then_some(retry.at);
            within.or_else(|| self.function_of(step)).is_some_and(|region| self.passed_on(step, region, 0))
        };
        // A helper gets it by the call of what it is given.
        let taken = match (retry.form, retry.point) {
            (RetryForm::Loop, Some(point)) => passed_on(point),
            (RetryForm::Loop, None) => false,
            _ => true,
        };
        taken && retry.trail.iter().all(|&step| passed_on(step))
    }

    /// Whether nothing in a region does more with a value than to wait for it, to keep it in a variable and to
    /// give it back.
    fn passed_on(&self, at: NodeRef, region: NodeRef, depth: u32) -> bool {
        let facts = self.facts(at.file);
        let Some(parent) = facts.parent(at.node).filter(|_| depth < MAX_DEPTH) else { return false };
        let on = |n: NodeId| self.passed_on(at.sibling(n), region, depth + 1);
        match facts.kind(parent) {
            Kind::Return(_) => true,
            Kind::Await(_) | Kind::Cast { .. } => on(parent),
            Kind::Function(f) => f.body == at.node,
            Kind::Block { body, tail } => !*tail || body.last() != Some(&at.node) || on(parent),
            Kind::Assign(a) if a.value == Some(at.node) && matches!(facts.kind(a.target), Kind::Name(_)) => {
                self.readers(at.sibling(a.target))
                    .into_iter()
                    .filter(|&reader| self.stands_inside(reader, region))
                    .all(|reader| on(reader.node))
            }
            _ => false,
        }
    }
}
