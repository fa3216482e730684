//! Functions and methods that set the breakpoint of a block.

use super::FIELD;
use crate::facts::{Call, Kind, NodeId};
use crate::model::names::index::last_name;
use crate::model::names::scope::Origin;
use crate::model::values::eval::Argument;
use crate::model::values::keyed::key_of;
use crate::model::values::value::NodeRef;
use crate::model::{Project, enclosing_function};

impl Project {
    /// Functions that only give back a block with a breakpoint, and what decides about it.
    pub(super) fn block_makers(&self) -> Vec<(NodeRef, NodeRef)> {
        let mut out = Vec::new();
        for (file, model) in self.file_ids() {
            if !model.source.text.contains(FIELD) {
                continue;
            }
            for node in model.facts.ids() {
                let function = NodeRef { file, node };
                if !matches!(model.facts.kind(node), Kind::Function(_)) {
                    continue;
                }
                let field = match self.return_values(function)[..] {
                    [only] => self.field_of_block(only).or_else(|| self.field_set_on_self(function, only)),
                    _ => None,
                };
                out.extend(field.map(|field| (function, field)));
            }
        }
        out
    }

    /// What a method that gives its own object back sets as its breakpoint, whatever else is the case:
    /// `self.cache_control = …; self`.
    fn field_set_on_self(&self, function: NodeRef, returned: NodeRef) -> Option<NodeRef> {
        let file = self.file(function.file);
        let Kind::Function(f) = file.facts.kind(function.node) else { return None };
        let Kind::Block { body, .. } = file.facts.kind(f.body) else { return None };
        if !file.is_own_object(returned.node) {
            return None;
        }
        body.iter().find_map(|&statement| {
            let Kind::Assign(a) = file.facts.kind(statement) else { return None };
            let (object, key) = key_of(&file.facts, a.target)?;
            let value = a.value.filter(|_| key == FIELD && file.is_own_object(object))?;
            (!matches!(file.facts.kind(value), Kind::Null)).then(|| function.sibling(value))
        })
    }

    /// The breakpoint of a block that a call makes, with the arguments that decide about it.
    pub(super) fn made_elsewhere(
        &self,
        at: NodeRef,
        call: &Call,
        makers: &[(NodeRef, NodeRef)],
    ) -> Option<(NodeRef, Vec<NodeId>)> {
        let name = last_name(self.facts(at.file), call.callee)?;
        let named = |f: NodeRef| matches!(self.kind(f), Kind::Function(f) if f.name.as_ref() == Some(&name));
        if !makers.iter().any(|(f, _)| named(*f)) {
            return None;
        }
        let called = self.functions_of(at.sibling(call.callee));
        let maker = |f: &NodeRef| makers.iter().find(|(m, _)| m == f).copied();
        let (function, field) = match called[..] {
            [ref function] => maker(function)?,
            // A method of something out of reach, when all that are called so set one.
            [] => {
                let all = self.index.functions.get(&name)?;
                maker(all.first().filter(|_| all.iter().all(|f| maker(f).is_some()))?)?
            }
            _ => return None,
        };
        let file = self.file(field.file);
        let mut decisive = Vec::new();
        for node in file.facts.descendants(field.node) {
            let Kind::Name(name) = file.facts.kind(node) else { continue };
            for def in file.scopes.lookup(&file.facts, name, node) {
                match &def.origin {
                    Origin::Param { function: f, index, .. } if *f == function.node => {
                        match self.argument_of(at, function, *index as usize) {
                            // `.cached(false)`
                            Argument::Given(arg)
                                if matches!(self.kind(arg), Kind::Bool(false) | Kind::Null) =>
                            {
                                return None;
                            }
                            Argument::Given(arg) => decisive.push(arg.node),
                            Argument::Missing => {}
                            Argument::Unknown => return None,
                        }
                    }
                    Origin::Definition(_) | Origin::Import { .. } => {}
                    // Values of the function's own.
                    _ if enclosing_function(&file.facts, def.node) == Some(function.node) => {
                        return None;
                    }
                    _ => {}
                }
            }
        }
        // What says nothing of its arguments sets it always.
        Some((field, decisive))
    }
}
