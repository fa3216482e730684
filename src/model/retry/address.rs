//! Senders that are given the URL: which of their callers mean Claude.

use crate::facts::Kind;
use crate::model::eval::Argument;
use crate::model::index::takes_receiver;
use crate::model::scope::Origin;
use crate::model::value::NodeRef;
use crate::model::vendor::is_foreign;
use crate::model::{Project, Request};

impl Project {
    /// The function and parameter that a request takes its URL from, where that is so.
    pub(super) fn address_parameter(&self, request: &Request) -> Option<(NodeRef, usize)> {
        self.located(request, &request.kind.url).into_iter().find_map(|url| {
            let model = self.file(url.file);
            let Kind::Name(name) = model.facts.kind(url.node) else { return None };
            model.scopes.lookup(&model.facts, name, url.node).iter().find_map(|def| match &def.origin {
                Origin::Param { function, index, .. } => Some((url.sibling(*function), *index as usize)),
                _ => None,
            })
        })
    }

    /// Whether a call gives the function a URL that is certainly not Claude's.
    pub(super) fn goes_elsewhere(&self, call: NodeRef, function: NodeRef, index: usize) -> bool {
        let receiver = takes_receiver(&self.files, function);
        let Argument::Given(url) = self.argument_of(call, function, index, receiver) else { return false };
        let texts = self.texts(url);
        !texts.is_empty() && texts.iter().all(|(_, text)| is_foreign(text))
    }
}
