//! Reads that stand in for a key where callers give none.

use super::KeyRead;
use crate::facts::{BinaryOp, Kind};
use crate::model::key::environment::Source;
use crate::model::names::scope::{Def, Origin};
use crate::model::values::value::NodeRef;
use crate::model::{Phase, Project};

/// Callers that are asked for what they give.
const MAX_CALLERS: usize = 16;

impl Project {
    /// Whether a key is read only where a caller gives none, and all in sight give what was read from the same
    /// variable while the program started: `key or os.environ.get("KEY")`.
    pub fn is_given_from_start(&self, key: &KeyRead) -> bool {
        let Some((function, index)) = self.stood_in_for(key.read.at) else { return false };
        let early = |source: &Source| match source {
            Source::Environment(read, _) => {
                read.variable == key.read.variable
                    && read.at != key.read.at
                    && self.phase(read.at) == Phase::Start
            }
            _ => false,
        };
        let callers: Vec<NodeRef> =
            self.callers(function).iter().copied().filter(|&call| !self.is_test(call)).collect();
        let given: Vec<NodeRef> = self
            .arguments_given(function, index, MAX_CALLERS)
            .filter(|(call, _)| !self.is_test(*call))
            .map(|(_, argument)| argument)
            .collect();
        !given.is_empty()
            && given.len() == callers.len()
            && given.into_iter().all(|argument| self.sources(argument).iter().any(early))
    }

    /// The parameter that a read stands in for: as its default, or beside it in `parameter or read`.
    fn stood_in_for(&self, read: NodeRef) -> Option<(NodeRef, u32)> {
        let file = self.file(read.file);
        let facts = &file.facts;
        let mut child = read.node;
        for around in facts.ancestors(read.node).skip(1) {
            match facts.kind(around) {
                Kind::Binary { op: BinaryOp::Or | BinaryOp::Coalesce, left, right } if *right == child => {
                    let Kind::Name(name) = facts.kind(*left) else { return None };
                    return match file.scopes.lookup(facts, name, *left)[..] {
                        [Def { origin: Origin::Param { function, index, path }, .. }] if path.is_empty() => {
                            Some((read.sibling(*function), *index))
                        }
                        _ => None,
                    };
                }
                Kind::Binary { op: BinaryOp::Or | BinaryOp::Coalesce, .. } | Kind::Cast { .. } => {}
                Kind::Call(_) | Kind::Member { .. } => {}
                Kind::Function(f) => {
                    let index = f.params.iter().position(|p| p.default == Some(child))?;
                    return Some((read.sibling(around), u32::try_from(index).ok()?));
                }
                _ => return None,
            }
            child = around;
        }
        None
    }
}
