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
        self.given_back_by(retry, &retry.trail, |step| self.passed_on_of(step, retry))
    }

    /// Whether what a function on the way to a retry reads is read only after that has ended, since a generator
    /// reads it: everything from the call of that outwards gives it back as it is, or goes through it for its own
    /// reader.
    pub(super) fn read_after(&self, retry: &Retry, function: NodeRef, reading: NodeRef) -> bool {
        let Some(generator) = self.function_of(reading).filter(|&g| self.is_generator(g)) else {
            return false;
        };
        if !matches!(retry.form, RetryForm::Loop | RetryForm::Library) {
            return false;
        }
        let nested = generator != function;
        let outwards = retry.trail.iter().position(|step| self.callers(function).contains(step));
        let Some(outwards) = outwards.and_then(|first| retry.trail.get(first..)) else { return false };
        let begun = !nested || self.is_given_back_within(generator, function, 0);
        begun
            && self.given_back_by(retry, outwards, |step| {
                let lazy = !self.stands_inside(step, retry.at)
                    && self.function_of(step).is_some_and(|function| self.is_generator(function));
                lazy || self.passed_on_of(step, retry)
            })
    }

    /// Whether a function is called within a region only, and what it gives only passed on.
    fn is_given_back_within(&self, function: NodeRef, region: NodeRef, depth: u32) -> bool {
        let callers = self.callers(function);
        function != region
            && self.stands_inside(function, region)
            && !callers.is_empty()
            && callers
                .iter()
                .all(|&call| self.stands_inside(call, region) && self.passed_on(call, region, depth))
    }

    /// Whether all of some calls that lead to a retry pass on what they get, and so does what it repeats.
    fn given_back_by(&self, retry: &Retry, calls: &[NodeRef], passed_on: impl Fn(NodeRef) -> bool) -> bool {
        // A helper gets it by the call of what it is given.
        let taken = match (retry.form, retry.point) {
            (RetryForm::Loop, Some(point)) => passed_on(point),
            (RetryForm::Loop, None) => false,
            _ => true,
        };
        taken && calls.iter().all(|&step| passed_on(step))
    }

    fn passed_on_of(&self, step: NodeRef, retry: &Retry) -> bool {
        let within = self.stands_inside(step, retry.at).then_some(retry.at);
        within.or_else(|| self.function_of(step)).is_some_and(|region| self.passed_on(step, region, 0))
    }

    fn is_generator(&self, function: NodeRef) -> bool {
        matches!(self.kind(function), Kind::Function(f) if f.is_generator)
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
            // A generator within goes through it when somebody goes through that.
            Kind::Loop(l) if l.iterable == Some(at.node) => self
                .function_of(at)
                .is_some_and(|f| self.is_generator(f) && self.is_given_back_within(f, region, depth + 1)),
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
