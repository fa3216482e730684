//! Requests: the calls that reach Claude.

use std::sync::Arc;

use super::index::last_name;
use super::value::{Client, Field, NodeRef, Value};
use super::{FileModel, Project};
use crate::facts::{Call, CallStyle, Kind, Name};
use crate::sdk::{FunctionKind, RequestKind, Road};

/// A call that reaches Claude.
#[derive(Debug, Clone)]
pub struct Request {
    /// The call.
    pub at: NodeRef,
    /// How it is written and what it gives.
    pub kind: &'static RequestKind,
    /// The road it takes.
    pub road: Road,
    /// The clients it may be sent through; empty when a plain function sends it.
    pub clients: Vec<Arc<Client>>,
    /// The function that sends it, when no client does.
    pub function: Option<&'static FunctionKind>,
    /// The first of the call's arguments that belong to the request: later than 0 when the
    /// sending method is itself an argument (`to_thread(client.messages.create, …)`).
    pub first_argument: usize,
}

/// Whether something is there.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Tri {
    /// It is.
    Yes,
    /// It is not.
    No,
    /// Out of reach.
    Unknown,
}

impl Tri {
    /// The opposite of what is known.
    pub(super) fn not(self) -> Tri {
        match self {
            Tri::Yes => Tri::No,
            Tri::No => Tri::Yes,
            Tri::Unknown => Tri::Unknown,
        }
    }
}

/// Nobody asks for so little to read it.
const PROBE_TOKENS: f64 = 16.0;

impl Project {
    pub(super) fn find_requests(&self) -> Vec<Request> {
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
    pub(super) fn may_send(&self, model: &FileModel, call: &Call) -> bool {
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

    pub(super) fn request_from(&self, model: &FileModel, at: NodeRef, call: &Call) -> Option<Request> {
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

    /// A field of the request's body by its name in the Messages API.
    pub fn body_field(&self, request: &Request, name: &str) -> Field {
        let names = request.kind.fields.get(name).map_or(name, |n| n);
        let keywords = request.kind.body.iter().any(|b| b == "*");
        let places = self.located(request, &request.kind.body);
        let is_locator = |name: &&str| name.starts_with(['#', '*', '@', '.']);
        let mut result = Field::Absent;
        for locator in names.split('|').filter(is_locator) {
            let nodes = self.locate(request, locator);
            if !nodes.is_empty() {
                return Field::Known(nodes);
            }
            // Places are found or not; what is not there may be elsewhere.
            result = Field::Unknown(Some(request.at));
        }
        if places.is_empty() {
            return Field::Unknown(Some(request.at));
        }
        for place in places {
            for name in names.split('|').filter(|n| !is_locator(n)) {
                if names.len() > name.len() && self.is_gone(request, name) {
                    continue;
                }
                let field = if keywords && place == request.at {
                    match name.split_once('.') {
                        Some((head, tail)) => match self.literal_field(place, head, 0) {
                            Field::Known(nodes) => {
                                nodes.first().map_or(Field::Absent, |&n| self.nested_field(n, tail))
                            }
                            other => other,
                        },
                        None => self.literal_field(place, name, 0),
                    }
                } else {
                    self.nested_field(place, name)
                };
                match field {
                    Field::Known(_) => return field,
                    Field::Unknown(_) => result = field,
                    Field::Absent => {}
                }
            }
        }
        result
    }

    /// Whether the call may also go somewhere else: to another vendor's client, or out of sight.
    pub fn has_other_callees(&self, request: &Request) -> bool {
        let Kind::Call(call) = self.kind(request.at) else { return false };
        request.road == Road::Framework
            && self.eval(request.at.sibling(call.callee)).iter().any(|v| match v {
                Value::Client(c) => !request.clients.iter().any(|known| known.kind == c.kind),
                Value::External(_) => request.function.is_none(),
                _ => true,
            })
    }

    /// Whether the answer comes as a stream. Raw HTTP says so in its body.
    pub fn is_streamed(&self, request: &Request) -> Tri {
        match request.kind.stream.as_deref() {
            Some("always") => Tri::Yes,
            Some(field) => self.is_switched_on(request, field),
            None if request.road == Road::Http => self.is_switched_on(request, "stream"),
            None => Tri::No,
        }
    }

    fn is_switched_on(&self, request: &Request, field: &str) -> Tri {
        let on = |node: NodeRef| match &self.eval(node)[..] {
            [Value::Node(n)] => match self.kind(*n) {
                Kind::Bool(true) => Tri::Yes,
                Kind::Bool(false) | Kind::Null => Tri::No,
                _ => Tri::Unknown,
            },
            _ => Tri::Unknown,
        };
        match self.body_field(request, field) {
            Field::Known(nodes) => {
                let all = nodes.iter().map(|&n| on(n)).reduce(|a, b| if a == b { a } else { Tri::Unknown });
                all.unwrap_or(Tri::Unknown)
            }
            Field::Absent => Tri::No,
            Field::Unknown(_) => Tri::Unknown,
        }
    }

    /// What the model id of a request may be, as far as it can be read.
    pub fn model_ids(&self, request: &Request) -> Vec<(NodeRef, Name)> {
        self.body_field(request, "model")
            .nodes()
            .iter()
            .flat_map(|&n| self.texts(n))
            .filter_map(|(at, text)| text.known().map(|t| (at, t.into())))
            .collect()
    }

    /// Whether the code is a test: by its place, or inside a test function or module.
    pub fn is_test(&self, at: NodeRef) -> bool {
        self.file(at.file).is_test(at.node)
    }

    /// Whether a person runs the code and looks on: examples, notebooks.
    pub fn is_run_by_hand(&self, at: NodeRef) -> bool {
        self.file(at.file).source.role.is_example
    }

    /// Whether a request only probes the connection: a tiny answer that nobody reads, or one of which
    /// only the status is asked for.
    pub fn is_probe(&self, request: &Request) -> bool {
        self.allows_at_most(request, PROBE_TOKENS)
            && !self.uses(request.at).iter().any(|u| u.what == super::response::What::Text)
            || self.asks_for_status_only(request)
    }

    /// Whether a place only looks if the tiny answer of a request is there, or shows it: whoever wrote
    /// `check_health` wants to know that something came.
    pub fn only_checks_connection(&self, request: &Request, at: NodeRef) -> bool {
        self.allows_at_most(request, PROBE_TOKENS)
            && self.is_named_after(at, "probe-words")
            && self.sinks(at).iter().all(|end| end.sink <= super::flow::Sink::Tested)
    }
}
