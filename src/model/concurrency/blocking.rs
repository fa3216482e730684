//! Calls that hold up an event loop.

use crate::facts::{Kind, NodeId};
use crate::finding::Location;
use crate::model::Project;
use crate::model::names::index::last_name;
use crate::model::program::phase::Phase;
use crate::model::request::Request;
use crate::model::values::value::location;
use crate::model::values::value::{NodeRef, Value};
use crate::source::FileId;

/// Calls between asynchronous code and a blocking request, and one that only counts tokens.
const MAX_HOPS: u32 = 4;
const MAX_HOPS_TO_COUNT: u32 = 2;

impl Project {
    /// Whether a request blocks its thread until the answer is there.
    pub fn is_blocking(&self, request: &Request) -> bool {
        let sdk = self.file(request.at.file).sdk;
        let listed = |path: &str| sdk.has_word("blocking-clients", path);
        let called = |callee: NodeRef| {
            self.eval(callee).iter().any(|v| matches!(v, Value::External(e) if listed(&e.path)))
        };
        if request.function.is_some() {
            return self.callee_of(request.at).is_some_and(called);
        }
        !request.clients.is_empty()
            && request.clients.iter().all(|client| match client.made {
                Some(made) => self.callee_of(made).is_some_and(called),
                None => self.is_declared_blocking(request, &listed),
            })
    }

    /// Whether the client of a request is what a function is given, or a field that keeps it, and its type says
    /// that it blocks: `def __init__(self, client: anthropic.Anthropic)`.
    fn is_declared_blocking(&self, request: &Request, listed: &dyn Fn(&str) -> bool) -> bool {
        // Whoever awaits it has another.
        if self.is_awaited(request.at) {
            return false;
        }
        let is_client = |v: &Value| matches!(v, Value::Client(c) if c.path.is_empty());
        let mut at = self.callee_of(request.at);
        while let Some(member) = at {
            let Kind::Member { object, .. } = self.kind(member) else { return false };
            let object = member.sibling(*object);
            if self.eval(object).iter().all(is_client) {
                let Some(ty) = self.declared_type(object) else { return false };
                let paths: Vec<_> = self
                    .facts(ty.file)
                    .descendants(ty.node)
                    .into_iter()
                    .flat_map(|n| self.eval(ty.sibling(n)).to_vec())
                    .filter_map(|v| match v {
                        Value::External(e) => Some(e.path),
                        _ => None,
                    })
                    .collect();
                return paths.iter().any(|p| listed(p)) && !paths.iter().any(|p| p.contains("Async"));
            }
            at = Some(object);
        }
        false
    }

    /// The type that a parameter is declared with, or the one that a field of the object is filled with.
    fn declared_type(&self, at: NodeRef) -> Option<NodeRef> {
        let (function, index) = self.parameter_kept(at)?;
        let Kind::Function(f) = self.kind(function) else { return None };
        Some(function.sibling(f.params.get(index as usize)?.ty?))
    }

    /// The calls in asynchronous code by which a blocking call holds it up, with how many calls
    /// lie between.
    pub fn blocked(&self, call: NodeRef) -> Vec<(NodeRef, u32)> {
        let mut out = Vec::new();
        // Of two clients it is the asynchronous one that is awaited.
        if self.is_awaited(call) && self.may_be_another_client(call) {
            return out;
        }
        let request = self.request_at(call);
        let answers = request.is_none_or(|request| !request.kind.stop.is_empty());
        let most = if answers { MAX_HOPS } else { MAX_HOPS_TO_COUNT };
        let shared = request.and_then(|request| self.shared_calls(request));
        let mut seen = Vec::new();
        let mut open = vec![(call, 0)];
        while let Some((at, hops)) = open.pop() {
            if seen.contains(&at) || seen.len() > 32 || self.is_test(at) {
                continue;
            }
            seen.push(at);
            let Some(function) = self.runs_in(at) else { continue };
            let Kind::Function(f) = self.kind(function) else { continue };
            if f.is_async {
                // Before anything is served nobody waits.
                let early = hops > MAX_HOPS_TO_COUNT && self.phase(at) == Phase::Start;
                if !early && !self.has_loop_of_its_own(function) {
                    out.push((at, hops));
                }
            } else if hops < most {
                // The call of a generator runs nothing: whoever takes its elements does.
                let runs = |&call: &NodeRef| !f.is_generator || self.takes_elements(call, 0);
                let own = |&call: &NodeRef| {
                    shared.as_ref().is_none_or(|shared| shared.may_be_own(self, function, call))
                };
                let callers = self.callers(function).iter().copied().filter(runs).filter(own);
                open.extend(callers.filter(|&c| !self.is_awaited(c)).map(|c| (c, hops + 1)));
            }
        }
        out
    }

    /// Whether a program does nothing beside a request: it is started, does one thing after the other, and no
    /// file on the way begins a task or holds on to something that may have some of its own.
    pub fn runs_alone(&self, request: &Request) -> bool {
        let path = self.retry_path(request);
        path.is_one_shot()
            || path.started && !path.served && !path.started_through.iter().any(|&f| self.begins_tasks(f))
    }

    /// Whether code of a file begins tasks, or may do so through what it enters.
    pub(super) fn begins_tasks(&self, file: FileId) -> bool {
        if let Some(&known) = self.task_files.borrow().get(&file) {
            return known;
        }
        let model = self.file(file);
        let begins = model.facts.ids().any(|n| match model.facts.kind(n) {
            Kind::With(with) => with.is_async,
            Kind::Call(call) => last_name(&model.facts, call.callee).is_some_and(|name| {
                ["starts-task", "fan-out", "fan-out-each", "thread", "enters-context"]
                    .iter()
                    .any(|list| model.sdk.ends_word(list, &name))
            }),
            _ => false,
        });
        self.task_files.borrow_mut().insert(file, begins);
        begins
    }

    /// Whether the client of a call may be another one, out of sight.
    fn may_be_another_client(&self, call: NodeRef) -> bool {
        let mut at = self.callee_of(call);
        while let Some(member) = at {
            let Kind::Member { object, .. } = self.kind(member) else { break };
            let values = self.eval(member.sibling(*object));
            if values.len() > 1 && values.contains(&Value::Unknown) {
                return true;
            }
            at = Some(member.sibling(*object));
        }
        false
    }

    /// Whether what a call gives is awaited at once: then it is another function of that name that runs
    /// there, one that does not block.
    pub(in crate::model) fn is_awaited(&self, call: NodeRef) -> bool {
        let facts = self.facts(call.file);
        facts.parent(call.node).is_some_and(|p| matches!(facts.kind(p), Kind::Await(_)))
    }

    /// Whether the elements of what an expression gives are taken in its function.
    fn takes_elements(&self, at: NodeRef, hops: u32) -> bool {
        let model = self.file(at.file);
        let facts = &model.facts;
        let Some(parent) = facts.parent(at.node) else { return false };
        match facts.kind(parent) {
            Kind::Loop(l) => l.iterable == Some(at.node),
            Kind::Comprehension(_) | Kind::Yield(_) | Kind::Spread(_) => true,
            Kind::Call(c) => c.callee != at.node && model.named_in(c.callee, "drain-names"),
            Kind::Assign(a) => {
                hops == 0
                    && a.value == Some(at.node)
                    && self
                        .readers(at.sibling(a.target))
                        .into_iter()
                        .any(|r| self.takes_elements(r, hops + 1))
            }
            _ => false,
        }
    }

    /// The function whose thread runs a node; `None` when it is handed to another thread.
    fn runs_in(&self, at: NodeRef) -> Option<NodeRef> {
        let facts = self.facts(at.file);
        let mut child = at.node;
        for n in facts.ancestors(at.node).skip(1) {
            match facts.kind(n) {
                Kind::Call(c)
                    if c.callee != child
                        && (self.is_thread(at.sibling(c.callee))
                            || self.hands_to_thread(at.sibling(child))) =>
                {
                    return None;
                }
                Kind::Function(f) if f.body == child => {
                    let inner = facts.parent(n).is_some_and(|p| matches!(facts.kind(p), Kind::Call(_)));
                    if f.is_async || !inner {
                        return Some(at.sibling(n));
                    }
                }
                _ => {}
            }
            child = n;
        }
        None
    }

    /// Whether a function of the project hands a function that it is given to another thread.
    fn hands_to_thread(&self, given: NodeRef) -> bool {
        matches!(self.kind(given), Kind::Function(_))
            && self.functions_given(given).into_iter().any(|(function, index)| {
                self.parameter_readers(function, index).any(|reader| {
                    let parent = self.facts(reader.file).parent(reader.node);
                    matches!(parent.map(|p| self.kind(reader.sibling(p))), Some(Kind::Call(c))
                        if c.callee != reader.node && self.is_thread(reader.sibling(c.callee)))
                })
            })
    }

    fn is_thread(&self, callee: NodeRef) -> bool {
        let sdk = self.file(callee.file).sdk;
        last_name(self.facts(callee.file), callee.node)
            .is_some_and(|n| sdk.ends_word("thread", &n) || sdk.has_word("thread", &format!(".{n}")))
    }

    /// Calls in asynchronous functions that sleep without giving way, as far as those functions
    /// send requests.
    pub fn blocking_sleeps(&self, request: &Request) -> Vec<NodeRef> {
        let Some(function) = self.runs_in(request.at) else { return Vec::new() };
        let Kind::Function(f) = self.kind(function) else { return Vec::new() };
        if !f.is_async || !f.body.is_some() || self.has_loop_of_its_own(function) {
            return Vec::new();
        }
        let model = self.file(function.file);
        let inside = model.facts.descendants(f.body).into_iter();
        inside
            .map(|n: NodeId| function.sibling(n))
            .filter(|&at| {
                let Some(callee) = self.callee_of(at) else { return false };
                self.runs_in(at) == Some(function)
                    && self.eval(callee).iter().any(
                        |v| matches!(v, Value::External(e) if model.sdk.has_word("blocking-sleep", &e.path)),
                    )
            })
            .collect()
    }

    /// Where the name of a function stands, so that the place is short.
    pub fn function_name(&self, at: NodeRef) -> Option<Location> {
        match self.kind(at) {
            Kind::Function(f) if f.name.is_some() => Some(location(at.file, f.name_span)),
            Kind::Loop(_) => {
                let span = self.facts(at.file).span(at.node);
                let short = crate::source::Span { end: (span.start + 3).min(span.end), ..span };
                Some(location(at.file, short))
            }
            _ => None,
        }
    }
}
