//! The bodies of requests in the form of the Messages API.

pub(in crate::model) mod assistant_turn;
pub(in crate::model) mod cache_loop;
pub(in crate::model) mod class_schema;
pub(in crate::model) mod empty_turn;
mod form;
mod forwarded;
mod given;
mod handed_on;
pub(in crate::model) mod media;
pub(in crate::model) mod message_form;
mod minded;
mod models;
pub(in crate::model) mod nullable;
mod others;
pub(in crate::model) mod refused_block;
mod text;

use super::{Project, Request, Tri};
use crate::facts::Kind;
use crate::finding::Confidence;
use crate::model::values::json::{Json, JsonEntry, JsonKind, MAX_NODES};
use crate::model::values::value::{NodeRef, Value};
use crate::sdk::Road;

pub use form::Encoding;

impl Project {
    /// The bodies that a request may send, where they have the form of the Messages API: each is
    /// an object, and each is really sent. Empty where none is in sight, or where the same call
    /// also goes to other vendors, or is made to fail.
    pub fn message_bodies(&self, request: &Request) -> &[Json] {
        let all = self.bodies.get_or_init(|| {
            let requests = self.requests().iter();
            requests.map(|r| (r.at, self.find_message_bodies(r))).collect()
        });
        all.get(&request.at).map_or(&[], |b| b)
    }

    fn find_message_bodies(&self, request: &Request) -> Vec<Json> {
        let renamed = request.kind.fields.keys().any(|k| !matches!(&**k, "model" | "max_tokens"));
        if request.road == Road::Framework
            || renamed
            || self.is_made_to_fail(request)
            || self.is_unreachable(request.at)
        {
            return Vec::new();
        }
        let addressed = request.road != Road::Http || self.posts_only_messages(request);
        if !addressed && !self.sends_version(request) {
            return Vec::new();
        }
        let keywords = request.kind.body.iter().any(|b| b == "*");
        let mut bodies = Vec::new();
        for place in self.located(request, &request.kind.body) {
            if keywords && place == request.at {
                bodies.extend(self.keywords(request));
                continue;
            }
            let values = self.eval(place);
            if values.len() == 1 {
                bodies.push(self.json(place));
                continue;
            }
            bodies.extend(values.iter().filter_map(|v| match v {
                Value::Node(node) | Value::Instance { made: Some(node), .. } => {
                    Some(self.json_through(*node, place))
                }
                _ => None,
            }));
        }
        // What is made for the models of another vendor never reaches Claude; an official client asks Claude,
        // whatever the function around is called.
        let for_others = |at: NodeRef| match request.road {
            Road::Sdk => self.stands_in_other_branch(at),
            _ => self.is_for_others(at),
        };
        bodies.retain(|body| {
            body.is_object() && !for_others(body.at) && !self.is_made_for_another(request, body.at)
        });
        if !addressed {
            bodies.retain(|body| self.is_versioned(body));
        }
        // One client for several families of models: what says that it is Claude's is.
        let is_marked = |body: &Json| body.where_set("anthropic_version").is_some();
        if request.road == Road::Bedrock && bodies.iter().any(is_marked) && self.model_ids(request).is_empty()
        {
            bodies.retain(is_marked);
        }
        if self.is_given_its_sender(request) {
            for body in &mut bodies {
                if let JsonKind::Object { open, .. } = &mut body.kind {
                    *open = true;
                }
            }
        }
        bodies
    }

    /// Whether a statement before a place in the same block always leaves: what stands behind it never runs.
    fn is_unreachable(&self, at: NodeRef) -> bool {
        let facts = self.facts(at.file);
        let mut child = at.node;
        for parent in facts.ancestors(at.node).skip(1) {
            match facts.kind(parent) {
                Kind::Function(_) => return false,
                Kind::Block { body, .. } => {
                    let before = body.iter().take_while(|&&s| s != child);
                    if before.into_iter().any(|&s| matches!(facts.kind(s), Kind::Throw(_) | Kind::Return(_)))
                    {
                        return true;
                    }
                }
                _ => {}
            }
            child = parent;
        }
        false
    }

    /// Whether a body says what it is where the address is out of reach: it has the fields of the Messages
    /// API, and the header with the version is written in the same function.
    fn is_versioned(&self, body: &Json) -> bool {
        let formed = ["max_tokens", "messages"].iter().all(|field| body.get(field).is_some());
        let Some(function) = self.outermost_function(body.at).filter(|_| formed) else { return false };
        let facts = self.facts(body.at.file);
        let version = &*crate::sdk::api::api().http.version_header;
        facts.descendants(function.node).into_iter().any(|n| match facts.kind(n) {
            Kind::Record(r) => r.entries.iter().any(
                |e| matches!(&e.key, Some(crate::facts::Key::Known(k)) if k.eq_ignore_ascii_case(version)),
            ),
            _ => false,
        })
    }

    /// Whether a request is the sending method and some of its arguments, given to something that may add
    /// others, at once or later: `partial(client.messages.create, model=…)`.
    fn is_given_its_sender(&self, request: &Request) -> bool {
        let Kind::Call(call) = self.kind(request.at) else { return false };
        let file = self.file(request.at.file);
        request.first_argument > 0 && !file.named_in(call.callee, "runs-as-given")
    }

    /// The keyword arguments of a request as an object: several where the function around it gathers
    /// them from several calls.
    fn keywords(&self, request: &Request) -> Vec<Json> {
        let Kind::Call(call) = self.kind(request.at) else { return Vec::new() };
        let mut all: Vec<(Vec<JsonEntry>, bool)> = vec![(Vec::new(), false)];
        for arg in &call.args {
            let value = request.at.sibling(arg.value);
            let given: Vec<JsonKind> = match &arg.name {
                Some(key) => {
                    let entry = self.json_entry(key, value);
                    vec![JsonKind::Object { entries: vec![entry], open: false }]
                }
                None if arg.keyword_spread && all.len() == 1 => self.spread_objects(value),
                None if arg.keyword_spread => vec![self.json(value).kind],
                // The sending method, or arguments out of sight.
                None if arg.spread => vec![JsonKind::Unknown],
                None => vec![JsonKind::Null],
            };
            let several = given.into_iter().flat_map(|kind| {
                all.iter().map(move |(entries, open)| {
                    let (mut entries, mut open) = (entries.clone(), *open);
                    match &kind {
                        JsonKind::Object { entries: inner, open: more } => {
                            entries.extend(inner.iter().cloned());
                            open |= more;
                        }
                        JsonKind::Null => {}
                        _ => open = true,
                    }
                    (entries, open)
                })
            });
            all = several.collect();
        }
        let object = |(entries, open)| Json { at: request.at, kind: JsonKind::Object { entries, open } };
        all.into_iter().map(object).collect()
    }

    /// What `**options` may add, by each call that gives it.
    fn spread_objects(&self, options: NodeRef) -> Vec<JsonKind> {
        let gathered = self.gathered_keywords(options, 0, &mut MAX_NODES.clone());
        match gathered.len() {
            0 => vec![self.json(options).kind],
            _ => gathered.into_iter().map(|json| json.kind).collect(),
        }
    }

    /// The literal behind an expression: through names, parameters and the like.
    pub fn written(&self, at: NodeRef) -> NodeRef {
        match &self.eval(at)[..] {
            [Value::Node(node)] => *node,
            _ => at,
        }
    }

    /// What each element of a list is that is made of another one by one: `[{"name": n} for n in names]`.
    pub fn each_made(&self, list: NodeRef) -> Option<Json> {
        let made = self.written(list);
        match self.kind(made) {
            Kind::Comprehension(c) if c.key.is_none() => Some(self.json(made.sibling(c.element))),
            _ => None,
        }
    }

    /// How sure a finding is that rests on a value: what is written in the same function as the
    /// request is certain; what came from elsewhere may be given by others too.
    pub fn evidence(&self, request: &Request, value: NodeRef) -> Confidence {
        match self.is_test(request.at) {
            // Nothing is sent where the client is a mock.
            true => Confidence::Low,
            _ if self.function_of(self.written(value)) == self.function_of(request.at) => Confidence::High,
            _ => Confidence::Medium,
        }
    }

    /// A list that a body holds as it is written: in its place, or in a variable of the same
    /// function that is set once. What went through a parameter may have been changed on the way.
    pub fn list_in_place<'a>(&self, body: &'a Json, key: &str) -> Option<&'a Json> {
        let list = body.get(key).filter(|l| l.is_list())?;
        let facts = self.facts(list.at.file);
        let parent = facts.parent(list.at.node)?;
        match facts.kind(parent) {
            Kind::Assign(a) => {
                let Kind::Name(name) = facts.kind(a.target) else { return None };
                let given = match self.kind(body.at) {
                    Kind::Call(_) => self.literal_field(body.at, key, 0),
                    _ => self.field(body.at, key),
                };
                let [given] = given.nodes() else { return None };
                let same = matches!(self.kind(*given), Kind::Name(n) if n == name);
                let file = self.file(given.file);
                let once = file.scopes.lookup(&file.facts, name, given.node).len() == 1;
                (same && once && self.function_of(*given) == self.function_of(list.at)).then_some(list)
            }
            // A field of an object of the project begins so, and is filled later.
            Kind::Record(r) if r.ty.is_some() && body.at != list.at.sibling(parent) => None,
            Kind::Record(_) => Some(list),
            // What is given to another function may be changed there.
            Kind::Call(_) => (body.at == list.at.sibling(parent)).then_some(list),
            _ => None,
        }
    }

    /// The last message of a body, where it is certain which one that is.
    pub fn last_message<'a>(&self, body: &'a Json) -> Option<&'a Json> {
        self.list_in_place(body, "messages").filter(|l| l.is_whole())?.items().last()
    }

    /// Whether the header or field `anthropic-beta` names something.
    pub fn sends_beta(&self, request: &Request, body: &Json, part: &str) -> Tri {
        let mut open = false;
        for key in ["betas", "anthropic_beta"] {
            match body.get(key) {
                Some(list) => match list.items() {
                    items if list.is_list() => {
                        let known = |j: &Json| j.text().is_some_and(|t| t.contains(part));
                        if items.iter().any(known) {
                            return Tri::Yes;
                        }
                        open |= !list.is_whole();
                    }
                    _ => open = true,
                },
                None => open |= !body.lacks(key),
            }
        }
        let headers = self.headers(request);
        match headers.get("anthropic-beta").map(|h| self.text(h)) {
            Some(text) if text.contains(part) => return Tri::Yes,
            Some(text) => open |= text.known().is_none(),
            None => open |= headers.is_open || body.get("extra_headers").is_some(),
        }
        if open { Tri::Unknown } else { Tri::No }
    }
}
