//! Methods that look at the failure of what they are called on: `.catch(…)`, `.or_else(…)`, `.ok()`.

use super::{GoesOn, Walk};
use crate::facts::{Call, Kind, NodeId};
use crate::model::errors::handler::{Handler, HandlerForm};
use crate::model::values::value::NodeRef;

impl Walk<'_> {
    /// A method called on the failing value; `None` when it is none of those that look at failures.
    pub(super) fn method(&mut self, member: NodeRef, hops: u32) -> Option<GoesOn> {
        let project = self.project;
        let facts = project.facts(member.file);
        let call = facts.parent(member.node)?;
        let (Kind::Call(c), Kind::Member { name, .. }) = (facts.kind(call), facts.kind(member.node)) else {
            return None;
        };
        if c.callee != member.node {
            return None;
        }
        let sdk = project.file(member.file).sdk;
        let call = member.sibling(call);
        let position = if sdk.has_word("on-failure-second", name) { 1 } else { 0 };
        if sdk.has_word("on-failure", name) || position == 1 && c.args.len() > 1 {
            let given = c.args.get(position).map(|a| member.sibling(a.value));
            return Some(self.callback(call, given, hops));
        }
        if sdk.has_word("looks-at-failure", name) {
            let given = c.args.first().map(|a| member.sibling(a.value));
            self.callback(call, given, hops);
            return Some(true);
        }
        if sdk.has_word("drops-failure", name) {
            let body = self.replacement(call, c);
            self.push(call, HandlerForm::Discard, None, body, hops);
            return Some(false);
        }
        sdk.has_word("keeps-failure", name).then_some(true)
    }

    /// What a discarding method puts in the place of the failure.
    fn replacement(&self, call: NodeRef, c: &Call) -> Option<NodeId> {
        let first = c.args.first()?.value;
        match self.project.kind(call.sibling(first)) {
            Kind::Function(f) if f.body.is_some() => Some(f.body),
            _ => Some(first),
        }
    }

    fn callback(&mut self, call: NodeRef, given: Option<NodeRef>, hops: u32) -> GoesOn {
        let project = self.project;
        let Some(given) = given else { return true };
        let function = match project.kind(given) {
            Kind::Function(_) => Some(given),
            _ => project.function_at(given),
        };
        let Some(function) = function else {
            // Handed to something out of sight.
            self.push(call, HandlerForm::Callback, None, Some(given.node), hops);
            return false;
        };
        let Kind::Function(f) = project.kind(function) else { return true };
        if !f.body.is_some() {
            return true;
        }
        let handler = Handler {
            at: call,
            form: HandlerForm::Callback,
            types: Vec::new(),
            error: f.params.first().map(|p| function.sibling(p.pattern)),
            body: Some(function.sibling(f.body)),
            before: 0,
            hops,
            in_helper: self.in_helper,
            sees_api: true,
        };
        let raises = project.outcome(&handler).raises;
        self.out.push(handler);
        raises
    }
}
