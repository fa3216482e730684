//! Where a retry is shown, and what else stands in it.

use super::probe::Probe;
use super::{Retry, RetryForm};
use crate::facts::{Kind, NodeId};
use crate::finding::Location;
use crate::model::values::truth::Truth;
use crate::model::values::value::{NodeRef, Value, location};
use crate::model::{Project, Request};
use crate::sdk::failures::{Failure, failures};
use crate::source::Span;

impl Project {
    /// The head of a retry: the loop, decorator or call.
    pub fn retry_location(&self, retry: &Retry) -> Location {
        match self.kind(retry.at) {
            Kind::Loop(l) => self.head(retry.at, self.facts(retry.at.file).span(retry.at.node), l.body),
            Kind::Call(_) if retry.form != RetryForm::Library => self.call_location(retry.at),
            _ => self.location(retry.at),
        }
    }

    /// Whether a retry repeats another one: further outwards on the same way from the request, or around it.
    pub fn is_around(&self, outer: &Retry, inner: &Retry) -> bool {
        if outer.trail.len() != inner.trail.len() {
            return outer.trail.len() > inner.trail.len() && outer.trail.starts_with(&inner.trail);
        }
        let facts = self.facts(outer.at.file);
        let decorated =
            |n: NodeId| matches!(facts.kind(n), Kind::Function(f) if f.decorators.contains(&outer.at.node));
        outer.trail == inner.trail
            && outer.at.file == inner.at.file
            && facts.ancestors(inner.at.node).skip(1).any(|n| n == outer.at.node || decorated(n))
    }

    /// What selects the failures that are repeated: a handler, a branch, or else the retry itself.
    pub fn retry_filter_location(&self, retry: &Retry) -> Location {
        let found = retry.handlers.iter().find_map(|&body| {
            let facts = self.facts(body.file);
            if let Kind::If { condition, .. } = facts.kind(body.node) {
                return Some(self.location(body.sibling(*condition)));
            }
            let parent = facts.parent(body.node)?;
            match facts.kind(parent) {
                Kind::Try(t) => {
                    let handler = t.handlers.iter().find(|h| h.body == body.node)?;
                    Some(self.head(body, handler.span, handler.body))
                }
                Kind::Match(m) => {
                    let arm = m.arms.iter().find(|a| a.body == body.node)?;
                    Some(self.head(body, arm.span, arm.body))
                }
                Kind::If { condition, .. } => Some(self.location(body.sibling(*condition))),
                _ => None,
            }
        });
        found.unwrap_or_else(|| self.retry_location(retry))
    }

    /// What lets a failure through to the next attempt.
    pub fn repeating_location(&self, request: &Request, retry: &Retry, failure: Failure) -> Location {
        let answer = !self.fails_at_once(request, failure);
        let p = Probe::new(failure, !answer, None);
        if let Some(point) = retry.point {
            let around = (retry.form == RetryForm::Loop).then_some(retry.at);
            let steps = retry.trail.iter().filter(|&&s| s != point);
            if steps.into_iter().all(|&s| self.comes_out(s, &p)) {
                let _ = self.follow(point, around, &p);
            }
        }
        let shown = Probe::new(failure, p.failed.get(), None);
        let sees = |body: NodeRef| {
            let facts = self.facts(body.file);
            let t = match facts.parent(body.node).map(|n| facts.kind(n)) {
                Some(Kind::Try(t)) => t,
                Some(Kind::If { condition, then, .. }) if *then == body.node => {
                    return self.truth(body.sibling(*condition), &shown, 0) != Truth::No;
                }
                _ => return true,
            };
            let handler = t.handlers.iter().find(|h| h.body == body.node);
            handler.is_none_or(|h| {
                shown.failed.get()
                    && (h.types.is_empty()
                        || h.types
                            .iter()
                            .any(|&ty| self.means_failure(body.sibling(ty), &shown) != Truth::No))
            })
        };
        if retry.handlers.is_empty() {
            return self.retry_location(retry);
        }
        let mut handlers: Vec<NodeRef> = retry.handlers.iter().copied().filter(|&h| sees(h)).collect();
        // What only leaves with a success tells less than a branch for the failure.
        let branch = |h: &NodeRef| !matches!(self.kind(*h), Kind::If { .. });
        if handlers.iter().any(branch) {
            handlers.retain(branch);
        }
        match handlers.is_empty() {
            true => self.retry_location(retry),
            false => self.retry_filter_location(&Retry { handlers, ..retry.clone() }),
        }
    }

    /// What stands in front of a body, without its blank end.
    fn head(&self, at: NodeRef, whole: Span, body: NodeId) -> Location {
        let file = self.file(at.file);
        let start = file.facts.span(body).start;
        let text = file.source.text.get(whole.start as usize..start as usize).unwrap_or("");
        let length = text.trim_end_matches(|c: char| c.is_whitespace() || c == '{').len() as u32;
        match length {
            0 => location(at.file, whole),
            n => location(at.file, Span { start: whole.start, end: whole.start + n }),
        }
    }

    /// Whether something in a retry waits that is not understood as a delay.
    pub fn waits_otherwise(&self, retry: &Retry) -> bool {
        let region = self.retry_region(retry);
        let facts = self.facts(region.file);
        facts.descendants(region.node).into_iter().any(|n| {
            let at = region.sibling(n);
            let Some(callee) = self.callee_of(at) else { return false };
            self.last_name_at(callee).is_some_and(|name| self.has_part(at, "wait-parts", &name))
                || self.eval(callee).iter().any(|v| match v {
                    Value::Function(f) => *f != region && self.waits(*f),
                    _ => false,
                })
        })
    }

    /// Whether the request answers the failure of something else, which is tried first in each turn: it only comes
    /// again when that has failed once more.
    pub fn mends_another_failure(&self, retry: &Retry) -> bool {
        let region = self.retry_region(retry);
        let stands = |&&step: &&NodeRef| self.stands_inside(step, region);
        let Some(&point) = retry.trail.iter().rev().find(stands) else { return false };
        let facts = self.facts(point.file);
        let mut child = point.node;
        facts.ancestors(point.node).skip(1).take_while(|&n| n != region.node).any(|n| {
            let within = std::mem::replace(&mut child, n);
            match facts.kind(n) {
                Kind::Try(t) => {
                    let body = point.sibling(t.body);
                    let tries = |&n: &NodeId| matches!(facts.kind(n), Kind::Call(_));
                    t.handlers.iter().any(|h| h.body == within)
                        && self.own_nodes(body).iter().any(tries)
                        && !self.tries_first(point, body)
                }
                _ => false,
            }
        })
    }

    /// The code that is repeated: the loop, or the function that calls itself.
    fn retry_region(&self, retry: &Retry) -> NodeRef {
        match retry.form {
            RetryForm::Recursion => self.function_of(retry.at).unwrap_or(retry.at),
            _ => retry.at,
        }
    }

    /// Whether a loop takes another piece of work each turn, before the request.
    pub fn takes_work(&self, retry: &Retry) -> bool {
        let Some(point) = retry.point.filter(|p| p.file == retry.at.file) else { return false };
        let facts = self.facts(retry.at.file);
        self.own_nodes(retry.at).into_iter().filter(|&n| n < point.node).any(|n| {
            let at = retry.at.sibling(n);
            !facts.ancestors(point.node).any(|a| a == n)
                && self.callee_of(at).is_some_and(|callee| {
                    facts.descendants(callee.node).into_iter().any(|n| match facts.kind(n) {
                        Kind::Name(name) | Kind::Member { name, .. } => self.has_part(at, "work-parts", name),
                        _ => false,
                    })
                })
        })
    }

    /// Whether a loop is there to ask for a better answer: it reads the answer in what is tried
    /// and comes back at once.
    pub fn repairs_answers(&self, retry: &Retry) -> bool {
        let Some(point) = retry.point.filter(|p| p.file == retry.at.file) else { return false };
        if !retry.delays.is_empty() || self.waits_otherwise(retry) || self.sends_back_by_status(retry) {
            return false;
        }
        self.own_nodes(retry.at).into_iter().filter(|&n| n > point.node).any(|n| {
            let at = retry.at.sibling(n);
            self.callee_of(at)
                .and_then(|c| self.last_name_at(c))
                .is_some_and(|name| self.has_part(at, "reading-parts", &name))
        })
    }

    /// Whether a branch of its own, for a status, leads to the next attempt: that is no better answer which is
    /// asked for.
    fn sends_back_by_status(&self, retry: &Retry) -> bool {
        retry.handlers.iter().any(|body| {
            let facts = self.facts(body.file);
            let around = facts.ancestors(body.node).take_while(|&n| n != retry.at.node);
            around.into_iter().any(|n| match facts.kind(n) {
                Kind::If { condition, .. } => self.tests_class_or_status(body.sibling(*condition)),
                _ => false,
            })
        })
    }

    /// Whether the time the server asks for is read anywhere on the way from the request to the
    /// retry.
    pub fn reads_server_wish_near(&self, retry: &Retry) -> bool {
        let steps = retry.trail.iter().filter_map(|&s| self.function_of(s)).chain([self.retry_region(retry)]);
        let around = self.function_of(retry.at);
        steps.chain(around).any(|region| {
            let facts = self.facts(region.file);
            let nodes = facts.descendants(region.node);
            nodes.iter().any(|&n| self.reads_server_wish(region.sibling(n)))
                || nodes.iter().any(|&n| {
                    let Some(callee) = self.callee_of(region.sibling(n)) else { return false };
                    self.eval(callee).iter().any(|v| match v {
                        Value::Function(f) => {
                            let inner = self.facts(f.file).descendants(f.node);
                            inner.into_iter().any(|n| self.reads_server_wish(f.sibling(n)))
                        }
                        _ => false,
                    })
                })
        })
    }

    /// Whether the conditions of a retry, or functions they ask, look for words such as
    /// "overloaded" or "429".
    pub fn speaks_of_overload(&self, retry: &Retry) -> bool {
        let known = failures();
        let passing = [Failure::RateLimit, Failure::Overloaded];
        let says = |text: &str| {
            let text = text.trim().to_lowercase();
            let words = known.words.get(&text);
            words.is_some_and(|w| passing.iter().any(|f| w.iter().any(|w| f.is(w))))
                || known.types.get(&text).is_some_and(|w| passing.iter().any(|f| f.is(w)))
                || self.file(retry.at.file).sdk.has_word("overload-codes", &text)
        };
        let speaks = |root: NodeRef| {
            let facts = self.facts(root.file);
            facts.descendants(root.node).into_iter().any(|n| match facts.kind(n) {
                Kind::Str(_) => self.text(root.sibling(n)).known().is_some_and(|t| says(&t)),
                Kind::Name(name) | Kind::Member { name, .. }
                    if self.has_part(root, "retry-parts", name)
                        || self.has_part(root, "failure-parts", name) =>
                {
                    self.texts_of(root.sibling(n)).is_some_and(|all| all.iter().any(|t| says(t)))
                }
                _ => false,
            })
        };
        let region = self.retry_region(retry);
        let facts = self.facts(region.file);
        speaks(region)
            || facts.descendants(region.node).into_iter().any(|n| {
                let Some(callee) = self.callee_of(region.sibling(n)) else { return false };
                self.last_name_at(callee).is_some_and(|n| self.has_part(callee, "failure-parts", &n))
                    && self.eval(callee).iter().any(|v| matches!(v, Value::Function(f) if speaks(*f)))
            })
    }

    /// Whether a delay is computed from what came back.
    pub fn depends_on_outcome(&self, delay: NodeRef) -> bool {
        self.aside(delay) == Truth::Open
    }

    /// Whether what leaves a failure out is a condition in the retry itself, not a list of
    /// elsewhere or the pattern of another arm.
    pub fn is_condition_of(&self, node: NodeRef, retry: &Retry) -> bool {
        let region = self.retry_region(retry);
        node.file == region.file
            && self.facts(node.file).ancestors(node.node).any(|n| n == region.node)
            && !matches!(self.kind(node), Kind::Slice { .. })
    }
}
