//! What the code around a field asks about it before it is sent.

use crate::facts::{Kind, Name, NodeId, UnaryOp};
use crate::model::names::index::{constant, last_name, path_name};
use crate::model::values::value::NodeRef;
use crate::model::{Project, enclosing_function};

/// How far out a question about a value is looked for.
const MAX_OUT: usize = 12;

impl Project {
    /// Whether the function around a place asks for the field of an object or takes it out:
    /// `body["system"]`, `body.pop("system")`.
    pub fn is_touched(&self, at: NodeRef, name: &str) -> bool {
        let facts = self.facts(at.file);
        let function = enclosing_function(facts, at.node).unwrap_or(NodeId::ROOT);
        facts.descendants(function).into_iter().any(|n| {
            let is_name = |n: NodeId| constant(facts, n).is_some_and(|t| t == name);
            match facts.kind(n) {
                Kind::Call(c) => {
                    matches!(facts.kind(c.callee), Kind::Member { .. })
                        && c.args.iter().any(|a| is_name(a.value))
                }
                Kind::Index { index, .. } => is_name(*index) && !facts.is_target(n),
                _ => false,
            }
        })
    }

    /// Whether an assignment may not happen: in a loop, or in a branch without another.
    pub(super) fn may_be_passed_over(&self, value: NodeRef) -> bool {
        let facts = self.facts(value.file);
        for (inner, outer) in facts.ancestors(value.node).zip(facts.ancestors(value.node).skip(1)) {
            match facts.kind(outer) {
                Kind::Function(_) => return false,
                Kind::Loop(_) => return true,
                Kind::If { condition, .. } if *condition == inner => return false,
                Kind::If { otherwise: None, .. } => return true,
                Kind::If { then, otherwise: Some(otherwise), .. } => {
                    let other = if *then == inner { *otherwise } else { *then };
                    return !self.leaves(value.file, other) && !self.sets_as_well(value, other);
                }
                Kind::Match(_) | Kind::Try(_) => return false,
                _ => {}
            }
        }
        false
    }

    /// Whether a branch sets the variable that a value is given to.
    fn sets_as_well(&self, value: NodeRef, branch: NodeId) -> bool {
        let facts = self.facts(value.file);
        let target = |n: NodeId| match facts.kind(n) {
            Kind::Assign(a) => path_name(facts, a.target),
            _ => None,
        };
        let set = facts.parent(value.node).and_then(target);
        set.is_none() || facts.descendants(branch).into_iter().any(|n| target(n) == set)
    }

    /// Whether a place asks what a value is: a condition, a comparison, an operator.
    pub(super) fn is_asked_about(&self, at: NodeRef) -> bool {
        let facts = self.facts(at.file);
        let mut inner = at.node;
        for outer in facts.ancestors(at.node).skip(1).take(MAX_OUT) {
            match facts.kind(outer) {
                Kind::Unary { op: UnaryOp::Not, .. } | Kind::Binary { .. } | Kind::Let { .. } => return true,
                Kind::If { condition, .. } | Kind::Assert { condition, .. } if *condition == inner => {
                    return true;
                }
                Kind::Loop(l) if l.condition == Some(inner) => return true,
                Kind::Match(m) if m.subject == inner => return true,
                Kind::Block { .. } | Kind::Function(_) => return false,
                _ => {}
            }
            inner = outer;
        }
        false
    }

    /// Whether the place stands under a condition that names the value, in whatever way.
    pub(super) fn is_under_question(&self, at: NodeRef, name: &Name) -> bool {
        let facts = self.facts(at.file);
        let names = |condition: NodeId| {
            facts
                .descendants(condition)
                .into_iter()
                .any(|n| last_name(facts, n).is_some_and(|other| other == *name))
        };
        facts.ancestors(at.node).any(|n| match facts.kind(n) {
            Kind::If { condition, .. } => names(*condition),
            _ => false,
        })
    }
}
