//! Requests that are made to fail: tests of errors, and code that shows which errors there are.

use crate::facts::{Kind, NodeId, Try};
use crate::model::values::value::NodeRef;
use crate::model::{Project, Request};

impl Project {
    /// Whether a request is there to be refused: a test says that it raises, or nobody wants the
    /// answer and a handler shows the error.
    pub(in crate::model) fn is_made_to_fail(&self, request: &Request) -> bool {
        let at = request.at;
        let facts = self.facts(at.file);
        let mut child = at.node;
        for parent in facts.ancestors(at.node).skip(1) {
            let expected = match facts.kind(parent) {
                Kind::With(w) if w.body == child => {
                    w.items.iter().any(|i| self.expects_failure(at.sibling(i.value)))
                }
                Kind::Call(c) if c.callee != child => self.expects_failure(at.sibling(parent)),
                Kind::Member { object, name, .. } if *object == child => {
                    self.file(at.file).sdk.has_word("expected-failures", name)
                }
                Kind::Try(t) if t.body == child => return self.shows_failure(request, t),
                Kind::Function(f) if f.name.is_some() => return false,
                _ => false,
            };
            if expected {
                return true;
            }
            child = parent;
        }
        false
    }

    fn expects_failure(&self, call: NodeRef) -> bool {
        let callee = self.callee_of(call).and_then(|c| self.last_name_at(c));
        callee.is_some_and(|name| self.file(call.file).sdk.has_word("expected-failures", &name))
    }

    /// Whether the request ends what is tried, its answer is left alone, and each handler goes on.
    fn shows_failure(&self, request: &Request, t: &Try) -> bool {
        let at = request.at;
        let facts = self.facts(at.file);
        let Kind::Block { body, .. } = facts.kind(t.body) else { return false };
        let Some(&last) = body.last() else { return false };
        let alone = match facts.kind(last) {
            Kind::Assign(a) => match (facts.kind(a.target), a.value) {
                (Kind::Name(name), Some(value)) => {
                    self.awaited(at.sibling(value)) == at.node && self.is_unread(at, name)
                }
                _ => false,
            },
            _ => self.awaited(at.sibling(last)) == at.node,
        };
        let shown = |body: NodeId| {
            let calls = facts.descendants(body).into_iter().any(|n| matches!(facts.kind(n), Kind::Call(_)));
            calls && !self.raises_in(at.sibling(body)) && !self.is_left(at.sibling(body))
        };
        alone
            && self.uses(at).is_empty()
            && t.otherwise.is_none()
            && !t.handlers.is_empty()
            && t.handlers.iter().all(|h| self.catches_api_errors(at, h) && shown(h.body))
    }

    fn awaited(&self, at: NodeRef) -> NodeId {
        match self.kind(at) {
            Kind::Await(inner) => *inner,
            _ => at.node,
        }
    }

    /// Whether code says to its caller how it went.
    fn is_left(&self, at: NodeRef) -> bool {
        let facts = self.facts(at.file);
        facts.descendants(at.node).into_iter().any(|n| matches!(facts.kind(n), Kind::Return(Some(_))))
    }

    /// Whether the function around a request only ever sets a name.
    fn is_unread(&self, at: NodeRef, name: &str) -> bool {
        let facts = self.facts(at.file);
        let read =
            |n: NodeId| matches!(facts.kind(n), Kind::Name(other) if &**other == name) && !facts.is_target(n);
        match self.function_of(at) {
            Some(function) => !facts.descendants(function.node).into_iter().any(read),
            None => !facts.ids().any(read),
        }
    }
}
