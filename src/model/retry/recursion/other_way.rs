//! Calls of a function by itself on which it goes another way: `return score(text, None)`, where it asks nobody
//! without a client.

use crate::facts::{BinaryOp, Kind, Name};
use crate::model::Project;
use crate::model::values::eval::Argument;
use crate::model::values::truth::Truth;
use crate::model::values::value::NodeRef;

/// What a parameter is given.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Given {
    Nothing,
    Bool(bool),
}

impl Project {
    /// Whether what a function is given by a call never comes to a place in it: a condition on the way there does
    /// not hold for it.
    pub(super) fn goes_another_way(&self, function: NodeRef, call: NodeRef, point: NodeRef) -> bool {
        let Kind::Function(f) = self.kind(function) else { return false };
        f.params.iter().enumerate().any(|(index, param)| {
            let Kind::Name(name) = self.kind(function.sibling(param.pattern)) else { return false };
            let Argument::Given(argument) = self.argument_of(call, function, index) else { return false };
            let given = match self.kind(argument) {
                Kind::Null => Given::Nothing,
                Kind::Bool(value) => Given::Bool(*value),
                _ => return false,
            };
            let mut gates = self.gates_around(point).chain(self.gates_before(point));
            gates.any(|gate| self.holds_with(gate.condition, name, given) == Truth::of(!gate.holds))
        })
    }

    /// Whether a condition holds for what a parameter is given.
    fn holds_with(&self, condition: NodeRef, name: &Name, given: Given) -> Truth {
        self.truth_of_parts(condition, &|part| self.part_holds_with(part, name, given))
    }

    fn part_holds_with(&self, condition: NodeRef, name: &Name, given: Given) -> Truth {
        match self.kind(condition) {
            Kind::Name(asked) if asked == name => Truth::of(given == Given::Bool(true)),
            Kind::Binary { op, left, right } => {
                let same = match op {
                    BinaryOp::Eq | BinaryOp::Is => true,
                    BinaryOp::Ne | BinaryOp::IsNot => false,
                    _ => return Truth::Open,
                };
                let asked = matches!(self.kind(condition.sibling(*left)), Kind::Name(asked) if asked == name);
                match self.kind(condition.sibling(*right)) {
                    Kind::Null if asked => Truth::of((given == Given::Nothing) == same),
                    Kind::Bool(value) if asked => Truth::of((given == Given::Bool(*value)) == same),
                    _ => Truth::Open,
                }
            }
            _ => Truth::Open,
        }
    }
}
