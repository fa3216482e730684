//! Requests: the calls that reach Claude.

use std::sync::Arc;

use super::index::last_name;
use super::value::{Client, Field, NodeRef, Value};
use super::{FileModel, Project};
use crate::facts::{Call, Key, Kind, Name};
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

impl Project {
    /// Every request of the project, in file order.
    pub fn requests(&self) -> &[Request] {
        self.requests.get_or_init(|| self.find_requests())
    }

    /// The request a call sends, if it is one.
    pub fn request_at(&self, at: NodeRef) -> Option<&Request> {
        let requests = self.requests();
        requests.binary_search_by_key(&at, |r| r.at).ok().map(|i| &requests[i])
    }

    fn find_requests(&self) -> Vec<Request> {
        let mut out = Vec::new();
        for (file, model) in self.file_ids() {
            for node in model.facts.ids() {
                let Kind::Call(call) = model.facts.kind(node) else { continue };
                if !self.may_send(model, call) {
                    continue;
                }
                let at = NodeRef { file, node };
                if let Some(request) = self.request_from(model, at, call)
                    && self.reaches_claude(&request) == Tri::Yes
                {
                    out.push(request);
                }
            }
        }
        out
    }

    /// A cheap test before anything is evaluated: does the call, or one of its arguments, end in
    /// a name that some request ends in?
    fn may_send(&self, model: &FileModel, call: &Call) -> bool {
        let named = |n| last_name(&model.facts, n).is_some_and(|n| model.sdk.may_request(&n));
        named(call.callee)
            || matches!(model.facts.kind(call.callee), Kind::Name(_))
            || call
                .args
                .iter()
                .any(|a| matches!(model.facts.kind(a.value), Kind::Member { .. }) && named(a.value))
    }

    fn request_from(&self, model: &FileModel, at: NodeRef, call: &Call) -> Option<Request> {
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
        Some(request)
    }

    fn senders(&self, model: &FileModel, callee: NodeRef, request: &mut Request) {
        for value in self.eval(callee).iter() {
            match value {
                Value::Client(c) if model.sdk.method(c.kind, &c.path).is_some() => {
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

    /// The places a list of locators names, in order; see [`RequestKind::body`].
    pub fn located(&self, request: &Request, locators: &[String]) -> Vec<NodeRef> {
        let mut out = Vec::new();
        let Kind::Call(call) = self.kind(request.at) else { return out };
        for locator in locators {
            let (head, tail) = match locator.split_once('.') {
                Some((head, tail)) if !head.is_empty() => (head, Some(tail)),
                _ => (locator.as_str(), None),
            };
            let nodes: Vec<NodeRef> = if head == "*" {
                vec![request.at]
            } else if let Some(step) = head.strip_prefix('.') {
                let (step, position) = step.split_once('#').unwrap_or((step, "0"));
                self.steps_named(request, step)
                    .into_iter()
                    .filter_map(|(at, c)| {
                        c.args.get(position.parse().unwrap_or(0)).map(|a| at.sibling(a.value))
                    })
                    .collect()
            } else if let Some(position) = head.strip_prefix('#') {
                let position = request.first_argument + position.parse().unwrap_or(0);
                let arg = call.args.iter().filter(|a| a.name.is_none()).nth(position);
                arg.filter(|a| !a.spread).map(|a| request.at.sibling(a.value)).into_iter().collect()
            } else {
                let arg = call.args.iter().find(|a| a.name.as_deref() == Some(head));
                match arg {
                    Some(a) => vec![request.at.sibling(a.value)],
                    None => match self.literal_field(request.at, head, 0) {
                        Field::Known(nodes) if call.args.iter().any(|a| a.keyword_spread) => nodes,
                        _ => Vec::new(),
                    },
                }
            };
            match tail {
                None => out.extend(nodes),
                Some(tail) => {
                    for node in nodes {
                        out.extend(self.nested_field(node, tail).nodes());
                    }
                }
            }
        }
        out
    }

    /// Builder steps of the request's clients with that method name, in order.
    pub fn steps_named(&self, request: &Request, step: &str) -> Vec<(NodeRef, &Call)> {
        let mut out: Vec<(NodeRef, &Call)> = Vec::new();
        for client in &request.clients {
            for &layer in &client.layers {
                let Kind::Call(call) = self.kind(layer) else { continue };
                let named = last_name(self.facts(layer.file), call.callee).is_some_and(|n| &*n == step);
                if named && !out.iter().any(|o| o.0 == layer) {
                    out.push((layer, call));
                }
            }
        }
        out
    }

    /// A field reached through dots; `#0` steps into a call's argument.
    fn nested_field(&self, record: NodeRef, path: &str) -> Field {
        let (head, tail) = path.split_once('.').map_or((path, None), |(h, t)| (h, Some(t)));
        let field = match head.strip_prefix('#') {
            Some(position) => {
                let position = position.parse().unwrap_or(0);
                let made = self.eval(record).iter().find_map(|v| match v {
                    Value::External(e) => e.made,
                    Value::Instance { made, .. } => *made,
                    _ => None,
                });
                match made.map(|m| (m, self.kind(m))) {
                    Some((m, Kind::Call(c))) => match c.args.get(position) {
                        Some(arg) => Field::Known(vec![m.sibling(arg.value)]),
                        None => Field::Absent,
                    },
                    _ => Field::Unknown(Some(record)),
                }
            }
            None => self.field(record, head),
        };
        match (field, tail) {
            (Field::Known(nodes), Some(tail)) => {
                let mut all = Vec::new();
                let mut last = Field::Absent;
                for node in nodes {
                    match self.nested_field(node, tail) {
                        Field::Known(more) => all.extend(more),
                        other => last = other,
                    }
                }
                if all.is_empty() { last } else { Field::Known(all) }
            }
            (field, _) => field,
        }
    }

    /// A field of the request's body by its name in the Messages API.
    pub fn body_field(&self, request: &Request, name: &str) -> Field {
        let names = request.kind.fields.get(name).map_or(name, |n| n);
        let keywords = request.kind.body.iter().any(|b| b == "*");
        let places = self.located(request, &request.kind.body);
        if places.is_empty() {
            return Field::Unknown(Some(request.at));
        }
        let mut result = Field::Absent;
        for place in places {
            for name in names.split('|') {
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

    /// An option of this one call, such as `timeout`: where the request takes options, then
    /// `with_options` and builder steps of its clients, latest first.
    pub fn call_option(&self, request: &Request, name: &str) -> Field {
        let mut unknown = None;
        for place in self.located(request, &request.kind.options) {
            let field = if place == request.at {
                self.literal_field(place, name, 0)
            } else {
                self.nested_field(place, name)
            };
            match field {
                Field::Known(_) => return field,
                Field::Unknown(why) => unknown = Some(why),
                Field::Absent => {}
            }
        }
        match unknown {
            Some(why) => Field::Unknown(why),
            None => Field::Absent,
        }
    }

    /// An option of a client: of its later layers, latest first, then of its construction.
    pub fn client_option(&self, client: &Client, name: &str) -> Field {
        let mut unknown = None;
        for &layer in client.layers.iter().rev().chain(client.made.iter()) {
            let step = match self.kind(layer) {
                Kind::Call(c) if last_name(self.facts(layer.file), c.callee).is_some_and(|n| &*n == name) => {
                    // A builder step of that name: `.timeout(d)`.
                    c.args.first().map(|a| layer.sibling(a.value))
                }
                _ => None,
            };
            if let Some(step) = step {
                return Field::Known(vec![step]);
            }
            match self.option_of(layer, name) {
                Field::Known(nodes) => return Field::Known(nodes),
                Field::Unknown(why) => unknown = unknown.or(Some(why)),
                Field::Absent => {}
            }
        }
        match (unknown, client.made) {
            (Some(why), _) => Field::Unknown(why),
            (None, None) => Field::Unknown(None),
            (None, Some(_)) => Field::Absent,
        }
    }

    /// An option given to a call: a keyword, or a member of a record argument.
    pub fn option_of(&self, call: NodeRef, name: &str) -> Field {
        let Kind::Call(c) = self.kind(call) else { return Field::Unknown(Some(call)) };
        let direct = self.literal_field(call, name, 0);
        if !direct.is_absent() {
            return direct;
        }
        let mut unknown = None;
        for arg in c.args.iter().filter(|a| a.name.is_none()) {
            for value in self.eval(call.sibling(arg.value)).iter() {
                let Value::Node(node) = value else {
                    // An options object made elsewhere may hold it; a plain string or client cannot.
                    if matches!(value, Value::Unknown) && c.args.len() == 1 {
                        unknown = Some(call.sibling(arg.value));
                    }
                    continue;
                };
                if let Kind::Record(_) = self.kind(*node) {
                    match self.field(call.sibling(arg.value), name) {
                        Field::Known(nodes) => return Field::Known(nodes),
                        Field::Unknown(why) => unknown = unknown.or(why),
                        Field::Absent => {}
                    }
                }
            }
        }
        match unknown {
            Some(why) => Field::Unknown(Some(why)),
            None => Field::Absent,
        }
    }

    /// Whether a request goes to Claude, on roads that serve several vendors.
    fn reaches_claude(&self, request: &Request) -> Tri {
        if !request.kind.any_vendor && request.road != Road::Http {
            return Tri::Yes;
        }
        let claude = |text: &str| text.contains("claude") || text.contains("anthropic");
        let mut known = false;
        if request.road == Road::Http {
            let mut foreign = false;
            for url in self.located(request, &request.kind.url) {
                for (_, text) in self.texts(url) {
                    if text.contains("anthropic") || text.contains("claude") || text.contains("/v1/messages")
                    {
                        return Tri::Yes;
                    }
                    foreign |= text.known().is_some() || text.starts_with("http");
                }
            }
            if !foreign {
                for headers in self.located(request, &request.kind.headers) {
                    if self.has_key(headers, "anthropic-version") {
                        return Tri::Yes;
                    }
                }
                let header_steps = self.steps_named(request, "header");
                if header_steps.iter().any(|(at, c)| {
                    c.args.first().is_some_and(|a| {
                        self.text(at.sibling(a.value))
                            .known()
                            .is_some_and(|t| t.eq_ignore_ascii_case("anthropic-version"))
                    })
                }) {
                    return Tri::Yes;
                }
                for body in self.located(request, &request.kind.body) {
                    if self.has_key(body, "anthropic_version") {
                        return Tri::Yes;
                    }
                }
            }
            return if foreign { Tri::No } else { Tri::Unknown };
        }
        // A framework's model: a string, or an object made by the vendor's provider.
        let mut models = self.body_field(request, "model").nodes().to_vec();
        for client in &request.clients {
            models.extend(self.client_option(client, "model").nodes());
        }
        for model in models {
            for (_, text) in self.texts(model) {
                if claude(&text.pieces.iter().flatten().cloned().collect::<String>().to_lowercase()) {
                    return Tri::Yes;
                }
                known |= text.known().is_some();
            }
            for value in self.eval(model).iter() {
                match value {
                    Value::External(e) if claude(&e.path) => return Tri::Yes,
                    Value::External(_) => known = true,
                    Value::Client(c) if claude(&c.kind.id) => return Tri::Yes,
                    _ => {}
                }
            }
        }
        for body in self.located(request, &request.kind.body) {
            if self.has_key(body, "anthropic_version") {
                return Tri::Yes;
            }
        }
        if known { Tri::No } else { Tri::Unknown }
    }

    /// Whether a record certainly has a key, whatever its case.
    fn has_key(&self, record: NodeRef, key: &str) -> bool {
        self.has_key_within(record, key, 0)
    }

    fn has_key_within(&self, record: NodeRef, key: &str, depth: u32) -> bool {
        if depth > 6 {
            return false;
        }
        self.eval(record).iter().any(|v| match v {
            Value::Node(node) | Value::Instance { made: Some(node), .. } => match self.kind(*node) {
                Kind::Record(r) => r.entries.iter().any(|e| match &e.key {
                    Some(Key::Known(k)) => k.eq_ignore_ascii_case(key),
                    None => self.has_key_within(node.sibling(e.value), key, depth + 1),
                    Some(Key::Computed(k)) => {
                        self.text(node.sibling(*k)).known().is_some_and(|k| k.eq_ignore_ascii_case(key))
                    }
                }),
                _ => false,
            },
            _ => false,
        })
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
        let file = self.file(at.file);
        file.source.role.is_test
            || file.facts.ancestors(at.node).any(|n| {
                let decorators = match file.facts.kind(n) {
                    Kind::Function(f) => &f.decorators,
                    Kind::Class(c) => &c.decorators,
                    _ => return false,
                };
                decorators.iter().any(|&d| {
                    let text = file.text_of(d);
                    text == "test"
                        || text.contains("cfg(test)")
                        || text.ends_with("::test")
                        || text.starts_with("pytest.")
                })
            })
    }

    /// Whether a request only probes the connection: a tiny answer that nobody reads.
    pub fn is_probe(&self, request: &Request) -> bool {
        let tiny = self
            .body_field(request, "max_tokens")
            .nodes()
            .iter()
            .any(|&n| self.number(n).is_some_and(|n| n <= 16.0));
        tiny && !self.uses(request.at).iter().any(|u| u.what == super::response::What::Text)
    }
}
