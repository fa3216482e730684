//! What functions get that are given to be called later: answers, events, promises.

use std::sync::Arc;

use smallvec::SmallVec;

use super::values::{answer, element};
use super::{Bound, Ctx, MAX_CONTEXT, Values, one, union};
use crate::facts::{Arg, Call, Kind, Name, NodeId};
use crate::model::names::index::{constant, last_name};
use crate::model::values::value::{NodeRef, Response, Value};
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

    /// What an option of a request is called with: `streamText({ …, onFinish: ({ text }) => … })`.
    pub(super) fn handled(&self, function: NodeRef) -> Option<Value> {
        let file = self.file(function.file);
        let facts = &file.facts;
        let options = facts.parent(function.node)?;
        let Kind::Record(record) = facts.kind(options) else { return None };
        let entry = record.entries.iter().find(|e| e.value == function.node)?;
        let call = facts.parent(options)?;
        let Kind::Call(c) = facts.kind(call) else { return None };
        if !file.sdk.may_request(&last_name(facts, c.callee)?) {
            return None;
        }
        self.values(function.sibling(c.callee), None).iter().find_map(|callee| {
            let Value::External(e) = callee else { return None };
            let kind = file.sdk.request(&file.sdk.function(&e.path)?.request)?;
            let (_, path) = kind.handlers.iter().find(|(name, _)| entry.has_key(name))?;
            let request = function.sibling(call);
            let whole = Response { request, kind, hops: SmallVec::new(), path: SmallVec::new() };
            Some(stepped(Value::Response(Arc::new(whole)), path))
        })
    }

    /// The event that a call listens for: `body.on("data", …)`.
    pub(in crate::model) fn event(&self, file: &FileModel, call: &Call) -> Option<Name> {
        let Kind::Member { name, .. } = file.facts.kind(call.callee) else { return None };
        let event = call.args.first().filter(|_| file.sdk.has_word("event-methods", name))?;
        constant(&file.facts, event.value)
    }

    /// What listeners of an event get from the body of a raw response, or from what sent the request.
    pub(super) fn emitted(&self, object: &Value, event: &str) -> Values {
        match object {
            Value::Response(r) if r.kind.url.is_empty() => match r.kind.events.get(event) {
                Some(path) if r.path.is_empty() => one(stepped(Value::Response(r.clone()), path)),
                _ => Values::new(),
            },
            Value::Response(r) if event == "data" => one(element(r)),
            Value::Response(r) if event == "response" && r.kind.callback => one(r.step("response")),
            _ => Values::new(),
        }
    }

    /// What a listener of a stream of an SDK gets, and the parameter that it gets it by.
    pub(in crate::model) fn heard(&self, at: NodeRef) -> Option<(NodeRef, Arc<Response>)> {
        let file = self.file(at.file);
        let Kind::Call(call) = file.facts.kind(at.node) else { return None };
        let event = self.event(file, call)?;
        let Kind::Member { object, .. } = file.facts.kind(call.callee) else { return None };
        let listener = call.args.get(1).filter(|a| matches!(file.facts.kind(a.value), Kind::Function(_)))?;
        let def = file.scopes.bound_to_param(listener.value, 0).next()?;
        let object = self.values(at.sibling(*object), None);
        let heard = object.iter().flat_map(|v| match v {
            Value::Response(r) if !r.kind.events.is_empty() => self.emitted(v, &event),
            _ => Values::new(),
        });
        heard.into_iter().find_map(|v| match v {
            Value::Response(r) => Some((at.sibling(def.node), r)),
            _ => None,
        })
    }

    /// The client that steps are added to, one for each item of a list:
    /// `tools.fold(builder, |builder, tool| builder.tool(tool))`.
    pub(super) fn folded(&self, at: NodeRef, call: &Call, ctx: Ctx<'_>) -> Option<Values> {
        let [a, b] = &call.args[..] else { return None };
        let is_function = |arg: &&Arg| matches!(self.kind(at.sibling(arg.value)), Kind::Function(_));
        let (step, first) = if is_function(&b) { (b, a) } else { (a, b) };
        if !is_function(&step) {
            return None;
        }
        let first = self.values(at.sibling(first.value), ctx);
        if first.is_empty() || !first.iter().all(|v| matches!(v, Value::Client(_))) {
            return None;
        }
        let context = self.context(at.sibling(step.value), Bound::First(&first), ctx);
        let built = match context.depth > MAX_CONTEXT {
            true => Values::new(),
            false => self.returned(at.sibling(step.value), Some(&context)),
        };
        let kept = built.iter().all(|v| matches!(v, Value::Client(_))) && !built.is_empty();
        Some(if kept { built } else { first })
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

/// What a dotted path leads to; nothing of it is the value itself.
fn stepped(value: Value, path: &str) -> Value {
    path.split('.').filter(|step| !step.is_empty()).fold(value, |value, step| match value {
        Value::Response(r) => r.step(step),
        other => other,
    })
}
