//! Whether a cut looks for a place where a call and its result stay together.

use crate::facts::{Kind, NodeId};
use crate::model::index::{constant, last_name};
use crate::model::value::NodeRef;
use crate::model::words::snake;
use crate::model::{Project, enclosing_function};

impl Project {
    /// Whether the function of a cut looks at roles or tool results when it decides where to cut.
    pub(in crate::model::dispatch) fn looks_for_boundary(&self, cut: NodeRef) -> bool {
        let file = self.file(cut.file);
        let (facts, sdk) = (&file.facts, file.sdk);
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
                sdk.words("boundary-parts").iter().any(|part| name.contains(part.as_str()))
                    || sdk.has_word("element-tests", &name)
                        && c.args
                            .iter()
                            .any(|a| matches!(facts.kind(a.value), Kind::Function(_)) && asks(a.value))
            }
            _ => false,
        })
    }
}
