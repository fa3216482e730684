//! What comes together with the body of a request although it is meant for another one.

use crate::facts::Kind;
use crate::model::Project;
use crate::model::Request;
use crate::model::values::json::Json;
use crate::model::values::value::{NodeRef, Value};

/// Callers of a function that are looked at.
const MAX_CALLERS: usize = 32;
/// Calls between a request and the call that what it sends is given to.
const MAX_HOPS: u32 = 3;

impl Project {
    /// Whether a value is only among those that a request may send because what makes them is shared: it is made
    /// by another implementation of what the sender is one of, given by another caller to the function whose
    /// answer the sender takes, or given together with a model of another vendor.
    pub fn is_made_for_another(&self, request: &Request, value: NodeRef) -> bool {
        self.are_siblings(self.class_of(value), self.class_of(request.at))
            || self.is_given_beside_sender(request, value)
            || self.is_given_beside_other_model(request, value)
    }

    /// `ask(messages, model="gpt-4o", tool_choice="auto")`
    fn is_given_beside_other_model(&self, request: &Request, value: NodeRef) -> bool {
        let facts = self.facts(value.file);
        let around = facts.ancestors(value.node).skip(1);
        let mut around = around.take_while(|&n| !matches!(facts.kind(n), Kind::Function(_)));
        around.any(|n| {
            let call = value.sibling(n);
            call != request.at && matches!(facts.kind(n), Kind::Call(_)) && self.names_model_of_others(call)
        })
    }

    /// `body = with_options({"tool_choice": "auto"})` in one function, and `body = with_options(mine)` in the one
    /// that sends the request: the answer of each call is for its caller.
    fn is_given_beside_sender(&self, request: &Request, value: NodeRef) -> bool {
        let (Some(here), Some(sender)) = (self.function_of(value), self.function_of(request.at)) else {
            return false;
        };
        if here == sender || self.named_function(value) == self.named_function(request.at) {
            return false;
        }
        let facts = self.facts(value.file);
        let around = facts.ancestors(value.node).skip(1).take_while(|&n| n != here.node);
        let callees = around.filter_map(|n| match facts.kind(n) {
            Kind::Call(call) if !facts.span(call.callee).contains(facts.span(value.node)) => {
                Some(call.callee)
            }
            _ => None,
        });
        let by_sender = |function: NodeRef| {
            let callers = self.callers(function).iter().take(MAX_CALLERS);
            function != sender && callers.into_iter().any(|&call| self.function_of(call) == Some(sender))
        };
        callees.into_iter().any(|callee| {
            let called = self.eval(value.sibling(callee));
            called.iter().any(|v| matches!(v, Value::Function(f) if by_sender(*f)))
        })
    }

    /// Whether a value is given to a method that several types have, of which not all ask Claude: whose form it
    /// has to have is said by the object, which may be any of them.
    pub fn is_given_to_one_of_several(&self, request: &Request, value: NodeRef) -> bool {
        let mut ways: Vec<(NodeRef, u32)> =
            self.named_function(request.at).map(|f| (f, 0)).into_iter().collect();
        let mut next = 0;
        while let Some(&(function, hops)) = ways.get(next) {
            next += 1;
            for &call in self.callers(function).iter().take(MAX_CALLERS) {
                if self.may_call_another_type(call, function) && self.gives(call, value) {
                    return true;
                }
                let around = self.named_function(call).filter(|f| !ways.iter().any(|(seen, _)| seen == f));
                if hops < MAX_HOPS && ways.len() < MAX_CALLERS {
                    ways.extend(around.map(|f| (f, hops + 1)));
                }
            }
        }
        false
    }

    /// Whether a call of a method may as well be one of the same method of a type that sends no request to
    /// Claude, itself or by that method.
    fn may_call_another_type(&self, call: NodeRef, method: NodeRef) -> bool {
        let (Kind::Call(c), Some(own)) = (self.kind(call), self.class_of(method)) else { return false };
        let asks = |f: NodeRef, class: NodeRef| {
            self.requests().iter().any(|r| self.class_of(r.at) == Some(class))
                || self.callers(method).iter().any(|&c| self.named_function(c) == Some(f))
        };
        self.eval(call.sibling(c.callee)).iter().any(|v| match v {
            Value::Function(f) => self.class_of(*f).is_some_and(|class| {
                let related = self.is_derived(class, own) || self.is_derived(own, class);
                !related && !self.is_test(*f) && !asks(*f, class)
            }),
            _ => false,
        })
    }

    /// Whether a value is, or stands in, an argument of a call.
    fn gives(&self, call: NodeRef, value: NodeRef) -> bool {
        fn holds(json: &Json, value: NodeRef) -> bool {
            json.at == value
                || json.items().iter().any(|inner| holds(inner, value))
                || json.entries().iter().any(|e| holds(e.perhaps.as_ref().unwrap_or(&e.value), value))
        }
        let Kind::Call(c) = self.kind(call) else { return false };
        c.args.iter().any(|arg| holds(&self.json(call.sibling(arg.value)), value))
    }
}
