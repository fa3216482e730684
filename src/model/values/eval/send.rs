//! Calls on clients and responses.

use std::sync::Arc;

use super::values::{element, response};
use super::{Bound, Ctx, MAX_CONTEXT, Values, one};
use crate::facts::{Call, Kind, Name};
use crate::model::names::index::{constant, last_name};
use crate::model::values::value::{Client, NodeRef, Response, Value};
use crate::model::{FileModel, GATHERED, Project};
use crate::sdk::Road;

impl Project {
    pub(super) fn client_call(
        &self,
        file: &FileModel,
        at: NodeRef,
        call: &Call,
        client: &Arc<Client>,
    ) -> Values {
        let path = &client.path;
        let last = path.rsplit('.').next().unwrap_or(path);
        let sent = self.send(at, client);
        if !sent.is_empty() {
            return sent;
        }
        if client.kind.derive.iter().any(|d| d == last) {
            let mut next = (**client).clone();
            next.path = path.rsplit_once('.').map_or(Name::default(), |p| p.0.into());
            if next.layers.len() < 24 {
                next.layers.push(at);
            }
            return one(Value::Client(Arc::new(next)));
        }
        // `client.messages.create.bind(client.messages)`
        let binds = last == "bind" && path.contains('.');
        if binds || file.sdk.passes_object(last) {
            let mut next = (**client).clone();
            next.path = path.rsplit_once('.').map_or(Name::default(), |p| p.0.into());
            return one(Value::Client(Arc::new(next)));
        }
        let called: Name = format!("{path}()").into();
        if file.sdk.leads_to_request(client.kind, &called) {
            return one(Value::Client(Arc::new(Client { path: called, ..(**client).clone() })));
        }
        self.through(at, call, None)
    }

    /// `prompt | model`, `prompt.pipe(model)`: to call the chain is to call what stands last.
    pub(super) fn piped_into(&self, last: NodeRef, ctx: Ctx<'_>) -> Option<Values> {
        let values = self.values(last, ctx);
        let framework = |v: &Value| matches!(v, Value::Client(c) if c.kind.road == Road::Framework);
        (!values.is_empty() && values.iter().all(framework)).then_some(values)
    }

    /// The response, when the client's member sends a request.
    pub(super) fn send(&self, at: NodeRef, client: &Arc<Client>) -> Values {
        let sdk = self.file(at.file).sdk;
        if let Some(kind) = sdk.method(client.kind, &client.path) {
            return one(response(at, kind));
        }
        // `client.send(new Command(…))`: the command tells.
        let Kind::Call(call) = self.kind(at) else { return Values::new() };
        let command = call.args.first().map(|a| self.values(at.sibling(a.value), None)).unwrap_or_default();
        let kind = command.iter().find_map(|v| match v {
            Value::External(e) => sdk.command(client.kind, &client.path, e.path.strip_suffix("()")?),
            _ => None,
        });
        kind.map_or(Values::new(), |kind| one(response(at, kind)))
    }

    pub(super) fn response_call(
        &self,
        file: &FileModel,
        at: NodeRef,
        call: &Call,
        response: &Arc<Response>,
        ctx: Ctx<'_>,
    ) -> Values {
        let mut object = (**response).clone();
        let Some(method) = object.path.pop() else { return one(Value::Response(response.clone())) };
        let object = Arc::new(object);
        let gathered = object.path.last().is_some_and(|step| &**step == GATHERED);
        let listens = !object.kind.events.is_empty() && file.sdk.has_word("event-methods", &method);
        if listens
            || file.sdk.passes_object(&method)
            || gathered && file.sdk.has_word("joins-pieces", &method)
        {
            return one(Value::Response(object));
        }
        if &*method == "get"
            && let Some(key) = call.args.first().and_then(|a| self.key_in(at.sibling(a.value), ctx))
        {
            return one(object.step(key));
        }
        // `value.pointer("/content/0/text")`
        if file.sdk.has_word("json-pointers", &method)
            && let Some(path) = call.args.first().and_then(|a| constant(&file.facts, a.value))
        {
            let steps = path.split('/').skip(1);
            let steps = steps.map(|s| if s.parse::<u32>().is_ok() { "[]" } else { s });
            return one(steps.fold(Value::Response(object), |value, step| match value {
                Value::Response(r) => r.step(step),
                other => other,
            }));
        }
        // `.and_then(Value::as_array)`
        if let [arg] = &call.args[..]
            && file.sdk.has_word("callback-same", &method)
            && last_name(&file.facts, arg.value).is_some_and(|name| file.sdk.passes_object(&name))
        {
            return one(Value::Response(object));
        }
        let callback = || {
            call.args.iter().flat_map(|a| self.values(at.sibling(a.value), ctx)).find_map(|v| match v {
                Value::Function(f) => Some(f),
                _ => None,
            })
        };
        let bound = if file.sdk.has_word("callback-same", &method) {
            Some(Value::Response(object.clone()))
        } else if file.sdk.has_word("callback-map", &method) {
            Some(element(&object))
        } else {
            None
        };
        if let (Some(first), Some(f)) = (bound, callback()) {
            let first = [first];
            let context = self.context(f, Bound::First(&first), ctx);
            if context.depth <= MAX_CONTEXT {
                return self.returned(f, Some(&context));
            }
        }
        if file.sdk.has_word("filter", &method) {
            return one(Value::Response(object));
        }
        if file.sdk.has_word("find", &method) {
            return one(object.step("[]"));
        }
        one(object.step(format!("{method}()")))
    }
}
