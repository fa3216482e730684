//! Paths that callers give to a helper for several of them.

use crate::facts::Kind;
use crate::model::names::scope::Origin;
use crate::model::values::eval::Argument;
use crate::model::values::value::NodeRef;
use crate::model::{Project, Request};

/// Helpers in each other that hand a path on.
const MAX_HOPS: u32 = 3;
/// Callers of one that are asked.
const MAX_CALLERS: usize = 64;

impl Project {
    /// Whether the path of a request is what the callers of its function give, and all of them give others than that
    /// of messages: `api("POST", "/agents", body)`.
    pub(super) fn is_given_other_paths(&self, request: &Request) -> bool {
        // What holds messages asks for one, under whatever mount.
        if self.body_field(request, "messages").is_known() {
            return false;
        }
        let urls = self.located(request, &request.kind.url);
        urls.into_iter().any(|url| {
            let file = self.file(url.file);
            let whole = file.only_value(url.node).map_or(url, |value| url.sibling(value));
            let parts = file.facts.descendants(whole.node);
            matches!(self.kind(whole), Kind::Str(_) | Kind::Binary { .. })
                && !self.names_messages(whole)
                && parts.into_iter().any(|n| self.gives_other_paths(whole.sibling(n), 0))
        })
    }

    /// Whether an expression is a parameter for which all callers give the path of something else.
    fn gives_other_paths(&self, at: NodeRef, hops: u32) -> bool {
        let file = self.file(at.file);
        let Kind::Name(name) = file.facts.kind(at.node) else { return false };
        let [def] = &file.scopes.lookup(&file.facts, name, at.node)[..] else { return false };
        let Origin::Param { function, index, path } = &def.origin else { return false };
        let function = at.sibling(*function);
        let calls = self.callers(function);
        path.is_empty()
            && !calls.is_empty()
            && calls.len() <= MAX_CALLERS
            && self.mentions(function).is_empty()
            && calls.iter().all(|&call| match self.argument_of(call, function, *index as usize) {
                Argument::Given(given) => {
                    self.is_other_path(given) || hops < MAX_HOPS && self.gives_other_paths(given, hops + 1)
                }
                _ => false,
            })
    }

    /// `"/agents"`, `f"/agents/{id}"`
    fn is_other_path(&self, at: NodeRef) -> bool {
        let text = self.text(at);
        let Some(Some(first)) = text.pieces.first() else { return false };
        let begun = text.known().is_some() || first.trim_start_matches('/').contains('/');
        first.starts_with('/') && begun && !self.names_messages(at)
    }

    /// Whether what is known of a path names an endpoint that makes a message.
    fn names_messages(&self, at: NodeRef) -> bool {
        let words = self.file(at.file).sdk.words("message-path-words");
        self.text(at).pieces.iter().flatten().any(|piece| words.iter().any(|w| piece.contains(w.as_str())))
    }
}
