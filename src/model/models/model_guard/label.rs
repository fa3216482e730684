//! What a function of the project calls a model: its family, by a text or a variant.

use super::question::{Asked, Bound};
use crate::facts::{Kind, NodeId};
use crate::model::values::truth::Truth;
use crate::model::values::value::{NodeRef, Value};

/// Expressions in each other.
const MAX_DEPTH: u32 = 10;

impl Asked<'_> {
    /// The text or the variant that an expression gives for the model.
    pub(super) fn label(&self, at: NodeRef, bound: Bound<'_>, depth: u32) -> Option<String> {
        if depth > MAX_DEPTH || !self.spend() {
            return None;
        }
        if let Some(text) = self.text(at, bound, 0) {
            return Some(text);
        }
        let project = self.project;
        let next = |n: NodeId| self.label(at.sibling(n), bound, depth + 1);
        match project.kind(at) {
            // `Family::Newer`
            Kind::Member { object, name, .. } => {
                let owner = match project.kind(at.sibling(*object)) {
                    Kind::Name(owner) | Kind::Member { name: owner, .. } => owner,
                    _ => return None,
                };
                let variant = [owner, name].iter().all(|n| n.starts_with(|c: char| c.is_uppercase()));
                variant.then(|| name.to_string())
            }
            Kind::If { condition, then, otherwise: Some(otherwise) } => {
                match self.truth(at.sibling(*condition), bound, depth + 1) {
                    Truth::Yes => next(*then),
                    Truth::No => next(*otherwise),
                    _ => None,
                }
            }
            Kind::Return(Some(value)) | Kind::Cast { value, .. } => next(*value),
            Kind::Name(_) => next(project.file(at.file).only_value(at.node)?),
            Kind::Block { body, tail } => self.label_of_block(at, body, *tail, bound, depth),
            Kind::Call(call) => {
                let [Value::Function(function)] = project.eval(at.sibling(call.callee))[..] else {
                    return None;
                };
                let inner = self.bound_in(at, call, function, bound)?;
                let Kind::Function(f) = project.kind(function) else { return None };
                self.label(function.sibling(f.body), &inner, depth + 1)
            }
            _ => None,
        }
    }

    /// The first that is given back, or the value of the block.
    fn label_of_block(
        &self,
        block: NodeRef,
        body: &[NodeId],
        tail: bool,
        bound: Bound<'_>,
        depth: u32,
    ) -> Option<String> {
        for (i, &statement) in body.iter().enumerate() {
            let at = block.sibling(statement);
            let last = i + 1 == body.len();
            match self.project.kind(at) {
                Kind::If { condition, then, otherwise } if !(tail && last) => {
                    let taken = match self.truth(at.sibling(*condition), bound, depth + 1) {
                        Truth::Yes => Some(*then),
                        Truth::No => *otherwise,
                        _ => return None,
                    };
                    let Some(taken) = taken else { continue };
                    return self.label(at.sibling(taken), bound, depth + 1);
                }
                Kind::Loop(_) | Kind::Match(_) | Kind::Try(_) | Kind::With(_) if !last => return None,
                Kind::Return(_) => return self.label(at, bound, depth + 1),
                _ if tail && last => return self.label(at, bound, depth + 1),
                _ => {}
            }
        }
        None
    }
}
