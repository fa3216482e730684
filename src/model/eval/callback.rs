//! What functions get that are given to be called later: answers, events, promises.

use super::values::{answer, element};
use super::{Values, one, union};
use crate::facts::{Call, Kind, Name, NodeId};
use crate::model::index::{constant, last_name};
use crate::model::value::{NodeRef, Value};
use crate::model::{FileModel, Origin, Project};

impl Project {
    /// `https.request(options, (response) => …)`: the answer, for the function that a sender is given.
    pub(super) fn received(&self, at: NodeRef, call: &Call) -> Option<Value> {
        let file = self.file(at.file);
        let name = last_name(&file.facts, call.callee)?;
        if !file.sdk.may_request(&name) {
            return None;
        }
        self.values(at.sibling(call.callee), None).iter().find_map(|callee| {
            let Value::External(e) = callee else { return None };
            let kind = file.sdk.request(&file.sdk.function(&e.path)?.request)?;
            kind.callback.then(|| answer(at, kind, "response"))
        })
    }

    /// The event that a call listens for: `body.on("data", …)`.
    pub(super) fn event(&self, file: &FileModel, call: &Call) -> Option<Name> {
        let Kind::Member { name, .. } = file.facts.kind(call.callee) else { return None };
        let event = call.args.first().filter(|_| file.sdk.has_word("event-methods", name))?;
        constant(&file.facts, event.value)
    }

    /// What listeners of an event get from the body of a raw response, or from what sent the request.
    pub(super) fn emitted(&self, object: &Value, event: &str) -> Values {
        match object {
            Value::Response(r) if r.kind.url.is_empty() => Values::new(),
            Value::Response(r) if event == "data" => one(element(r)),
            Value::Response(r) if event == "response" && r.kind.callback => one(r.step("response")),
            _ => Values::new(),
        }
    }

    /// The answers that a promise is settled with: `new Promise((resolve) => … resolve(answer))`.
    pub(super) fn promised(&self, file: &FileModel, at: NodeRef, path: &str, call: &Call) -> Values {
        if !file.sdk.has_word("promise", path) {
            return Values::new();
        }
        let Some(executor) = call.args.first() else { return Values::new() };
        let settled = self.settling(at.sibling(executor.value));
        let values = union(settled.into_iter().map(|value| self.values(value, None)));
        values.into_iter().filter(|v| matches!(v, Value::Response(_))).collect()
    }

    /// What is given to the first parameter of a function that is called there.
    fn settling(&self, executor: NodeRef) -> Vec<NodeRef> {
        let file = self.file(executor.file);
        let defs = file.scopes.bound_to_param(executor.node, 0);
        let readers = defs.flat_map(|def| self.readers(executor.sibling(def.node)));
        let given = |reader: NodeRef| {
            let call = file.facts.parent(reader.node)?;
            match file.facts.kind(call) {
                Kind::Call(c) if c.callee == reader.node => Some(executor.sibling(c.args.first()?.value)),
                _ => None,
            }
        };
        readers.filter_map(given).collect()
    }

    /// The promise that a call settles with its argument: `resolve(answer)`.
    pub(in crate::model) fn settles(&self, at: NodeRef, callee: NodeId) -> Option<NodeRef> {
        let file = self.file(at.file);
        let Kind::Name(name) = file.facts.kind(callee) else { return None };
        file.scopes.lookup(&file.facts, name, callee).into_iter().find_map(|def| {
            let Origin::Param { function, index: 0, .. } = def.origin else { return None };
            let promise = file.facts.parent(function)?;
            let Kind::Call(c) = file.facts.kind(promise) else { return None };
            let Kind::Name(made) = file.facts.kind(c.callee) else { return None };
            let first = c.args.first().is_some_and(|a| a.value == function);
            (first && file.sdk.has_word("promise", made)).then(|| at.sibling(promise))
        })
    }
}
