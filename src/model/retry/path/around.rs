//! Loops on the way outwards: those that repeat what they send, and others.

use super::Walk;
use crate::facts::{Kind, LoopKind};
use crate::model::retry::{Retry, RetryForm};
use crate::model::values::value::{NodeRef, Value};

impl Walk<'_> {
    /// A loop around a call on the way from the request.
    pub(super) fn around_loop(&mut self, around: NodeRef, at: NodeRef, hops: u32) {
        let Kind::Loop(l) = self.project.kind(around) else { return };
        if l.kind == LoopKind::ForEach
            && let Some(iterable) = l.iterable
        {
            let iterable = around.sibling(iterable);
            if let Some(retry) = self.project.library_retry_of(iterable) {
                return self.found(retry);
            }
            // An iterable of attempts made out of sight.
            if self.project.eval(iterable).contains(&Value::Unknown)
                && self.project.last_name_at(iterable).is_some_and(|n| {
                    self.project.has_part(iterable, "retry-parts", &n)
                        && matches!(self.project.kind(iterable), Kind::Call(_))
                })
            {
                self.found(Retry::new(around, RetryForm::Named));
            }
        }
        match self.project.retry_loop(around, at, hops == 0) {
            Some(retry) => self.found(retry),
            None if self.project.asks_the_next(around, at) => {
                self.found(Retry::new(around, RetryForm::Fallback));
            }
            // A list comes to its end; another loop may be that of a program that stays.
            None => {
                let again = !self.doubt && !self.goes_over_a_few(around);
                if l.kind == LoopKind::ForEach { self.loops(again) } else { self.lasts(again) }
            }
        }
    }

    /// Whether a loop goes over a few things that are written down: no more than doing it that often.
    fn goes_over_a_few(&self, around: NodeRef) -> bool {
        let Kind::Loop(l) = self.project.kind(around) else { return false };
        let Some(iterable) = l.iterable.filter(|_| l.kind == LoopKind::ForEach) else { return false };
        let few = |at: NodeRef| self.project.lists_few(at);
        let at = around.sibling(iterable);
        let values = self.project.eval(at);
        few(at)
            || !values.is_empty() && values.iter().all(|v| matches!(v, Value::Node(n) if *n != at && few(*n)))
    }
}
