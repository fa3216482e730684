//! Whether the next attempt sends the same as the one that failed.

use super::Retry;
use crate::facts::{Kind, NodeId};
use crate::model::Project;
use crate::model::names::index::path_name;
use crate::model::values::value::NodeRef;

/// Names that a request is made of, at most.
const MAX_SENT: usize = 64;

impl Project {
    /// Whether the way to the next attempt changes what is sent: another key, a shorter history.
    pub fn changes_request(&self, retry: &Retry) -> bool {
        let Some(point) = self.repeated_call(retry) else { return false };
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
        // What is put together in each turn is made of other names: `body = {"messages": current}`. Those
        // that come into the turn from outside of it are the ones that a change lasts for.
        let mut entering: Vec<NodeId> = Vec::new();
        let mut next = 0;
        while let Some(&name) = sent.get(next).filter(|_| sent.len() < MAX_SENT) {
            next += 1;
            match file.only_value(name).filter(|&v| facts.ancestors(v).any(|n| n == retry.at.node)) {
                Some(made) => sent.extend(names(made)),
                None => entering.push(name),
            }
        }
        let is_sent = |target: NodeId| {
            let written = |n: NodeId| path_name(facts, n);
            entering.iter().any(|&n| written(n).is_some() && written(n) == written(target))
        };
        // `options.pop("thinking")`, `del options["thinking"]`, `options["max_tokens"] = 4096`
        let is_set_in = |body: NodeRef| {
            entering.iter().filter_map(|&n| path_name(facts, n)).any(|name| {
                let sets = self.index.item_sets.get(&(point.file, name)).into_iter().flatten();
                sets.into_iter().any(|set| facts.span(body.node).contains(facts.span(set.at)))
            })
        };
        let in_call = |node: NodeId| facts.ancestors(node).any(|n| n == point.node);
        retry.handlers.iter().filter(|body| body.file == point.file).any(|body| {
            is_set_in(*body)
                || self.own_nodes(*body).into_iter().any(|n| match facts.kind(n) {
                    Kind::Assign(a) => is_sent(a.target),
                    // `cut(&mut messages)`, `messages.pop(0)`
                    Kind::Name(_) => is_sent(n) && !in_call(n) && self.is_changed_at(point.sibling(n)),
                    _ => false,
                })
        })
    }

    /// The call that a loop makes again; one that resumes a call before it sets the same result.
    fn repeated_call(&self, retry: &Retry) -> Option<NodeRef> {
        let around = retry.at;
        retry.point.filter(|p| p.file == around.file).or_else(|| {
            let first = retry.trail.iter().rev().find(|step| step.file == around.file)?;
            let own = |root: NodeRef| self.own_nodes(root).into_iter().map(move |n| root.sibling(n));
            let Some(result) = self.result_name(*first) else {
                // `except …: return await send(options)`
                let file = self.file(around.file);
                let callee = |n: NodeRef| self.callee_of(n).map(|c| file.text_of(c.node));
                let again = callee(*first);
                let mut handlers = retry.handlers.iter().filter(|body| body.file == around.file);
                return handlers.find_map(|&body| own(body).find(|&n| again.is_some() && callee(n) == again));
            };
            own(around)
                .find(|&n| self.callee_of(n).is_some() && self.result_name(n).as_ref() == Some(&result))
        })
    }
}
