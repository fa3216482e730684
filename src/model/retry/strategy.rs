//! Delay strategies of retry libraries: objects and builders given to a retry.

use super::library::prefixes;
use super::{Growth, RetryDelay, Tri};
use crate::facts::{BinaryOp, Kind};
use crate::model::Project;
use crate::model::values::value::{Field, NodeRef, Value};
use crate::sdk::{Delay, DelayKind};

impl Project {
    /// The delay that a strategy object gives; `jitter` when the retry itself adds it or not.
    pub(super) fn strategy(&self, at: NodeRef, jitter: Option<Tri>, depth: u32) -> Option<RetryDelay> {
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
                Value::Node(n) if matches!(self.kind(*n), Kind::Record(_)) => {
                    self.strategy_of_literal(*n, jitter)
                }
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

    /// `ExponentialBackoff { randomization_factor: 0.0, … }`
    fn strategy_of_literal(&self, at: NodeRef, outer: Option<Tri>) -> Option<RetryDelay> {
        let Kind::Record(record) = self.kind(at) else { return None };
        let sdk = self.file(at.file).sdk;
        let kind = self.eval(at.sibling(record.ty?)).iter().find_map(|v| match v {
            Value::External(e) => sdk.delay(&e.path),
            _ => None,
        })?;
        let growth = match kind.delay {
            Delay::Exponential | Delay::Jitter => Growth::Exponential,
            Delay::Constant => Growth::Constant,
            Delay::None => Growth::None,
            Delay::Unknown => Growth::Unknown,
        };
        let options = kind.jitter.as_deref().unwrap_or("").split('|').filter(|o| !o.is_empty());
        let mut given = Field::Absent;
        for option in options {
            match self.field(at, option) {
                Field::Absent => {}
                open @ Field::Unknown(_) => given = open,
                known => {
                    given = known;
                    break;
                }
            }
        }
        let own = self.switched(&given, kind.default_jitter);
        Some(RetryDelay { at, growth, random: outer.map_or(own, |o| either(own, o)), server: false })
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
            let mut seen = false;
            for part in &kind.parts {
                for &node in self.setting(made, part).nodes() {
                    seen = true;
                    let part = self.strategy(node, None, depth + 1).unwrap_or(unknown_delay(node));
                    growth = growth.max(part.growth);
                    random = either(random, part.random);
                }
            }
            if !seen {
                // `wait_chain(*waits)`
                (growth, random) = (Growth::Unknown, Tri::Unknown);
            }
        }
        RetryDelay { at, growth, random: outer.map_or(random, |o| either(random, o)), server: false }
    }
}

fn either(a: Tri, b: Tri) -> Tri {
    match (a, b) {
        (Tri::Yes, _) | (_, Tri::Yes) => Tri::Yes,
        (Tri::Unknown, _) | (_, Tri::Unknown) => Tri::Unknown,
        _ => Tri::No,
    }
}

/// A delay decided out of sight.
pub(super) fn unknown_delay(at: NodeRef) -> RetryDelay {
    RetryDelay { at, growth: Growth::Unknown, random: Tri::Unknown, server: false }
}
