//! Numbers that are called random and are not.

use super::{Basis, MAX_DEPTH};
use crate::facts::{Kind, Name};
use crate::model::Project;
use crate::model::names::scope::Origin;
use crate::model::values::value::NodeRef;

impl Project {
    /// Whether a name, whatever it says, stands for what is worked out of the number of the attempt alone:
    /// `let jitter = attempt * 137 % 500` is the same for everybody.
    pub(super) fn is_worked_out(&self, at: NodeRef, name: &Name, basis: &Basis, depth: u32) -> bool {
        let file = self.file(at.file);
        match &file.scopes.lookup(&file.facts, name, at.node)[..] {
            [def] => match &def.origin {
                Origin::Value { expr, path } if path.is_empty() && *expr != at.node => {
                    matches!(file.facts.kind(*expr), Kind::Binary { .. })
                        && self.is_of_attempts_alone(at.sibling(*expr), basis, depth + 1)
                }
                _ => false,
            },
            _ => false,
        }
    }

    fn is_of_attempts_alone(&self, at: NodeRef, basis: &Basis, depth: u32) -> bool {
        if depth > MAX_DEPTH {
            return false;
        }
        match self.kind(at) {
            Kind::Number(_) => true,
            Kind::Binary { left, right, .. } => [*left, *right]
                .into_iter()
                .all(|n| self.is_of_attempts_alone(at.sibling(n), basis, depth + 1)),
            Kind::Cast { value, .. } => self.is_of_attempts_alone(at.sibling(*value), basis, depth + 1),
            Kind::Name(name) => {
                self.number(at).is_some()
                    || self.is_worked_out(at, name, basis, depth + 1)
                    || !self.is_random_name(at, name)
                        && self.shape_of_name(at, name, basis, depth + 1).grows()
            }
            _ => false,
        }
    }
}
