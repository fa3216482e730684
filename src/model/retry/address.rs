//! Senders that are given the URL: which of their callers mean Claude.

use crate::facts::Kind;
use crate::model::names::scope::Origin;
use crate::model::values::eval::Argument;
use crate::model::values::value::{External, Hop, NodeRef, Response, Text, Value};
use crate::model::vendor::{is_foreign, is_own};
use crate::model::{Project, Request};
use crate::sdk::api::api;

/// Functions that only hand the URL on to the next one.
const MAX_HANDED: u32 = 3;
/// Variables between a part of an address and the parameter it is made of.
const MAX_NAMES: u32 = 4;

/// A function that sends whatever URL it is given.
#[derive(Debug)]
pub(in crate::model) struct SharedCalls {
    /// The function, and those that hand a URL on to it.
    functions: Vec<NodeRef>,
    /// The calls of them that mean Claude.
    own: Vec<NodeRef>,
    /// Those that certainly mean another host.
    foreign: Vec<NodeRef>,
    /// Those whose host nobody can tell.
    unknown: Vec<NodeRef>,
}

impl SharedCalls {
    /// Whether a call of a function may mean Claude, or hands on a URL that may.
    pub(in crate::model) fn may_be_own(&self, project: &Project, function: NodeRef, call: NodeRef) -> bool {
        !self.is_shared(function)
            || self.is_own(call)
            || project.function_of(call).is_some_and(|around| self.is_shared(around))
    }

    /// Whether some call is known to mean Claude.
    pub(in crate::model) fn knows_own(&self) -> bool {
        !self.own.is_empty()
    }

    /// Whether a call means Claude.
    pub(in crate::model) fn is_own(&self, call: NodeRef) -> bool {
        self.own.contains(&call)
    }

    /// Whether an answer came through a call that means another host, or may mean any where others are known to mean
    /// Claude.
    pub(in crate::model) fn is_of_others(&self, response: &Response) -> bool {
        let others = |call| self.foreign.contains(call) || self.knows_own() && self.unknown.contains(call);
        response.hops.iter().any(|hop| matches!(hop, Hop::Return(call) if others(call)))
    }

    /// Whether a function sends whatever URL it is given.
    pub(in crate::model) fn is_shared(&self, function: NodeRef) -> bool {
        self.functions.contains(&function)
    }
}

impl Response {
    /// The first of some calls that it came back by.
    pub fn returned_by(&self, calls: &[NodeRef]) -> Option<NodeRef> {
        self.hops.iter().find_map(|hop| match hop {
            Hop::Return(call) if calls.contains(call) => Some(*call),
            _ => None,
        })
    }
}

impl Project {
    /// The function and parameter that a request takes its URL from, where that is so.
    pub(super) fn address_parameter(&self, request: &Request) -> Option<(NodeRef, usize)> {
        let urls = self.located(request, &request.kind.url);
        // A helper that only builds the request sends nothing.
        let sends = |f: NodeRef| {
            f.file == request.at.file && self.facts(f.file).ancestors(request.at.node).any(|n| n == f.node)
        };
        let given = |&url: &NodeRef| self.parameter_at(url).filter(|p| sends(p.0));
        urls.iter().find_map(given).or_else(|| {
            // `const { hostname, pathname } = new URL(url)`
            let parts = self.located(request, &request.kind.host);
            parts.into_iter().find_map(|part| self.parameter_behind(part, MAX_NAMES))
        })
    }

    /// The parameter that an expression is made of: itself, or by the variables in it.
    fn parameter_behind(&self, at: NodeRef, left: u32) -> Option<(NodeRef, usize)> {
        let left = left.checked_sub(1)?;
        let model = self.file(at.file);
        model.facts.descendants(at.node).into_iter().find_map(|node| {
            let Kind::Name(name) = model.facts.kind(node) else { return None };
            self.parameter_at(at.sibling(node)).or_else(|| {
                let defs = model.scopes.lookup(&model.facts, name, node);
                defs.iter().find_map(|def| match &def.origin {
                    Origin::Value { expr, .. } => self.parameter_behind(at.sibling(*expr), left),
                    _ => None,
                })
            })
        })
    }

    /// The function and parameter that a name stands for.
    fn parameter_at(&self, at: NodeRef) -> Option<(NodeRef, usize)> {
        let model = self.file(at.file);
        let Kind::Name(name) = model.facts.kind(at.node) else { return None };
        model.scopes.lookup(&model.facts, name, at.node).iter().find_map(|def| match &def.origin {
            Origin::Param { function, index, .. } => Some((at.sibling(*function), *index as usize)),
            _ => None,
        })
    }

    /// The calls that mean Claude, of a function that sends whatever URL it is given and is given
    /// others too; `None` when the request is Claude's alone.
    pub fn shared_sender(&self, request: &Request) -> Option<Vec<NodeRef>> {
        self.shared_calls(request).map(|calls| calls.own)
    }

    /// As [`Project::shared_sender`], with the functions that hand the URL on.
    pub(in crate::model) fn shared_calls(&self, request: &Request) -> Option<SharedCalls> {
        let (function, index) = self.address_parameter(request)?;
        // Whatever the address is, what answers there speaks as Claude does.
        if self.builds_version(request) {
            return None;
        }
        let (mut own, mut foreign, mut unknown, mut others) = (Vec::new(), Vec::new(), Vec::new(), false);
        let (mut functions, mut uncalled) = (Vec::new(), false);
        let mut open = vec![(function, index, 0, None)];
        while let Some((function, index, depth, handed)) = open.pop() {
            functions.push(function);
            // `urls.map(page)`: whoever calls it is out of sight.
            if self.callers(function).is_empty() {
                uncalled = true;
                unknown.extend(handed);
            }
            for &call in self.callers(function) {
                if self.is_test(call) {
                    continue;
                }
                let Argument::Given(url) = self.argument_of(call, function, index) else {
                    others = true;
                    continue;
                };
                match self.parameter_at(url) {
                    Some((next, i)) if depth < MAX_HANDED && next != function => {
                        open.push((next, i, depth + 1, Some(call)));
                    }
                    _ if self.addresses_given(url).iter().any(is_own) => own.push(call),
                    _ if self.names_own_host(request, url) => own.push(call),
                    _ => {
                        others = true;
                        match self.goes_elsewhere(call, function, index) {
                            true => foreign.push(call),
                            false => unknown.push(call),
                        }
                    }
                }
            }
        }
        (others || uncalled && !own.is_empty()).then_some(SharedCalls { functions, own, foreign, unknown })
    }

    /// Where an answer was asked for: at the request, or, where a function sends whatever address it is
    /// given, at the call that gave it Claude's.
    pub fn asked_at(&self, request: &Request, response: &Response) -> NodeRef {
        let own = self.shared_sender(request).unwrap_or_default();
        response.returned_by(&own).unwrap_or(request.at)
    }

    /// Whether the options that a sender is given name Claude's host.
    fn names_own_host(&self, request: &Request, options: NodeRef) -> bool {
        let fields = request.kind.host.iter().filter_map(|locator| Some(locator.split_once('.')?.1));
        let hosts = fields.flat_map(|field| self.nested_field(options, field).nodes().to_vec());
        hosts.flat_map(|host| self.texts(host)).any(|(_, text)| text.contains(&api().http.host))
    }

    /// Whether a call gives the function a URL that is certainly not Claude's.
    pub(super) fn goes_elsewhere(&self, call: NodeRef, function: NodeRef, index: usize) -> bool {
        let Argument::Given(url) = self.argument_of(call, function, index) else { return false };
        let texts = self.addresses_given(url);
        !texts.is_empty() && texts.iter().all(is_foreign)
    }

    /// The addresses that an argument is, or that a request is made for which is handed over in place of one:
    /// `Request("https://…")`.
    fn addresses_given(&self, at: NodeRef) -> Vec<Text> {
        let made = |value: &Value| match value {
            Value::External(External { made: Some(made), .. }) => match self.kind(*made) {
                Kind::Call(call) => call.args.first().map(|first| made.sibling(first.value)),
                _ => None,
            },
            _ => None,
        };
        let mut texts = self.address_texts(at);
        if texts.is_empty() {
            texts = self.eval(at).iter().filter_map(made).flat_map(|address| self.texts(address)).collect();
        }
        texts.into_iter().map(|(_, text)| text).collect()
    }
}
