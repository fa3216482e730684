//! Whether the next attempt sends the same as the one that failed.

use super::Retry;
use crate::facts::{Kind, NodeId};
use crate::model::Project;
use crate::model::index::path_name;

/// Names that a request is made of, at most.
const MAX_SENT: usize = 64;

impl Project {
    /// Whether the way to the next attempt changes what is sent: another key, a shorter history.
    pub fn changes_request(&self, retry: &Retry) -> bool {
        let Some(point) = retry.point.filter(|p| p.file == retry.at.file) else { return false };
        let Kind::Call(call) = self.kind(point) else { return false };
        let file = self.file(point.file);
        let facts = &file.facts;
        let names = |at: NodeId| {
            facts.descendants(at).into_iter().filter(|&n| match facts.kind(n) {
                Kind::Name(name) => !self.has_part(point, "attempt-parts", name),
                _ => false,
            })
        };
        let mut sent: Vec<NodeId> = call.args.iter().flat_map(|arg| names(arg.value)).collect();
        // What is put together in each turn is made of other names: `body = {"messages": current}`.
        let mut next = 0;
        while let Some(&name) = sent.get(next).filter(|_| sent.len() < MAX_SENT) {
            next += 1;
            let made = file.only_value(name).filter(|&v| facts.ancestors(v).any(|n| n == retry.at.node));
            sent.extend(made.into_iter().flat_map(names));
        }
        let is_sent = |target: NodeId| {
            let written = |n: NodeId| path_name(facts, n);
            sent.iter().any(|&n| written(n).is_some() && written(n) == written(target))
        };
        retry.handlers.iter().filter(|body| body.file == point.file).any(|body| {
            self.own_nodes(*body)
                .into_iter()
                .any(|n| matches!(facts.kind(n), Kind::Assign(a) if is_sent(a.target)))
        })
    }
}
