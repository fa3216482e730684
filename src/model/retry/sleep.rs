//! The delays of a retry: what is slept inside it.

use super::delay::{Basis, Shape};
use super::probe::Probe;
use super::{Growth, Retry, RetryDelay};
use crate::facts::{Kind, NodeId};
use crate::model::names::index::takes_receiver;
use crate::model::names::scope::Origin;
use crate::model::request::Tri;
use crate::model::values::eval::Argument;
use crate::model::values::value::{NodeRef, Value};
use crate::model::{Project, Request};
use crate::sdk::Road;
use crate::sdk::failures::Failure;

const MAX_DEPTH: u32 = 4;

impl Project {
    /// Arguments of the calls that wait, in a piece of code and the closures written in it.
    pub(super) fn sleeps_in(&self, region: NodeRef) -> Vec<NodeRef> {
        let facts = self.facts(region.file);
        let mut nodes = facts.descendants(region.node);
        nodes.sort_unstable();
        nodes.into_iter().filter_map(|n| self.slept(region.sibling(n))).collect()
    }

    /// The time that a call waits, if that is what it does.
    fn slept(&self, call: NodeRef) -> Option<NodeRef> {
        let Kind::Call(c) = self.kind(call) else { return None };
        let file = self.file(call.file);
        let callee = call.sibling(c.callee);
        let name = self.last_name_at(callee)?;
        let plain: Vec<NodeId> = c.args.iter().filter(|a| !a.spread).map(|a| a.value).collect();
        let path = self.eval(callee).iter().find_map(|v| match v {
            Value::External(e) => Some(e.path.clone()),
            _ => None,
        });
        let listed = path.as_deref().is_some_and(|p| file.sdk.has_word("sleep", p));
        let timer = file.sdk.has_word("timer-names", &name);
        if timer && plain.len() >= 2 && !self.number_like(call.sibling(plain[0])) {
            // A timer that only cancels the attempt is no delay between attempts.
            let delays = self.resolves_promise(call) || self.starts_anew(call.sibling(plain[0]));
            return delays.then(|| call.sibling(plain[1]));
        }
        let named = || {
            file.sdk.has_word("sleep-names", &name)
                && !self.is_computed_with(call)
                && !self.decides_itself(callee)
                // `wait(error, attempt)` makes the time out of them.
                && !plain.first().is_some_and(|&n| self.is_what_was_caught(call.sibling(n)))
        };
        if timer || listed || named() {
            return plain.first().map(|&n| call.sibling(n));
        }
        None
    }

    /// Whether a name is bound by a handler to what it caught.
    fn is_what_was_caught(&self, at: NodeRef) -> bool {
        let file = self.file(at.file);
        let Kind::Name(name) = file.facts.kind(at.node) else { return false };
        let mut defs = file.scopes.lookup(&file.facts, name, at.node).into_iter();
        defs.any(|def| matches!(def.origin, Origin::Caught(_)))
    }

    /// Whether the value of a call is used at once, as that of `policy.delay(attempt)` is: what
    /// waits is awaited or stands alone.
    fn is_computed_with(&self, call: NodeRef) -> bool {
        let facts = self.facts(call.file);
        let Some(parent) = facts.parent(call.node) else { return false };
        match facts.kind(parent) {
            Kind::Binary { .. } | Kind::Unary { .. } => true,
            Kind::Assign(a) => a.value == Some(call.node) && a.op.is_none(),
            Kind::Call(outer) => {
                outer.callee != call.node
                    && self.last_name_at(call.sibling(outer.callee)).is_some_and(|name| {
                        let sdk = self.file(call.file).sdk;
                        ["sleep-names", "timer-names", "arithmetic"]
                            .iter()
                            .any(|list| sdk.has_word(list, &name))
                    })
            }
            _ => false,
        }
    }

    fn number_like(&self, at: NodeRef) -> bool {
        !matches!(self.kind(at), Kind::Function(_)) && self.number(at).is_some()
    }

    /// `new Promise(resolve => setTimeout(resolve, ms))`: the callback is the promise's own.
    fn resolves_promise(&self, timer: NodeRef) -> bool {
        let Kind::Call(c) = self.kind(timer) else { return false };
        let Some(first) = c.args.first() else { return false };
        let facts = self.facts(timer.file);
        let called: Vec<&str> = facts
            .descendants(first.value)
            .into_iter()
            .filter_map(|n| match facts.kind(n) {
                Kind::Name(n) => Some(&**n),
                _ => None,
            })
            .collect();
        facts.ancestors(timer.node).skip(1).take(6).any(|n| match facts.kind(n) {
            Kind::Function(f) => f.params.first().is_some_and(
                |p| matches!(facts.kind(p.pattern), Kind::Name(name) if called.contains(&&**name)),
            ),
            _ => false,
        })
    }

    /// `setTimeout(() => ask(left - 1), ms)` in `ask` itself, `setTimeout(again, ms)` in `again`.
    fn starts_anew(&self, task: NodeRef) -> bool {
        let facts = self.facts(task.file);
        let around =
            facts.ancestors(task.node).skip(1).filter(|&n| matches!(facts.kind(n), Kind::Function(_)));
        around
            .map(|n| task.sibling(n))
            .any(|f| self.callers(f).iter().chain(self.mentions(f)).any(|&at| self.stands_inside(at, task)))
    }

    /// The delays of a retry loop.
    pub(super) fn delays_of_loop(&self, around: NodeRef) -> Vec<RetryDelay> {
        self.delays(&Basis::new(around, Vec::new()), around, 0)
    }

    /// Delays without those of the same time that stand in front of what is repeated, where others
    /// follow its failure: they only space out the requests.
    pub(super) fn without_throttles(
        &self,
        mut delays: Vec<RetryDelay>,
        repeated: NodeRef,
    ) -> Vec<RetryDelay> {
        let start = self.facts(repeated.file).span(repeated.node).start;
        let before = |d: &RetryDelay| {
            let end = self.facts(d.at.file).span(d.at.node).end;
            let random = || self.shape(d.at, &Basis::new(repeated, Vec::new())).random;
            d.growth == Growth::Constant && d.at.file == repeated.file && end <= start && random() == Tri::No
        };
        if delays.iter().any(|d| !before(d)) {
            delays.retain(|d| !before(d));
        }
        delays
    }

    /// Whether a failure of the call never comes to a delay: it stands where only what is done with the answer
    /// failed, behind the call in what is tried around both, or behind a `try` whose handlers let nothing on.
    pub fn is_past_success(&self, request: &Request, retry: &Retry, delay: &RetryDelay) -> bool {
        if self.answers_data_error(delay.at) {
            return true;
        }
        let Some(point) = retry.point.filter(|p| p.file == delay.at.file) else { return false };
        // What comes back as an answer with a status is behind the call, too.
        let p = Probe::new(Failure::RateLimit, self.fails_at_once(request, Failure::RateLimit), None);
        let out = retry.trail.iter().filter(|&&step| step != point).all(|&step| self.comes_out(step, &p));
        if request.road != Road::Sdk && !(out && p.failed.get()) {
            return false;
        }
        let facts = self.facts(point.file);
        let (call, wait) = (facts.span(point.node), facts.span(delay.at.node));
        facts.ancestors(point.node).take_while(|&n| n != retry.at.node).any(|n| match facts.kind(n) {
            Kind::Try(t) if facts.span(t.body).contains(call) => {
                let mut caught = t.handlers.iter().filter(|h| self.catches_api_errors(point, h)).peekable();
                if caught.peek().is_none() || call.end > wait.start {
                    return false;
                }
                match facts.span(t.body).contains(wait) {
                    // What failed further in comes by there.
                    true => !facts
                        .ancestors(delay.at.node)
                        .take_while(|&inner| inner != n)
                        .any(|inner| matches!(facts.kind(inner), Kind::Try(_))),
                    false => {
                        facts.span(n).end <= wait.start && caught.all(|h| self.leaves(point.file, h.body))
                    }
                }
            }
            _ => false,
        })
    }

    /// The delays in a region of code that is repeated as the basis says.
    pub(super) fn delays(&self, basis: &Basis, region: NodeRef, depth: u32) -> Vec<RetryDelay> {
        let mut out: Vec<RetryDelay> = Vec::new();
        let facts = self.facts(region.file);
        let mut nodes = facts.descendants(region.node);
        nodes.sort_unstable();
        let mut random = false;
        let mut server = false;
        for node in nodes {
            let at = region.sibling(node);
            server |= self.reads_server_wish(at);
            let Kind::Call(call) = self.kind(at) else { continue };
            if let Some(time) = self.slept(at) {
                let mut shape = self.shape(time, basis);
                if shape.growth == Growth::Constant
                    && let Some(turns) = self.counted_down(at, basis)
                {
                    shape = shape.with(turns);
                }
                // `const pause = (ms) => …setTimeout(done, ms * (1 + Math.random()))`
                if self.is_random_inside(at.sibling(call.callee)) {
                    shape.random = Tri::Yes;
                }
                out.push(RetryDelay {
                    at: shape.at.unwrap_or(time),
                    growth: shape.growth,
                    random: shape.random,
                    server: shape.server,
                });
                continue;
            }
            random |= self.is_random_call(at) && !self.is_kept_by_name(at);
            if depth >= MAX_DEPTH {
                continue;
            }
            // A function of the project that waits: `self._wait(attempt)`.
            for value in self.eval(at.sibling(call.callee)).iter() {
                let Value::Function(f) = value else { continue };
                if *f == basis.around || f.file != region.file && depth > 2 || self.sleeps_in(*f).is_empty() {
                    continue;
                }
                if facts.ancestors(node).any(|n| region.sibling(n) == *f) {
                    continue;
                }
                // What is repeated there has delays of its own, but those who come back draw lots there too.
                let repeats = |n: NodeRef| matches!(self.kind(n), Kind::Loop(_)) && !self.only_counts_down(n);
                if self.own_nodes(*f).into_iter().any(|n| repeats(f.sibling(n))) {
                    let own = Basis::new(*f, Vec::new());
                    random |= self.sleeps_in(*f).iter().any(|&t| self.shape(t, &own).random == Tri::Yes);
                    continue;
                }
                let varying = self.arguments(*f, at, basis, 0);
                let still =
                    |(_, _, s): &(NodeRef, u32, Shape)| s.growth <= Growth::Constant && s.random == Tri::No;
                if varying.iter().all(still) && !self.asks_server(*f) {
                    continue;
                }
                out.extend(self.delays(&basis.within(*f, varying), *f, depth + 1));
            }
        }
        if random {
            for delay in &mut out {
                delay.random = Tri::Yes;
            }
        }
        if server && !out.is_empty() {
            for delay in &mut out {
                delay.server = true;
            }
        }
        out
    }

    /// Whether a function of the project that waits adds a random part by itself.
    fn is_random_inside(&self, callee: NodeRef) -> bool {
        self.eval(callee).iter().any(|v| match v {
            Value::Function(f) => {
                let inside = self.facts(f.file).descendants(f.node);
                inside.into_iter().any(|n| self.is_random_call(f.sibling(n)))
            }
            _ => false,
        })
    }

    /// What the parameters of a function get at a call, as delays.
    pub(super) fn arguments(
        &self,
        f: NodeRef,
        call: NodeRef,
        basis: &Basis,
        depth: u32,
    ) -> Vec<(NodeRef, u32, Shape)> {
        let Kind::Function(function) = self.kind(f) else { return Vec::new() };
        let receiver = takes_receiver(&self.files, f);
        let mut out = Vec::new();
        for index in 0..function.params.len() {
            if receiver && index == 0 {
                continue;
            }
            if let Argument::Given(arg) = self.argument_of(call, f, index) {
                let mut shape = self.shape_within(arg, basis, depth);
                if shape.grows() {
                    shape.at = shape.at.or(Some(arg));
                }
                out.push((f, index as u32, shape));
            }
        }
        out
    }

    /// Whether a function reads the time the server asks for.
    fn asks_server(&self, f: NodeRef) -> bool {
        let nodes = self.facts(f.file).descendants(f.node);
        nodes.into_iter().any(|n| self.reads_server_wish(f.sibling(n)))
    }

    /// A name or text that speaks of the time the server asks for.
    pub(super) fn reads_server_wish(&self, at: NodeRef) -> bool {
        match self.kind(at) {
            Kind::Name(name) | Kind::Member { name, .. } => self.has_part(at, "header-parts", name),
            Kind::Str(parts) => parts.iter().any(|p| match p {
                // A header's name, not a sentence.
                crate::facts::StrPart::Text(t) => t.len() < 48 && self.has_part(at, "header-parts", t),
                crate::facts::StrPart::Hole(_) => false,
            }),
            _ => false,
        }
    }
}
