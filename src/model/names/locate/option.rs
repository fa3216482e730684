//! Options of calls and of clients.

use crate::facts::{Key, Kind, Name};
use crate::lang::Language;
use crate::model::Project;
use crate::model::names::index::last_name;
use crate::model::request::Request;
use crate::model::values::value::{Client, Field, NodeRef, Value};

impl Project {
    /// An option of this one call, such as `timeout`: where the request takes options, then
    /// `with_options` and builder steps of its clients, latest first.
    pub fn call_option(&self, request: &Request, names: &str) -> Field {
        let mut unknown = None;
        for locator in names.split('|').filter(|name| name.starts_with(['~', '#'])) {
            let given = self.locate(request, locator);
            if !given.is_empty() {
                return Field::Known(given);
            }
        }
        // A URL and a callback are no options.
        let other = |place: &NodeRef| {
            *place != request.at
                && self.eval(*place).iter().all(|v| match v {
                    Value::Function(_) => true,
                    Value::Node(node) => matches!(self.kind(*node), Kind::Str(_)),
                    _ => false,
                })
        };
        for place in self.located(request, &request.kind.options).into_iter().filter(|p| !other(p)) {
            for name in names.split('|') {
                let field = if place == request.at {
                    self.option_of(place, name)
                } else {
                    self.nested_field(place, name)
                };
                match field {
                    Field::Known(_) => return field,
                    Field::Unknown(Some(why)) if self.is_field_by_place(request, why) => {}
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

    /// Whether an argument is, by its place, a field of the request: `messages` of `model.invoke(messages)`.
    fn is_field_by_place(&self, request: &Request, argument: NodeRef) -> bool {
        let Kind::Call(call) = self.kind(request.at) else { return false };
        let Some(place) = call.args.iter().position(|a| request.at.sibling(a.value) == argument) else {
            return false;
        };
        request.kind.fields.values().flat_map(|locators| locators.split('|')).any(|locator| {
            let number = locator.strip_prefix('#').map(|n| n.trim_end_matches(".[]"));
            number.is_some_and(|n| n.parse() == Ok(place)) && !call.args.iter().any(|a| a.spread)
        })
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

    /// Whether a client sends over the same connections as all others of the program.
    pub fn shares_connections(&self, client: &Client) -> bool {
        client.kind.connections.as_ref().is_some_and(|own| self.client_option(client, own).is_absent())
    }

    /// An option that holds for a request: of the call, else of the client, else, where there is
    /// none, of the module that sends it.
    pub(in crate::model) fn option_in_force(
        &self,
        request: &Request,
        client: Option<&Client>,
        name: &str,
    ) -> Field {
        match (self.call_option(request, name), client) {
            // What is built first has options of its own.
            (Field::Absent, Some(client)) => {
                let built = self.built_by(request);
                let own = built.iter().map(|b| self.client_option(b, name)).find(|f| !f.is_absent());
                own.unwrap_or_else(|| self.client_option(client, name))
            }
            (Field::Absent, None) => self.setting(request.at, name),
            (field, _) => field,
        }
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
