//! Where the data's locators and options point to in code; see `sdk/format.rs` for their form.

use super::Project;
use super::index::last_name;
use super::request::Request;
use super::value::{Client, Field, NodeRef, Value};
use crate::facts::{Call, Key, Kind, Name};
use crate::lang::Language;

impl Project {
    /// The places a list of locators names, in order.
    pub fn located(&self, request: &Request, locators: &[String]) -> Vec<NodeRef> {
        locators.iter().flat_map(|locator| self.locate(request, locator)).collect()
    }

    pub(super) fn locate(&self, request: &Request, locator: &str) -> Vec<NodeRef> {
        if let Some(inner) = locator.strip_prefix('@') {
            let made = request.clients.iter().filter_map(|c| c.made);
            return made.flat_map(|made| self.located_in(made, inner, 0)).collect();
        }
        let Some(step) = locator.strip_prefix('.') else {
            return self.located_in(request.at, locator, request.first_argument);
        };
        let (step, rest) = step.split_once('#').unwrap_or((step, "0"));
        let (position, tail) = rest.split_once('.').map_or((rest, None), |(p, t)| (p, Some(t)));
        let position = position.parse().unwrap_or(0);
        let steps = self.steps_named(request, step).into_iter();
        let nodes = steps.filter_map(|(at, c)| c.args.get(position).map(|a| at.sibling(a.value)));
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
        for client in &request.clients {
            for &layer in &client.layers {
                let Kind::Call(call) = self.kind(layer) else { continue };
                if self.is_step_named(layer, step) && !out.iter().any(|o| o.0 == layer) {
                    out.push((layer, call));
                }
            }
        }
        out
    }

    /// A field reached through dots: `a.b`; `#0` steps into an argument of the call that made
    /// the value, `name()` into a builder step of it.
    pub(super) fn nested_field(&self, record: NodeRef, path: &str) -> Field {
        let (head, tail) = path.split_once('.').map_or((path, None), |(h, t)| (h, Some(t)));
        let field = if let Some(position) = head.strip_prefix('#') {
            let position = position.parse().unwrap_or(0);
            match self.maker(record).map(|m| (m, self.kind(m))) {
                Some((m, Kind::Call(c))) => match c.args.get(position) {
                    Some(arg) => Field::Known(vec![m.sibling(arg.value)]),
                    None => Field::Absent,
                },
                _ => Field::Unknown(Some(record)),
            }
        } else if let Some(step) = head.strip_suffix("()") {
            self.builder_step(record, step)
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

    /// The call that made a value.
    fn maker(&self, at: NodeRef) -> Option<NodeRef> {
        self.eval(at).iter().find_map(|v| match v {
            Value::External(e) => e.made,
            Value::Instance { made, .. } => *made,
            Value::Client(c) => c.made,
            _ => None,
        })
    }

    /// Whether a call is a builder step of that name.
    fn is_step_named(&self, call: NodeRef, step: &str) -> bool {
        matches!(self.kind(call), Kind::Call(c) if last_name(self.facts(call.file), c.callee).is_some_and(|n| &*n == step))
    }

    /// The first argument of a step of the builder chain that made a value.
    fn builder_step(&self, record: NodeRef, step: &str) -> Field {
        if let Some(layer) = self.eval(record).iter().find_map(|v| match v {
            Value::Client(c) => c.layers.iter().rev().copied().find(|&layer| self.is_step_named(layer, step)),
            _ => None,
        }) {
            let Kind::Call(c) = self.kind(layer) else { return Field::Absent };
            return c.args.first().map_or(Field::Absent, |arg| Field::Known(vec![layer.sibling(arg.value)]));
        }
        let Some(mut at) = self.maker(record) else { return Field::Unknown(Some(record)) };
        for _ in 0..32 {
            match self.kind(at) {
                Kind::Call(c) => match self.kind(at.sibling(c.callee)) {
                    Kind::Member { object, name, .. } => {
                        if &**name == step {
                            return match c.args.first() {
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

    /// An option of this one call, such as `timeout`: where the request takes options, then
    /// `with_options` and builder steps of its clients, latest first.
    pub fn call_option(&self, request: &Request, names: &str) -> Field {
        let mut unknown = None;
        for place in self.located(request, &request.kind.options) {
            for name in names.split('|') {
                let field = if place == request.at {
                    self.option_of(place, name)
                } else {
                    self.nested_field(place, name)
                };
                match field {
                    Field::Known(_) => return field,
                    Field::Unknown(why) => unknown = Some(why),
                    Field::Absent => {}
                }
            }
        }
        match unknown {
            Some(why) => Field::Unknown(why),
            None => Field::Absent,
        }
    }

    /// An option of a client: of its later layers, latest first, then of its construction.
    pub fn client_option(&self, client: &Client, names: &str) -> Field {
        let mut result = Field::Absent;
        for name in names.split('|') {
            match self.named_client_option(client, name) {
                known @ Field::Known(_) => return known,
                unknown @ Field::Unknown(_) => result = unknown,
                Field::Absent => {}
            }
        }
        result
    }

    fn named_client_option(&self, client: &Client, name: &str) -> Field {
        if let Some(locator) = name.strip_prefix('@') {
            let Some(made) = client.made else { return Field::Unknown(None) };
            return match self.located_in(made, locator, 0) {
                nodes if nodes.is_empty() => Field::Absent,
                nodes => Field::Known(nodes),
            };
        }
        let mut unknown = None;
        for &layer in client.layers.iter().rev().chain(client.made.iter()) {
            let step = match self.kind(layer) {
                Kind::Call(c) if last_name(self.facts(layer.file), c.callee).is_some_and(|n| &*n == name) => {
                    // A builder step of that name: `.timeout(d)`.
                    c.args.first().map(|a| layer.sibling(a.value))
                }
                _ => None,
            };
            if let Some(step) = step {
                return Field::Known(vec![step]);
            }
            // Builder steps take one thing each; elsewhere a later call may be given options.
            if Some(layer) != client.made && self.file(layer.file).language == Language::Rust {
                continue;
            }
            match self.option_of(layer, name) {
                Field::Known(nodes) => return Field::Known(nodes),
                Field::Unknown(why) => unknown = unknown.or(Some(why)),
                Field::Absent => {}
            }
        }
        match (unknown, client.made) {
            (Some(why), _) => Field::Unknown(why),
            (None, None) => Field::Unknown(None),
            (None, Some(_)) => Field::Absent,
        }
    }

    /// An option given to a call: a keyword, or a member of a record argument.
    pub fn option_of(&self, call: NodeRef, name: &str) -> Field {
        let Kind::Call(c) = self.kind(call) else { return Field::Unknown(Some(call)) };
        let (name, tail) = name.split_once('.').map_or((name, None), |(n, t)| (n, Some(t)));
        if let Some(tail) = tail {
            return match self.option_of(call, name) {
                Field::Known(nodes) => nodes.first().map_or(Field::Absent, |&n| self.nested_field(n, tail)),
                other => other,
            };
        }
        let direct = self.literal_field(call, name, 0);
        if !direct.is_absent() {
            return direct;
        }
        let mut unknown = None;
        for arg in c.args.iter().filter(|a| a.name.is_none()) {
            for value in self.eval(call.sibling(arg.value)).iter() {
                let Value::Node(node) = value else {
                    // An options object made elsewhere may hold it; a plain string or client cannot.
                    if matches!(value, Value::Unknown) && c.args.len() == 1 {
                        unknown = Some(call.sibling(arg.value));
                    }
                    continue;
                };
                if let Kind::Record(_) = self.kind(*node) {
                    match self.field(call.sibling(arg.value), name) {
                        Field::Known(nodes) => return Field::Known(nodes),
                        Field::Unknown(why) => unknown = unknown.or(why),
                        Field::Absent => {}
                    }
                }
            }
        }
        match unknown {
            Some(why) => Field::Unknown(Some(why)),
            None => Field::Absent,
        }
    }

    /// The options a call is given, in the order written: keywords and members of records among its
    /// arguments. Without a name is what may hold more of them.
    pub fn options_given(&self, call: NodeRef) -> Vec<(Option<Name>, NodeRef)> {
        let Kind::Call(c) = self.kind(call) else { return Vec::new() };
        let mut options = Vec::new();
        for arg in &c.args {
            let value = call.sibling(arg.value);
            match self.kind(value) {
                _ if arg.spread || arg.keyword_spread => options.push((None, value)),
                _ if arg.name.is_some() => options.push((arg.name.clone(), value)),
                Kind::Record(record) => options.extend(record.entries.iter().map(|entry| {
                    let name = match &entry.key {
                        Some(Key::Known(name)) => Some(name.clone()),
                        _ => None,
                    };
                    (name, value.sibling(entry.value))
                })),
                _ => {}
            }
        }
        options
    }

    /// The options a builder step gives: those of the call, or what it is named after.
    pub fn options_given_by(&self, call: NodeRef) -> Vec<(Option<Name>, NodeRef)> {
        let mut options = self.options_given(call);
        if let Kind::Call(c) = self.kind(call)
            && let [only] = &c.args[..]
            && options.is_empty()
        {
            options.push((last_name(self.facts(call.file), c.callee), call.sibling(only.value)));
        }
        options
    }
}
