//! Whether a cut looks for a place where a call and its result stay together.

use crate::facts::{Kind, NodeId};
use crate::model::index::{constant, last_name};
use crate::model::value::NodeRef;
use crate::model::words::snake;
use crate::model::{Project, enclosing_function};

impl Project {
    /// Whether the function of a cut looks at roles or tool results when it decides where to cut.
    pub(in crate::model::dispatch) fn looks_for_boundary(&self, cut: NodeRef) -> bool {
        let facts = self.facts(cut.file);
        let root = enclosing_function(facts, cut.node).unwrap_or(NodeId::ROOT);
        let asks = |at: NodeId| {
            facts.descendants(at).into_iter().any(|n| {
                let word = match facts.kind(n) {
                    Kind::Str(_) => constant(facts, n),
                    Kind::Name(n) | Kind::Member { name: n, .. } => Some(n.clone()),
                    _ => None,
                };
                word.is_some_and(|w| {
                    let w = snake(&w);
                    w == "role" || w.contains("tool_result") || w.contains("boundary") || w.contains("orphan")
                })
            })
        };
        facts.descendants(root).into_iter().any(|n| match facts.kind(n) {
            Kind::If { condition, .. } => asks(*condition),
            Kind::Loop(l) => l.condition.is_some_and(asks),
            Kind::Comprehension(c) => c.clauses.iter().flat_map(|c| &c.conditions).any(|&c| asks(c)),
            Kind::Match(m) => asks(m.subject),
            Kind::Call(c) => {
                let name = last_name(facts, c.callee).map(|n| snake(&n)).unwrap_or_default();
                ["orphan", "sanitize", "repair", "boundary", "ensure", "valid", "fix_", "tool_pair"]
                    .iter()
                    .any(|w| name.contains(w))
                    || LOOKS.contains(&&*name)
                        && c.args
                            .iter()
                            .any(|a| matches!(facts.kind(a.value), Kind::Function(_)) && asks(a.value))
            }
            _ => false,
        })
    }
}

/// Methods whose closure decides about an element.
const LOOKS: &[&str] = &[
    "find",
    "find_index",
    "find_last",
    "find_last_index",
    "position",
    "rposition",
    "some",
    "every",
    "any",
    "all",
    "filter",
    "retain",
    "skip_while",
    "take_while",
    "next",
];
