//! Choices that leave out what has failed before: `model = route(excluded)`, and `excluded.append(model)` where
//! the call fails.

use super::Step;
use crate::facts::{BinaryOp, Kind, Name, NodeId, StrPart};
use crate::model::names::index::last_name;
use crate::model::names::words::has_word_of;
use crate::model::values::value::{NodeRef, Value};
use crate::model::{FileModel, Project};

impl Project {
    /// Whether what a step of a turn chooses is put, where the call failed or before it was made, among those that
    /// the step of the next turn leaves out.
    pub(super) fn leaves_out_failed(&self, around: NodeRef, step: &Step, handlers: &[NodeRef]) -> bool {
        if handlers.is_empty() || handlers.iter().any(|body| body.file != around.file) {
            return false;
        }
        let facts = self.facts(around.file);
        let mut left_out = self.told_to(around.sibling(step.value));
        left_out.retain(|name| !step.targets.contains(name));
        left_out.iter().any(|list| {
            let is_added = |body: &NodeRef| {
                facts.descendants(body.node).into_iter().any(|n| {
                    self.adds_chosen(around, n, list, step) && self.is_done_in(*body, body.sibling(n), list)
                })
            };
            // A branch within such a handler goes the same way.
            let adds = |body: &NodeRef| {
                is_added(body)
                    || handlers.iter().any(|h| h != body && self.contains(*h, *body) && is_added(h))
            };
            handlers.iter().all(adds)
        })
    }

    /// The names of what a choice is told of beside what it takes from: `failed` in `route(failed)`,
    /// `next(m for m in models if m not in failed)`, `models.find((m) => !failed.has(m))`.
    pub(in crate::model::retry) fn told_to(&self, at: NodeRef) -> Vec<Name> {
        let file = self.file(at.file);
        let facts = &file.facts;
        let mut out = Vec::new();
        let leaves_out = |name: &str| has_word_of(file.sdk, "left-out-words", name);
        let mut name = |n: NodeId| {
            if let Kind::Name(name) = facts.kind(n)
                && !out.contains(name)
                && !has_word_of(file.sdk, "queue-words", name)
            {
                out.push(name.clone());
            }
        };
        for n in facts.descendants(at.node) {
            if let Kind::Call(call) = facts.kind(n) {
                // Who is told of anything else chooses by that.
                for arg in &call.args {
                    let given = at.sibling(arg.value);
                    let list = self.plain(given);
                    if last_name(facts, list.node).is_some_and(|n| leaves_out(&n))
                        || arg.name.as_deref().is_some_and(leaves_out)
                        || self.tests_membership(at.sibling(n), given)
                    {
                        name(list.node);
                    }
                }
            }
            looked_through(file, n).into_iter().for_each(&mut name);
        }
        out
    }

    /// Whether the function of the project that a call means looks what it is given there for something.
    fn tests_membership(&self, call: NodeRef, given: NodeRef) -> bool {
        let Kind::Call(c) = self.kind(call) else { return false };
        self.eval(call.sibling(c.callee)).iter().any(|v| {
            let Value::Function(function) = v else { return false };
            let Some(name) = self.parameter_named_for(call, *function, given) else { return false };
            let there = self.file(function.file);
            let is_it = |n: NodeId| matches!(there.facts.kind(n), Kind::Name(n) if n == name);
            let inside = there.facts.descendants(function.node).into_iter();
            inside.filter_map(|n| looked_through(there, n)).any(is_it)
        })
    }

    /// `failed.append(model)`, `failed[model] = error`, `failed = [...failed, model.id]`
    fn adds_chosen(&self, around: NodeRef, node: NodeId, list: &Name, step: &Step) -> bool {
        let file = self.file(around.file);
        let facts = &file.facts;
        let is_list = |n: NodeId| matches!(facts.kind(n), Kind::Name(name) if name == list);
        let chosen = |n: NodeId| self.is_of_chosen(around.sibling(n), step);
        match facts.kind(node) {
            Kind::Call(call) => match facts.kind(call.callee) {
                Kind::Member { object, name, .. } => {
                    is_list(*object)
                        && file.sdk.in_lists(&["keeps", "gather"], name)
                        && call.args.first().is_some_and(|arg| chosen(arg.value))
                }
                _ => false,
            },
            Kind::Assign(a) => match (facts.kind(a.target), a.value) {
                (Kind::Index { object, index }, _) => is_list(*object) && chosen(*index),
                (Kind::Name(name), Some(value)) if name == list => {
                    let inside = facts.descendants(value);
                    let grown = a.op.is_some() || inside.iter().any(|&n| is_list(n));
                    grown && inside.iter().any(|&n| chosen(n))
                }
                _ => false,
            },
            _ => false,
        }
    }

    /// Whether an expression is what a step has chosen, or a part of it.
    fn is_of_chosen(&self, at: NodeRef, step: &Step) -> bool {
        let facts = self.facts(at.file);
        let mut at = self.plain(at);
        while let Kind::Member { object, .. } | Kind::Index { object, .. } = facts.kind(at.node) {
            at = self.plain(at.sibling(*object));
        }
        match facts.kind(at.node) {
            Kind::Name(name) => step.targets.contains(name),
            // `f"{route.provider}:{route.model}"`
            Kind::Str(parts) => parts.iter().any(|part| match part {
                StrPart::Hole(hole) => self.is_of_chosen(at.sibling(*hole), step),
                StrPart::Text(_) => false,
            }),
            _ => false,
        }
    }

    /// An expression without what only copies or points to it: `&excluded`, `model.clone()`, `list(failed)`.
    fn plain(&self, mut at: NodeRef) -> NodeRef {
        let file = self.file(at.file);
        loop {
            at = match file.facts.kind(at.node) {
                Kind::Unary { operand: x, .. } | Kind::Cast { value: x, .. } | Kind::Spread(x) => {
                    at.sibling(*x)
                }
                Kind::Call(c) => match (file.facts.kind(c.callee), &c.args[..]) {
                    (Kind::Member { object, name, .. }, []) if file.sdk.passes_object(name) => {
                        at.sibling(*object)
                    }
                    _ => return at,
                },
                _ => return at,
            };
        }
    }

    /// Whether a handler always does something, or asks only whether that was done already.
    fn is_done_in(&self, body: NodeRef, at: NodeRef, list: &Name) -> bool {
        let facts = self.facts(body.file);
        facts.ancestors(at.node).skip(1).take_while(|&n| n != body.node).all(|n| match facts.kind(n) {
            Kind::If { condition, .. } => facts.names(*condition, list),
            Kind::Match(_) | Kind::Loop(_) | Kind::Function(_) => false,
            _ => true,
        })
    }
}

/// What is looked through for something: `failed` in `name in failed`, `failed.has(name)`.
fn looked_through(file: &FileModel, at: NodeId) -> Option<NodeId> {
    match file.facts.kind(at) {
        Kind::Binary { op: BinaryOp::In | BinaryOp::NotIn, right, .. } => Some(*right),
        Kind::Call(c) => match file.facts.kind(c.callee) {
            Kind::Member { object, name, .. } => {
                file.sdk.in_lists(&["holds", "member-test"], name).then_some(*object)
            }
            _ => None,
        },
        _ => None,
    }
}
