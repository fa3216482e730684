//! Work that is put back where it was taken from when it failed, with one attempt more on its count.

use crate::facts::{Arg, BinaryOp, Key, Kind, NodeId};
use crate::model::Project;
use crate::model::names::index::path_name;
use crate::model::names::scope::Origin;
use crate::model::values::value::NodeRef;

/// Parts of what is put back that are looked at.
const MAX_PARTS: usize = 64;

impl Project {
    /// Where a function puts work back: `queue.push({ ...job, attempts: job.attempts + 1 })`,
    /// `job.attempts += 1; queue.put(job)`.
    pub(super) fn puts_work_back(&self, function: NodeRef) -> Option<NodeRef> {
        let facts = self.facts(function.file);
        let sdk = self.file(function.file).sdk;
        facts.descendants(function.node).into_iter().find_map(|n| {
            let Kind::Call(c) = facts.kind(n) else { return None };
            let name = self.last_name_at(function.sibling(c.callee))?;
            let back = ["puts-back", "hands-back"].iter().any(|list| sdk.has_word(list, &name));
            let once_more = |a: &Arg| {
                self.is_counted_up(function.sibling(a.value))
                    || self.was_counted_up(function, function.sibling(a.value))
            };
            (back && c.args.iter().any(once_more)).then(|| function.sibling(n))
        })
    }

    /// Whether something is made with a count of attempts that is one more than that of what it is made of.
    fn is_counted_up(&self, at: NodeRef) -> bool {
        let facts = self.facts(at.file);
        let counts = |key: &str, value: NodeId| {
            self.has_part(at, "attempt-parts", key) && self.is_one_more(at.sibling(value))
        };
        facts.descendants(at.node).into_iter().take(MAX_PARTS).any(|n| match facts.kind(n) {
            Kind::Record(r) => r.entries.iter().any(|e| match &e.key {
                Some(Key::Known(key)) => counts(key, e.value),
                _ => false,
            }),
            Kind::Call(c) => c.args.iter().any(|a| a.name.as_deref().is_some_and(|key| counts(key, a.value))),
            _ => false,
        })
    }

    /// `job.attempts + 1`, unlike the turn of a loop: that counts what is done here.
    fn is_one_more(&self, at: NodeRef) -> bool {
        let file = self.file(at.file);
        let facts = &file.facts;
        let Kind::Binary { op: BinaryOp::Add, left, right } = facts.kind(at.node) else { return false };
        let one = |n: NodeId| self.number(at.sibling(n)) == Some(1.0);
        let counted = match (one(*left), one(*right)) {
            (false, true) => *left,
            (true, false) => *right,
            _ => return false,
        };
        let of_work = |n: NodeId| matches!(facts.kind(n), Kind::Member { .. } | Kind::Index { .. });
        match facts.kind(counted) {
            Kind::Name(name) => {
                file.scopes.lookup(facts, name, counted).iter().any(|def| match &def.origin {
                    Origin::Param { .. } => true,
                    Origin::Value { expr, path } => {
                        !path.is_empty() && !self.is_of_loop(at.sibling(def.node)) || of_work(*expr)
                    }
                    _ => false,
                })
            }
            _ => of_work(counted),
        }
    }

    fn is_of_loop(&self, bound: NodeRef) -> bool {
        let facts = self.facts(bound.file);
        facts.ancestors(bound.node).any(|n| match facts.kind(n) {
            Kind::Loop(l) => l.pattern.is_some_and(|p| facts.span(p).contains(facts.span(bound.node))),
            _ => false,
        })
    }

    /// `job.attempts += 1` before the job is put back.
    fn was_counted_up(&self, function: NodeRef, at: NodeRef) -> bool {
        let facts = self.facts(at.file);
        let Some(given) = path_name(facts, at.node) else { return false };
        facts.descendants(function.node).into_iter().take_while(|&n| n < at.node).any(|n| {
            let Kind::Assign(a) = facts.kind(n) else { return false };
            let Kind::Member { object, name, .. } = facts.kind(a.target) else { return false };
            let up = a.op == Some(BinaryOp::Add) || a.value.is_some_and(|v| self.is_one_more(at.sibling(v)));
            up && self.has_part(at, "attempt-parts", name)
                && path_name(facts, *object).as_deref() == Some(&*given)
        })
    }
}
