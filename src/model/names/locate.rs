//! Where the data's locators and options point to in code; see `sdk/format.rs` for their form.

mod later;
mod option;

use std::sync::Arc;

use super::index::last_name;
use crate::facts::{Call, Kind};
use crate::model::Project;
use crate::model::request::Request;
use crate::model::values::value::{Client, Field, NodeRef, Value};

impl Project {
    /// The places a list of locators names, in order.
    pub fn located(&self, request: &Request, locators: &[String]) -> Vec<NodeRef> {
        locators.iter().flat_map(|locator| self.locate(request, locator)).collect()
    }

    pub(in crate::model) fn locate(&self, request: &Request, locator: &str) -> Vec<NodeRef> {
        if let Some(inner) = locator.strip_prefix('@') {
            let made = request.clients.iter().filter_map(|c| c.made);
            return made.flat_map(|made| self.located_in(made, inner, 0)).collect();
        }
        let named = |step| -> Vec<(NodeRef, &Call)> {
            match locator.starts_with('~') {
                true => self.later_calls(request.at, step),
                false => self.steps_named(request, step),
            }
        };
        let Some(step) = locator.strip_prefix(['.', '~']) else {
            return self.located_in(request.at, locator, request.first_argument);
        };
        let (step, rest) = step.split_once('#').unwrap_or((step, "0"));
        let (which, tail) = rest.split_once('.').map_or((rest, None), |(p, t)| (p, Some(t)));
        let argument = |c: &Call| match which.parse::<usize>() {
            Ok(position) => c.args.get(position).filter(|a| a.name.is_none()).map(|a| a.value),
            Err(_) => c.args.iter().find(|a| a.name.as_deref() == Some(which)).map(|a| a.value),
        };
        let steps = named(step).into_iter();
        let nodes = steps.filter_map(|(at, c)| argument(c).map(|value| at.sibling(value)));
        match tail {
            None => nodes.collect(),
            Some(tail) => nodes.flat_map(|n| self.nested_field(n, tail).nodes().to_vec()).collect(),
        }
    }

    /// A locator applied to a call whose first arguments may belong to something else.
    fn located_in(&self, at: NodeRef, locator: &str, first: usize) -> Vec<NodeRef> {
        let Kind::Call(call) = self.kind(at) else { return Vec::new() };
        let (head, tail) = locator.split_once('.').map_or((locator, None), |(h, t)| (h, Some(t)));
        let nodes: Vec<NodeRef> = if head == "*" {
            vec![at]
        } else if let Some(position) = head.strip_prefix('#') {
            let position = first + position.parse().unwrap_or(0);
            let arg = call.args.iter().filter(|a| a.name.is_none() && !a.keyword_spread).nth(position);
            arg.filter(|a| !a.spread).map(|a| at.sibling(a.value)).into_iter().collect()
        } else {
            self.literal_field(at, head, 0).nodes().to_vec()
        };
        match tail {
            None => nodes,
            Some(tail) => {
                nodes.into_iter().flat_map(|n| self.nested_field(n, tail).nodes().to_vec()).collect()
            }
        }
    }

    /// Builder steps of the request's clients with that method name, in order.
    pub fn steps_named(&self, request: &Request, step: &str) -> Vec<(NodeRef, &Call)> {
        let mut out: Vec<(NodeRef, &Call)> = Vec::new();
        let built = self.built_by(request);
        for client in request.clients.iter().chain(&built) {
            for &layer in &client.layers {
                let Kind::Call(call) = self.kind(layer) else { continue };
                if self.is_step_named(layer, step) && !out.iter().any(|o| o.0 == layer) {
                    out.push((layer, call));
                }
            }
            if client.kind.stepwise
                && let Some(made) = client.made
            {
                out.extend(self.later_calls(made, step));
            }
        }
        out
    }

    /// The builder of a request that is built first and sent by another call: `client.execute(request)`.
    pub(in crate::model) fn built_by(&self, request: &Request) -> Vec<Arc<Client>> {
        let Kind::Call(call) = self.kind(request.at) else { return Vec::new() };
        let given = request.kind.body.iter().any(|b| b.starts_with("#0."));
        let Some(first) = call.args.get(request.first_argument).filter(|_| given) else { return Vec::new() };
        let values = self.eval(request.at.sibling(first.value));
        let clients = values.iter().filter_map(|v| match v {
            Value::Client(client) => Some(client.clone()),
            _ => None,
        });
        clients.collect()
    }

    /// A field reached through dots: `a.b`; `#0` steps into an argument of the call that made
    /// the value, `name()` into a builder step of it.
    pub(in crate::model) fn nested_field(&self, record: NodeRef, path: &str) -> Field {
        let (head, tail) = path.split_once('.').map_or((path, None), |(h, t)| (h, Some(t)));
        let field = if head == "[]" {
            self.items_of(record)
        } else if let Some(position) = head.strip_prefix('#') {
            let position = position.parse().unwrap_or(0);
            self.argument_of_makers(record, position)
        } else if let Some((step, position)) = step_of(head) {
            self.builder_step(record, step, position)
        } else if matches!(self.kind(record), Kind::Call(_)) && self.maker(record).is_none_or(|m| m == record)
        {
            match self.literal_field(record, head, 0) {
                // What made a client says all that there is to say.
                Field::Absent if self.eval(record).iter().any(|v| matches!(v, Value::Client(_))) => {
                    Field::Absent
                }
                Field::Absent => self.field(record, head),
                field => field,
            }
        } else {
            self.field(record, head)
        };
        match (field, tail) {
            (Field::Known(nodes), Some(tail)) => {
                let mut all = Vec::new();
                let mut last = Field::Absent;
                for node in nodes {
                    match self.nested_field(node, tail) {
                        Field::Known(more) => all.extend(more),
                        other => last = other,
                    }
                }
                if all.is_empty() { last } else { Field::Known(all) }
            }
            (field, _) => field,
        }
    }

    /// What a list holds.
    fn items_of(&self, list: NodeRef) -> Field {
        let values = self.eval(list);
        let lists = values.iter().filter_map(|v| match v {
            Value::Node(n) => Some(*n),
            _ => None,
        });
        let items = lists.flat_map(|n| match self.kind(n) {
            Kind::List(items) => items.iter().map(|&item| n.sibling(item)).collect(),
            _ => Vec::new(),
        });
        let items: Vec<NodeRef> = items.collect();
        if items.is_empty() { Field::Unknown(Some(list)) } else { Field::Known(items) }
    }

    /// The call that made a value.
    fn maker(&self, at: NodeRef) -> Option<NodeRef> {
        self.eval(at).iter().find_map(made_by)
    }

    /// An argument of the calls that may have made a value: of each caller who hands one over.
    fn argument_of_makers(&self, at: NodeRef, position: usize) -> Field {
        let values = self.eval(at);
        let calls = values.iter().filter_map(made_by).filter_map(|made| match self.kind(made) {
            Kind::Call(call) => Some((made, call)),
            _ => None,
        });
        let (mut made, mut given) = (false, Vec::new());
        for (at, call) in calls {
            made = true;
            given.extend(call.args.get(position).map(|arg| at.sibling(arg.value)));
        }
        match (made, given.is_empty()) {
            (false, _) => Field::Unknown(Some(at)),
            (true, true) => Field::Absent,
            (true, false) => Field::Known(given),
        }
    }

    /// Whether a call is a builder step of that name.
    fn is_step_named(&self, call: NodeRef, step: &str) -> bool {
        matches!(self.kind(call), Kind::Call(c) if last_name(self.facts(call.file), c.callee).is_some_and(|n| &*n == step))
    }

    /// An argument of a step of the builder chain that made a value.
    fn builder_step(&self, record: NodeRef, step: &str, position: usize) -> Field {
        if let Some(layer) = self.eval(record).iter().find_map(|v| match v {
            Value::Client(c) => c.layers.iter().rev().copied().find(|&layer| self.is_step_named(layer, step)),
            _ => None,
        }) {
            let Kind::Call(c) = self.kind(layer) else { return Field::Absent };
            return c
                .args
                .get(position)
                .map_or(Field::Absent, |arg| Field::Known(vec![layer.sibling(arg.value)]));
        }
        let Some(mut at) = self.maker(record) else { return Field::Unknown(Some(record)) };
        for _ in 0..32 {
            match self.kind(at) {
                Kind::Call(c) => match self.kind(at.sibling(c.callee)) {
                    Kind::Member { object, name, .. } => {
                        if &**name == step {
                            return match c.args.get(position) {
                                Some(arg) => Field::Known(vec![at.sibling(arg.value)]),
                                None => Field::Absent,
                            };
                        }
                        at = at.sibling(*object);
                    }
                    _ => return Field::Absent,
                },
                Kind::Await(x) | Kind::Propagate(x) => at = at.sibling(*x),
                Kind::Name(_) => match self.maker(at) {
                    Some(made) => at = made,
                    None => return Field::Unknown(Some(record)),
                },
                _ => return Field::Absent,
            }
        }
        Field::Unknown(Some(record))
    }
}

/// `post()`, `request(1)`: a builder step and the position of its argument.
fn step_of(head: &str) -> Option<(&str, usize)> {
    let (step, position) = head.strip_suffix(')')?.split_once('(')?;
    Some((step, if position.is_empty() { 0 } else { position.parse().ok()? }))
}

/// The call that made a value.
fn made_by(value: &Value) -> Option<NodeRef> {
    match value {
        Value::External(e) => e.made,
        Value::Instance { made, .. } => *made,
        Value::Client(c) => c.made,
        _ => None,
    }
}
