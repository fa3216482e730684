//! Names that are given to functions on their way.

use super::{Bound, Walk};
use crate::facts::{Call, Kind};
use crate::model::values::value::{NodeRef, Value};

impl Walk<'_> {
    pub(super) fn call(&self, at: NodeRef, call: &Call, bound: &mut Bound, depth: u32) -> bool {
        let project = self.project;
        // `ALIASES.get(name, name)` where the table has no such name.
        if let Some(default) = project.default_of_lookup(at) {
            return self.gives(default, bound, depth + 1);
        }
        let values = project.eval(at.sibling(call.callee));
        let functions: Vec<NodeRef> = values
            .iter()
            .filter_map(|v| match v {
                Value::Function(f) => Some(*f),
                _ => None,
            })
            .collect();
        if functions.is_empty() || functions.len() != values.len() {
            return true;
        }
        functions.into_iter().filter(|&function| self.function(at, call, function, bound, depth)).count() > 0
    }

    /// Whether a function gives back the literal that a call gives it.
    pub(super) fn function(
        &self,
        at: NodeRef,
        call: &Call,
        function: NodeRef,
        bound: &mut Bound,
        depth: u32,
    ) -> bool {
        let project = self.project;
        let Kind::Function(f) = project.kind(function) else { return true };
        if !f.body.is_some() || f.is_generator {
            return true;
        }
        let mut inner: Bound = vec![(function, String::new())];
        for arg in call.args.iter().filter(|arg| !arg.spread) {
            let value = at.sibling(arg.value);
            if self.holds(value, bound)
                && let Some(index) = project.parameter_for_argument(at, function, value)
                && self.gives(value, bound, depth + 1)
            {
                inner.push((function.sibling(f.params[index].pattern), self.text.to_string()));
            }
        }
        // What it asks of its arguments says nothing of a name that it writes itself.
        if inner.len() == 1 {
            return project.return_values(function).iter().any(|&given| project.may_be(given, self.literal));
        }
        let body = function.sibling(f.body);
        match project.kind(body) {
            Kind::Block { .. } => self.run(body, &mut inner, depth + 1).gives,
            _ => self.gives(body, &mut inner, depth + 1),
        }
    }
}
