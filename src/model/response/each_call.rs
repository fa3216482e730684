//! What a helper reads of answers that its parameter does not hold: it is given too many.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::Uses;
use crate::facts::Kind;
use crate::model::Project;
use crate::model::values::eval::may_be_cut_off;
use crate::model::values::value::{Hop, NodeRef, Response, Value};

impl Project {
    /// Uses of an answer in a function that one call gives it to. A parameter stands for what a few
    /// callers give: the others are asked one by one.
    pub(super) fn uses_in_call(
        &self,
        call: NodeRef,
        given: NodeRef,
        response: &Arc<Response>,
        interesting: &BTreeSet<&'static str>,
        uses: &mut Uses,
    ) {
        let Kind::Call(c) = self.kind(call) else { return };
        for callee in self.eval(call.sibling(c.callee)).iter() {
            let Value::Function(function) = callee else { continue };
            if !self.is_left_out_of_parameter(call, given, *function, response) {
                continue;
            }
            for node in self.facts(function.file).descendants(function.node) {
                let at = function.sibling(node);
                if !self.names_part(at, interesting) || self.is_called_get(at) {
                    continue;
                }
                for value in self.values_in_call(at, *function, call) {
                    if let Value::Response(r) = value
                        && r.request == response.request
                    {
                        self.classify(at, &r, uses);
                    }
                }
            }
        }
    }

    /// Whether the parameter that takes an argument stands for so much that this answer is not in it.
    fn is_left_out_of_parameter(
        &self,
        call: NodeRef,
        given: NodeRef,
        function: NodeRef,
        response: &Response,
    ) -> bool {
        let Some(index) = self.parameter_for_argument(call, function, given) else { return false };
        let reader = self.parameter_readers(function, index).next();
        reader.is_some_and(|reader| {
            let values = self.eval(reader);
            let holds = |v: &Value| match v {
                Value::Response(r) => {
                    r.request == response.request && r.hops.last() == Some(&Hop::Argument(call))
                }
                _ => false,
            };
            may_be_cut_off(&values) && !values.iter().any(holds)
        })
    }
}
