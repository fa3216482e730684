//! Failures in the middle of a stream, and whether what repeats a request repeats it for them too.

use super::probe::Probe;
use super::{Retry, RetryForm, Tri};
use crate::facts::{Kind, NodeId};
use crate::finding::Location;
use crate::lang::Language;
use crate::model::names::scope::Origin;
use crate::model::values::value::{NodeRef, Value};
use crate::model::{Project, Request};
use crate::sdk::Road;
use crate::sdk::failures::Failure;

/// Nodes of a function among which the reading of a stream is looked for.
const MAX_NODES: usize = 4000;

impl Project {
    /// What selects the failures that are repeated, where that leaves out an overload that arrives in
    /// the middle of a stream and takes one from before its beginning.
    pub fn late_overload_left_out(&self, request: &Request, retry: &Retry) -> Option<Location> {
        let late = self.late_overload(request)?;
        let refused = self.left_out_late(request, retry, Failure::Overloaded, late)?;
        Some(match retry.form {
            RetryForm::Library => self.location(refused),
            _ => self.retry_filter_location(retry),
        })
    }

    /// How a client of the SDK tells of an overload that arrives in the middle of a stream.
    pub(super) fn late_overload(&self, request: &Request) -> Option<Failure> {
        match self.file(request.at.file).language {
            _ if request.road != Road::Sdk => None,
            Language::Python => Some(Failure::LateOverload),
            Language::TypeScript => Some(Failure::BareOverload),
            Language::Rust => None,
        }
    }

    /// What leaves out a connection that breaks in the middle of a stream, where a retry repeats
    /// one that could not be made.
    pub fn late_break_left_out(&self, request: &Request, retry: &Retry) -> Option<NodeRef> {
        self.left_out_late(request, retry, Failure::Connection, self.late_break(request)?)
    }

    /// How a client of the SDK tells of a connection that breaks in the middle of a stream, where that is not
    /// how it tells of one that could not be made.
    pub(super) fn late_break(&self, request: &Request) -> Option<Failure> {
        let late = request.road == Road::Sdk && self.file(request.at.file).language == Language::Python;
        late.then_some(Failure::LateBreak)
    }

    fn left_out_late(
        &self,
        request: &Request,
        retry: &Retry,
        early: Failure,
        late: Failure,
    ) -> Option<NodeRef> {
        let alike = request.road == Road::Sdk && retry.effective && self.is_streamed(request) == Tri::Yes;
        if !alike || self.retry_scope(request, retry).again(early) != Tri::Yes {
            return None;
        }
        let (trail, read) = self.reading_trail(request, retry)?;
        let point = retry.point.map(|p| if p == request.at { read } else { p });
        let later = Retry { trail, point, ..retry.clone() };
        let target = (retry.form == RetryForm::Recursion).then_some(retry.at);
        let p = Probe::new(late, true, target);
        let again = match retry.form {
            RetryForm::Loop | RetryForm::Recursion => self.repeats_by_hand(&later, &p).0,
            RetryForm::Library => self.repeats_by_library(&later, &p),
            _ => return None,
        };
        let refused = p.refused.get().filter(|_| again == Tri::No)?;
        Some(refused)
    }

    /// The way of a retry that begins where the stream is read, and the step of it in the function of
    /// the request; `None` where that is out of sight
    /// or of the retry, or pieces are handed out meanwhile, after which nothing should be repeated.
    fn reading_trail(&self, request: &Request, retry: &Retry) -> Option<(Vec<NodeRef>, NodeRef)> {
        let function = self.function_of(request.at)?;
        let facts = self.facts(function.file);
        let mut nodes: Vec<NodeId> = facts.descendants(function.node).into_iter().take(MAX_NODES).collect();
        nodes.sort_unstable();
        let mut trail = None;
        for node in nodes {
            let at = function.sibling(node);
            let step = match facts.kind(node) {
                Kind::Yield(_) => return None,
                Kind::Loop(l) if l.iterable.is_some_and(|i| self.is_of(at.sibling(i), request)) => {
                    if self.hands_out(at) {
                        return None;
                    }
                    Some(vec![at])
                }
                Kind::Call(c) => match facts.kind(c.callee) {
                    Kind::Member { object, name, .. } if self.is_of(at.sibling(*object), request) => {
                        // Whoever listens gets the pieces.
                        if &**name == "on" {
                            return None;
                        }
                        let whole = request.kind.root.iter().any(|r| r.strip_suffix("()") == Some(&**name));
                        whole.then(|| vec![at])
                    }
                    _ => self.read_by_helper(at, request)?,
                },
                _ => None,
            };
            trail = trail.or(step);
        }
        let mut trail: Vec<NodeRef> = trail?;
        let last = *trail.last()?;
        // Only what lies in the region that is repeated.
        let around = |n: NodeRef| n.file == last.file && facts.ancestors(last.node).any(|a| a == n.node);
        let decorates = || match self.kind(function) {
            Kind::Function(f) => f.decorators.iter().any(|&d| function.sibling(d) == retry.at),
            _ => false,
        };
        let inside = retry.hops > 0 || around(retry.at) || decorates();
        if !inside {
            return None;
        }
        trail.extend(retry.trail.get(1..)?);
        Some((trail, last))
    }

    /// The reading in a function that is given the stream, and the call of that; `None` where
    /// pieces are handed out there.
    fn read_by_helper(&self, call: NodeRef, request: &Request) -> Option<Option<Vec<NodeRef>>> {
        let Kind::Call(c) = self.kind(call) else { return Some(None) };
        if !c.args.iter().any(|a| self.is_stream(call.sibling(a.value), request)) {
            return Some(None);
        }
        let values = self.eval(call.sibling(c.callee));
        let [Value::Function(helper)] = values[..] else { return None };
        let reading = self.reading_loops(request, helper);
        let [first, ..] = reading[..] else { return Some(None) };
        let facts = self.facts(helper.file);
        let yields =
            facts.descendants(helper.node).into_iter().any(|n| matches!(facts.kind(n), Kind::Yield(_)));
        if yields || reading.into_iter().any(|r| self.hands_out(r)) {
            return None;
        }
        Some(Some(vec![first, call]))
    }

    /// Whether pieces are handed out while they are read.
    pub(super) fn hands_out(&self, reading: NodeRef) -> bool {
        let file = self.file(reading.file);
        let gives = |n: NodeId| match file.facts.kind(n) {
            Kind::Call(c) => match file.facts.kind(c.callee) {
                Kind::Name(_) => self.is_named_parameter(reading.sibling(c.callee)),
                // Whoever is told of a piece may show it.
                Kind::Member { name, .. } => {
                    let told = c.args.iter().any(|a| self.may_be_of_answer(reading.sibling(a.value)));
                    let keeps = file.sdk.in_lists(&["keeps", "gather"], name);
                    told && !keeps
                        && self.is_statement(reading.sibling(n))
                        && self.is_out_of_sight(reading.sibling(c.callee))
                }
                _ => false,
            },
            _ => false,
        };
        self.emission_in(reading).is_some() || file.facts.descendants(reading.node).into_iter().any(gives)
    }

    /// Whether a method is none of the project's, and its object nothing that the function made.
    fn is_out_of_sight(&self, callee: NodeRef) -> bool {
        let file = self.file(callee.file);
        let Kind::Member { object, .. } = self.kind(callee) else { return false };
        let function = self.function_of(callee);
        let own = match file.facts.kind(*object) {
            Kind::Name(name) => {
                let defs = file.scopes.lookup(&file.facts, name, *object);
                defs.iter().any(|d| {
                    matches!(d.origin, Origin::Value { .. })
                        && self.function_of(callee.sibling(d.node)) == function
                })
            }
            _ => false,
        };
        !own && !self.eval(callee).iter().any(|v| matches!(v, Value::Function(_)))
    }

    /// Whether an expression is the stream or a part of it.
    fn is_of(&self, at: NodeRef, request: &Request) -> bool {
        self.eval(at).iter().any(|v| matches!(v, Value::Response(r) if r.request == request.at))
    }

    fn is_stream(&self, at: NodeRef, request: &Request) -> bool {
        self.eval(at)
            .iter()
            .any(|v| matches!(v, Value::Response(r) if r.request == request.at && r.path.is_empty()))
    }
}
