//! Variables that the repeated code changes itself.

use super::Growth;
use super::delay::{Basis, Shape};
use crate::facts::{BinaryOp, Kind, NodeId};
use crate::model::Project;
use crate::model::names::index::path_name;
use crate::model::request::Tri;
use crate::model::values::value::NodeRef;

impl Project {
    /// A variable that the repeated code changes itself: `delay *= 2`, `attempt += 1`.
    pub(super) fn carried(&self, at: NodeRef, name: &str, basis: &Basis, depth: u32) -> Option<Shape> {
        if at.file != basis.around.file {
            return None;
        }
        let facts = self.facts(at.file);
        let mut out: Option<Shape> = None;
        for node in facts.descendants(basis.around.node) {
            let Kind::Assign(a) = facts.kind(node) else { continue };
            if path_name(facts, a.target).as_deref() != Some(name) {
                continue;
            }
            let Some(value) = a.value else { continue };
            let here = at.sibling(node);
            let next = match a.op {
                Some(BinaryOp::Mul | BinaryOp::Pow | BinaryOp::Shl) => {
                    let by = self.shape_within(at.sibling(value), basis, depth + 1);
                    match self.number(at.sibling(value)) {
                        Some(1.0) => Shape::fixed(),
                        _ => Shape { growth: Growth::Exponential, at: Some(here), ..by },
                    }
                }
                Some(BinaryOp::Add | BinaryOp::Sub) => {
                    let by = self.shape_within(at.sibling(value), basis, depth + 1);
                    let counter = self.number(at.sibling(value)) == Some(1.0);
                    Shape { growth: Growth::Linear, at: (!counter).then_some(here), ..by }
                }
                Some(_) => Shape::fixed(),
                None => match self.growth_over(at.sibling(value), name) {
                    Some(growth) => {
                        let counter = growth == Growth::Linear && self.adds_one(at.sibling(value));
                        let random = self.random_inside(at.sibling(value));
                        Shape { growth, at: (!counter).then_some(here), random, ..Shape::fixed() }
                    }
                    None => continue,
                },
            };
            out = Some(match out {
                Some(shape) => shape.with(next),
                None => next,
            });
        }
        out
    }

    fn adds_one(&self, at: NodeRef) -> bool {
        matches!(self.kind(at), Kind::Binary { right, .. } if self.number(at.sibling(*right)) == Some(1.0))
    }

    /// `delay = min(delay * 2, 60)`: how the new value grows from the old one.
    pub(super) fn growth_over(&self, value: NodeRef, name: &str) -> Option<Growth> {
        let facts = self.facts(value.file);
        let sdk = self.file(value.file).sdk;
        let own = |n: NodeId| {
            facts.descendants(n).into_iter().any(|d| path_name(facts, d).as_deref() == Some(name))
        };
        let mut best = None;
        for node in facts.descendants(value.node) {
            let found = match facts.kind(node) {
                Kind::Binary { op: BinaryOp::Mul | BinaryOp::Pow | BinaryOp::Shl, .. } if own(node) => {
                    Growth::Exponential
                }
                Kind::Binary { op: BinaryOp::Add, .. } if own(node) => Growth::Linear,
                Kind::Call(c) if own(node) => match self.last_name_at(value.sibling(c.callee)) {
                    Some(n) if sdk.has_word("product-names", &n) || sdk.has_word("power-names", &n) => {
                        Growth::Exponential
                    }
                    Some(n) if sdk.has_word("sum-names", &n) => Growth::Linear,
                    _ => continue,
                },
                _ => continue,
            };
            best = best.max(Some(found));
        }
        best
    }

    fn random_inside(&self, at: NodeRef) -> Tri {
        let nodes = self.facts(at.file).descendants(at.node);
        if nodes.into_iter().any(|n| self.is_random_call(at.sibling(n))) { Tri::Yes } else { Tri::No }
    }
}
