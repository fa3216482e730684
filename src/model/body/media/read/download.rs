//! What a client for HTTP or a store of files answered.

use super::MAX_STEPS;
use crate::facts::{Arg, Call, Kind, Name};
use crate::model::names::index::constant;
use crate::model::values::value::{NodeRef, Value};
use crate::model::{FileModel, Project};
use crate::sdk::Road;

/// Calls and names from a download back to where the store says what it is.
const MAX_CHAIN: usize = 8;

impl Project {
    /// Whether a value is what a client for HTTP or a store of files answered.
    pub(super) fn is_download(&self, at: NodeRef) -> bool {
        let file = self.file(at.file);
        // `answer["Body"]`
        if let Kind::Index { index, .. } = file.facts.kind(at.node)
            && constant(&file.facts, *index).is_some_and(|key| &*key == "Body")
        {
            return true;
        }
        self.is_of_package(at, "download-packages") || self.asked_through_client(at, 0).is_some()
    }

    /// Whether a value is what was called of a package of a list gave.
    fn is_of_package(&self, at: NodeRef, list: &str) -> bool {
        let sdk = self.file(at.file).sdk;
        self.eval(at).iter().any(|v| match v {
            Value::External(e) => {
                let package = e.path.split(['.', '(', '/']).next().unwrap_or_default();
                e.path.contains("()") && sdk.has_word(list, package)
            }
            _ => false,
        })
    }

    /// Whether a call gives the bytes of what is in a store of files, and the code does not say what that is:
    /// `bucket.file(path).download()`.
    pub(super) fn downloads_from_store(&self, at: NodeRef, call: &Call) -> bool {
        let file = self.file(at.file);
        let Kind::Member { object, name, .. } = file.facts.kind(call.callee) else { return false };
        let store = at.sibling(*object);
        if !file.sdk.has_word("store-downloads", name) || !self.is_of_package(store, "store-packages") {
            return false;
        }
        let mut step = at;
        for _ in 0..MAX_CHAIN {
            let before = match self.kind(step) {
                Kind::Call(c) => match (c.args.first(), self.kind(step.sibling(c.callee))) {
                    (Some(path), _) => return self.possible_texts(step.sibling(path.value)).is_none(),
                    (None, Kind::Member { object, .. }) => Some(step.sibling(*object)),
                    _ => None,
                },
                Kind::Await(x) | Kind::Propagate(x) | Kind::Cast { value: x, .. } => Some(step.sibling(*x)),
                Kind::Name(_) => file.only_value(step.node).map(|made| step.sibling(made)),
                _ => None,
            };
            let Some(before) = before else { return false };
            step = before;
        }
        false
    }

    /// Whether a call gives the bytes of what is asked for through a client: `http.get(url, { responseType:
    /// "arraybuffer" })`.
    pub(super) fn asks_for_bytes(&self, at: NodeRef, call: &Call) -> bool {
        let file = self.file(at.file);
        let option = |a: &Arg| match file.facts.kind(a.value) {
            Kind::Record(record) => record.value_of("responseType"),
            _ => None,
        };
        let kind = call.args.iter().find_map(option).and_then(|n| constant(&file.facts, n));
        kind.is_some_and(|kind| file.sdk.has_word("byte-response-types", &kind))
            && self.asked_through_client(at, 0).is_some()
    }

    /// The call by which something was asked for through a client that may be used for any address:
    /// `session.get(url)`.
    fn asked_through_client(&self, at: NodeRef, depth: u32) -> Option<NodeRef> {
        if depth > MAX_STEPS {
            return None;
        }
        let file = self.file(at.file);
        let next = |node| self.asked_through_client(at.sibling(node), depth + 1);
        match self.kind(at) {
            Kind::Await(x) | Kind::Propagate(x) | Kind::Cast { value: x, .. } => {
                self.asked_through_client(at.sibling(*x), depth)
            }
            Kind::Name(name) => self
                .bound_to(at, name)
                .into_iter()
                .find_map(|from| self.asked_through_client(from, depth + 1)),
            Kind::Call(call) => {
                let Kind::Member { object, name, .. } = file.facts.kind(call.callee) else { return None };
                let asks = file.sdk.has_word("http-get-methods", name)
                    && self.request_at(at).is_none()
                    && self.is_http_client(at.sibling(*object));
                if asks { Some(at) } else { next(*object) }
            }
            _ => None,
        }
    }

    fn is_http_client(&self, at: NodeRef) -> bool {
        let any =
            |v: &Value| matches!(v, Value::Client(c) if c.kind.road == Road::Http && c.kind.host.is_none());
        self.eval(at).iter().any(any)
    }

    /// Whether a value is what the one address written in the code gave: whoever wrote it knows what is there.
    pub(super) fn is_of_known_address(&self, at: NodeRef) -> bool {
        let mut at = at;
        while let Kind::Await(x) | Kind::Propagate(x) = self.kind(at) {
            at = at.sibling(*x);
        }
        if let Some(asked) = self.asked_through_client(at, 0) {
            let Kind::Call(call) = self.kind(asked) else { return false };
            return call.args.iter().any(|a| {
                let address = asked.sibling(a.value);
                self.is_address(address) || self.is_path_of_service(address)
            });
        }
        let made = self.eval(at);
        let made = made.iter().filter_map(|v| match v {
            Value::External(e) => e.made,
            _ => None,
        });
        let mut asked = std::iter::once(at).chain(made).filter_map(|call| match self.kind(call) {
            Kind::Call(c) => Some((call, c)),
            _ => None,
        });
        asked.any(|(call, c)| c.args.iter().any(|a| self.is_address(call.sibling(a.value))))
    }

    /// Whether an expression is an address that is written down.
    fn is_address(&self, at: NodeRef) -> bool {
        let is_address = |texts: Vec<(NodeRef, Name)>| {
            !texts.is_empty() && texts.iter().all(|(_, text)| text.starts_with("http"))
        };
        self.possible_texts(at).is_some_and(is_address)
    }

    /// Whether an expression is a path below the address that a client was made for: `/frames/{id}`.
    fn is_path_of_service(&self, at: NodeRef) -> bool {
        self.text(at).starts_with("/")
    }
}

/// Whether a call takes the bytes out of an answer: `response.read()`.
pub(super) fn takes_bytes(file: &FileModel, call: &Call) -> bool {
    call.args.is_empty() && file.named_in(call.callee, "received-bytes")
}
