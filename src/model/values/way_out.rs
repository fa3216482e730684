//! Ways out of a function that some of its callers never take: `if stream: return parts()` and a call
//! without `stream`.

use crate::facts::{BinaryOp, Kind};
use crate::model::Project;
use crate::model::names::index::constant;
use crate::model::names::scope::Origin;
use crate::model::values::eval::Argument;
use crate::model::values::truth::Truth;
use crate::model::values::value::NodeRef;

/// Statements before a place that are looked at: what parameters decide is decided first.
const MAX_BEFORE: usize = 16;

impl Project {
    /// Whether a place in a function is not come to in one of its calls: what that gives for a parameter decides
    /// against the branch it stands in, or for one before it that leaves.
    pub(in crate::model) fn is_way_not_taken(&self, at: NodeRef, function: NodeRef, call: NodeRef) -> bool {
        let facts = self.facts(at.file);
        let mut inner = at.node;
        for outer in facts.ancestors(at.node).skip(1).take_while(|&n| n != function.node) {
            let passed = match facts.kind(outer) {
                Kind::If { condition, then, .. } if *then == inner => {
                    self.holds_in_call(at.sibling(*condition), function, call) == Truth::No
                }
                Kind::If { condition, otherwise, .. } if *otherwise == Some(inner) => {
                    self.holds_in_call(at.sibling(*condition), function, call) == Truth::Yes
                }
                Kind::Block { body, .. } => {
                    body.iter().take_while(|&&n| n != inner).take(MAX_BEFORE).any(|&n| match facts.kind(n) {
                        Kind::If { condition, then, .. } => {
                            self.leaves(at.file, *then)
                                && self.holds_in_call(at.sibling(*condition), function, call) == Truth::Yes
                        }
                        _ => false,
                    })
                }
                _ => false,
            };
            if passed {
                return true;
            }
            inner = outer;
        }
        false
    }

    /// Whether a condition holds in one call of a function, as far as parameters decide it that nothing sets anew.
    fn holds_in_call(&self, at: NodeRef, function: NodeRef, call: NodeRef) -> Truth {
        self.truth_of_parts(at, &|part| self.part_holds_in_call(part, function, call))
    }

    fn part_holds_in_call(&self, at: NodeRef, function: NodeRef, call: NodeRef) -> Truth {
        let file = self.file(at.file);
        match file.facts.kind(at.node) {
            // `mode == "stream"`
            Kind::Binary { op: op @ (BinaryOp::Eq | BinaryOp::Ne), left, right } => {
                let Some(word) = constant(&file.facts, *right) else { return Truth::Open };
                let given = self.given_in_call(at.sibling(*left), function, call);
                let text = given.and_then(|n| constant(self.facts(n.file), n.node));
                text.map_or(Truth::Open, |text| Truth::of((*text == *word) == (*op == BinaryOp::Eq)))
            }
            Kind::Name(_) => match self.given_in_call(at, function, call).map(|n| self.kind(n)) {
                Some(Kind::Bool(holds)) => Truth::of(*holds),
                Some(Kind::Null) => Truth::No,
                _ => Truth::Open,
            },
            _ => Truth::Open,
        }
    }

    /// What a call gives for the parameter that a name stands for, where nothing else sets it and that is written there.
    fn given_in_call(&self, at: NodeRef, function: NodeRef, call: NodeRef) -> Option<NodeRef> {
        let file = self.file(at.file);
        let Kind::Name(name) = file.facts.kind(at.node) else { return None };
        let index = match file.scopes.lookup(&file.facts, name, at.node)[..] {
            [def] => match &def.origin {
                Origin::Param { function: of, index, path } if *of == function.node && path.is_empty() => {
                    *index
                }
                _ => return None,
            },
            _ => return None,
        };
        match self.argument_of(call, function, index as usize) {
            // `undefined` stands for the default, too.
            Argument::Given(given) if matches!(self.kind(given), Kind::Null) => {
                self.param_default(function, index).or(Some(given))
            }
            Argument::Given(given) => Some(given),
            Argument::Missing => self.param_default(function, index),
            Argument::Unknown => None,
        }
    }
}
