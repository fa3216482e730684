//! JSON that the model wrote, and who is there to catch what fails to parse.

mod callback;

use crate::facts::{Call, Kind, NodeId};
use crate::model::Field;
use crate::model::Tri;
use crate::model::names::index::last_name;
use crate::model::response::{Use, What};
use crate::model::values::flow::Sink;
use crate::model::values::value::NodeRef;
use crate::model::{Project, Request, enclosing_function};

/// Functions between the parsing and the handler that is looked for.
const MAX_HOPS: u32 = 5;
const MAX_CALLERS: usize = 24;
/// Places looked at for one parse.
const MAX_PLACES: usize = 200;

/// What happens when a text does not parse.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Guard {
    /// Nothing in sight handles it.
    Absent,
    /// Something does, on one path at least.
    Present,
    /// Out of reach.
    Unknown,
}

/// A place that parses what the model wrote as JSON.
#[derive(Clone, Debug)]
pub struct ModelJson<'p> {
    /// The call that parses.
    pub at: NodeRef,
    /// Where the text is taken from the answer.
    pub used: &'p Use,
    /// Whether it is the arguments of a tool call rather than text.
    pub arguments: bool,
    /// Who handles a failure.
    pub guard: Guard,
}

impl Project {
    /// The places where text or tool arguments of the answer to a request are parsed as JSON.
    pub fn model_json(&self, request: &Request) -> Vec<ModelJson<'_>> {
        let mut out: Vec<ModelJson<'_>> = Vec::new();
        for used in self.uses(request.at) {
            let arguments = used.response.path.last().is_some_and(|p| matches!(&**p, "arguments" | "input"));
            if !(used.what == What::Text || used.what == What::Content && arguments)
                || used.response.is_line()
            {
                continue;
            }
            let pieces = used.response.is_piece();
            for end in self.sinks(used.at) {
                if end.sink != Sink::Parsed
                    || pieces && !end.gathered
                    || out.iter().any(|known| known.at == end.at)
                {
                    continue;
                }
                let Some(guard) = self.parse_guard(end.at) else { continue };
                out.push(ModelJson { at: end.at, used, arguments, guard });
            }
        }
        out
    }

    /// Who handles the failure of a call that parses JSON; `None` when it parses something else.
    pub(in crate::model) fn parse_guard(&self, at: NodeRef) -> Option<Guard> {
        let Kind::Call(call) = self.kind(at) else { return None };
        let file = self.file(at.file);
        let name = last_name(&file.facts, call.callee)?;
        let listed = |list: &str| {
            self.is_listed(list, at.sibling(call.callee))
                || matches!(file.facts.kind(call.callee), Kind::Member { .. })
                    && file.sdk.has_word(list, &format!(".{name}"))
        };
        if listed("lenient-parse") {
            return None;
        }
        if listed("json-result") {
            return Some(self.result_guard(at));
        }
        listed("json-raises").then(|| self.raise_guard(at))
    }

    /// A call that gives back a failure as a value: only a step that insists on success is unguarded.
    fn result_guard(&self, at: NodeRef) -> Guard {
        let facts = self.facts(at.file);
        let sdk = self.file(at.file).sdk;
        let Some(parent) = facts.parent(at.node) else { return Guard::Unknown };
        let insists = match facts.kind(parent) {
            Kind::Member { object, name, .. } => *object == at.node && sdk.has_word("insist", name),
            _ => false,
        };
        if insists { Guard::Absent } else { Guard::Unknown }
    }

    fn raise_guard(&self, at: NodeRef) -> Guard {
        let mut places = vec![(at, 0)];
        let mut next = 0;
        while let Some(&(place, hops)) = places.get(next) {
            next += 1;
            if self.is_handled_here(place) {
                return Guard::Present;
            }
            let running = self.running_function(place);
            for run in self.runs_of_closures(place, running) {
                if hops < MAX_HOPS && !places.iter().any(|p| p.0 == run) {
                    places.push((run, hops + 1));
                }
            }
            let Some(function) = running else { continue };
            if hops >= MAX_HOPS || places.len() > MAX_PLACES {
                return Guard::Unknown;
            }
            let Kind::Function(f) = self.kind(function) else { return Guard::Unknown };
            let plain = |&d: &NodeId| {
                let sdk = self.file(function.file).sdk;
                last_name(self.facts(function.file), d).is_some_and(|n| {
                    sdk.has_word("plain-decorators", &n) || sdk.has_word("handler-names", &n)
                })
            };
            if !f.decorators.iter().all(plain) {
                return Guard::Unknown;
            }
            if self.runs_elsewhere(function) {
                return Guard::Unknown;
            }
            let callers = self.callers(function);
            let loose = self.possible_callers(function);
            if callers.len() + loose.len() > MAX_CALLERS {
                return Guard::Unknown;
            }
            for &caller in callers.iter().chain(loose).filter(|&&c| !self.is_test(c)) {
                if !places.iter().any(|p| p.0 == caller) {
                    places.push((caller, hops + 1));
                }
            }
            for &mention in self.mentions(function).iter().filter(|&&m| !self.is_test(m)) {
                if !self.is_handed_to_server(mention) {
                    return Guard::Unknown;
                }
            }
        }
        Guard::Absent
    }

    /// Whether a function without a name or parameters is kept for later: `pages.map((p) => () => score(p))`.
    fn runs_elsewhere(&self, function: NodeRef) -> bool {
        let facts = self.facts(function.file);
        let Kind::Function(f) = facts.kind(function.node) else { return false };
        f.name.is_none()
            && f.params.is_empty()
            && facts.parent(function.node).is_some_and(|parent| match facts.kind(parent) {
                Kind::Function(_) | Kind::Return(_) | Kind::List(_) => true,
                Kind::Call(call) => {
                    call.callee != function.node
                        && self.file(function.file).named_in(call.callee, "list-growth")
                }
                _ => false,
            })
    }

    /// The function a place runs in; what is handed to a call as a closure runs where that call stands.
    fn running_function(&self, at: NodeRef) -> Option<NodeRef> {
        let facts = self.facts(at.file);
        let mut function = enclosing_function(facts, at.node)?;
        loop {
            let parent = facts.parent(function).map(|p| facts.kind(p));
            match (facts.kind(function), parent) {
                (Kind::Function(f), Some(Kind::Call(call)))
                    if f.name.is_none()
                        && !self.runs_elsewhere(at.sibling(function))
                        && !self.keeps_handlers(at, call) =>
                {
                    function = enclosing_function(facts, function)?;
                }
                _ => return Some(at.sibling(function)),
            }
        }
    }

    /// Whether a function is named as a handler: `app.post("/x", answer)`.
    fn is_handed_to_server(&self, mention: NodeRef) -> bool {
        let facts = self.facts(mention.file);
        let Some(parent) = facts.parent(mention.node) else { return false };
        match facts.kind(parent) {
            Kind::Call(call) => self.keeps_handlers(mention, call),
            Kind::Export(_) => true,
            _ => false,
        }
    }

    /// Whether a call in a file of a place registers handlers.
    fn keeps_handlers(&self, at: NodeRef, call: &Call) -> bool {
        self.file(at.file).named_in(call.callee, "handler-names")
            || self.is_registrar(at.sibling(call.callee), Some(call))
    }

    /// Whether something around a place, within the code that runs there, sees a failure to parse.
    fn is_handled_here(&self, at: NodeRef) -> bool {
        let file = self.file(at.file);
        let facts = &file.facts;
        let stop = self.running_function(at);
        let mut from = at.node;
        for node in facts.ancestors(at.node).skip(1) {
            match facts.kind(node) {
                Kind::Try(t)
                    if t.body == from && t.handlers.iter().any(|h| self.sees_bad_json(at, &h.types)) =>
                {
                    return true;
                }
                Kind::With(w) if w.body == from => {
                    let suppresses = |n: NodeId| file.named_in(n, "suppress");
                    if w.items.iter().any(|item| suppresses(item.value)) {
                        return true;
                    }
                }
                // `work().then(parse).catch(report)`
                Kind::Member { object, name, .. } if *object == from => {
                    let called = facts.parent(node).map(|p| facts.kind(p));
                    if let Some(Kind::Call(call)) = called
                        && call.callee == node
                        && (file.sdk.has_word("catch-names", name)
                            || &**name == "then" && call.args.len() > 1)
                    {
                        return true;
                    }
                }
                Kind::Call(call) if call.callee != from => {
                    let settles = last_name(facts, call.callee)
                        .is_some_and(|n| file.sdk.has_word("catch-names", &n) || is_safe_name(&n));
                    let returned = call.args.iter().any(|a| a.name.as_deref() == Some("return_exceptions"));
                    // `retry(async () => JSON.parse(await ask()))` asks again.
                    if settles || returned || self.is_retry_facility(at.sibling(call.callee)) {
                        return true;
                    }
                }
                Kind::Function(f) if Some(at.sibling(node)) == stop => {
                    // A function that says so gives failures back as values.
                    return f.name.as_deref().is_some_and(is_safe_name);
                }
                _ => {}
            }
            from = node;
        }
        false
    }

    fn sees_bad_json(&self, at: NodeRef, types: &[NodeId]) -> bool {
        let file = self.file(at.file);
        types.is_empty()
            || types.iter().any(|&t| match last_name(&file.facts, t) {
                Some(name) => !file.sdk.has_word("never-about-json", &name),
                None => true,
            })
    }

    /// Whether the API holds the answer to a schema: nothing else can come than JSON, unless the
    /// answer was cut off.
    pub fn is_structured(&self, request: &Request) -> Tri {
        let fields = ["output_config", "output_format", "response_format"];
        let mut result = Tri::No;
        for field in fields {
            match self.body_field(request, field) {
                Field::Known(_) => return Tri::Yes,
                Field::Unknown(_) => result = Tri::Unknown,
                Field::Absent => {}
            }
        }
        result
    }
}

fn is_safe_name(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    name.starts_with("safe") || name.starts_with("try_") || name.starts_with("attempt")
}
