//! Lists as they are written: their elements, what is spread into them, and what is joined with them.

use super::handed::Handed;
use super::{Json, JsonKind};
use crate::facts::{BinaryOp, Kind};
use crate::model::Project;
use crate::model::values::value::NodeRef;

/// Lists that are joined in a row.
const MAX_JOINED: u32 = 8;

impl Project {
    /// Whether an operation joins lists one of which is written in it: `[first] + rest`.
    pub(super) fn joins_lists(&self, at: NodeRef) -> bool {
        self.joins_within(at, MAX_JOINED)
    }

    /// Whether an expression is a list that is written, or such ones joined.
    pub(super) fn is_written_list(&self, at: NodeRef) -> bool {
        matches!(self.kind(at), Kind::List(_)) || self.joins_lists(at)
    }

    fn joins_within(&self, at: NodeRef, left_over: u32) -> bool {
        let Kind::Binary { op: BinaryOp::Add, left, right } = self.kind(at) else { return false };
        left_over > 0
            && [*left, *right].into_iter().any(|side| match self.kind(at.sibling(side)) {
                Kind::List(_) => true,
                Kind::Binary { .. } => self.joins_within(at.sibling(side), left_over - 1),
                _ => false,
            })
    }

    /// The elements of a list that is reached through an expression; `None` where any of them may be another.
    pub(super) fn written_list(
        &self,
        node: NodeRef,
        through: NodeRef,
        depth: u32,
        budget: &mut u32,
    ) -> Option<JsonKind> {
        let handed = match node == through {
            true => Handed::Kept,
            false => self.handed(node, through),
        };
        if handed >= Handed::Changed || node != through && self.changed_inside(node, through) {
            return None;
        }
        let (mut items, mut open) = (Vec::new(), handed == Handed::Grown || self.is_grown(node, through));
        match self.kind(node) {
            Kind::List(written) => {
                for &item in written {
                    let item = node.sibling(item);
                    match self.kind(item) {
                        Kind::Spread(inner) => {
                            open |= self.add_list(node.sibling(*inner), depth, budget, &mut items);
                        }
                        _ => items.push(self.json_within(item, depth + 1, budget)),
                    }
                }
            }
            Kind::Binary { left, right, .. } => {
                for side in [*left, *right] {
                    open |= self.add_list(node.sibling(side), depth, budget, &mut items);
                }
            }
            _ => return None,
        }
        Some(JsonKind::List { items, open })
    }

    /// Adds the elements of another list; whether it may have more.
    fn add_list(&self, list: NodeRef, depth: u32, budget: &mut u32, items: &mut Vec<Json>) -> bool {
        match self.json_within(list, depth + 1, budget).kind {
            JsonKind::List { items: inner, open } => {
                items.extend(inner);
                open
            }
            _ => true,
        }
    }

    /// Whether the first element in sight of a list is its first one, as it is written: nothing out of sight is
    /// spread into it before.
    pub fn begins_in_sight(&self, list: &Json) -> bool {
        self.begins_within(list.at, MAX_JOINED)
    }

    fn begins_within(&self, list: NodeRef, left_over: u32) -> bool {
        let Some(left_over) = left_over.checked_sub(1) else { return false };
        let first = match self.kind(list) {
            Kind::List(items) => match items.first().map(|&item| self.kind(list.sibling(item))) {
                Some(Kind::Spread(inner)) => *inner,
                first => return first.is_some(),
            },
            Kind::Binary { left, .. } => *left,
            _ => return false,
        };
        let first = self.written(list.sibling(first));
        self.begins_within(first, left_over)
    }
}
