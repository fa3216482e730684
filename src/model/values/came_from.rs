//! Walks from an expression back to those it may get its value from.

use super::value::{NodeRef, Value};
use crate::facts::{BinaryOp, Kind};
use crate::model::Project;
use crate::model::names::scope::Origin;

/// Callers of one function that are asked for what they give.
const MAX_CALLERS: usize = 8;

/// The expressions that a walk back comes by: the one it starts at, then what each of them came from, the
/// nearest first.
pub(in crate::model) struct WalkBack<F> {
    found: Vec<NodeRef>,
    next: usize,
    most: usize,
    step: F,
}

impl<F: FnMut(NodeRef) -> Vec<NodeRef>> WalkBack<F> {
    /// A walk that goes on from each expression to those that `step` names, from `most` of them at the most.
    pub(in crate::model) fn new(from: NodeRef, most: usize, step: F) -> WalkBack<F> {
        WalkBack { found: vec![from], next: 0, most, step }
    }
}

impl<F: FnMut(NodeRef) -> Vec<NodeRef>> Iterator for WalkBack<F> {
    type Item = NodeRef;

    fn next(&mut self) -> Option<NodeRef> {
        // What is never asked for need not be worked out.
        if let Some(last) = self.next.checked_sub(1).filter(|&last| last < self.most) {
            for before in (self.step)(self.found[last]) {
                if !self.found.contains(&before) {
                    self.found.push(before);
                }
            }
        }
        let at = *self.found.get(self.next)?;
        self.next += 1;
        Some(at)
    }
}

impl Project {
    /// The expressions that may give an expression its value, or that its value is made of, one step back:
    /// what a name was bound to or is given by callers, what a call is given, is called on and gives, either
    /// side of a choice.
    pub(in crate::model) fn came_from(&self, at: NodeRef) -> Vec<NodeRef> {
        let file = self.file(at.file);
        match file.facts.kind(at.node) {
            Kind::Name(name) => {
                let mut out = Vec::new();
                for def in file.scopes.lookup(&file.facts, name, at.node) {
                    match &def.origin {
                        Origin::Value { expr, .. } => out.push(at.sibling(*expr)),
                        Origin::Param { function, index, .. } => {
                            let given = self.arguments_given(at.sibling(*function), *index, MAX_CALLERS);
                            out.extend(given.map(|(_, argument)| argument));
                        }
                        _ => {}
                    }
                }
                out
            }
            Kind::Call(call) => {
                let mut out: Vec<NodeRef> = call.args.iter().map(|a| at.sibling(a.value)).collect();
                if let Kind::Member { object, .. } = file.facts.kind(call.callee) {
                    out.push(at.sibling(*object));
                }
                for value in self.eval(at.sibling(call.callee)).iter() {
                    if let Value::Function(function) = value {
                        out.extend(self.return_values(*function).iter().copied());
                    }
                }
                out
            }
            Kind::If { then, otherwise, .. } => {
                [Some(*then), *otherwise].into_iter().flatten().map(|n| at.sibling(n)).collect()
            }
            Kind::Binary { op: BinaryOp::Or | BinaryOp::Coalesce | BinaryOp::And, left, right } => {
                [*left, *right].map(|n| at.sibling(n)).into()
            }
            Kind::Await(inner) | Kind::Propagate(inner) | Kind::Cast { value: inner, .. } => {
                vec![at.sibling(*inner)]
            }
            _ => Vec::new(),
        }
    }
}
