//! Requests that a server passes on for clients of the same API.

use crate::facts::{Kind, NodeId};
use crate::model::names::index::{constant, last_name};
use crate::model::names::scope::Origin;
use crate::model::values::eval::Argument;
use crate::model::values::value::NodeRef;
use crate::model::{Project, Request};
use crate::sdk::Road;
use crate::sdk::api::api;

/// Variables and calls between a header and where it came in.
const MAX_HOPS: u32 = 4;
const MAX_CALLERS: usize = 8;

impl Project {
    /// Whether a request passes on what a client of the Messages API has sent: its headers are
    /// those that came in, under the same names, and the messages are not put together here.
    pub fn passes_on_a_request(&self, request: &Request) -> bool {
        let http = &api().http;
        let headers = self.headers(request);
        let told = http.key_headers.iter().chain([&http.version_header]);
        let came_in = told.into_iter().any(|name| {
            let own = headers.known.iter().filter(|(known, _)| known.eq_ignore_ascii_case(name));
            own.into_iter().any(|&(_, value)| self.takes_header(value, name, 0))
        });
        (came_in || self.copies_headers(request)) && !self.body_field(request, "messages").is_known()
    }

    /// Whether a request asks another program to send it: the key goes along in the body, under a name that
    /// the API does not know, and to an address that is not the API's.
    pub fn is_for_relay(&self, request: &Request) -> bool {
        let sdk = self.file(request.at.file).sdk;
        let carries_key =
            |body: NodeRef| sdk.words("relayed-key-fields").iter().any(|key| self.has_key(body, key));
        request.road == Road::Http
            && !self.is_own_api(request)
            && self.located(request, &request.kind.body).into_iter().any(carries_key)
    }

    /// Whether an expression takes a field of that name out of something: `headers["x-api-key"]`,
    /// `request.headers.get("x-api-key")`.
    fn takes_header(&self, at: NodeRef, name: &str, hops: u32) -> bool {
        let model = self.file(at.file);
        let facts = &model.facts;
        let is_name = |n: NodeId| constant(facts, n).is_some_and(|k| k.eq_ignore_ascii_case(name));
        facts.descendants(at.node).into_iter().any(|n| match facts.kind(n) {
            Kind::Index { index, .. } => is_name(*index),
            Kind::Call(call) => {
                matches!(facts.kind(call.callee), Kind::Member { .. })
                    && call.args.first().is_some_and(|a| is_name(a.value))
            }
            Kind::Name(local) if hops < MAX_HOPS => {
                let defs = model.scopes.lookup(facts, local, n);
                defs.iter().any(|def| match &def.origin {
                    Origin::Value { expr, .. } if *expr != n => {
                        self.takes_header(at.sibling(*expr), name, hops + 1)
                    }
                    Origin::Param { function, index, path } if path.is_empty() => {
                        self.is_given_header(at.sibling(*function), *index as usize, name, hops)
                    }
                    _ => false,
                })
            }
            _ => false,
        })
    }

    /// Whether a parameter is a header by its declaration (`x_api_key: str = Header()`), or is
    /// given one by every caller.
    fn is_given_header(&self, function: NodeRef, index: usize, name: &str, hops: u32) -> bool {
        let facts = self.facts(function.file);
        let Kind::Function(f) = facts.kind(function.node) else { return false };
        let Some(param) = f.params.get(index) else { return false };
        let declared = [param.default, param.ty].into_iter().flatten().any(|n| {
            facts.descendants(n).into_iter().any(|n| match facts.kind(n) {
                Kind::Call(c) => last_name(facts, c.callee).is_some_and(|callee| &*callee == "Header"),
                _ => false,
            })
        });
        if declared {
            return matches!(facts.kind(param.pattern), Kind::Name(own) if own.replace('_', "-") == *name);
        }
        let calls: Vec<NodeRef> =
            self.callers(function).iter().filter(|&&c| !self.is_test(c)).copied().collect();
        !calls.is_empty()
            && calls.len() <= MAX_CALLERS
            && calls.into_iter().all(|call| match self.argument_of(call, function, index) {
                Argument::Given(given) => self.takes_header(given, name, hops + 1),
                _ => false,
            })
    }
}
