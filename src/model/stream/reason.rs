//! Whether a reader of a stream takes the stop reason out of it.

use super::{Project, snake};
use crate::facts::{BinaryOp, Key, Kind, UnaryOp};
use crate::model::Sink;
use crate::model::names::index::constant;
use crate::model::values::value::NodeRef;

/// What a reader of a stream does with the stop reason.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Reason {
    /// It is compared, kept or handed on.
    Read,
    /// Whether there is one is asked here, and never which.
    Presence(NodeRef),
    /// It is not looked at.
    Never,
}

/// Steps from a mention of the stop reason to what asks for it.
const MAX_STEPS: usize = 8;
/// Reads of texts that are followed.
const MAX_TEXTS: usize = 8;

impl Project {
    /// What the functions around a reader do with the stop reason.
    pub(super) fn reason_in(&self, roots: &[NodeRef]) -> Reason {
        let mut found = Reason::Never;
        for root in roots {
            for node in self.facts(root.file).descendants(root.node) {
                let at = root.sibling(node);
                if !self.names_reason(at) {
                    continue;
                }
                if !self.asks_for_presence(at) {
                    return Reason::Read;
                }
                if found == Reason::Never {
                    found = Reason::Presence(at);
                }
            }
        }
        found
    }

    /// Whether a reader shows the text of its events, to someone who sees that it stops in mid-sentence.
    pub(super) fn shows_text(&self, function: NodeRef) -> bool {
        let facts = self.facts(function.file);
        facts.descendants(function.node).into_iter().any(|n| {
            let Kind::Call(call) = facts.kind(n) else { return false };
            self.shows_only(function.sibling(n), call.callee)
                && call.args.iter().any(|a| {
                    let inside = facts.descendants(a.value);
                    inside
                        .into_iter()
                        .any(|n| self.key_of(function.sibling(n)).is_some_and(|k| &*k.1 == "text"))
                })
        })
    }

    /// Whether a reader puts the text of its events together, or the arguments of tools, rather than
    /// only handing each piece on. What does not show is taken for yes.
    pub(super) fn gathers_text(&self, function: NodeRef) -> bool {
        let facts = self.facts(function.file);
        let names = |at: NodeRef, key: &str| {
            self.key_of(at).is_some_and(|k| &*k.1 == key)
                || constant(facts, at.node)
                    .is_some_and(|t| t.rsplit('/').next() == Some(key) && t.contains('/'))
        };
        let inside = facts.descendants(function.node);
        let all = || inside.iter().map(|&n| function.sibling(n));
        if all().any(|at| names(at, "partial_json")) {
            return true;
        }
        let texts: Vec<NodeRef> = all().filter(|&at| names(at, "text")).take(MAX_TEXTS).collect();
        texts.is_empty() || texts.into_iter().any(|at| self.sinks(at).iter().any(|end| end.gathered))
    }

    /// Whether something is parsed there.
    pub fn is_parsed_at(&self, at: NodeRef) -> bool {
        match self.kind(at) {
            Kind::Call(call) => self.known_sink(at, call.callee) == Some(Sink::Parsed),
            _ => false,
        }
    }

    pub(super) fn names_reason(&self, at: NodeRef) -> bool {
        let facts = self.facts(at.file);
        let is = |word: &str| {
            let word = snake(word);
            word.contains("stop_reason") || word.contains("finish_reason")
        };
        match facts.kind(at.node) {
            Kind::Name(name) | Kind::Member { name, .. } => is(name),
            Kind::Str(_) => constant(facts, at.node).is_some_and(|t| is(&t)),
            Kind::Record(r) => r.entries.iter().any(|e| matches!(&e.key, Some(Key::Known(k)) if is(k))),
            _ => false,
        }
    }

    /// Whether only the presence of a value is asked for: `.is_some()`, `!= null`, a bare condition.
    pub(super) fn asks_for_presence(&self, at: NodeRef) -> bool {
        let file = self.file(at.file);
        let facts = &file.facts;
        let mut from = at.node;
        for parent in facts.ancestors(at.node).skip(1).take(MAX_STEPS) {
            match facts.kind(parent) {
                Kind::Member { name, .. } if file.sdk.has_word("missing-test", name) => return true,
                Kind::Member { name, .. } if file.sdk.has_word("reads-field", name) => {}
                // `delta["stop_reason"]`, `delta.get("stop_reason")`
                Kind::Index { index, .. } if *index == from => {}
                Kind::Call(c) if c.callee == from => {}
                Kind::Call(c) if file.named_in(c.callee, "reads-field") => {}
                Kind::Binary { op: BinaryOp::And | BinaryOp::Or, .. } => {}
                Kind::Unary { op: UnaryOp::Not, .. } | Kind::Cast { .. } => {}
                Kind::Binary { op: BinaryOp::In | BinaryOp::NotIn, left, .. } => return *left == from,
                Kind::Binary {
                    op: BinaryOp::Eq | BinaryOp::Ne | BinaryOp::Is | BinaryOp::IsNot,
                    left,
                    right,
                } => {
                    let other = if *left == from { *right } else { *left };
                    return matches!(facts.kind(other), Kind::Null);
                }
                Kind::If { condition, .. } => return *condition == from,
                Kind::Loop(l) => return l.condition == Some(from),
                _ => return false,
            }
            from = parent;
        }
        false
    }
}
