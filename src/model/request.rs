//! Requests: the calls that reach Claude.

pub(in crate::model) mod asked;
pub(in crate::model) mod bare_headers;
pub(in crate::model) mod endpoint;
pub(in crate::model) mod expected_failure;
mod find;
pub(in crate::model) mod headers;
pub(in crate::model) mod passed_on;
mod probe;
mod received;
pub(in crate::model) mod request_index;
pub(in crate::model) mod sdk_removed;
pub(in crate::model) mod status_only;
pub(in crate::model) mod time_limit;

use std::sync::Arc;

use super::Project;
use crate::facts::{Kind, Name};
use crate::model::values::value::{Client, Field, NodeRef, Value};
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

impl Project {
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
}
