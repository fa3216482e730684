//! Whether the object that a body is made of is also given to code that may change it.

use crate::facts::{Kind, NodeId};
use crate::model::names::index::last_name;
use crate::model::values::json::Json;
use crate::model::values::value::NodeRef;
use crate::model::{Project, Request};

impl Project {
    /// Whether the object that a body is, or what is spread into it, is also given to code that
    /// may change it.
    pub fn is_handed_on(&self, body: &Json, request: &Request) -> bool {
        self.is_handed_on_within(body.at, request, 0)
    }

    fn is_handed_on_within(&self, object: NodeRef, request: &Request, depth: u32) -> bool {
        if depth > 4 {
            return true;
        }
        let spread: Vec<NodeId> = match self.kind(object) {
            Kind::Call(call) => call.args.iter().filter(|a| a.keyword_spread).map(|a| a.value).collect(),
            Kind::Record(record) => {
                record.entries.iter().filter(|e| e.key.is_none()).map(|e| e.value).collect()
            }
            _ => Vec::new(),
        };
        let inner = spread.into_iter().map(|n| self.written(object.sibling(n)));
        if inner.into_iter().any(|n| n != object && self.is_handed_on_within(n, request, depth + 1)) {
            return true;
        }
        // What a call that takes its fields as arguments is bound to is the answer.
        if object == request.at {
            return false;
        }
        let Some((at, target)) = self.bound_at(object) else { return false };
        let facts = self.facts(at.file);
        if !matches!(facts.kind(target), Kind::Name(_)) {
            // A field of an object may be changed from anywhere.
            return true;
        }
        let inside =
            |n: NodeId| at.file == request.at.file && facts.ancestors(n).any(|a| a == request.at.node);
        self.readers(at.sibling(target)).into_iter().any(|reader| {
            let Some(around) = facts.parent(reader.node).filter(|_| !inside(reader.node)) else {
                return false;
            };
            let sdk = self.file(at.file).sdk;
            match facts.kind(around) {
                Kind::Call(call) => {
                    let encodes =
                        last_name(facts, call.callee).is_some_and(|n| sdk.has_word("encode-names", &n));
                    call.callee != reader.node && !encodes
                }
                // `body.as_object_mut()`
                Kind::Member { name, .. } => {
                    let called = facts
                        .parent(around)
                        .is_some_and(|p| matches!(facts.kind(p), Kind::Call(c) if c.callee == around));
                    called && !sdk.has_word("reading-methods", name)
                }
                _ => false,
            }
        })
    }
}
