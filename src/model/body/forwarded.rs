//! Parameters that the objects of a framework are made with, and that it hands to the API as they are.

use super::super::{Field, Project, Request};
use crate::facts::Kind;
use crate::model::names::index::last_name;
use crate::model::values::json::{Json, JsonEntry, JsonKind};
use crate::model::values::value::{NodeRef, Value};

impl Project {
    /// Whoever sends parameters that an object of a framework was made with: the requests in sight, and each
    /// object that is only handed to code out of sight, as if it sent one where it is made.
    pub fn parameter_senders(&self) -> impl Iterator<Item = Request> {
        // One call may be made with several of them, each by itself.
        let alone = |request: &Request| {
            let request = request.clone();
            let clients = request.clients.clone().into_iter().filter(|c| !c.kind.forwards.is_empty());
            clients.map(move |client| Request { clients: vec![client], ..request.clone() })
        };
        self.requests().iter().chain(self.model_objects()).flat_map(alone)
    }

    /// What such a request sends of the parameters that the object forwards; it is open where further ones may
    /// be added.
    pub fn forwarded_body(&self, request: &Request) -> Option<Json> {
        let [client] = &request.clients[..] else { return None };
        let mut entries = Vec::new();
        let own = ["model", "max_tokens"].into_iter();
        for name in own.chain(client.kind.forwards.iter().map(|name| &**name)) {
            // Other languages write it otherwise.
            let field = match self.body_field(request, name) {
                Field::Absent => self.client_option(client, &camel(name)),
                field => field,
            };
            let Field::Known(nodes) = field else { continue };
            if let [at] = nodes[..] {
                entries.push(JsonEntry { key: name.into(), value: self.json(at), perhaps: None });
            }
        }
        let made = client.made?;
        let more = self.file(made.file).sdk.words("extra-options").iter();
        let open = more.into_iter().any(|name| !self.client_option(client, name).is_absent());
        Some(Json { at: made, kind: JsonKind::Object { entries, open } })
    }

    /// Objects of frameworks that no request in sight goes through.
    pub fn model_objects(&self) -> &[Request] {
        self.model_objects.get_or_init(|| {
            let sent = |made: NodeRef| {
                let mut clients = self.requests().iter().flat_map(|r| &r.clients);
                clients.any(|c| c.made == Some(made))
            };
            let mut out = Vec::new();
            for (file, model) in self.file_ids() {
                for node in model.facts.ids() {
                    let at = NodeRef { file, node };
                    let Kind::Call(call) = model.facts.kind(node) else { continue };
                    let named = last_name(&model.facts, call.callee);
                    if !named.is_some_and(|name| model.sdk.may_make_client(&name)) {
                        continue;
                    }
                    let made = |v: &Value| match v {
                        Value::Client(c) if c.made == Some(at) && !c.kind.forwards.is_empty() => {
                            Some(c.clone())
                        }
                        _ => None,
                    };
                    let Some(client) = self.eval(at).iter().find_map(made) else { continue };
                    let kind = client.kind.method.first().and_then(|m| model.sdk.request(&m.request));
                    let Some(kind) = kind.filter(|_| !sent(at)) else { continue };
                    let road = client.kind.road;
                    let request =
                        Request { at, kind, road, clients: vec![client], function: None, first_argument: 0 };
                    out.push(request);
                }
            }
            out
        })
    }
}

/// `top_p` as `topP`.
fn camel(name: &str) -> String {
    let mut parts = name.split('_');
    let mut out = parts.next().unwrap_or_default().to_string();
    for part in parts {
        let mut letters = part.chars();
        out.extend(letters.next().map(|c| c.to_ascii_uppercase()));
        out.push_str(letters.as_str());
    }
    out
}
