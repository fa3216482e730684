//! Helpers of the project that run a function they are given, and catch what it raises.

use super::{GoesOn, MAX_STEPS, Walk};
use crate::facts::Kind;
use crate::model::values::value::{NodeRef, Value};

/// Helpers that hand what they are given on to each other, and helpers that one name may stand for.
const MAX_DEPTH: u32 = 4;
const MAX_HELPERS: usize = 4;

impl Walk<'_> {
    /// A function that stands among the arguments of a call, itself or by its name: whatever catches its
    /// failure where a helper of the project runs it. Whether the failure comes out of the call; `None` where
    /// no helper in sight runs it.
    pub(super) fn handed_to_helpers(&mut self, given: NodeRef, hops: u32, depth: u32) -> Option<GoesOn> {
        let project = self.project;
        let call = given.sibling(project.facts(given.file).parent(given.node)?);
        let Kind::Call(c) = project.kind(call) else { return None };
        if depth > MAX_DEPTH || !c.args.iter().any(|a| a.value == given.node) {
            return None;
        }
        let mut goes_on = None;
        let values = project.eval(call.sibling(c.callee));
        for value in values.iter().take(MAX_HELPERS) {
            let Value::Function(helper) = value else { return None };
            let parameter = project.parameter_or_rest(*helper, call, given)?;
            let out = self.within_helper(*helper, parameter, hops, depth)?;
            goes_on = Some(goes_on.unwrap_or(false) | out);
        }
        goes_on
    }

    /// What catches the failure of a function in the helper that is given it.
    fn within_helper(&mut self, helper: NodeRef, parameter: usize, hops: u32, depth: u32) -> Option<GoesOn> {
        let project = self.project;
        let file = project.file(helper.file);
        let mut goes_on = None;
        for reader in project.parameter_readers(helper, parameter).take(MAX_HELPERS) {
            let Some(call) = file.facts.parent(reader.node).map(|p| reader.sibling(p)) else { continue };
            let Kind::Call(c) = project.kind(call) else { continue };
            let comes_out = match c.callee == reader.node {
                true => Some(true),
                false => self.handed_to_helpers(reader, hops, depth + 1),
            };
            let Some(comes_out) = comes_out else { continue };
            let out = comes_out && self.out_of(call, helper, hops, depth);
            goes_on = Some(goes_on.unwrap_or(false) | out);
        }
        goes_on
    }

    /// From a call in a helper to the outside of it, through closures that it hands on itself.
    fn out_of(&mut self, call: NodeRef, helper: NodeRef, hops: u32, depth: u32) -> GoesOn {
        let mut at = call;
        while self.steps < MAX_STEPS {
            self.steps += 1;
            let before = std::mem::replace(&mut self.in_helper, true);
            let out = self.within(at, hops);
            self.in_helper = before;
            match out {
                Some(function) if function == helper => return true,
                Some(function) => {
                    if self.handed_to_helpers(function, hops, depth + 1) == Some(false) {
                        return false;
                    }
                    at = function;
                }
                None => return false,
            }
        }
        true
    }
}
