//! Clients of several vendors that one function makes: whose a request is told by the call of that function
//! that gave it its client.

use super::is_of_others;
use crate::facts::{Kind, NodeId};
use crate::model::Project;
use crate::model::names::index::Member;
use crate::model::request::Request;
use crate::model::values::came_from::WalkBack;
use crate::model::values::value::{NodeRef, Value};

/// Expressions that a client is followed back through.
const MAX_STEPS: usize = 40;

impl Project {
    /// Whether all calls that give a request its clients ask the function that makes them for models of other
    /// vendors; who else calls it, and for which models, says nothing.
    pub(super) fn is_made_for_others(&self, request: &Request) -> bool {
        let Kind::Call(sent) = self.kind(request.at) else { return false };
        let Kind::Member { object, .. } = self.kind(request.at.sibling(sent.callee)) else { return false };
        let client = request.at.sibling(*object);
        !request.clients.is_empty()
            && request.clients.iter().all(|c| {
                let Some(maker) = c.made.and_then(|made| self.function_of(made)) else { return false };
                let alone = Request { clients: vec![c.clone()], ..request.clone() };
                let models = self.body_field(&alone, "model");
                let calls = self.calls_on_the_way(client, maker);
                // What is named elsewhere is no matter of who calls the maker.
                let named_there = |&m: &NodeRef| self.function_of(m) == Some(maker);
                let others = |call: &NodeRef| {
                    models.nodes().iter().all(|&m| self.asks_others_in_call(m, maker, *call))
                };
                models.is_known()
                    && models.nodes().iter().all(named_there)
                    && !calls.is_empty()
                    && calls.iter().all(others)
            })
    }

    /// The calls of a function that a value may come from.
    fn calls_on_the_way(&self, at: NodeRef, function: NodeRef) -> Vec<NodeRef> {
        let calls_it = |at: NodeRef| match self.kind(at) {
            Kind::Call(call) => {
                self.eval(at.sibling(call.callee)).iter().any(|v| *v == Value::Function(function))
            }
            _ => false,
        };
        let step = |at: NodeRef| match self.kind(at) {
            _ if calls_it(at) => Vec::new(),
            // `self.llm`
            Kind::Member { object, name, .. } if self.file(at.file).is_own_object(*object) => {
                let members = self.class_of(at).into_iter().flat_map(|class| self.class_member(class, name));
                let value = |member| match member {
                    Member::Field { value, .. } => value,
                    _ => None,
                };
                members.filter_map(value).collect()
            }
            _ => self.came_from(at),
        };
        WalkBack::new(at, MAX_STEPS, step).take(MAX_STEPS).filter(|&at| calls_it(at)).collect()
    }

    /// Whether a model is certainly that of another vendor for one call of the function it is given in.
    fn asks_others_in_call(&self, model: NodeRef, function: NodeRef, call: NodeRef) -> bool {
        // `Models.FAST.value`
        let named = match self.kind(model) {
            Kind::Member { object, name, .. } if &**name == "value" => model.sibling(*object),
            _ => model,
        };
        let sdk = self.file(model.file).sdk;
        let values = self.values_in_call(named, function, call);
        !values.is_empty()
            && values.iter().all(|value| match value {
                Value::Node(node) => self.text(*node).known().is_some_and(|id| is_of_others(&id, sdk)),
                _ => false,
            })
    }

    /// Whether a call of a function that serves several vendors names a model of another one: `ask(text,
    /// model="gpt-4o")`. Whatever else it is given never reaches Claude.
    pub(in crate::model) fn names_model_of_others(&self, call: NodeRef) -> bool {
        let Kind::Call(c) = self.kind(call) else { return false };
        let file = self.file(call.file);
        let families = ["other-families", "own-form-families"];
        let begins = |id: &str| {
            let id = id.to_lowercase();
            // `@cf/meta/llama-3.1-8b-instruct`
            let mut families = families.iter().flat_map(|list| file.sdk.words(list));
            families.any(|f| id.split('/').any(|part| part.starts_with(f.as_str())))
        };
        let names = |value: NodeRef, named: bool| {
            self.possible_texts(value).is_some_and(|texts| {
                let other =
                    |id: &str| is_of_others(id, file.sdk) && (named || begins(id) && id.contains('-'));
                texts.iter().all(|(_, id)| !id.contains(char::is_whitespace) && other(id))
            })
        };
        let in_options = |n: NodeId| match file.facts.kind(n) {
            Kind::Record(r) => r.value_of("model").is_some_and(|model| names(call.sibling(model), true)),
            _ => false,
        };
        c.args.iter().any(|arg| match &arg.name {
            Some(name) => &**name == "model" && names(call.sibling(arg.value), true),
            None if in_options(arg.value) => true,
            None => !arg.spread && !arg.keyword_spread && names(call.sibling(arg.value), false),
        })
    }
}
