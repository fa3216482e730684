//! The headers a request sends.

use crate::facts::{Key, Kind};
use crate::model::names::index::path_name;
use crate::model::values::json::Handed;
use crate::model::values::value::{External, Field, NodeRef, Value};
use crate::model::{Project, Request};

/// The headers of a request as far as they are in sight.
#[derive(Debug, Default, Clone)]
pub struct Headers {
    /// Lower-case names with their values, in source order.
    pub known: Vec<(String, NodeRef)>,
    /// Whether there may be more.
    pub is_open: bool,
}

impl Headers {
    /// The value of a header, whatever the case of its name; the last one given.
    pub fn get(&self, name: &str) -> Option<NodeRef> {
        self.known.iter().rev().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| *value)
    }

    /// Whether a header is certainly not sent.
    pub fn lacks(&self, name: &str) -> bool {
        !self.is_open && self.get(name).is_none()
    }
}

const MAX_DEPTH: u32 = 6;
/// Builder steps of one chain.
const MAX_STEPS: usize = 64;

impl Project {
    /// The headers of a request: of the call, of its clients, and of builder steps.
    pub fn headers(&self, request: &Request) -> Headers {
        let mut headers = Headers::default();
        for client in &request.clients {
            if let Some(option) = client.kind.headers.as_deref() {
                match self.client_option(client, option) {
                    Field::Known(nodes) => {
                        nodes.iter().for_each(|&n| self.add_headers(n, &mut headers, 0));
                    }
                    Field::Absent => {}
                    Field::Unknown(_) => headers.is_open = true,
                }
            }
        }
        for at in self.located(request, &request.kind.headers) {
            if !self.add_header_steps(at, &mut headers) {
                self.add_headers(at, &mut headers, 0);
            }
        }
        let content_type = self.located(request, &request.kind.content_type);
        headers.known.extend(content_type.into_iter().map(|at| ("content-type".to_string(), at)));
        for step in ["header", "set", "insert_header"] {
            for (at, call) in self.steps_named(request, step) {
                let [name, value] = &call.args[..] else { continue };
                self.add_header(at.sibling(name.value), at.sibling(value.value), &mut headers);
            }
        }
        for (at, call) in self
            .steps_named(request, "bearer_auth")
            .into_iter()
            .chain(self.steps_named(request, "basic_auth"))
        {
            headers
                .known
                .extend(call.args.first().map(|a| ("authorization".to_string(), at.sibling(a.value))));
        }
        // A call that takes whole options from elsewhere may take headers too.
        if let Kind::Call(call) = self.kind(request.at)
            && call.args.iter().any(|a| {
                let given = || self.json(request.at.sibling(a.value));
                a.spread || a.keyword_spread && !["headers", "extra_headers"].iter().all(|h| given().lacks(h))
            })
        {
            headers.is_open = true;
        }
        headers
    }

    /// `.header("x-api-key", key)`: where a place is the name of a header, that one and those of the
    /// steps before it.
    fn add_header_steps(&self, name: NodeRef, headers: &mut Headers) -> bool {
        let sdk = self.file(name.file).sdk;
        let facts = self.facts(name.file);
        let Some(mut at) = facts.parent(name.node) else { return false };
        let mut any = false;
        for _ in 0..MAX_STEPS {
            let Kind::Call(call) = facts.kind(at) else { break };
            let Kind::Member { object, name: method, .. } = facts.kind(call.callee) else { break };
            match &call.args[..] {
                [key, value] if sdk.has_word("header-methods", method) => {
                    any |= key.value == name.node;
                    self.add_header(name.sibling(key.value), name.sibling(value.value), headers);
                }
                [all] if any && &**method == "headers" => {
                    self.add_headers(name.sibling(all.value), headers, 0);
                }
                _ => {}
            }
            if !any {
                break;
            }
            at = *object;
        }
        any
    }

    fn add_header(&self, name: NodeRef, value: NodeRef, headers: &mut Headers) {
        let known = match self.text(name).known() {
            Some(text) => Some(text),
            // `header::AUTHORIZATION`, `HeaderName::from_static("x-api-key")`
            None => match self.kind(name) {
                Kind::Name(n) | Kind::Member { name: n, .. } => {
                    let screaming = n.chars().all(|c| c.is_ascii_uppercase() || c == '_');
                    screaming.then(|| n.to_ascii_lowercase().replace('_', "-"))
                }
                _ => None,
            },
        };
        match known {
            Some(known) => headers.known.push((known.to_ascii_lowercase(), value)),
            None => headers.is_open = true,
        }
    }

    fn add_headers(&self, record: NodeRef, headers: &mut Headers, depth: u32) {
        if depth > MAX_DEPTH {
            headers.is_open = true;
            return;
        }
        self.add_later(record, headers);
        for value in self.eval(record).iter() {
            let made = match value {
                Value::Node(made)
                | Value::External(External { made: Some(made), .. })
                | Value::Instance { made: Some(made), .. } => *made,
                _ => {
                    headers.is_open = true;
                    continue;
                }
            };
            if made != record {
                let variable = self.binding_of(made).filter(|&variable| variable != record);
                let passages = self.passages(made, record).into_iter().skip(1);
                variable.into_iter().chain(passages).for_each(|at| self.add_later(at, headers));
                headers.is_open |= self.handed(made, record) != Handed::Kept;
            }
            match self.kind(made) {
                Kind::Record(r) => {
                    for entry in &r.entries {
                        let value = made.sibling(entry.value);
                        match &entry.key {
                            Some(Key::Known(key)) => headers.known.push((key.to_ascii_lowercase(), value)),
                            Some(Key::Computed(key)) => self.add_header(made.sibling(*key), value, headers),
                            None => self.add_headers(value, headers, depth + 1),
                        }
                    }
                }
                // Pairs: `[("x-api-key", key)]`
                Kind::List(items) => {
                    for &item in items {
                        match self.kind(made.sibling(item)) {
                            Kind::List(pair) if pair.len() == 2 => {
                                self.add_header(made.sibling(pair[0]), made.sibling(pair[1]), headers);
                            }
                            _ => headers.is_open = true,
                        }
                    }
                }
                // `new Headers({…})`, `dict(…)`; `HeaderMap::new()` is filled later.
                Kind::Call(call) => match &call.args[..] {
                    [] => {}
                    [one] if one.name.is_none() && !one.spread => {
                        self.add_headers(made.sibling(one.value), headers, depth + 1);
                    }
                    args => {
                        for arg in args {
                            match &arg.name {
                                Some(name) => {
                                    headers.known.push((name.to_ascii_lowercase(), made.sibling(arg.value)));
                                }
                                None => headers.is_open = true,
                            }
                        }
                    }
                },
                Kind::Null => {}
                _ => headers.is_open = true,
            }
        }
    }

    /// `headers["x"] = …`, `headers.insert(x, …)` in the function of the record.
    fn add_later(&self, record: NodeRef, headers: &mut Headers) {
        let Some(name) = path_name(self.facts(record.file), record.node) else { return };
        let Some(sets) = self.index.item_sets.get(&(record.file, name)) else { return };
        let function = self.function_of(record);
        if let Kind::Name(name) = self.kind(record) {
            headers.is_open |= self.is_set_by_functions(record, name);
        }
        for set in sets.iter().filter(|s| !s.removes && self.function_of(record.sibling(s.at)) == function) {
            match (&set.key, set.value, self.kind(record.sibling(set.at))) {
                (Some(key), Some(value), _) => {
                    headers.known.push((key.to_ascii_lowercase(), record.sibling(value)));
                }
                (None, _, Kind::Call(call)) if call.args.len() == 2 => {
                    let [name, value] = &call.args[..] else { continue };
                    self.add_header(record.sibling(name.value), record.sibling(value.value), headers);
                }
                (None, Some(value), Kind::Assign(a)) => match self.kind(record.sibling(a.target)) {
                    Kind::Index { index, .. } => {
                        self.add_header(record.sibling(*index), record.sibling(value), headers);
                    }
                    _ => headers.is_open = true,
                },
                _ => headers.is_open = true,
            }
        }
    }
}
