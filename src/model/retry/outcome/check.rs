//! Functions of the project that examine a failure and throw where it is not to be repeated.

use crate::facts::{Kind, NodeId};
use crate::model::Project;
use crate::model::retry::probe::{Flow, Probe};
use crate::model::values::truth::Truth;
use crate::model::values::value::{NodeRef, Value};

/// Statements around a call that examines the failure, beyond which it is not looked into.
const MAX_CHECK_DEPTH: u32 = 14;

impl Project {
    /// A function of the project that is given the answer, or the error, and throws where it is not to
    /// be repeated.
    pub(super) fn run_check(&self, call: NodeRef, p: &Probe, depth: u32) -> Option<Flow> {
        let Kind::Call(c) = self.kind(call) else { return None };
        if depth > MAX_CHECK_DEPTH || self.aside(call) != Truth::Open && !self.mentions_held(call, p) {
            return None;
        }
        let given = |n: NodeRef| match p.failed.get() {
            true => self.is_of_caught(n) || self.is_error_itself(n, p),
            false => self.aside(n) == Truth::Open || self.mentions_held(n, p),
        };
        if !c.args.iter().any(|a| given(call.sibling(a.value))) {
            return None;
        }
        let mut flows = self.eval(call.sibling(c.callee)).to_vec().into_iter().filter_map(|v| match v {
            Value::Function(f) => self.flow_of_check(f, p, depth),
            _ => None,
        });
        let first = flows.next()?;
        // One written over by another.
        Some(flows.fold(first, |all, flow| Flow::choose(Truth::Open, all, flow)))
    }

    fn flow_of_check(&self, function: NodeRef, p: &Probe, depth: u32) -> Option<Flow> {
        let Kind::Function(f) = self.kind(function) else { return None };
        let throws = |&n: &NodeId| matches!(self.kind(function.sibling(n)), Kind::Throw(_));
        if !f.body.is_some() || !self.own_nodes(function).iter().any(throws) {
            return None;
        }
        let outer = p.flags.replace(Vec::new());
        let flow = self.run(function.sibling(f.body), None, p, depth + 2);
        p.flags.replace(outer);
        Some(Flow { falls: flow.falls.max(flow.left), left: 0, rounds: 0, ..flow })
    }
}
