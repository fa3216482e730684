//! Where control goes after a failure: through handlers and branches, to the next attempt or out.

mod check;
mod handed;
mod run;

use super::probe::{Flow, Probe};
use crate::facts::{Kind, NodeId};
use crate::lang::Language;
use crate::model::Project;
use crate::model::values::truth::Truth;
use crate::model::values::value::NodeRef;

const MAX_DEPTH: u32 = 40;

impl Project {
    /// What becomes of a failure from the call on where it shows, up to the loop around it or,
    /// without one, to the end of the function.
    pub(super) fn follow(&self, from: NodeRef, around: Option<NodeRef>, p: &Probe) -> Flow {
        let facts = self.facts(from.file);
        let unwinds = self.file(from.file).language != Language::Rust;
        let later = self.answers_later(from, p);
        let mut flow = match unwinds && p.failed.get() && !later {
            true => Flow::THROWN,
            false if later => self.run_callback(from, p),
            false => Flow::FALLS,
        };
        let thrown = (flow == Flow::THROWN).then_some(from);
        let mut child = from.node;
        // Whether the failure is still the value of the expression.
        let mut whole = !later;
        while let Some(parent) = facts.parent(child) {
            let up = from.sibling(parent);
            if p.is_spent() {
                return Flow::OPEN;
            }
            match facts.kind(parent) {
                Kind::Loop(l) if around == Some(up) => {
                    // `while let Err(error) = send() { … }`
                    if l.condition == Some(child) {
                        flow = flow.then(|| self.run(from.sibling(l.body), around, p, 0));
                    }
                    let held = l.condition.map_or(Truth::Free, |c| self.truth(from.sibling(c), p, 0));
                    let thrown =
                        thrown.or_else(|| p.raised.get().filter(|at| unwinds && at.file == from.file));
                    let kept = |c| thrown.is_some_and(|at| self.is_kept_by_failure(up, from.sibling(c), at));
                    let held = match held {
                        Truth::Open if l.condition.is_some_and(kept) => Truth::Free,
                        held => held,
                    };
                    let on = flow.falls.max(flow.rounds);
                    let on = match held {
                        Truth::No => 0,
                        Truth::Open => on.min(1),
                        _ => on,
                    };
                    return Flow { rounds: on, falls: 0, ..flow };
                }
                // The error is the value of the function.
                Kind::Function(_) if whole && p.failed.get() && flow.falls > 0 => return Flow::THROWN,
                Kind::Function(_) => return flow,
                Kind::With(_) if around == Some(up) => return flow,
                Kind::With(w) if w.body != child => {
                    flow = flow.then(|| self.run(from.sibling(w.body), around, p, 0));
                    whole = false;
                }
                Kind::Loop(_) => flow = flow.then(|| Flow::FALLS),
                Kind::Block { body, tail: true } if body.last() == Some(&child) => {}
                Kind::Block { body, .. } => {
                    let next = body.iter().position(|&s| s == child).map_or(0, |i| i + 1);
                    let rest: Vec<NodeId> = body[next..].to_vec();
                    flow = flow.then(|| self.run_all(from, &rest, around, p, 0));
                    whole = false;
                }
                Kind::Try(t) if t.body == child => flow = self.caught(up, flow, around, p, 0),
                Kind::Propagate(_) if whole && p.failed.get() => {
                    flow = Flow::THROWN;
                    whole = false;
                }
                // `fetch(…).catch(…)`, `send().await.ok()`: what comes of it is another value.
                Kind::Member { name, .. }
                    if whole
                        && p.failed.get()
                        && self.file(from.file).sdk.has_word("error-takers", name)
                        && !self.lets_failure_by(up, name) =>
                {
                    match self.taken_over(up, name, p) {
                        Some(taken) => flow = taken,
                        None => return Flow::OPEN,
                    }
                    whole = false;
                }
                // `fetch(…).then((answer) => …)`
                Kind::Member { name, .. } if whole && unwinds && &**name == "then" => {
                    if let Some(taken) = self.run_then(up, p) {
                        flow = flow.then(|| taken);
                    }
                }
                Kind::Member { name, .. } if whole => {
                    let raises = self.raises_status(up, name) || self.raises_within(up);
                    if raises && p.failure.status().is_some() {
                        p.failed.set(true);
                        if unwinds {
                            flow = Flow::THROWN;
                        }
                    }
                }
                Kind::Assign(a) if whole && a.value == Some(child) => {
                    *p.held.borrow_mut() = self.last_name_at(from.sibling(a.target));
                    if let Some(otherwise) = a.otherwise {
                        let fits = self.fits(from.sibling(a.target), p);
                        let other = self.run(from.sibling(otherwise), around, p, 1);
                        flow = flow.then(|| Flow::choose(fits, Flow::FALLS, other));
                    }
                    whole = false;
                }
                Kind::If { condition, then, otherwise } if *condition == child && whole => {
                    let truth = self.truth(from.sibling(*condition), p, 0);
                    let run = |n: NodeId| self.run(from.sibling(n), around, p, 1);
                    let (yes, no) = (run(*then), otherwise.map_or(Flow::FALLS, run));
                    flow = flow.then(|| Flow::choose(truth, yes, no));
                    whole = false;
                }
                Kind::Match(m) if m.subject == child => {
                    flow = flow.then(|| self.run_match(from, m, around, p, 0));
                    whole = false;
                }
                Kind::Return(_) => {
                    flow = flow.then(|| self.leaving(p));
                    whole = false;
                }
                _ => {}
            }
            child = parent;
        }
        flow
    }

    /// Whether nothing that a loop's condition reads changes when a call throws: only the code
    /// that the error skips sets it, as in `while answer is None`.
    fn is_kept_by_failure(&self, around: NodeRef, condition: NodeRef, from: NodeRef) -> bool {
        let facts = self.facts(from.file);
        let tried = facts.ancestors(from.node).take_while(|&n| n != around.node).find_map(|n| {
            let parent = facts.parent(n)?;
            matches!(facts.kind(parent), Kind::Try(t) if t.body == n).then_some(n)
        });
        let Some(tried) = tried else { return false };
        let changes = self.own_nodes(around);
        let skipped = |assign: NodeId| {
            facts.ancestors(from.node).any(|n| n == assign)
                || assign > from.node && facts.ancestors(assign).any(|n| n == tried)
        };
        let calls_nothing = |n: &NodeId| !matches!(facts.kind(*n), Kind::Call(_));
        let read = facts.descendants(condition.node);
        read.iter().all(calls_nothing)
            && read.into_iter().all(|n| match facts.kind(n) {
                Kind::Name(name) => changes.iter().all(|&c| match facts.kind(c) {
                    Kind::Assign(a) => {
                        let same = matches!(facts.kind(a.target), Kind::Name(t) if t == name);
                        !same || skipped(c) || self.has_part(around, "attempt-parts", name)
                    }
                    _ => true,
                }),
                _ => true,
            })
    }

    /// Leaving with the outcome as the result.
    fn leaving(&self, p: &Probe) -> Flow {
        if p.failed.get() { Flow::THROWN } else { Flow::LEFT }
    }

    /// `.and_then(|response| response.error_for_status())`
    fn raises_within(&self, member: NodeRef) -> bool {
        let facts = self.facts(member.file);
        let Some(Kind::Call(call)) = facts.parent(member.node).map(|p| facts.kind(p)) else { return false };
        call.callee == member.node
            && call.args.iter().any(|a| {
                facts.descendants(a.value).into_iter().any(|n| match facts.kind(n) {
                    Kind::Member { name, .. } => self.raises_status(member, name),
                    _ => false,
                })
            })
    }

    fn raises_status(&self, at: NodeRef, name: &str) -> bool {
        self.file(at.file).sdk.has_word("status-checks", name)
    }
}
