//! Attempts whose failure comes after the `try` around them was left: what is returned there was not waited for.

use super::{Retry, RetryForm};
use crate::facts::Kind;
use crate::lang::Language;
use crate::model::Client;
use crate::model::values::value::{NodeRef, Value};
use crate::model::{Project, Request};

impl Project {
    /// The call in a `try` of the repeating loop that is returned as it is, though it has yet to be waited for.
    pub fn returned_unawaited(&self, request: &Request, retry: &Retry) -> Option<NodeRef> {
        let point = retry.point.filter(|_| retry.form == RetryForm::Loop)?;
        let facts = self.facts(point.file);
        let parent = facts.parent(point.node)?;
        let returned = matches!(facts.kind(parent), Kind::Return(Some(value)) if *value == point.node);
        if !returned || !self.gives_promise(request, point) {
            return None;
        }
        let mut around = facts.ancestors(parent).take_while(|&n| !matches!(facts.kind(n), Kind::Function(_)));
        let tried = around.any(|n| match facts.kind(n) {
            Kind::Try(t) => {
                facts.span(t.body).contains(facts.span(point.node))
                    && facts.span(retry.at.node).contains(facts.span(n))
            }
            _ => false,
        });
        tried.then_some(point)
    }

    /// Whether a call gives something that is yet to be waited for.
    fn gives_promise(&self, request: &Request, call: NodeRef) -> bool {
        let Kind::Call(c) = self.kind(call) else { return false };
        let language = self.file(call.file).language;
        if call == request.at && language == Language::TypeScript {
            return request.kind.stream.as_deref() != Some("always");
        }
        let function = self.function_of(call);
        let waits = function.is_some_and(|f| matches!(self.kind(f), Kind::Function(f) if f.is_async));
        if call == request.at {
            return waits && language == Language::Python && self.is_sent_async(request);
        }
        waits
            && language != Language::Rust
            && self.eval(call.sibling(c.callee)).iter().all(|v| match v {
                Value::Function(f) => {
                    matches!(self.kind(*f), Kind::Function(f) if f.is_async && !f.is_generator)
                }
                _ => false,
            })
    }

    /// Whether the clients of a request are those that have to be waited for.
    fn is_sent_async(&self, request: &Request) -> bool {
        let made = |c: &std::sync::Arc<Client>| {
            c.made.is_some_and(|m| self.file(m.file).text_of(m.node).contains("Async"))
        };
        !request.clients.is_empty() && request.clients.iter().all(made)
    }
}
