//! What a retry does a second time: parts of a stream handed out.

use super::probe::Probe;
use super::{Retry, RetryForm, Tri};
use crate::facts::{Kind, NodeId};
use crate::lang::Language;
use crate::model::names::index::path_name;
use crate::model::names::scope::Origin;
use crate::model::values::eval::Argument;
use crate::model::values::value::NodeRef;
use crate::model::{Project, Request};
use crate::sdk::failures::Failure;

impl Project {
    /// Where parts of a streamed answer are handed out before a failure begins it anew.
    pub fn handed_out_before_retry(&self, request: &Request, retry: &Retry) -> Option<NodeRef> {
        if !retry.effective || retry.form == RetryForm::Named {
            return None;
        }
        // Nothing was handed out before the first piece.
        if retry.trail.iter().any(|&step| self.pulls_once(step)) {
            return None;
        }
        let direct = retry.form == RetryForm::Loop && retry.point == retry.trail.last().copied();
        if direct {
            let found = self.reading_loops(request, retry.at).into_iter().find_map(|reading| {
                let begins_again = |failure| {
                    let p = Probe::new(failure, true, None);
                    self.follow(reading, Some(retry.at), &p).rounds == 2
                };
                let emission = self.emission_in(reading)?;
                // An overload may come in the middle as well, and a connection that breaks there may be told of
                // otherwise than one that was never made.
                let late = [self.late_overload(request), self.late_break(request)];
                let mut failures = [Some(Failure::Connection)].into_iter().chain(late).flatten();
                let again = failures.any(begins_again);
                (again && !self.minds_progress(retry, reading)).then_some(emission)
            });
            let found =
                found.or_else(|| self.handed_out_by_listener(request, retry, retry.at, Some(retry.at)));
            if found.is_some() {
                return found;
            }
        }
        let scope = self.retry_scope(request, retry);
        // What breaks in the middle is the connection: an error of the API itself comes as no status.
        if scope.again(Failure::Connection) != Tri::Yes {
            return None;
        }
        if retry.form == RetryForm::Recursion
            && let Some(emission) = self.handed_out_before_recursion(request, retry)
        {
            return Some(emission);
        }
        let steps = retry.trail.iter().filter(|&&s| !direct || Some(s) != retry.point);
        let functions = steps.filter_map(|&s| Some((s, self.function_of(s)?)));
        for (step, function) in functions {
            // What a generator yields may go no further than to who calls it.
            let caller = retry.trail.iter().skip_while(|&&s| s != step).nth(1);
            let kept = caller.is_some_and(|&c| self.callers(function).contains(&c) && self.reads_whole(c));
            for reading in self.reading_loops(request, function) {
                if self.read_after(retry, function, reading) {
                    continue;
                }
                let out = match self.file(reading.file).language {
                    Language::Rust => self.propagates(reading),
                    _ => {
                        let p = Probe::new(Failure::Connection, true, None);
                        let flow = self.follow(reading, None, &p);
                        flow.thrown == 2 && flow.falls.max(flow.left) == 0
                    }
                };
                if let Some(emission) = self.emission_beside(reading, kept).filter(|_| out)
                    && !self.minds_progress(retry, reading)
                    && !self.is_given_nobody(emission, retry)
                {
                    return Some(emission);
                }
            }
            if let Some(emission) = self.handed_out_by_listener(request, retry, function, None) {
                return Some(emission);
            }
        }
        None
    }

    /// The same where a handler around the reading calls the function again.
    fn handed_out_before_recursion(&self, request: &Request, retry: &Retry) -> Option<NodeRef> {
        let function = self.function_of(retry.at)?;
        let facts = self.facts(function.file);
        let again = facts.span(retry.at.node);
        self.reading_loops(request, function).into_iter().find_map(|reading| {
            let caught = facts.ancestors(reading.node).any(|n| match facts.kind(n) {
                Kind::Try(t) => {
                    facts.span(t.body).contains(facts.span(reading.node))
                        && t.handlers.iter().any(|h| facts.span(h.body).contains(again))
                }
                _ => false,
            });
            let emission = self.emission_in(reading)?;
            (caught && !self.minds_progress(retry, reading)).then_some(emission)
        })
    }

    /// Whether pieces are handed to a callback that the repeated call leaves out: `stream(text, on_text=None)`.
    pub(super) fn is_given_nobody(&self, emission: NodeRef, retry: &Retry) -> bool {
        let Some(callee) = self.callee_of(emission) else { return false };
        let file = self.file(callee.file);
        let Kind::Name(name) = file.facts.kind(callee.node) else { return false };
        let nothing = |at: NodeRef| matches!(self.kind(at), Kind::Null);
        file.scopes.lookup(&file.facts, name, callee.node).iter().any(|def| {
            let Origin::Param { function, index, path } = &def.origin else { return false };
            let function = callee.sibling(*function);
            let Kind::Function(f) = self.kind(function) else { return false };
            path.is_empty()
                && retry.trail.iter().filter(|step| self.callers(function).contains(step)).any(|&step| {
                    match self.argument_of(step, function, *index as usize) {
                        Argument::Given(given) => nothing(given),
                        Argument::Missing => {
                            let param = f.params.get(*index as usize);
                            param.and_then(|p| p.default).is_some_and(|d| nothing(function.sibling(d)))
                        }
                        Argument::Unknown => false,
                    }
                })
        })
    }

    /// Whether the way to the next attempt looks at something that the reading loop sets.
    pub(super) fn minds_progress(&self, retry: &Retry, reading: NodeRef) -> bool {
        let file = self.file(reading.file);
        let facts = &file.facts;
        // What begins in a turn is gone after it, and a module is nothing that is set.
        let lasts = |n: NodeId| {
            let mut root = n;
            while let Kind::Member { object, .. } | Kind::Index { object, .. } = facts.kind(root) {
                root = *object;
            }
            let Kind::Name(name) = facts.kind(root) else { return false };
            let inside = |d: NodeId| facts.span(reading.node).contains(facts.span(d));
            let defs = file.scopes.lookup(facts, name, root);
            file.is_receiver(root) || defs.iter().any(|def| !inside(def.node))
        };
        let named = |n: NodeId| self.last_name_at(reading.sibling(n)).filter(|_| lasts(n));
        let mut set: Vec<_> = facts
            .descendants(reading.node)
            .into_iter()
            .filter_map(|n| match facts.kind(n) {
                Kind::Assign(a) => named(a.target),
                Kind::Call(c) => match facts.kind(c.callee) {
                    Kind::Member { object, .. } if !self.is_logger(reading.sibling(c.callee)) => {
                        named(*object)
                    }
                    _ => None,
                },
                _ => None,
            })
            .collect();
        set.sort();
        // The text so far is sent along.
        let gathered: Vec<NodeId> = facts
            .descendants(reading.node)
            .into_iter()
            .filter_map(|n| match facts.kind(n) {
                Kind::Assign(a) => Some(a.target),
                Kind::Call(c) => match facts.kind(c.callee) {
                    Kind::Member { object, name, .. } => {
                        file.sdk.has_word("list-growth", name).then_some(*object)
                    }
                    _ => None,
                },
                _ => None,
            })
            .filter(|&n| lasts(n))
            .collect();
        let with_gathered = |sent: NodeRef| sent.file == reading.file && self.is_made_with(sent, &gathered);
        if retry.trail.first().is_some_and(|&sent| with_gathered(sent)) {
            return true;
        }
        let around = match retry.form {
            RetryForm::Loop | RetryForm::Recursion => retry.handlers.clone(),
            _ => Vec::new(),
        };
        let own = facts.ancestors(reading.node).filter_map(|n| match facts.kind(n) {
            Kind::Try(t) => Some(t.handlers.iter().map(|h| reading.sibling(h.body)).collect::<Vec<_>>()),
            _ => None,
        });
        around.into_iter().chain(own.flatten()).any(|body| {
            let facts = self.facts(body.file);
            facts.descendants(body.node).into_iter().any(|n| match facts.kind(n) {
                Kind::Name(name) | Kind::Member { name, .. } => {
                    set.binary_search(name).is_ok()
                        && !self.has_part(body, "attempt-parts", name)
                        && !self.is_written_to(body.sibling(n))
                }
                _ => false,
            })
        })
    }

    /// Whether what a call is given, or what the variables among it hold, has one of some variables or fields.
    fn is_made_with(&self, call: NodeRef, variables: &[NodeId]) -> bool {
        let file = self.file(call.file);
        let Kind::Call(c) = self.kind(call) else { return false };
        let given = c.args.iter().flat_map(|a| file.facts.descendants(a.value));
        let is_one = |n: NodeId| variables.iter().any(|&v| self.names_the_same(call.sibling(n), v));
        given.into_iter().any(|n| {
            is_one(n) || file.only_value(n).is_some_and(|v| file.facts.descendants(v).into_iter().any(is_one))
        })
    }

    /// Whether two places of a file name the same variable, or the same field of the same: `self.text`.
    fn names_the_same(&self, at: NodeRef, other: NodeId) -> bool {
        let file = self.file(at.file);
        let facts = &file.facts;
        let path = path_name(facts, at.node);
        if path.is_none() || path != path_name(facts, other) {
            return false;
        }
        let root = |n: NodeId| match facts.kind(n) {
            Kind::Member { object, .. } => *object,
            _ => n,
        };
        let (one, other) = (root(at.node), root(other));
        let Kind::Name(name) = facts.kind(one) else { return false };
        let defs = file.scopes.lookup(facts, name, other);
        file.is_receiver(one)
            || file.scopes.lookup(facts, name, one).iter().any(|d| defs.iter().any(|o| o.node == d.node))
    }

    /// Whether something is only handed something: `tx.send(…)`.
    fn is_written_to(&self, at: NodeRef) -> bool {
        let file = self.file(at.file);
        let facts = &file.facts;
        let Some(up) = facts.parent(at.node) else { return false };
        let Kind::Member { object, name, .. } = facts.kind(up) else { return false };
        let called =
            facts.parent(up).is_some_and(|c| matches!(facts.kind(c), Kind::Call(c) if c.callee == up));
        *object == at.node && called && file.sdk.has_word("emit-names", name)
    }

    /// Whether what is called writes a log.
    pub(in crate::model) fn is_logger(&self, callee: NodeRef) -> bool {
        match self.kind(callee) {
            Kind::Member { object, name, .. } => {
                let sdk = self.file(callee.file).sdk;
                self.last_name_at(callee.sibling(*object)).is_some_and(|o| sdk.has_word("loggers", &o))
                    || sdk.has_word("log", &format!(".{name}"))
            }
            _ => false,
        }
    }
}
