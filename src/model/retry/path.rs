//! From a call outwards, through functions and their callers.

mod around;
mod elsewhere;
mod function;
mod ways;

use rustc_hash::FxHashSet;

use super::{Retry, RetryForm, RetryPath, SharedCalls};
use crate::facts::{CallStyle, Kind};
use crate::model::values::value::NodeRef;
use crate::model::{Project, Request};
use ways::Ways;

const MAX_HOPS: u32 = 16;
const MAX_STEPS: u32 = 300;
const MAX_LOOSE: usize = 12;

/// A way outwards.
pub(super) struct Walk<'p> {
    pub(super) project: &'p Project,
    pub(super) out: RetryPath,
    pub(super) seen: FxHashSet<NodeRef>,
    /// Set while following calls that only perhaps lead to the request.
    pub(super) doubt: bool,
    steps: u32,
    pub(super) hops: u32,
    /// The calls that lead from the request to here.
    pub(super) trail: Vec<NodeRef>,
    ways: Ways,
    /// What is repeated, where it is a request.
    request: Option<&'p Request>,
    /// The function that sends the request to a URL it is given, and that parameter: calls that
    /// give it another vendor's URL do not matter.
    addressed: Option<(NodeRef, usize)>,
    /// Its calls, where some give it Claude's URL: others do not matter either.
    shared: Option<SharedCalls>,
}

impl<'p> Walk<'p> {
    fn new(project: &'p Project) -> Walk<'p> {
        Walk {
            project,
            out: RetryPath::default(),
            seen: FxHashSet::default(),
            doubt: false,
            steps: 0,
            hops: 0,
            trail: Vec::new(),
            ways: Ways::default(),
            request: None,
            addressed: None,
            shared: None,
        }
    }
}

/// What repeats code that need not send anything.
pub(super) fn walk_from(project: &Project, at: NodeRef) -> RetryPath {
    let mut walk = Walk::new(project);
    walk.climb(at, 0);
    walk.out
}

pub(super) fn walk(project: &Project, request: &Request) -> RetryPath {
    let addressed = project.address_parameter(request);
    let shared = project.shared_calls(request).filter(SharedCalls::knows_own);
    let mut walk = Walk { addressed, shared, request: Some(request), ..Walk::new(project) };
    if let Some(sender) = request.first_argument.checked_sub(1)
        && let Kind::Call(call) = project.kind(request.at)
        && let Some(sender) = call.args.get(sender)
    {
        // `retry(client.messages.create, …)`: the sending method itself is handed on.
        walk.handed_to(request.at, call.callee, request.at.sibling(sender.value));
    }
    walk.climb(request.at, 0);
    walk.out.callers = walk.callers();
    walk.out
}

impl Walk<'_> {
    pub(super) fn found(&mut self, mut retry: Retry) {
        retry.hops = self.hops;
        retry.trail = self.trail.clone();
        let idle = |request: &Request| {
            self.project.never_repeats(request, &retry) || self.project.fails_out_of_sight(request, &retry)
        };
        let unread = self.request.is_some_and(|request| self.project.given_back_unread(request, &retry));
        let idle = !unread && self.request.is_some_and(idle);
        self.ways.repeated(&self.trail, !self.doubt && !idle && !unread);
        if idle {
            return;
        }
        retry.effective &= !unread;
        if self.doubt {
            return self.unknown(retry.at);
        }
        match self.out.retries.iter_mut().find(|r| r.at == retry.at) {
            // Of several ways to it the shortest tells how far away it is.
            Some(known) if retry.hops < known.hops && retry.effective == known.effective => *known = retry,
            Some(_) => {}
            None => self.out.retries.push(retry),
        }
    }

    pub(super) fn unknown(&mut self, at: NodeRef) {
        self.ways.repeated(&self.trail, false);
        self.out.unknown = self.out.unknown.or(Some(at));
    }

    /// Goes from a node whose evaluation sends the request to whatever runs that node.
    pub(super) fn climb(&mut self, at: NodeRef, hops: u32) {
        self.steps += 1;
        if hops > MAX_HOPS {
            // Whatever is done again so far away is another task.
            self.lasts(!self.doubt);
            return self.ends();
        }
        if self.steps > MAX_STEPS {
            return self.unknown(at);
        }
        let nearer = std::mem::replace(&mut self.hops, hops);
        self.trail.push(at);
        self.climb_from(at, hops);
        self.trail.pop();
        self.hops = nearer;
    }

    fn climb_from(&mut self, at: NodeRef, hops: u32) {
        if let Some(retry) = self.project.resuming_loop(at) {
            self.found(retry);
        }
        if hops == 0 {
            self.branches_elsewhere(at);
        }
        let facts = self.project.facts(at.file);
        let mut child = at.node;
        while let Some(parent) = facts.parent(child) {
            let up = at.sibling(parent);
            match facts.kind(parent) {
                Kind::Loop(l) if l.iterable != Some(child) && l.init != Some(child) => {
                    self.around_loop(up, at, hops);
                }
                Kind::Comprehension(_) => self.out.resident |= !self.doubt,
                Kind::Try(t) if t.body == child => {
                    for h in &t.handlers {
                        if self.project.catches_api_errors(at, h) {
                            self.handler(at, at.sibling(h.body));
                            self.asks_elsewhere(at, at.sibling(h.body));
                            self.asks_elsewhere_after(at, up, at.sibling(h.body));
                        }
                    }
                }
                Kind::Try(t) if t.handlers.iter().any(|h| h.body == child) => {
                    let after = self.project.tries_first(at, at.sibling(t.body))
                        && !self.project.is_for_other_failures(at, at.sibling(child));
                    self.follows_failure(after);
                }
                Kind::With(w) if w.body == child => {
                    for item in &w.items {
                        if let Some(retry) = self.project.library_retry_of(at.sibling(item.value)) {
                            self.found(retry);
                        }
                    }
                }
                Kind::Block { .. } => {
                    self.follows_failure(self.project.is_last_attempt(up, child, at));
                }
                Kind::Match(m) if m.subject == child => {
                    self.arms_elsewhere(at, up, m);
                }
                Kind::If { .. } | Kind::Match(_) => {
                    if let Some(other) = self.project.retried_otherwise(up, child) {
                        self.unknown(other);
                    }
                }
                // `retry!(4, send(&body).await)`
                Kind::Call(c) if c.style == CallStyle::Macro && c.callee != child => {
                    let callee = at.sibling(c.callee);
                    let name = self.project.last_name_at(callee);
                    if name.is_some_and(|n| self.project.has_part(callee, "retry-parts", &n)) {
                        self.found(Retry::new(up, RetryForm::Named));
                    }
                }
                // `request().catch(e => retry(…))`, `request().or_else(…)`
                Kind::Member { object, .. } if *object == child => self.chained(up),
                Kind::Function(f) => {
                    let runs = f.body == child;
                    if runs {
                        return self.function(up, hops);
                    }
                }
                _ => {}
            }
            child = parent;
        }
        if !self.doubt {
            self.top_level(at);
        }
    }

    /// Notes that the start of a program reaches it on the way so far.
    pub(super) fn starts(&mut self) {
        self.out.started = true;
        self.out.started_through.extend(self.trail.iter().map(|at| at.file));
        self.out.started_through.sort_unstable();
        self.out.started_through.dedup();
    }

    fn top_level(&mut self, at: NodeRef) {
        self.starts();
        self.lasts(self.project.starts_server(at));
        self.ends();
    }

    /// A handler that asks someone else to repeat the call, or another provider.
    fn handler(&mut self, at: NodeRef, body: NodeRef) {
        let project = self.project;
        if let Some(retry) = project.second_try(at, body) {
            self.found(retry);
        }
        for node in project.facts(body.file).descendants(body.node) {
            let call = body.sibling(node);
            let Some(callee) = project.callee_of(call) else { continue };
            let name = project.last_name_at(callee);
            let has = |list: &str| {
                name.as_ref().is_some_and(|n| project.has_part(call, list, n) && !project.is_logger(callee))
            };
            // What is asked whether to repeat it, or how long to wait, repeats nothing.
            if has("retry-parts") && !project.only_asks_about_retry(call) {
                self.found(Retry::new(call, RetryForm::Named));
            } else if has("fallback-parts") && !project.asks_nobody(at, call)
                || call != at && project.request_at(call).is_some()
            {
                self.found(Retry::new(call, RetryForm::Fallback));
            }
        }
    }

    fn chained(&mut self, member: NodeRef) {
        let project = self.project;
        let facts = project.facts(member.file);
        let Some(call) = facts.parent(member.node).map(|p| member.sibling(p)) else { return };
        let Kind::Call(c) = project.kind(call) else { return };
        if c.callee != member.node {
            return;
        }
        let Kind::Member { name, .. } = project.kind(member) else { return };
        if let Some(kind) = project.file(member.file).sdk.retry_method(name) {
            if let Some(retry) = project.library_retry(kind, Some(call), call) {
                self.found(retry);
            }
        } else if project.file(member.file).sdk.has_word("compose", name) {
            for arg in &c.args {
                if let Some(retry) = project.library_retry_of(call.sibling(arg.value)) {
                    self.found(retry);
                }
            }
        } else if project.file(call.file).sdk.has_word("takes-failure", name) {
            for arg in &c.args {
                self.handler(member, call.sibling(arg.value));
            }
        }
    }

    pub(super) fn is_inside(&self, node: NodeRef, outer: NodeRef) -> bool {
        node.file == outer.file && self.project.facts(node.file).ancestors(node.node).any(|n| n == outer.node)
    }
}
