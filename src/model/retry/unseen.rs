//! Retries of calls that are out of sight: by the errors they name, those are requests to Claude.

use std::collections::BTreeSet;

use rustc_hash::FxHashSet;

use super::{Retry, RetryForm};
use crate::facts::{Handler, Kind};
use crate::model::values::value::{NodeRef, Value};
use crate::model::{Project, Request};
use crate::sdk::Road;

/// Functions of a handler that are looked into for the errors it means.
const MAX_DEPTH: u32 = 3;
const MAX_FUNCTIONS: usize = 24;

impl Project {
    /// Loops outside of tests that repeat a call on errors of Claude's SDK, where no request in
    /// sight leads to them: wrappers around models that are made elsewhere.
    pub fn unseen_retries(&self) -> Vec<(Request, Retry)> {
        let seen: BTreeSet<NodeRef> = self
            .requests()
            .iter()
            .flat_map(|r| {
                let path = self.retry_path(r);
                path.retries
                    .iter()
                    .map(|retry| retry.at)
                    .chain(path.twins.iter().copied())
                    .collect::<Vec<_>>()
            })
            .collect();
        let mut out = Vec::new();
        for (file, model) in self.file_ids() {
            for node in model.facts.ids() {
                let at = NodeRef { file, node };
                let Kind::Loop(_) = model.facts.kind(node) else { continue };
                if !seen.contains(&at) && !self.is_test(at) {
                    out.extend(self.unseen_retry(at));
                }
            }
        }
        out
    }

    fn unseen_retry(&self, around: NodeRef) -> Option<(Request, Retry)> {
        let facts = self.facts(around.file);
        let kind = self.file(around.file).sdk.request("message")?;
        let own = self.own_nodes(around);
        own.iter().find_map(|&n| {
            let Kind::Try(t) = facts.kind(n) else { return None };
            if !t.handlers.iter().any(|h| self.means_claude(around, h)) {
                return None;
            }
            // The first call that something waits for or takes.
            let body = self.own_nodes(around.sibling(t.body));
            let call = body.into_iter().find(|&c| {
                let taken = facts.parent(c).is_some_and(|p| {
                    matches!(facts.kind(p), Kind::Await(_) | Kind::Assign(_) | Kind::Return(_))
                });
                taken && matches!(facts.kind(c), Kind::Call(_))
            })?;
            let at = around.sibling(call);
            let retry = self.retry_loop(around, at, true).filter(|r| r.form == RetryForm::Loop)?;
            let request =
                Request { at, kind, road: Road::Sdk, clients: Vec::new(), function: None, first_argument: 0 };
            Some((request, retry))
        })
    }

    /// Whether a handler names errors of Claude's SDK, by itself or through what it asks.
    fn means_claude(&self, around: NodeRef, handler: &Handler) -> bool {
        let mut seen = FxHashSet::default();
        let typed = handler.types.iter().any(|&t| self.names_claude_errors(around.sibling(t), 0, &mut seen));
        let body = around.sibling(handler.body);
        typed || handler.types.len() < 2 && self.names_claude_errors(body, 0, &mut seen)
    }

    fn names_claude_errors(&self, region: NodeRef, depth: u32, seen: &mut FxHashSet<NodeRef>) -> bool {
        if seen.len() >= MAX_FUNCTIONS || !seen.insert(region) {
            return false;
        }
        let facts = self.facts(region.file);
        facts.descendants(region.node).into_iter().any(|n| {
            let at = region.sibling(n);
            match facts.kind(n) {
                Kind::Name(_) | Kind::Member { .. } => {
                    self.named_errors(at).iter().any(|e| e.tree.id == "anthropic")
                }
                Kind::Call(c) if depth < MAX_DEPTH => self.eval(region.sibling(c.callee)).iter().any(
                    |v| matches!(v, Value::Function(f) if self.names_claude_errors(*f, depth + 1, seen)),
                ),
                _ => false,
            }
        })
    }
}
