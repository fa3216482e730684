//! Texts that are asked for where none was found by its type.

use crate::facts::{BinaryOp, Kind, NodeId};
use crate::model::Project;
use crate::model::names::scope::Origin;
use crate::model::response::{Use, What};
use crate::model::values::value::{NodeRef, Value};

impl Project {
    /// Whether a use only stands in for the block of the same answer that was looked for by its type:
    /// `found?.text || content[0]?.text || "none"`.
    pub(super) fn is_second_choice(&self, used: &Use) -> bool {
        let facts = self.facts(used.at.file);
        let mut from = used.at.node;
        for node in facts.ancestors(used.at.node).skip(1) {
            match facts.kind(node) {
                Kind::Binary { op: BinaryOp::Or | BinaryOp::Coalesce, left, right } => {
                    if *right == from && self.is_found_by_type(used.at.sibling(*left), used) {
                        return true;
                    }
                }
                Kind::Member { .. } | Kind::Call(_) | Kind::Cast { .. } | Kind::Await(_) => {}
                _ => return false,
            }
            from = node;
        }
        false
    }

    /// Whether an expression gives the text of a block of the same answer that a look at its type found.
    fn is_found_by_type(&self, at: NodeRef, used: &Use) -> bool {
        let same = |v: &Value| match v {
            Value::Response(r) => r.request == used.response.request && self.use_of(r) == Some(What::Text),
            _ => false,
        };
        let file = self.file(at.file);
        let facts = &file.facts;
        let asks =
            |n: NodeId| facts.descendants(n).into_iter().any(|n| self.owner(at.sibling(n), "type").is_some());
        let inside = facts.descendants(at.node);
        let found = inside.iter().any(|&n| match facts.kind(n) {
            Kind::Name(name) => file.scopes.lookup(facts, name, n).iter().any(|def| match &def.origin {
                Origin::Value { expr, .. } => asks(*expr),
                _ => false,
            }),
            _ => false,
        });
        (found || asks(at.node)) && inside.iter().any(|&n| self.eval(at.sibling(n)).iter().any(same))
    }
}
