//! Retry facilities of libraries, as the data describes them.

use super::{Attempts, Growth, Retry, RetryDelay, RetryForm, Tri};
use crate::facts::{BinaryOp, Kind};
use crate::model::Project;
use crate::model::value::{External, Field, NodeRef, Value};
use crate::sdk::{Delay, DelayKind, RetryKind};

impl Project {
    /// The retry of a library that an expression stands for: a decorator, a policy object, a
    /// wrapper function.
    pub(super) fn library_retry_of(&self, at: NodeRef) -> Option<Retry> {
        let sdk = self.file(at.file).sdk;
        self.eval(at).iter().find_map(|value| {
            let Value::External(external) = value else { return None };
            let kind = prefixes(&external.path).find_map(|p| sdk.retry(p))?;
            let call = external.made.or_else(|| {
                let parent = self.facts(at.file).parent(at.node)?;
                matches!(self.facts(at.file).kind(parent), Kind::Call(c) if c.callee == at.node)
                    .then(|| at.sibling(parent))
            });
            self.library_retry(kind, call, at)
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
            (Some(spec), Some(call)) => self.setting(call, spec),
            _ => Field::Absent,
        };
        if kind.needs.is_some() && option(&kind.needs).is_absent() {
            return None;
        }
        let attempts = self.library_attempts(kind, &option(&kind.retries), &option(&kind.attempts), || {
            !option(&kind.limit).is_absent()
        });
        if matches!(attempts, Attempts::Known(n) if n <= 1) {
            return None;
        }
        let form = if kind.queue { RetryForm::Queue } else { RetryForm::Library };
        let mut retry = Retry::new(at, form);
        retry.library = Some(kind);
        retry.attempts = attempts;
        let jitter = self.switched(&option(&kind.jitter), kind.default_jitter);
        let wait = option(&kind.wait);
        retry.delays = match &wait {
            Field::Known(nodes) => nodes
                .iter()
                .filter_map(|&n| self.strategy(n, kind.jitter.is_some().then_some(jitter), 0))
                .collect(),
            Field::Unknown(_) => vec![unknown_delay(at)],
            Field::Absent => {
                let grows = match option(&kind.grows) {
                    Field::Known(nodes) => nodes.first().copied(),
                    _ => None,
                };
                let (growth, random) = match kind.delay {
                    Delay::Jitter => (Growth::Exponential, Tri::Yes),
                    Delay::Exponential => (Growth::Exponential, jitter),
                    Delay::Constant if grows.is_none() => (Growth::Constant, jitter),
                    Delay::None if grows.is_none() => (Growth::None, jitter),
                    Delay::Unknown => (Growth::Unknown, Tri::Unknown),
                    Delay::Constant | Delay::None => (Growth::Exponential, jitter),
                };
                let place = grows.or_else(|| call.and_then(|c| self.callee_of(c))).unwrap_or(at);
                vec![RetryDelay { at: place, growth, random, server: false }]
            }
        };
        // Honours the header by itself.
        if !kind.default_statuses.is_empty() && kind.methods.is_some() {
            retry.delays.iter_mut().for_each(|d| d.server = true);
        }
        Some(retry)
    }

    fn library_attempts(
        &self,
        kind: &RetryKind,
        retries: &Field,
        attempts: &Field,
        limited: impl Fn() -> bool,
    ) -> Attempts {
        let number = |field: &Field| field.nodes().first().and_then(|&n| self.count(n));
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
    fn switched(&self, option: &Field, default: bool) -> Tri {
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
            Kind::Str(_) => self.text(n).known().map(|t| t.eq_ignore_ascii_case("none")),
            _ => None,
        };
        let values = self.eval(node);
        let offs: Vec<Option<bool>> = values
            .iter()
            .map(|v| match v {
                Value::Node(n) => off(*n).or(Some(false)),
                Value::Unknown => None,
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

    /// The delay that a strategy object gives; `jitter` when the retry itself adds it or not.
    fn strategy(&self, at: NodeRef, jitter: Option<Tri>, depth: u32) -> Option<RetryDelay> {
        if depth > 4 {
            return Some(unknown_delay(at));
        }
        if let Kind::Binary { op: BinaryOp::Add, left, right } = self.kind(at) {
            let a = self.strategy(at.sibling(*left), jitter, depth + 1)?;
            let b = self.strategy(at.sibling(*right), jitter, depth + 1)?;
            return Some(RetryDelay {
                at,
                growth: a.growth.max(b.growth),
                random: either(a.random, b.random),
                server: a.server || b.server,
            });
        }
        if self.number(at).is_some() {
            return Some(RetryDelay {
                at,
                growth: Growth::Constant,
                random: jitter.unwrap_or(Tri::No),
                server: false,
            });
        }
        let sdk = self.file(at.file).sdk;
        let mut out: Option<RetryDelay> = None;
        for value in self.eval(at).iter() {
            let next = match value {
                Value::External(e) => prefixes(&e.path)
                    .find_map(|p| Some((sdk.delay(p)?, &e.path[p.len()..])))
                    .map(|(kind, rest)| self.delay_of(at, kind, rest, e.made, jitter, depth)),
                Value::Node(n) if *n != at => self.strategy(*n, jitter, depth + 1),
                _ => None,
            };
            let next = next.unwrap_or(unknown_delay(at));
            out = Some(match out {
                Some(a) => RetryDelay {
                    at,
                    growth: a.growth.max(next.growth),
                    random: if a.random == next.random { a.random } else { Tri::Unknown },
                    server: a.server || next.server,
                },
                None => next,
            });
        }
        out
    }

    fn delay_of(
        &self,
        at: NodeRef,
        kind: &'static DelayKind,
        rest: &str,
        made: Option<NodeRef>,
        outer: Option<Tri>,
        depth: u32,
    ) -> RetryDelay {
        let own = match (&kind.jitter, made) {
            (Some(step), Some(made)) => {
                let steps = self.builder_steps(made);
                let taken = steps.iter().rev().find(|&&s| {
                    self.callee_of(s)
                        .and_then(|c| self.last_name_at(c))
                        .is_some_and(|n| step.split('|').any(|x| x == &*n))
                });
                match taken {
                    Some(&step) => match self.kind(step) {
                        Kind::Call(c) => match c.args.first() {
                            Some(arg) => self.switched(&Field::Known(vec![step.sibling(arg.value)]), true),
                            None => Tri::Yes,
                        },
                        _ => Tri::Yes,
                    },
                    None => steps
                        .iter()
                        .map(|&s| self.setting(s, step))
                        .find(|f| !f.is_absent())
                        .map_or(if kind.default_jitter { Tri::Yes } else { Tri::No }, |f| {
                            self.switched(&f, true)
                        }),
                }
            }
            _ if kind.default_jitter => Tri::Yes,
            _ => Tri::No,
        };
        let _ = rest;
        let (growth, mut random) = match kind.delay {
            Delay::Jitter => (Growth::Exponential, Tri::Yes),
            Delay::Exponential => (Growth::Exponential, own),
            Delay::Constant => (Growth::Constant, own),
            Delay::None => (Growth::None, own),
            Delay::Unknown => (Growth::Unknown, Tri::Unknown),
        };
        let mut growth = growth;
        if !kind.parts.is_empty()
            && let Some(made) = made
        {
            (growth, random) = (Growth::None, Tri::No);
            for part in &kind.parts {
                for &node in self.setting(made, part).nodes() {
                    let part = self.strategy(node, None, depth + 1).unwrap_or(unknown_delay(node));
                    growth = growth.max(part.growth);
                    random = either(random, part.random);
                }
            }
        }
        RetryDelay { at, growth, random: outer.map_or(random, |o| either(random, o)), server: false }
    }

    /// The calls of a builder chain, first to last.
    pub(super) fn builder_steps(&self, last: NodeRef) -> Vec<NodeRef> {
        let mut out = vec![last];
        let mut at = last;
        while let Some(callee) = self.callee_of(at)
            && let Kind::Member { object, .. } = self.kind(callee)
            && out.len() < 32
        {
            let object = at.sibling(*object);
            match self.kind(object) {
                Kind::Call(_) => at = object,
                _ => {
                    // A builder held in a variable goes on where it was made.
                    let made = self.eval(object).iter().find_map(|v| match v {
                        Value::External(e) => e.made,
                        _ => None,
                    });
                    match made {
                        Some(made) if !out.contains(&made) => at = made,
                        _ => break,
                    }
                }
            }
            out.push(at);
        }
        out.reverse();
        out
    }

    /// An option of a call: `a|b` are spellings, `#0` is a position, `a.b` is nested.
    pub(super) fn setting(&self, call: NodeRef, spec: &str) -> Field {
        let mut result = Field::Absent;
        for name in spec.split('|') {
            let (head, tail) = name.split_once('.').map_or((name, None), |(h, t)| (h, Some(t)));
            let field = match head.strip_prefix('#') {
                Some(position) => {
                    let Kind::Call(c) = self.kind(call) else { return Field::Unknown(Some(call)) };
                    let position: usize = position.parse().unwrap_or(0);
                    match c.args.iter().filter(|a| a.name.is_none() && !a.spread).nth(position) {
                        Some(arg) => Field::Known(vec![call.sibling(arg.value)]),
                        None => Field::Absent,
                    }
                }
                None => self.option_of(call, head),
            };
            let field = match (field, tail) {
                (Field::Known(nodes), Some(tail)) => self.part(&nodes, tail),
                (field, _) => field,
            };
            match field {
                Field::Known(_) => return field,
                Field::Unknown(_) => result = field,
                Field::Absent => {}
            }
        }
        result
    }

    fn part(&self, nodes: &[NodeRef], name: &str) -> Field {
        let mut result = Field::Absent;
        for &node in nodes {
            let made = self.eval(node).iter().find_map(|v| match v {
                Value::External(e) => e.made,
                Value::Instance { made, .. } => *made,
                _ => None,
            });
            let field = match made {
                Some(made) => self.setting(made, name),
                None => self.field(node, name),
            };
            match field {
                Field::Known(_) => return field,
                Field::Unknown(_) => result = field,
                Field::Absent => {}
            }
        }
        result
    }
}

fn either(a: Tri, b: Tri) -> Tri {
    match (a, b) {
        (Tri::Yes, _) | (_, Tri::Yes) => Tri::Yes,
        (Tri::Unknown, _) | (_, Tri::Unknown) => Tri::Unknown,
        _ => Tri::No,
    }
}

fn unknown_delay(at: NodeRef) -> RetryDelay {
    RetryDelay { at, growth: Growth::Unknown, random: Tri::Unknown, server: false }
}

/// A path and the callables it was made by: `a.B().c()` → `a.B().c()`, `a.B().c`, `a.B`.
pub(super) fn prefixes(path: &str) -> impl Iterator<Item = &str> {
    let cuts: Vec<usize> = path.match_indices("()").map(|(i, _)| i).collect();
    std::iter::once(path).chain(cuts.into_iter().rev().map(move |i| &path[..i]))
}
