//! Whether someone looks which type a block has.

use super::index::MAX_NAMES;
use crate::facts::{BinaryOp, FileFacts, Kind, NodeId};
use crate::model::names::index::last_name;
use crate::model::values::truth::Truth;
use crate::model::values::value::NodeRef;
use crate::model::{Project, Request, enclosing_function};

impl Project {
    /// Whether the function around a use looks which type the block at a position has. Blocks that are `keyed` have
    /// no type of their own: they are what they have.
    pub(super) fn is_type_checked(&self, used: NodeRef, position: i32, keyed: bool) -> bool {
        let facts = self.facts(used.file);
        let root = self.block_scope(used);
        let mut inside = facts.descendants(root).into_iter();
        inside.any(|node| {
            let at = used.sibling(node);
            (self.looks_at_type(at, position) || self.asks_for_text(at, position, keyed))
                && !is_left_before(facts, used.node, node)
                && !is_left_before(facts, node, used.node)
        })
    }

    /// `if (block.type !== "text") throw …`, `if (block.type === "text") return …; throw …`
    pub(super) fn is_other_type_refused(&self, used: NodeRef, position: i32) -> bool {
        let facts = self.facts(used.file);
        facts.descendants(self.block_scope(used)).into_iter().any(|node| match facts.kind(node) {
            Kind::If { condition, then, otherwise } => {
                let mut tested = facts.descendants(*condition).into_iter();
                if !tested.any(|n| self.looks_at_type(used.sibling(n), position)) {
                    return false;
                }
                let next = facts.parent(node).and_then(|around| match facts.kind(around) {
                    Kind::Block { body, .. } => body.iter().copied().find(|&n| n > node),
                    _ => None,
                });
                let ways = [Some(*then), *otherwise, next.filter(|_| otherwise.is_none())];
                ways.into_iter().flatten().any(|n| self.fails(used.sibling(n)))
            }
            _ => false,
        })
    }

    /// Whether an expression decides, by whether the block at a position has a text, which way is taken, and does not
    /// itself fail where it has none: `if block.get("text")`, `block.text !== undefined`.
    fn asks_for_text(&self, at: NodeRef, position: i32, keyed: bool) -> bool {
        let facts = self.facts(at.file);
        let asks = match facts.kind(at.node) {
            Kind::Call(_) => true,
            Kind::Member { .. } => {
                let beside = facts.parent(at.node).and_then(|p| match facts.kind(p) {
                    Kind::Binary { op: BinaryOp::Eq | BinaryOp::Ne, left, right } => {
                        Some(if *left == at.node { *right } else { *left })
                    }
                    _ => None,
                });
                keyed || beside.is_some_and(|other| self.is_null(at.sibling(other)))
            }
            _ => false,
        };
        // `block?.text || ""` asks nothing: it puts another text in its place.
        let replaced = facts.parent(at.node).is_some_and(|p| match facts.kind(p) {
            Kind::Binary { op: BinaryOp::Or | BinaryOp::Coalesce, left, .. } => {
                *left == at.node && !self.is_condition(at.sibling(p))
            }
            _ => false,
        });
        asks && !replaced
            && self.is_condition(at)
            && self
                .owner(at, "text")
                .and_then(|block| self.pick(block, MAX_NAMES))
                .is_some_and(|(_, other)| other == position)
    }

    /// Whether an expression looks which type the block at a position has.
    pub(super) fn looks_at_type(&self, at: NodeRef, position: i32) -> bool {
        let facts = self.facts(at.file);
        let picks =
            |node: NodeId| self.pick(at.sibling(node), MAX_NAMES).is_some_and(|(_, other)| other == position);
        let of_type = |name: &str| self.owner(at, name).is_some_and(|block| picks(block.node));
        if of_type("type") {
            return true;
        }
        // A field that is called otherwise than in JSON.
        if let Kind::Member { name, .. } = facts.kind(at.node)
            && self.index.wire.is_called(name, "type")
        {
            return of_type(name);
        }
        match facts.kind(at.node) {
            Kind::Binary { op: BinaryOp::InstanceOf, left, .. } => picks(*left),
            Kind::Binary { op: BinaryOp::In | BinaryOp::NotIn, right, .. } => picks(*right),
            Kind::Match(m) => {
                picks(m.subject) && m.arms.iter().any(|arm| self.names_kind(at.file, &arm.patterns))
            }
            // `isinstance(block, TextBlock)`, `hasattr(block, "text")`, `isText(block)`
            Kind::Call(call) => {
                let name = last_name(facts, call.callee).unwrap_or_default();
                // `Some(block)` in a pattern only gives it a name.
                let file = self.file(at.file);
                let looks = |n: NodeId| picks(n) && !file.binds(n);
                !file.sdk.has_word("log", &name) && call.args.iter().any(|a| looks(a.value))
            }
            _ => false,
        }
    }
}

impl Project {
    /// Whether a use of an answer stands in a branch where the answer does not end in a call of a tool, by a test
    /// of its stop reason around it: `if message.stop_reason == "end_turn"`.
    pub fn is_no_call_here(&self, request: &Request, used: NodeRef) -> bool {
        let facts = self.facts(used.file);
        let tests = self.stop_tests(request.at);
        let truth = |at: NodeRef| {
            let held = tests.iter().find(|test| test.at == at).and_then(|test| self.is_held(test, CALLED));
            held.map_or(Truth::Open, Truth::of)
        };
        let mut from = used.node;
        for up in facts.ancestors(used.node).skip(1) {
            let branch = std::mem::replace(&mut from, up);
            match facts.kind(up) {
                Kind::Function(_) => return false,
                Kind::If { condition, then, otherwise } => {
                    let holds = self.truth_of_parts(used.sibling(*condition), &truth);
                    if *then == branch && holds == Truth::No
                        || *otherwise == Some(branch) && holds == Truth::Yes
                    {
                        return true;
                    }
                }
                _ => {}
            }
        }
        false
    }
}

/// The reason of an answer that ends in a call of a tool.
const CALLED: &str = "tool_use";

/// Whether a place stands in a branch which ends the function, and another one behind that: no way leads through both.
fn is_left_before(facts: &FileFacts, at: NodeId, other: NodeId) -> bool {
    let mut from = at;
    facts.ancestors(at).skip(1).any(|up| {
        let branch = std::mem::replace(&mut from, up);
        let is_branch = matches!(facts.kind(up), Kind::If { condition, .. } if *condition != branch);
        let last = match facts.kind(branch) {
            Kind::Block { body, .. } => body.last().copied(),
            _ => None,
        };
        // What a function within gives back leaves only that.
        let leaves_both = || {
            enclosing_function(facts, up)
                .is_none_or(|function| facts.span(function).contains(facts.span(other)))
        };
        is_branch
            && last.is_some_and(|n| matches!(facts.kind(n), Kind::Return(_) | Kind::Throw(_)))
            && facts.span(up).end <= facts.span(other).start
            && leaves_both()
    })
}
