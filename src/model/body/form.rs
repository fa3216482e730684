//! What raw HTTP requests certainly send besides their body: headers, and the form of the body.

use super::super::{Headers, Project, Request};
use crate::facts::Kind;
use crate::model::names::index::last_name;
use crate::model::values::value::{NodeRef, Value};
use crate::source::FileId;

/// How a body is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// As JSON, with the header that says so.
    Json,
    /// As the fields of a form.
    Form,
    /// As a text made by the program; the header is its own business.
    Text,
    /// Out of reach.
    Unknown,
}

impl Project {
    /// How the body of a raw HTTP request is written, and where.
    pub fn body_encoding(&self, request: &Request) -> (Encoding, Option<NodeRef>) {
        for locator in &request.kind.body {
            let Some(&at) = self.locate(request, locator).first() else { continue };
            let last = locator.rsplit('.').next().unwrap_or(locator);
            if last.contains("json") {
                return (Encoding::Json, Some(at));
            }
            if self.is_dumped(at) {
                return (Encoding::Text, Some(at));
            }
            let records = self
                .eval(at)
                .iter()
                .all(|v| matches!(v, Value::Node(n) if matches!(self.kind(*n), Kind::Record(_))));
            return match request.kind.form.iter().any(|f| f == locator) && records {
                true => (Encoding::Form, Some(at)),
                false => (Encoding::Unknown, Some(at)),
            };
        }
        (Encoding::Unknown, None)
    }

    /// Whether a value is certainly a text that JSON was written into.
    fn is_dumped(&self, at: NodeRef) -> bool {
        let sdk = self.file(at.file).sdk;
        let dumps = |at: NodeRef| match self.kind(at) {
            Kind::Call(call) => {
                last_name(self.facts(at.file), call.callee).is_some_and(|n| sdk.has_word("json-writers", &n))
            }
            _ => false,
        };
        let mut inner = at;
        for _ in 0..4 {
            if dumps(inner) {
                return true;
            }
            // `json.dumps(body).encode()`, `serde_json::to_string(&body)?`
            inner = match self.kind(inner) {
                Kind::Call(call) => match self.kind(inner.sibling(call.callee)) {
                    Kind::Member { object, .. } => inner.sibling(*object),
                    _ => return false,
                },
                Kind::Await(x) | Kind::Propagate(x) => inner.sibling(*x),
                Kind::Name(_) => match self.assigned_once(inner) {
                    Some(value) => value,
                    None => return false,
                },
                _ => return false,
            };
        }
        false
    }

    /// What a name was last bound to, where there is one such place.
    fn assigned_once(&self, name: NodeRef) -> Option<NodeRef> {
        let file = self.file(name.file);
        let Kind::Name(text) = file.facts.kind(name.node) else { return None };
        let defs = file.scopes.lookup(&file.facts, text, name.node);
        let [def] = &defs[..] else { return None };
        let parent = file.facts.parent(def.node)?;
        match file.facts.kind(parent) {
            Kind::Assign(a) if a.target == def.node => Some(name.sibling(a.value?)),
            _ => None,
        }
    }

    /// The headers of a raw HTTP request where all of them are in sight, and at least one is;
    /// `true` with it when the client can bring none of its own.
    pub fn sent_headers(&self, request: &Request) -> Option<(Headers, bool)> {
        let headers = self.headers(request);
        if headers.is_open || headers.known.is_empty() {
            return None;
        }
        let sets = |file: FileId| {
            let file = self.file(file);
            file.sdk.words("header-setters").iter().any(|code| file.source.text.contains(code.as_str()))
        };
        let later = request.clients.iter().filter_map(|client| client.made).any(|made| sets(made.file));
        let alone = request.clients.iter().all(|c| c.made.is_some());
        (!later && !sets(request.at.file)).then_some((headers, alone))
    }
}
