//! How code asks for the kind of a block.

use crate::facts::{BinaryOp, FileFacts, Kind, NodeId, UnaryOp};
use crate::model::Project;
use crate::model::names::index::constant;
use crate::model::names::words::snake;
use crate::model::values::value::NodeRef;

/// What a condition says of the kind of a block.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum KindTest {
    /// Holds for every call of a tool, and for nothing else.
    Is,
    /// Holds for some calls of tools only.
    IsAnd,
    /// Holds for no call of a tool.
    IsNot,
    /// Asks for it in a way that is not followed.
    Other,
}

impl Project {
    /// Whether a piece of code asks for blocks of the kind `tool_use`.
    pub(in crate::model) fn asks_for_tool_use(&self, at: NodeRef) -> bool {
        let facts = self.facts(at.file);
        facts.descendants(at.node).into_iter().any(|n| is_tool_use_word(facts, n))
    }

    /// Whether a condition asks for the kind of a block, and with which outcome for a call of a
    /// tool: all of the condition, or one of several that must hold.
    pub(super) fn kind_test(&self, at: NodeRef) -> Option<KindTest> {
        let facts = self.facts(at.file);
        let on = |n: NodeId| at.sibling(n);
        match facts.kind(at.node) {
            Kind::Unary { op: UnaryOp::Not, operand } => self.kind_test(on(*operand)).map(|t| match t {
                KindTest::Is => KindTest::IsNot,
                KindTest::IsNot => KindTest::Is,
                KindTest::IsAnd => KindTest::IsNot,
                KindTest::Other => KindTest::Other,
            }),
            Kind::Binary { op: BinaryOp::And, left, right } => {
                match (self.kind_test(on(*left)), self.kind_test(on(*right))) {
                    (Some(KindTest::Is), Some(KindTest::Is)) => Some(KindTest::Is),
                    (Some(KindTest::Is | KindTest::IsAnd), None) => match self.is_presence(on(*right)) {
                        true => Some(KindTest::Is),
                        false => Some(KindTest::IsAnd),
                    },
                    (None, Some(KindTest::Is)) => match self.is_presence(on(*left)) {
                        true => Some(KindTest::Is),
                        false => Some(KindTest::IsAnd),
                    },
                    (None, None) => None,
                    _ => Some(KindTest::Other),
                }
            }
            Kind::Binary { op: BinaryOp::Or, left, right } => {
                match (self.kind_test(on(*left)), self.kind_test(on(*right))) {
                    (None, None) => None,
                    (Some(KindTest::IsNot), _) | (_, Some(KindTest::IsNot)) => Some(KindTest::IsNot),
                    _ => Some(KindTest::Other),
                }
            }
            Kind::Binary { op, left, right } => {
                let side = [*left, *right]
                    .into_iter()
                    .any(|n| is_tool_use_word(facts, n) || self.lists_tool_use(on(n)));
                let other = [*left, *right].into_iter().any(|n| other_kind(facts, n));
                match op {
                    BinaryOp::Eq | BinaryOp::Is | BinaryOp::In | BinaryOp::InstanceOf if side => {
                        Some(KindTest::Is)
                    }
                    BinaryOp::Ne | BinaryOp::IsNot | BinaryOp::NotIn if side => Some(KindTest::IsNot),
                    // Asked for another kind: a call of a tool is not that.
                    BinaryOp::Eq | BinaryOp::Is if other => Some(KindTest::IsNot),
                    BinaryOp::Ne | BinaryOp::IsNot if other => Some(KindTest::Other),
                    _ if side => Some(KindTest::Other),
                    _ => None,
                }
            }
            Kind::Let { pattern, .. } => self.asks_for_tool_use(on(*pattern)).then_some(KindTest::Is),
            Kind::Call(_) => self.asks_for_tool_use(at).then_some(KindTest::Is),
            Kind::Name(_) | Kind::Member { .. } => is_tool_use_word(facts, at.node).then_some(KindTest::Is),
            _ => None,
        }
    }

    /// `hasattr(block, "type")`, `isinstance(block, dict)`, a name alone: there is a block at all.
    fn is_presence(&self, at: NodeRef) -> bool {
        match self.kind(at) {
            Kind::Call(c) => self.file(at.file).named_in(c.callee, "has-shape"),
            Kind::Name(_) => true,
            _ => false,
        }
    }

    fn lists_tool_use(&self, at: NodeRef) -> bool {
        let facts = self.facts(at.file);
        matches!(facts.kind(at.node), Kind::List(items) if items.iter().any(|&i| is_tool_use_word(facts, i)))
    }
}

fn is_tool_use_word(facts: &FileFacts, node: NodeId) -> bool {
    let word = match facts.kind(node) {
        Kind::Str(_) => constant(facts, node),
        Kind::Name(n) | Kind::Member { name: n, .. } => Some(n.clone()),
        _ => None,
    };
    word.is_some_and(|w| {
        w.len() < 40 && {
            let w = snake(&w);
            w == "tool_use"
                || w == "tooluse"
                || w.starts_with("is_tool_use")
                || (w.ends_with("tool_use_block") || w.ends_with("tool_use_block_param"))
                    && !matches!(facts.kind(node), Kind::Name(n) if n.starts_with(char::is_lowercase))
        }
    })
}

/// The kind of another block.
fn other_kind(facts: &FileFacts, node: NodeId) -> bool {
    constant(facts, node).is_some_and(|w| {
        matches!(&*w, "text" | "thinking" | "redacted_thinking" | "server_tool_use" | "image" | "compaction")
    })
}
