//! Tokens that are called OAuth by what they are taken from.

use crate::facts::{Kind, NodeId, UnaryOp};
use crate::model::Project;
use crate::model::names::index::constant;
use crate::model::names::scope::Origin;
use crate::model::values::value::NodeRef;

/// Steps up from the name of a variable to the pattern that it stands in.
const MAX_STEPS: usize = 4;

impl Project {
    /// Whether a name says that a value is an OAuth token: `format!("Bearer {}", self.oauth_token)`, or the
    /// `token` of `Auth::OAuth(token)`.
    pub fn is_called_oauth(&self, at: NodeRef) -> bool {
        let file = self.file(at.file);
        let facts = &file.facts;
        let named = |n: NodeId| match facts.kind(n) {
            Kind::Name(name) | Kind::Member { name, .. } => says_oauth(name),
            _ => false,
        };
        let within = |n: NodeId| facts.descendants(n).into_iter().take(16).any(named);
        let of_pattern = |n: NodeId| {
            let mut around = facts.ancestors(n).skip(1).take(MAX_STEPS);
            let head = around.find_map(|up| match facts.kind(up) {
                Kind::Call(c) => Some(Some(c.callee)),
                Kind::Record(r) => Some(r.ty),
                Kind::Unary { .. } | Kind::Opaque(_) => None,
                _ => Some(None),
            });
            head.flatten().is_some_and(named)
        };
        let taken = |n: NodeId| {
            let Kind::Name(name) = facts.kind(n) else { return false };
            let defs = file.scopes.lookup(facts, name, n);
            defs.iter().take(4).any(|d| {
                let value = match &d.origin {
                    Origin::Value { expr, path } if path.is_empty() => within(*expr),
                    _ => false,
                };
                value || file.binds(d.node) && of_pattern(d.node)
            })
        };
        facts.descendants(at.node).into_iter().take(16).any(|n| named(n) || taken(n))
    }

    /// Whether a place is come to only where a question about OAuth is answered with no:
    /// `if (auth.isOAuth) { … } else { headers["x-api-key"] = auth.token }`.
    pub fn is_told_from_oauth(&self, at: NodeRef) -> bool {
        let facts = self.facts(at.file);
        let named = |n: NodeId| match facts.kind(n) {
            Kind::Name(name) | Kind::Member { name, .. } => says_oauth(name),
            _ => constant(facts, n).is_some_and(|text| says_oauth(&text)),
        };
        let asks = |n: NodeId| facts.descendants(n).into_iter().any(named);
        let arms = self.arms_around(at).any(|(m, i)| {
            let names = |i: usize| m.arms[i].patterns.iter().any(|&p| asks(p));
            !names(i) && (0..m.arms.len()).any(names)
        });
        arms || self.gates_around(at).any(|gate| match facts.kind(gate.condition.node) {
            Kind::Unary { op: UnaryOp::Not, operand } => gate.holds && asks(*operand),
            _ => !gate.holds && asks(gate.condition.node),
        })
    }
}

fn says_oauth(name: &str) -> bool {
    name.to_ascii_lowercase().replace('_', "").contains("oauth")
}
