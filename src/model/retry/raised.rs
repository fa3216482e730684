//! Whether a failure reaches what is around a request: as an error, as an answer with a status, or not at all.

use super::probe::Probe;
use super::{Retry, Tri};
use crate::facts::Kind;
use crate::model::What;
use crate::model::values::truth::Truth;
use crate::model::values::value::{Field, NodeRef, Value};
use crate::model::{Project, Request};
use crate::sdk::Road;
use crate::sdk::failures::Failure;

impl Project {
    /// Whether a failure is an error from the start, not an answer with a status.
    pub(super) fn fails_at_once(&self, request: &Request, failure: Failure) -> bool {
        match self.raises_status_of(request, failure) {
            Tri::Unknown => request.kind.raises,
            known => known == Tri::Yes,
        }
    }

    /// The same, where the option that decides it may be out of sight.
    pub(super) fn raises_status_of(&self, request: &Request, failure: Failure) -> Tri {
        if failure.status().is_none() || request.road != Road::Http {
            return Tri::Yes;
        }
        let usual = match request.kind.raises {
            true => Tri::Yes,
            // A function of the client's that every answer goes to first may raise.
            false if self.is_given_answer_hook(request) => Tri::Unknown,
            false => Tri::No,
        };
        let (option, silences) = self.raise_option(request);
        match option {
            Field::Absent => usual,
            Field::Known(nodes) => {
                let through: Vec<Tri> =
                    nodes.iter().map(|&n| self.lets_through(n, silences, failure)).collect();
                match through.first() {
                    Some(&first) if through.iter().all(|&t| t == first) => first.not(),
                    Some(_) => Tri::Unknown,
                    None => usual,
                }
            }
            // A client that is given: whoever looks at the status of its answers knows how it was made.
            Field::Unknown(_) => {
                let given = request.clients.iter().any(|client| client.made.is_none());
                let looked_at = || self.uses(request.at).iter().any(|u| u.what == What::Status);
                if usual == Tri::Yes && given && looked_at() { Tri::Unknown } else { usual }
            }
        }
    }

    /// Whether the value of the option lets the status of a failure through as an answer:
    /// `throwHttpErrors: false`, `validateStatus: () => true`.
    fn lets_through(&self, at: NodeRef, silences: bool, failure: Failure) -> Tri {
        let of = |value: &Value| match value {
            Value::Node(n) => match self.kind(*n) {
                Kind::Bool(b) if *b == silences => Tri::Yes,
                Kind::Null if !silences => Tri::Yes,
                Kind::Bool(_) | Kind::Null => Tri::No,
                _ => Tri::Unknown,
            },
            Value::Function(f) => match self.function_truth(*f, &Probe::new(failure, false, None), 0) {
                Truth::Yes => Tri::Yes,
                Truth::No => Tri::No,
                _ => Tri::Unknown,
            },
            _ => Tri::Unknown,
        };
        let mut told = self.eval(at).iter().map(of).collect::<Vec<_>>();
        told.dedup();
        match told[..] {
            [one] => one,
            _ => Tri::Unknown,
        }
    }

    /// Whether what fails is told only where the answer is read, and that is not within what is repeated:
    /// `retry(() => streamText(…))`.
    pub(super) fn fails_out_of_sight(&self, request: &Request, retry: &Retry) -> bool {
        if !request.kind.bare_failures {
            return false;
        }
        let uses = self.uses(request.at);
        retry.trail.iter().all(|&step| {
            let Some(function) = self.function_of(step) else { return false };
            let facts = self.facts(function.file);
            let inside = |at: NodeRef| {
                at.file == function.file && facts.ancestors(at.node).any(|n| n == function.node)
            };
            !uses.iter().any(|u| inside(u.at))
        })
    }
}
