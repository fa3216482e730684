//! Limits that are taken from the API's own list of models.

use crate::facts::{BinaryOp, Kind, NodeId};
use crate::model::Project;
use crate::model::names::index::last_name;
use crate::model::names::scope::Origin;
use crate::model::values::value::{NodeRef, Value};

/// How many expressions are looked at.
const MAX_NODES: usize = 64;

impl Project {
    /// The place where a value is taken to be the most tokens that a model can give, as the API tells it:
    /// `client.models.retrieve(id).max_tokens`.
    pub fn model_limit(&self, at: NodeRef) -> Option<NodeRef> {
        let mut waiting = vec![at];
        let mut seen = Vec::new();
        while let Some(at) = waiting.pop() {
            if seen.len() > MAX_NODES || seen.contains(&at) {
                continue;
            }
            seen.push(at);
            match self.kind(at) {
                Kind::Member { object, name, .. } if &**name == "max_tokens" => {
                    if self.is_model_of_api(at.sibling(*object)) {
                        return Some(at);
                    }
                    waiting.extend(self.assigned_to(at, name));
                }
                Kind::Member { name, .. } => waiting.extend(self.assigned_to(at, name)),
                Kind::Name(_) => waiting.extend(self.bound_values(at)),
                Kind::Binary { op: BinaryOp::Or | BinaryOp::Coalesce, left, right } => {
                    waiting.extend([at.sibling(*left), at.sibling(*right)]);
                }
                Kind::If { then, otherwise: Some(otherwise), .. } => {
                    waiting.extend([at.sibling(*then), at.sibling(*otherwise)]);
                }
                Kind::Await(x) | Kind::Propagate(x) | Kind::Cast { value: x, .. } => {
                    waiting.push(at.sibling(*x))
                }
                Kind::Call(call) => {
                    let name = last_name(self.facts(at.file), call.callee).unwrap_or_default();
                    if self.file(at.file).sdk.has_word("number-makers", &name) {
                        waiting.extend(call.args.first().map(|a| at.sibling(a.value)));
                    }
                    for value in self.eval(at.sibling(call.callee)).iter() {
                        if let Value::Function(function) = value {
                            waiting.extend(self.return_values(*function).iter().copied());
                        }
                    }
                }
                _ => {}
            }
        }
        None
    }

    /// Whether a value is what the API says of a model.
    fn is_model_of_api(&self, at: NodeRef) -> bool {
        let mut values = self.bound_values(at);
        values.push(at);
        values.into_iter().any(|value| {
            let facts = self.facts(value.file);
            let mut node = value.node;
            while let Kind::Await(x) | Kind::Cast { value: x, .. } = facts.kind(node) {
                node = *x;
            }
            let Kind::Call(call) = facts.kind(node) else { return false };
            let Kind::Member { object, name, .. } = facts.kind(call.callee) else { return false };
            &**name == "retrieve" && last_name(facts, *object).is_some_and(|n| &*n == "models")
        })
    }

    /// What a local name is bound to.
    fn bound_values(&self, at: NodeRef) -> Vec<NodeRef> {
        let Kind::Name(name) = self.kind(at) else { return Vec::new() };
        let file = self.file(at.file);
        let defs = file.scopes.lookup(&file.facts, name, at.node);
        let values = defs.iter().filter_map(|def| match &def.origin {
            Origin::Value { expr, path } if path.is_empty() => Some(at.sibling(*expr)),
            _ => None,
        });
        values.collect()
    }

    /// What the class around a place assigns to one of its attributes.
    fn assigned_to(&self, at: NodeRef, name: &str) -> Vec<NodeRef> {
        let Some(class) = self.function_of(at).and_then(|f| self.class_of(f)).filter(|c| c.file == at.file)
        else {
            return Vec::new();
        };
        let facts = self.facts(at.file);
        let own = |object: NodeId| self.file(at.file).is_own_object(object);
        let set = |n: NodeId| match facts.kind(n) {
            Kind::Assign(a) => match facts.kind(a.target) {
                Kind::Member { object, name: other, .. } if **other == *name && own(*object) => a.value,
                _ => None,
            },
            _ => None,
        };
        facts.descendants(class.node).into_iter().filter_map(set).map(|n| at.sibling(n)).collect()
    }
}
