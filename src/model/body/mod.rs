//! The bodies of requests in the form of the Messages API.

mod form;

use super::json::{Json, JsonEntry, JsonKind};
use super::value::{NodeRef, Text, Value};
use super::{Project, Request, Tri};
use crate::facts::{BinaryOp, CallStyle, Kind, Name, NodeId, StrPart};
use crate::finding::Confidence;
use crate::sdk::Road;
use crate::sdk::models::{Model, models};

pub use form::Encoding;

/// Methods that give another text than that of their object.
const CHANGES_TEXT: &[&str] =
    &["strip", "rstrip", "lstrip", "trim", "trimEnd", "trimStart", "trim_end", "replace", "trim_end_matches"];

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
        if request.road == Road::Framework || renamed || self.is_made_to_fail(request) {
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
        bodies.retain(Json::is_object);
        if !addressed {
            bodies.retain(|body| self.is_versioned(body));
        }
        bodies
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

    /// The keyword arguments of a request as an object.
    fn keywords(&self, request: &Request) -> Option<Json> {
        let Kind::Call(call) = self.kind(request.at) else { return None };
        let mut entries: Vec<JsonEntry> = Vec::new();
        let mut open = false;
        for arg in &call.args {
            let value = request.at.sibling(arg.value);
            match &arg.name {
                Some(key) => entries.push(JsonEntry { key: key.clone(), value: self.json(value) }),
                None if arg.keyword_spread => match self.json(value).kind {
                    JsonKind::Object { entries: inner, open: more } => {
                        entries.extend(inner);
                        open |= more;
                    }
                    JsonKind::Null => {}
                    _ => open = true,
                },
                // The sending method, or arguments out of sight.
                None => open |= arg.spread,
            }
        }
        Some(Json { at: request.at, kind: JsonKind::Object { entries, open } })
    }

    /// The literal behind an expression: through names, parameters and the like.
    pub fn written(&self, at: NodeRef) -> NodeRef {
        match &self.eval(at)[..] {
            [Value::Node(node)] => *node,
            _ => at,
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

    /// The text of a value as it is written, perhaps with gaps; `None` where a method changes it.
    pub fn written_text(&self, json: &Json) -> Option<Text> {
        let JsonKind::Text(text) = &json.kind else { return None };
        let changes = |at: NodeRef| match self.kind(at) {
            Kind::Call(call) => {
                call.style != CallStyle::Macro
                    && super::index::last_name(self.facts(at.file), call.callee)
                        .is_some_and(|n| CHANGES_TEXT.contains(&&*n))
            }
            _ => false,
        };
        (!changes(json.at) && !changes(self.written(json.at))).then(|| text.clone())
    }

    /// Every text an expression may give, with its literal; `None` when one may be another.
    pub fn possible_texts(&self, at: NodeRef) -> Option<Vec<(NodeRef, Name)>> {
        let literal = |node: NodeRef| {
            let Kind::Str(parts) = self.kind(node) else { return None };
            let mut text = String::new();
            for part in parts {
                match part {
                    StrPart::Text(t) => text.push_str(t),
                    StrPart::Hole(_) => return None,
                }
            }
            Some((node, Name::from(text)))
        };
        let values = self.eval(at);
        let texts: Option<Vec<_>> = values
            .iter()
            .map(|v| match v {
                Value::Node(node) => match self.kind(*node) {
                    // `"x".to_string()`
                    Kind::Call(_) => self
                        .text(*node)
                        .known()
                        .filter(|_| self.is_plain_text(*node))
                        .map(|t| (*node, t.into())),
                    _ => literal(*node),
                },
                _ => None,
            })
            .collect();
        texts.filter(|t| !t.is_empty())
    }

    /// Whether a call gives a text as it is.
    fn is_plain_text(&self, at: NodeRef) -> bool {
        let Kind::Call(call) = self.kind(at) else { return false };
        super::index::last_name(self.facts(at.file), call.callee)
            .is_some_and(|n| matches!(&*n, "to_string" | "into" | "to_owned" | "from" | "clone"))
    }

    /// Every model that a body may name; `None` when one may be another.
    pub fn possible_models(&self, request: &Request, body: Option<&Json>) -> Option<Vec<&'static Model>> {
        let in_body = body.and_then(|b| b.get("model"));
        let places = match in_body {
            Some(model) => vec![model.at],
            None => match self.body_field(request, "model") {
                super::Field::Known(nodes) => nodes,
                _ => return None,
            },
        };
        let mut found = Vec::new();
        for place in places {
            for (_, id) in self.possible_texts(place)? {
                found.push(models().find(&id)?.0);
            }
        }
        (!found.is_empty()).then_some(found)
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
                (same && self.function_of(*given) == self.function_of(list.at)).then_some(list)
            }
            Kind::Record(_) => Some(list),
            // What is given to another function may be changed there.
            Kind::Call(_) => (body.at == list.at.sibling(parent)).then_some(list),
            _ => None,
        }
    }

    /// Whether a value is written where it is sent from, not in a variable that begins with it.
    pub fn is_in_place(&self, json: &Json) -> bool {
        let facts = self.facts(json.at.file);
        let literal = matches!(facts.kind(json.at.node), Kind::Str(_) | Kind::List(_) | Kind::Record(_));
        literal
            && facts
                .parent(json.at.node)
                .is_some_and(|p| matches!(facts.kind(p), Kind::Record(_) | Kind::Call(_) | Kind::List(_)))
    }

    /// Whether a field of a request that is given is given in every case.
    pub fn is_unconditional_field(&self, request: &Request, value: NodeRef) -> bool {
        let facts = self.facts(value.file);
        let conditional = |n: NodeId| {
            matches!(
                facts.kind(n),
                Kind::If { .. }
                    | Kind::Match(_)
                    | Kind::Loop(_)
                    | Kind::Try(_)
                    | Kind::Binary { op: BinaryOp::And, .. }
            )
        };
        let around = facts.ancestors(value.node).skip(1);
        let mut around = around.take_while(|&n| {
            let shared = value.file == request.at.file && facts.ancestors(request.at.node).any(|a| a == n);
            !shared && !matches!(facts.kind(n), Kind::Function(_))
        });
        !around.any(conditional)
    }

    /// The last message of a body, where it is certain which one that is.
    pub fn last_message<'a>(&self, body: &'a Json) -> Option<&'a Json> {
        self.list_in_place(body, "messages").filter(|l| l.is_whole())?.items().last()
    }

    /// Whether a value is read from an object of settings, without a question whether it is there.
    pub fn is_setting(&self, at: NodeRef) -> bool {
        matches!(self.kind(at), Kind::Member { object, .. } if matches!(self.kind(at.sibling(*object)), Kind::Name(_)))
    }

    /// Whether such an object of settings was made or fetched in the function itself: what comes in
    /// as a parameter may hold one field or the other.
    pub fn is_fetched_setting(&self, at: NodeRef) -> bool {
        let Kind::Member { object, .. } = self.kind(at) else { return false };
        let Kind::Name(name) = self.kind(at.sibling(*object)) else { return false };
        let file = self.file(at.file);
        let defs = file.scopes.lookup(&file.facts, name, *object);
        !defs.is_empty() && defs.iter().all(|d| matches!(d.origin, super::Origin::Value { .. }))
    }

    /// Whether a value is certainly given: a number, or something with one to fall back on.
    pub fn is_always_given(&self, at: NodeRef) -> bool {
        self.is_given_within(at, 0)
    }

    /// The same, or something with anything to fall back on: it is sent on purpose.
    pub fn is_meant_to_be_given(&self, at: NodeRef) -> bool {
        let falls_back = matches!(self.kind(at), Kind::Binary { op: BinaryOp::Or | BinaryOp::Coalesce, .. });
        falls_back || self.is_always_given(at)
    }

    fn is_given_within(&self, at: NodeRef, depth: u32) -> bool {
        if depth > 6 {
            return false;
        }
        if self.number(at).is_some() {
            return true;
        }
        let given = |n: NodeId| self.is_given_within(at.sibling(n), depth + 1);
        match self.kind(at) {
            Kind::Binary { op: BinaryOp::Or | BinaryOp::Coalesce, right, .. } => given(*right),
            Kind::If { then, otherwise: Some(otherwise), .. } => given(*then) && given(*otherwise),
            Kind::Call(call) => {
                let name = super::index::last_name(self.facts(at.file), call.callee);
                let fallback = match (name.as_deref(), &call.args[..]) {
                    (Some("get" | "getenv"), [_, fallback]) => Some(fallback.value),
                    (Some("unwrap_or"), [fallback]) => Some(fallback.value),
                    (Some("float" | "Number" | "parseFloat"), [_]) => return true,
                    _ => None,
                };
                fallback.is_some_and(given)
            }
            Kind::Name(_) => match &self.eval(at)[..] {
                [Value::Node(node)] if *node != at => self.is_given_within(*node, depth + 1),
                _ => false,
            },
            _ => false,
        }
    }

    /// Whether the object that a body is, or what is spread into it, is also given to code that
    /// may change it.
    pub fn is_handed_on(&self, body: &Json, request: &Request) -> bool {
        self.is_handed_on_within(body.at, request, 0)
    }

    fn is_handed_on_within(&self, object: NodeRef, request: &Request, depth: u32) -> bool {
        if depth > 4 {
            return true;
        }
        let spread: Vec<NodeId> = match self.kind(object) {
            Kind::Call(call) => call.args.iter().filter(|a| a.keyword_spread).map(|a| a.value).collect(),
            Kind::Record(record) => {
                record.entries.iter().filter(|e| e.key.is_none()).map(|e| e.value).collect()
            }
            _ => Vec::new(),
        };
        let inner = spread.into_iter().map(|n| self.written(object.sibling(n)));
        if inner.into_iter().any(|n| n != object && self.is_handed_on_within(n, request, depth + 1)) {
            return true;
        }
        let Some((at, target)) = self.bound_at(object) else { return false };
        let facts = self.facts(at.file);
        if !matches!(facts.kind(target), Kind::Name(_)) {
            // A field of an object may be changed from anywhere.
            return true;
        }
        let inside =
            |n: NodeId| at.file == request.at.file && facts.ancestors(n).any(|a| a == request.at.node);
        self.readers(at.sibling(target)).into_iter().any(|reader| {
            let Some(around) = facts.parent(reader.node).filter(|_| !inside(reader.node)) else {
                return false;
            };
            let sdk = self.file(at.file).sdk;
            match facts.kind(around) {
                Kind::Call(call) => {
                    let encodes = super::index::last_name(facts, call.callee)
                        .is_some_and(|n| sdk.has_word("encode-names", &n));
                    call.callee != reader.node && !encodes
                }
                // `body.as_object_mut()`
                Kind::Member { name, .. } => {
                    let called = facts
                        .parent(around)
                        .is_some_and(|p| matches!(facts.kind(p), Kind::Call(c) if c.callee == around));
                    called && !sdk.has_word("reading-methods", name)
                }
                _ => false,
            }
        })
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
