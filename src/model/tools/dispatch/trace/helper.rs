//! Helpers of the project that call a function for each element of a list: `eachOf(calls, run, 4)`.

use crate::facts::Kind;
use crate::model::Project;
use crate::model::names::scope::Origin;
use crate::model::values::eval::Argument;
use crate::model::values::value::NodeRef;

/// Calls of a function that a helper is given.
const MAX_CALLS: usize = 4;

impl Project {
    /// The list whose elements a function of the project gives, one by one, to a function that stands among
    /// the arguments of its call.
    pub(super) fn list_of_helper(&self, call: NodeRef, callback: NodeRef) -> Option<NodeRef> {
        let Kind::Call(c) = self.kind(call) else { return None };
        let helper = self.functions_of(call.sibling(c.callee)).into_iter().next()?;
        let index = self.parameter_for_argument(call, helper, callback)?;
        let file = self.file(helper.file);
        let facts = &file.facts;
        let readers = self.parameter_readers(helper, index);
        let called = readers.filter_map(|reader| match facts.kind(facts.parent(reader.node)?) {
            Kind::Call(c) if c.callee == reader.node => Some(helper.sibling(c.args.first()?.value)),
            _ => None,
        });
        called.take(MAX_CALLS).find_map(|given| {
            let list = self.list_of_element(given)?;
            let Kind::Name(name) = facts.kind(list.node) else { return None };
            file.scopes.lookup(facts, name, list.node).iter().find_map(|def| match &def.origin {
                Origin::Param { function, index, path } if *function == helper.node && path.is_empty() => {
                    match self.argument_of(call, helper, *index as usize) {
                        Argument::Given(list) => Some(list),
                        _ => None,
                    }
                }
                _ => None,
            })
        })
    }
}
