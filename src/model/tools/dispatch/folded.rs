//! Messages of one role that are put together again before they are sent.

use super::ToolDispatch;
use crate::facts::{BinaryOp, FileFacts, Kind, NodeId, UnaryOp};
use crate::model::names::index::{constant, last_name};
use crate::model::names::scope::Origin;
use crate::model::names::words::snake;
use crate::model::values::value::{NodeRef, Value};
use crate::model::{FileModel, Project, Request};

/// Requests and calls on the way to one that are looked at.
const MAX_REQUESTS: usize = 16;
const MAX_CALLS: usize = 8;
/// Functions of which one calls the next.
const MAX_DEPTH: u32 = 2;

impl Project {
    /// Whether messages are put together again: the last one is looked at here, or a function of
    /// the file says so by its name.
    pub(super) fn merges_messages(&self, scope: NodeRef) -> bool {
        let file = self.file(scope.file);
        let facts = &file.facts;
        let last = facts.descendants(scope.node).into_iter().any(|n| match facts.kind(n) {
            // `out[-1]`, `out[out.length - 1]`
            Kind::Index { index, .. } => matches!(
                facts.kind(*index),
                Kind::Unary { op: UnaryOp::Minus, .. } | Kind::Binary { op: BinaryOp::Sub, .. }
            ),
            Kind::Member { name, .. } => file.sdk.has_word("last-element", name),
            Kind::Name(name) => snake(name).split('_').any(|w| matches!(w, "last" | "prev" | "previous")),
            _ => false,
        });
        last || facts.ids().any(|n| {
            if compares_roles(file, n) {
                return true;
            }
            let name = match facts.kind(n) {
                Kind::Call(c) => last_name(facts, c.callee),
                Kind::Function(f) => f.name.clone(),
                _ => None,
            };
            name.is_some_and(|n| {
                let n = snake(&n);
                ["merge", "combin", "consolidat", "coalesc", "collaps", "consecutive", "alternat", "squash"]
                    .iter()
                    .any(|w| n.contains(w))
            })
        })
    }

    /// Whether what the requests of a dispatch send went through a function that compares the roles of messages
    /// with one another: `if out and out[-1]["role"] == role: out[-1]["content"].extend(blocks)`.
    pub(super) fn folds_before_request(&self, dispatch: &ToolDispatch) -> bool {
        let asked: Vec<&Request> =
            dispatch.responses.iter().filter_map(|r| self.request_at(r.request)).collect();
        let asked = if asked.is_empty() { self.requests().iter().collect() } else { asked };
        asked.into_iter().take(MAX_REQUESTS).any(|request| {
            let sent = self.body_field(request, "messages").nodes().to_vec();
            sent.into_iter().any(|at| self.is_folded(at, MAX_DEPTH))
        })
    }

    /// Whether an expression, or the variable it names, comes out of such a function.
    fn is_folded(&self, at: NodeRef, left: u32) -> bool {
        let Some(left) = left.checked_sub(1) else { return false };
        let file = self.file(at.file);
        let facts = &file.facts;
        let mut made = vec![at.node];
        if let Kind::Name(name) = facts.kind(at.node) {
            made.extend(file.scopes.lookup(facts, name, at.node).iter().filter_map(|d| match &d.origin {
                Origin::Value { expr, .. } => Some(*expr),
                _ => None,
            }));
        }
        let calls = made.into_iter().flat_map(|n| facts.descendants(n)).filter_map(|n| match facts.kind(n) {
            Kind::Call(c) => Some(at.sibling(c.callee)),
            _ => None,
        });
        calls.take(MAX_CALLS).any(|callee| {
            self.eval(callee).iter().any(|v| match v {
                Value::Function(f) => {
                    let there = self.file(f.file);
                    let all = there.facts.descendants(f.node);
                    all.iter().any(|&n| compares_roles(there, n))
                        && all.iter().any(|&n| adds_to_last(there, n))
                        || self.return_values(*f).iter().take(MAX_CALLS).any(|&r| self.is_folded(r, left))
                }
                _ => false,
            })
        })
    }
}

/// `folded[-1]["role"] == message["role"]`, `last.role === role`
fn compares_roles(file: &FileModel, at: NodeId) -> bool {
    let facts = &file.facts;
    let Kind::Binary { op: BinaryOp::Eq | BinaryOp::Ne, left, right } = facts.kind(at) else { return false };
    let read = |n: NodeId| is_role(facts, n);
    let held = |n: NodeId| read(n) || file.only_value(n).is_some_and(read);
    read(*left) && held(*right) || held(*left) && read(*right)
}

/// `folded[-1]["content"] += …`, `last.content.push(…)`, `last["content"] = last["content"] + …`
fn adds_to_last(file: &FileModel, at: NodeId) -> bool {
    let facts = &file.facts;
    let is_content = |n: NodeId| match facts.kind(n) {
        Kind::Member { name, .. } => &**name == "content",
        Kind::Index { index, .. } => constant(facts, *index).is_some_and(|key| &*key == "content"),
        _ => false,
    };
    match facts.kind(at) {
        Kind::Assign(a) => facts.descendants(a.target).into_iter().any(is_content),
        Kind::Call(c) => match facts.kind(c.callee) {
            Kind::Member { object, name, .. } => {
                file.sdk.in_lists(&["keeps", "gather"], name)
                    && (is_content(*object) || file.only_value(*object).is_some_and(is_content))
            }
            _ => false,
        },
        _ => false,
    }
}

/// Whether an expression is the role of a message.
fn is_role(facts: &FileFacts, at: NodeId) -> bool {
    match facts.kind(at) {
        Kind::Member { name, .. } => &**name == "role",
        Kind::Index { index, .. } => constant(facts, *index).is_some_and(|key| &*key == "role"),
        Kind::Call(call) => {
            call.args.first().is_some_and(|a| constant(facts, a.value).is_some_and(|key| &*key == "role"))
        }
        _ => false,
    }
}
