//! Whether what the server wishes, `retry-after`, could be read where a delay is chosen.

use super::Retry;
use super::probe::Probe;
use crate::facts::{Kind, NodeId};
use crate::lang::Language;
use crate::model::values::truth::Truth;
use crate::model::values::value::NodeRef;
use crate::model::{Project, Request};
use crate::sdk::failures::Failure;

impl Project {
    /// Whether the headers of a 429 can be read where a retry decides: the answer itself is
    /// there, or the error is caught by a name.
    pub fn has_headers_at_hand(&self, request: &Request, retry: &Retry) -> bool {
        let answer = !self.fails_at_once(request, Failure::RateLimit);
        let Some(point) = retry.point.or(retry.trail.last().copied()) else { return false };
        let p = Probe::new(Failure::RateLimit, !answer, None);
        for &step in retry.trail.iter().filter(|&&s| s != point) {
            if !self.comes_out(step, &p) {
                return false;
            }
        }
        let _ = self.follow(point, Some(retry.at), &p);
        let answer = answer && !p.failed.get();
        answer
            || retry.delays.iter().any(|delay| self.is_chosen_by_status(delay.at))
            || self.file(retry.at.file).language != Language::Rust
                && retry.handlers.iter().any(|&body| {
                    let facts = self.facts(body.file);
                    let handler = facts.parent(body.node).and_then(|parent| match facts.kind(parent) {
                        Kind::Try(t) => t.handlers.iter().find(|h| h.body == body.node),
                        _ => None,
                    });
                    handler.is_some_and(|h| h.name.is_some())
                })
    }

    /// Whether a delay stands in a branch that asks an answer for its status: `if answer.status == 429 and …`.
    fn is_chosen_by_status(&self, delay: NodeRef) -> bool {
        let facts = self.facts(delay.file);
        let asks = |n: NodeId| match facts.kind(n) {
            Kind::Member { object, name, .. } => {
                matches!(facts.kind(*object), Kind::Name(_))
                    && self.has_part(delay, "status-parts", name)
                    && !self.is_of_caught(delay.sibling(*object))
            }
            _ => false,
        };
        let mut child = delay.node;
        facts.ancestors(delay.node).skip(1).take_while(|&n| !matches!(facts.kind(n), Kind::Function(_))).any(
            |n| {
                let inside = std::mem::replace(&mut child, n);
                match facts.kind(n) {
                    Kind::If { condition, then, .. } => {
                        *then == inside && facts.descendants(*condition).into_iter().any(asks)
                    }
                    _ => false,
                }
            },
        )
    }

    /// The delay that follows a failure: not one in a handler that does not see it.
    pub fn delay_after(&self, request: &Request, retry: &Retry, failure: Failure) -> Option<NodeRef> {
        let answer = !self.fails_at_once(request, failure);
        let p = Probe::new(failure, !answer, None);
        let sees = |at: &NodeRef| {
            let facts = self.facts(at.file);
            facts.ancestors(at.node).all(|n| {
                let Some(parent) = facts.parent(n) else { return true };
                let Kind::Try(t) = facts.kind(parent) else { return true };
                match t.handlers.iter().find(|h| h.body == n) {
                    Some(h) if !h.types.is_empty() => {
                        h.types.iter().any(|&ty| self.means_failure(at.sibling(ty), &p) != Truth::No)
                    }
                    Some(_) => !answer,
                    None => true,
                }
            })
        };
        let mut delays = retry.delays.iter().map(|d| d.at);
        delays.clone().find(sees).or_else(|| delays.next())
    }
}
