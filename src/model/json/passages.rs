//! The expressions that a literal comes by on its way from where it is made to where it is read.

use crate::facts::{BinaryOp, Kind};
use crate::model::Project;
use crate::model::scope::Origin;
use crate::model::value::{External, NodeRef, Value};

/// Expressions that one literal is followed through.
const MAX_PASSAGES: usize = 24;
/// Callers of one function that are asked for what they give.
const MAX_CALLERS: usize = 8;

impl Project {
    /// The names and calls that a literal is handed on by until it is read through a place, from there
    /// back: `body = build(); body["messages"] = …; send(body)`.
    pub(in crate::model) fn passages(&self, node: NodeRef, through: NodeRef) -> Vec<NodeRef> {
        let is_it = |v: &Value| match v {
            Value::Node(n)
            | Value::Instance { made: Some(n), .. }
            | Value::External(External { made: Some(n), .. }) => *n == node,
            _ => false,
        };
        let mut out = vec![through];
        let mut next = 0;
        while let Some(&at) = out.get(next).filter(|_| next < MAX_PASSAGES) {
            next += 1;
            for before in self.came_from(at) {
                if before != node && !out.contains(&before) && self.eval(before).iter().any(is_it) {
                    out.push(before);
                }
            }
        }
        out
    }

    /// The expressions that may give an expression what it stands for.
    fn came_from(&self, at: NodeRef) -> Vec<NodeRef> {
        let file = self.file(at.file);
        match self.kind(at) {
            Kind::Name(name) => {
                let mut out = Vec::new();
                for def in file.scopes.lookup(&file.facts, name, at.node) {
                    match &def.origin {
                        Origin::Value { expr, path } if path.is_empty() => out.push(at.sibling(*expr)),
                        Origin::Param { function, index, path } if path.is_empty() => {
                            let given = self.arguments_given(at.sibling(*function), *index, MAX_CALLERS);
                            out.extend(given.map(|(_, argument)| argument));
                        }
                        _ => {}
                    }
                }
                out
            }
            Kind::Call(call) => {
                let mut out: Vec<NodeRef> = call.args.iter().map(|a| at.sibling(a.value)).collect();
                if let Kind::Member { object, .. } = file.facts.kind(call.callee) {
                    out.push(at.sibling(*object));
                }
                for value in self.eval(at.sibling(call.callee)).iter() {
                    if let Value::Function(function) = value {
                        out.extend(self.return_values(*function).iter().copied());
                    }
                }
                out
            }
            Kind::If { then, otherwise, .. } => {
                [Some(*then), *otherwise].into_iter().flatten().map(|n| at.sibling(n)).collect()
            }
            Kind::Binary { op: BinaryOp::Or | BinaryOp::Coalesce, left, right } => {
                [*left, *right].map(|n| at.sibling(n)).into()
            }
            Kind::Await(inner) | Kind::Propagate(inner) => vec![at.sibling(*inner)],
            _ => Vec::new(),
        }
    }
}
