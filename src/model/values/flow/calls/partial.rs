//! Calls of a function that some arguments were given before: `partial(send, "status")(text)`.

use crate::facts::{Call, Kind};
use crate::model::names::index::takes_receiver;
use crate::model::values::flow::Walk;
use crate::model::values::value::{NodeRef, Value};

impl Walk<'_> {
    /// The functions that are called with what was given before and the arguments of a call, and which of their
    /// parameters is for one of these.
    pub(super) fn applied(&self, partial: NodeRef, call: &Call, at: NodeRef) -> Vec<(NodeRef, usize)> {
        let project = self.project;
        let Kind::Call(given) = project.kind(partial) else { return Vec::new() };
        let Some((function, before)) = given.args.split_first() else { return Vec::new() };
        if before.iter().chain(&*call.args).any(|a| a.spread) {
            return Vec::new();
        }
        let plain = before.iter().filter(|a| a.name.is_none()).count();
        let callee = partial.sibling(function.value);
        let named = call.args.iter().find(|a| a.value == at.node).and_then(|a| a.name.clone());
        let position = call.args.iter().filter(|a| a.name.is_none()).position(|a| a.value == at.node);
        project
            .eval(callee)
            .iter()
            .filter_map(|v| match v {
                Value::Function(f) => Some(*f),
                _ => None,
            })
            .filter_map(|f| {
                let Kind::Function(function) = project.kind(f) else { return None };
                // `partial(Type.method, object)` names the receiver itself.
                let on_object = match project.kind(callee) {
                    Kind::Member { object, .. } => {
                        !matches!(project.eval(callee.sibling(*object)).first(), Some(Value::Class(_)))
                    }
                    _ => false,
                };
                let bound = on_object && takes_receiver(project.files(), f);
                let index = match &named {
                    Some(name) => project.parameter_named(f, name)?,
                    None => usize::from(bound) + plain + position?,
                };
                (index < function.params.len()).then_some((f, index))
            })
            .collect()
    }
}
