//! Which calls are requests to Claude, and what sends them.

use std::sync::Arc;

use super::{Request, Tri};
use crate::facts::{Call, CallStyle, Kind};
use crate::model::names::index::last_name;
use crate::model::values::value::{Client, NodeRef, Value};
use crate::model::{FileModel, Project};
use crate::sdk::Road;

impl Project {
    pub(in crate::model) fn find_requests(&self) -> Vec<Request> {
        let mut out = Vec::new();
        let mut open = Vec::new();
        for (file, model) in self.file_ids() {
            for node in model.facts.ids() {
                let Kind::Call(call) = model.facts.kind(node) else { continue };
                if !self.may_send(model, call) {
                    continue;
                }
                let at = NodeRef { file, node };
                let Some(request) = self.request_from(model, at, call) else { continue };
                match self.to_claude(&request) {
                    Ok(request) => out.push(request),
                    Err(Tri::Unknown) if request.kind.any_vendor => open.push(request),
                    Err(_) => {}
                }
            }
        }
        open.retain(|request| out.iter().any(|known| self.asks_the_same(request, known)));
        out.extend(open);
        out.sort_by_key(|r| r.at);
        out
    }

    /// Whether a request asks the model that another method asks, through the same client: where that one
    /// is Claude, this one is too.
    fn asks_the_same(&self, request: &Request, known: &Request) -> bool {
        let models = |r: &Request| -> Vec<&str> {
            let field = self.body_field(r, "model");
            field.nodes().iter().map(|n| self.file(n.file).text_of(n.node)).collect()
        };
        let clients = |r: &Request| r.clients.iter().filter_map(|c| c.made).collect::<Vec<_>>();
        let asks_by_name = |r: &Request| r.kind.any_vendor && r.kind.required.iter().any(|f| f == "model");
        let apart = self.function_of(request.at) != self.function_of(known.at);
        request.at.file == known.at.file
            && apart
            && asks_by_name(request)
            && asks_by_name(known)
            && !clients(request).is_empty()
            && clients(request) == clients(known)
            && !models(request).is_empty()
            && models(request) == models(known)
    }

    /// The request as far as it goes to Claude: a helper may send for several vendors.
    fn to_claude(&self, request: &Request) -> Result<Request, Tri> {
        if request.road == Road::Http && request.clients.len() > 1 {
            let alone = |client: &Arc<Client>| Request { clients: vec![client.clone()], ..request.clone() };
            let (known, others): (Vec<_>, Vec<_>) =
                request.clients.iter().cloned().partition(|c| self.reaches_claude(&alone(c)) == Tri::Yes);
            if !known.is_empty() && !others.is_empty() {
                return Ok(Request { clients: known, ..request.clone() });
            }
        }
        match self.reaches_claude(request) {
            Tri::Yes => Ok(request.clone()),
            other => Err(other),
        }
    }

    /// A cheap test before anything is evaluated: does the call, or one of its arguments, end in
    /// a name that some request ends in?
    pub(in crate::model) fn may_send(&self, model: &FileModel, call: &Call) -> bool {
        // `this.fetchImpl(…)`: a sender that was given, kept in a field.
        let kept =
            |n: &str| model.sdk.words("sender-parts").iter().any(|p| n.to_lowercase().contains(p.as_str()));
        let said = self.wrappers();
        let named = |n| {
            last_name(&model.facts, n)
                .is_some_and(|n| model.sdk.may_request(&n) || kept(&n) || said.end_in(&n))
        };
        named(call.callee)
            || matches!(model.facts.kind(call.callee), Kind::Name(n) if model.sdk.passes_through(n).is_none())
                && call.style != CallStyle::Macro
            || call
                .args
                .iter()
                .any(|a| matches!(model.facts.kind(a.value), Kind::Member { .. }) && named(a.value))
    }

    pub(in crate::model) fn request_from(
        &self,
        model: &FileModel,
        at: NodeRef,
        call: &Call,
    ) -> Option<Request> {
        let values = self.eval(at);
        let kind = values.iter().find_map(|v| match v {
            Value::Response(r) if r.request == at && r.hops.is_empty() => Some(r.kind),
            _ => None,
        })?;
        let mut request =
            Request { at, kind, road: Road::Sdk, clients: Vec::new(), function: None, first_argument: 0 };
        self.senders(model, at.sibling(call.callee), &mut request);
        if request.clients.is_empty() && request.function.is_none() {
            for (i, arg) in call.args.iter().enumerate() {
                self.senders(model, at.sibling(arg.value), &mut request);
                if !request.clients.is_empty() {
                    request.first_argument = i + 1;
                    break;
                }
            }
        }
        // By its name and what it is given alone.
        if request.clients.is_empty()
            && request.function.is_none()
            && let Some(name) = last_name(&model.facts, call.callee)
        {
            let shape = model.sdk.shapes(&name).find(|shape| shape.request == kind.id);
            request.road = shape.and_then(|shape| shape.road).unwrap_or(request.road);
        }
        Some(request)
    }

    fn senders(&self, model: &FileModel, callee: NodeRef, request: &mut Request) {
        for value in self.eval(callee).iter() {
            match value {
                Value::Client(c) if model.sdk.sends(c.kind, &c.path) => {
                    request.road = c.kind.road;
                    request.clients.push(c.clone());
                }
                Value::External(e) => {
                    if let Some(function) = model.sdk.function(&e.path) {
                        request.road = function.road;
                        request.function = Some(function);
                    }
                }
                _ => {}
            }
        }
    }
}
