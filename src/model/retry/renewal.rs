//! Retries after a credential was renewed.

use super::Retry;
use crate::facts::{Kind, NodeId};
use crate::model::Project;
use crate::model::names::words::has_word_of;

impl Project {
    /// Whether the way to the next attempt renews or drops a credential: `token = null`,
    /// `await refreshLogin()`. What was refused for the old one may pass with the new one.
    pub fn renews_credential(&self, retry: &Retry) -> bool {
        retry.handlers.iter().any(|&body| {
            let facts = self.facts(body.file);
            let sdk = self.file(body.file).sdk;
            let renewed = |n: NodeId| {
                let name = self.last_name_at(body.sibling(n)).unwrap_or_default();
                has_word_of(sdk, "renewal-words", &name)
            };
            self.own_nodes(body).into_iter().any(|n| match facts.kind(n) {
                Kind::Assign(a) => renewed(a.target),
                Kind::Call(c) => renewed(c.callee),
                _ => false,
            })
        })
    }
}
