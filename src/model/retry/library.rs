//! Retry facilities of libraries, as the data describes them.

use super::strategy::unknown_delay;
use super::{Attempts, Growth, Retry, RetryDelay, RetryForm, Tri};
use crate::facts::Kind;
use crate::model::Project;
use crate::model::names::index::constant;
use crate::model::values::value::{External, Field, NodeRef, Value};
use crate::sdk::{Delay, RetryKind};

/// Policies put together of others.
const MAX_COMBINED: u32 = 3;
/// Texts that switch an option off.
const OFF: [&str; 3] = ["none", "fixed", "constant"];

impl Project {
    /// The retry of a library that an expression stands for: a decorator, a policy object, a
    /// wrapper function.
    pub(super) fn library_retry_of(&self, at: NodeRef) -> Option<Retry> {
        self.library_retry_within(at, 0)
    }

    fn library_retry_within(&self, at: NodeRef, depth: u32) -> Option<Retry> {
        let sdk = self.file(at.file).sdk;
        self.eval(at).iter().find_map(|value| {
            let Value::External(external) = value else { return None };
            let kind = prefixes(&external.path).find_map(|p| sdk.retry(p))?;
            if kind.needs_listener.as_ref().is_some_and(|event| !self.is_listened_to(external.made, event)) {
                return None;
            }
            let called = || {
                let parent = self.facts(at.file).parent(at.node)?;
                matches!(self.facts(at.file).kind(parent), Kind::Call(c) if c.callee == at.node)
                    .then(|| at.sibling(parent))
            };
            // `queue.enqueue(work, retry=…)`: its options are not those that the queue was made with.
            let method = match self.kind(at) {
                Kind::Member { name, .. } => external.path.ends_with(&format!("().{name}")),
                _ => false,
            };
            let call = match kind.queue && method {
                true => called().or(external.made),
                false => external.made.or_else(called),
            };
            match call.filter(|_| !kind.parts.is_empty()) {
                Some(call) if depth < MAX_COMBINED => {
                    let given = kind.parts.iter().map(|part| self.setting(call, part));
                    given
                        .flat_map(|field| field.nodes().to_vec())
                        .find_map(|part| self.library_retry_within(part, depth + 1))
                }
                Some(_) => None,
                None => self.library_retry(kind, call, at),
            }
        })
    }

    /// Whether somebody listens to an event of an object: `limiter.on("failed", …)`.
    fn is_listened_to(&self, made: Option<NodeRef>, event: &str) -> bool {
        let mut speaking = self.file_ids().filter(|(_, file)| file.source.text.contains(event));
        made.is_some()
            && speaking.any(|(id, file)| {
                let facts = &file.facts;
                facts.ids().any(|n| {
                    let Kind::Call(c) = facts.kind(n) else { return false };
                    let Kind::Member { object, name, .. } = facts.kind(c.callee) else { return false };
                    let same = |v: &Value| matches!(v, Value::External(e) if e.made == made);
                    file.sdk.has_word("listens", name)
                        && c.args.first().and_then(|a| constant(facts, a.value)).as_deref() == Some(event)
                        && self.eval(NodeRef { file: id, node: *object }).iter().any(same)
                })
            })
    }

    /// Whether an expression stands for a retry facility, whatever its options make of it.
    pub(in crate::model) fn is_retry_facility(&self, at: NodeRef) -> bool {
        let sdk = self.file(at.file).sdk;
        self.eval(at).iter().any(|value| match value {
            Value::External(e) => prefixes(&e.path).any(|p| sdk.retry(p).is_some()),
            _ => false,
        })
    }

    /// A retry of a library with the options of a call; `None` when it does not retry like this.
    pub(super) fn library_retry(
        &self,
        kind: &'static RetryKind,
        call: Option<NodeRef>,
        at: NodeRef,
    ) -> Option<Retry> {
        let option = |spec: &Option<String>| match (spec, call) {
            (Some(spec), Some(call)) => match self.setting(call, spec) {
                Field::Absent => self.step(call, spec),
                given => given,
            },
            _ => Field::Absent,
        };
        if kind.needs.is_some() && option(&kind.needs).is_absent() {
            return None;
        }
        let attempts = self.library_attempts(kind, &option(&kind.retries), &option(&kind.attempts), || {
            let limit = option(&kind.limit);
            // The same option may say how often, and that it never ends.
            let same = kind.limit == kind.attempts;
            !same && limit.nodes().iter().any(|&n| !self.stops_never(n)) || matches!(limit, Field::Unknown(_))
        });
        if matches!(attempts, Attempts::Known(n) if n <= 1) {
            return None;
        }
        let form = if kind.queue { RetryForm::Queue } else { RetryForm::Library };
        let mut retry = Retry::new(at, form);
        retry.library = Some(kind);
        retry.call = call;
        retry.attempts = attempts;
        let jitter = self.switched(&option(&kind.jitter), kind.default_jitter);
        let grown = self.grown(kind, &option(&kind.grows), &option(&kind.factor));
        let wait = option(&kind.wait);
        retry.delays = match (&wait, grown) {
            (Field::Known(nodes), None) => nodes
                .iter()
                .filter_map(|&n| self.strategy(n, kind.jitter.is_some().then_some(jitter), 0))
                .collect(),
            (Field::Unknown(_), None) => vec![unknown_delay(at)],
            (_, grown) => {
                let (growth, random) = match (grown, kind.delay) {
                    (Some((growth, _)), _) => (growth, jitter),
                    (None, Delay::Jitter) => (Growth::Exponential, Tri::Yes),
                    (None, Delay::Exponential) => (Growth::Exponential, jitter),
                    (None, Delay::Constant) => (Growth::Constant, jitter),
                    (None, Delay::None) => (Growth::None, jitter),
                    (None, Delay::Unknown) => (Growth::Unknown, Tri::Unknown),
                };
                let option = grown.map(|(_, option)| option);
                let place = option.or_else(|| call.and_then(|c| self.callee_of(c))).unwrap_or(at);
                vec![RetryDelay { at: place, growth, random, server: false }]
            }
        };
        // Honours the header by itself.
        if !kind.default_statuses.is_empty() && kind.methods.is_some() {
            retry.delays.iter_mut().for_each(|d| d.server = true);
        }
        Some(retry)
    }

    /// How options make the delay grow, and the option that does.
    fn grown(&self, kind: &RetryKind, grows: &Field, factor: &Field) -> Option<(Growth, NodeRef)> {
        if let (Field::Known(nodes), Some(&node)) = (factor, factor.nodes().first()) {
            let numbers: Option<Vec<f64>> =
                nodes.iter().map(|&n| self.numbers(n)).collect::<Option<Vec<_>>>().map(|n| n.concat());
            return match numbers {
                Some(all) if all.iter().all(|n| *n <= 1.0) => match kind.delay {
                    Delay::Exponential => Some((Growth::Constant, node)),
                    _ => None,
                },
                Some(all) if all.iter().all(|n| *n > 1.0) => Some((Growth::Exponential, node)),
                _ => Some((Growth::Unknown, node)),
            };
        }
        let Field::Known(nodes) = grows else { return None };
        let &node = nodes.first()?;
        match self.switched(grows, true) {
            Tri::Yes => Some((Growth::Exponential, node)),
            Tri::No => None,
            Tri::Unknown => Some((Growth::Unknown, node)),
        }
    }

    fn library_attempts(
        &self,
        kind: &RetryKind,
        retries: &Field,
        attempts: &Field,
        limited: impl Fn() -> bool,
    ) -> Attempts {
        let number = |field: &Field| field.nodes().first().and_then(|&n| self.count(n));
        // `stop=stop_never`, `attempts=None`
        let never = |field: &Field| match field {
            Field::Known(nodes) => !nodes.is_empty() && nodes.iter().all(|&n| self.stops_never(n)),
            _ => false,
        };
        if kind.endless && [retries, attempts].into_iter().any(never) {
            return if limited() { Attempts::Unknown } else { Attempts::Unbounded };
        }
        match (retries, attempts) {
            (Field::Known(_), _) if number(retries).is_some() => {
                number(retries).map_or(Attempts::Unknown, |n| Attempts::Known(n.saturating_add(1)))
            }
            (_, Field::Known(_)) if number(attempts).is_some() => {
                number(attempts).map_or(Attempts::Unknown, Attempts::Known)
            }
            (Field::Absent, Field::Absent) => match kind.default_attempts {
                Some(n) => Attempts::Known(n),
                None if limited() => Attempts::Unknown,
                None => Attempts::Unbounded,
            },
            _ => Attempts::Unknown,
        }
    }

    /// Whether an option for the end of a retry is nothing, or what never ends it.
    fn stops_never(&self, at: NodeRef) -> bool {
        let sdk = self.file(at.file).sdk;
        let values = self.eval(at);
        !values.is_empty()
            && values.iter().all(|v| match v {
                Value::Node(n) => matches!(self.kind(*n), Kind::Null),
                Value::External(e) => sdk.has_word("never-stop", &e.path),
                _ => false,
            })
    }

    /// A number of attempts: itself, or the argument of `stop_after_attempt(n)`.
    fn count(&self, at: NodeRef) -> Option<u32> {
        let whole = |n: f64| (0.0..=1e9).contains(&n).then_some(n as u32);
        if let Some(n) = self.number(at) {
            return whole(n);
        }
        let sdk = self.file(at.file).sdk;
        self.eval(at).iter().find_map(|v| {
            let Value::External(External { path, made: Some(made) }) = v else { return None };
            if !prefixes(path).any(|p| sdk.has_word("attempt-stop", p)) {
                return None;
            }
            let Kind::Call(c) = self.kind(*made) else { return None };
            c.args.first().and_then(|a| self.number(made.sibling(a.value))).and_then(whole)
        })
    }

    /// Whether an option switches something on.
    pub(super) fn switched(&self, option: &Field, default: bool) -> Tri {
        let node = match option {
            Field::Known(nodes) => nodes.first().copied(),
            Field::Unknown(_) => return Tri::Unknown,
            Field::Absent => None,
        };
        let Some(node) = node else { return if default { Tri::Yes } else { Tri::No } };
        let off = |n: NodeRef| match self.kind(n) {
            Kind::Bool(b) => Some(!*b),
            Kind::Null => Some(true),
            Kind::Number(n) => Some(*n == 0.0),
            Kind::Str(_) => self.text(n).known().map(|t| OFF.iter().any(|off| t.eq_ignore_ascii_case(off))),
            _ => None,
        };
        let sdk = self.file(node.file).sdk;
        let values = self.eval(node);
        let offs: Vec<Option<bool>> = values
            .iter()
            .map(|v| match v {
                Value::Node(n) => off(*n).or(Some(false)),
                Value::Unknown => None,
                Value::External(e) => Some(prefixes(&e.path).any(|p| sdk.has_word("no-jitter", p))),
                _ => Some(false),
            })
            .collect();
        if offs.iter().all(|o| *o == Some(true)) {
            Tri::No
        } else if offs.iter().all(|o| *o == Some(false)) {
            Tri::Yes
        } else {
            Tri::Unknown
        }
    }
}

/// A path and the callables it was made by: `a.B().c()` → `a.B().c()`, `a.B().c`, `a.B`.
pub(super) fn prefixes(path: &str) -> impl Iterator<Item = &str> {
    let cuts: Vec<usize> = path.match_indices("()").map(|(i, _)| i).collect();
    std::iter::once(path).chain(cuts.into_iter().rev().map(move |i| &path[..i]))
}
