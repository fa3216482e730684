//! Delays that the number of the attempt chooses among: `attempt == 1 ? 1000 : 4000`.

use super::{Basis, Shape};
use crate::facts::{Kind, NodeId};
use crate::model::Project;
use crate::model::names::scope::{Def, Origin};
use crate::model::retry::Growth;
use crate::model::values::value::NodeRef;

impl Project {
    /// How the value of a condition or match changes.
    pub(super) fn shape_of_choice(&self, at: NodeRef, basis: &Basis, depth: u32) -> Shape {
        let (asked, ways): (NodeId, Vec<NodeId>) = match self.kind(at) {
            Kind::If { condition, then, otherwise } => {
                (*condition, [Some(*then), *otherwise].into_iter().flatten().collect())
            }
            Kind::Match(m) => (m.subject, m.arms.iter().map(|arm| arm.body).collect()),
            _ => return Shape::fixed(),
        };
        let ways: Vec<NodeId> = ways.into_iter().filter(|&n| !self.is_ruled_out(at.sibling(n))).collect();
        let of = |n: NodeId| self.shape_within(at.sibling(n), basis, depth + 1);
        let shape = ways.iter().map(|&n| of(n)).reduce(Shape::with).unwrap_or_else(Shape::fixed);
        let by_attempt = shape.growth == Growth::Constant
            && self.differ(ways.into_iter().map(|n| at.sibling(n)))
            && of(asked).grows();
        if by_attempt { shape.growing(Growth::Table, at) } else { shape }
    }

    /// The same where a variable is set anew under a condition: `if (attempt > 2) wait = 4000`.
    pub(super) fn set_by_attempt(
        &self,
        at: NodeRef,
        defs: &[&Def],
        basis: &Basis,
        depth: u32,
    ) -> Option<NodeRef> {
        let set: Vec<(NodeRef, NodeRef)> = defs
            .iter()
            .filter_map(|def| match &def.origin {
                Origin::Value { expr, path } if path.is_empty() => {
                    Some((at.sibling(def.node), at.sibling(*expr)))
                }
                _ => None,
            })
            .collect();
        if set.len() < 2 || set.len() < defs.len() || !self.differ(set.iter().map(|(_, value)| *value)) {
            return None;
        }
        let facts = self.facts(at.file);
        let asked = |node: NodeId| {
            let around = facts.ancestors(node).take_while(|&n| n != basis.around.node);
            around.into_iter().any(|n| match facts.kind(n) {
                Kind::If { condition, .. } => {
                    self.shape_within(at.sibling(*condition), basis, depth + 1).grows()
                }
                _ => false,
            })
        };
        set.iter()
            .find(|(node, _)| self.holds(basis.around, node.node) && asked(node.node))
            .map(|(_, value)| *value)
    }

    /// Whether two of some values are different numbers, none of them nothing.
    fn differ(&self, values: impl Iterator<Item = NodeRef>) -> bool {
        let mut first = None;
        values.into_iter().filter_map(|n| self.seconds(self.last_of(n), 0)).filter(|&n| n > 0.0).any(|n| {
            let before = *first.get_or_insert(n);
            n != before
        })
    }

    /// What a block gives.
    fn last_of(&self, at: NodeRef) -> NodeRef {
        match self.kind(at) {
            Kind::Block { body, tail: true } => body.last().map_or(at, |&n| at.sibling(n)),
            _ => at,
        }
    }
}
