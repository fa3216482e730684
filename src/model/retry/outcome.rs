//! Where control goes after a failure: through handlers and branches, to the next attempt or out.

use super::probe::{Flow, Probe, Thrown, Truth};
use crate::facts::{Kind, NodeId};
use crate::lang::Language;
use crate::model::Project;
use crate::model::value::{NodeRef, Value};

const MAX_DEPTH: u32 = 40;

impl Project {
    /// What becomes of a failure from the call on where it shows, up to the loop around it or,
    /// without one, to the end of the function.
    pub(super) fn follow(&self, from: NodeRef, around: Option<NodeRef>, p: &Probe) -> Flow {
        let facts = self.facts(from.file);
        let unwinds = self.file(from.file).language != Language::Rust;
        let mut flow = match unwinds && p.failed.get() {
            true => Flow::THROWN,
            false => Flow::FALLS,
        };
        let thrown = flow == Flow::THROWN;
        let mut child = from.node;
        // Whether the failure is still the value of the expression.
        let mut whole = true;
        while let Some(parent) = facts.parent(child) {
            let up = from.sibling(parent);
            if p.is_spent() {
                return Flow::OPEN;
            }
            match facts.kind(parent) {
                Kind::Loop(l) if around == Some(up) => {
                    let held = l.condition.map_or(Truth::Free, |c| self.truth(from.sibling(c), p, 0));
                    let kept = |c| thrown && self.is_kept_by_failure(up, from.sibling(c), from);
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
                    if whole && p.failed.get() && self.file(from.file).sdk.has_word("error-takers", name) =>
                {
                    return Flow::OPEN;
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

    fn run_all(
        &self,
        at: NodeRef,
        statements: &[NodeId],
        around: Option<NodeRef>,
        p: &Probe,
        depth: u32,
    ) -> Flow {
        let mut flow = Flow::FALLS;
        for &statement in statements {
            if flow.falls == 0 {
                break;
            }
            flow = flow.then(|| self.run(at.sibling(statement), around, p, depth + 1));
        }
        flow
    }

    /// Where a piece of code leads.
    pub(super) fn run(&self, at: NodeRef, around: Option<NodeRef>, p: &Probe, depth: u32) -> Flow {
        if depth > MAX_DEPTH || p.is_spent() {
            return Flow::OPEN;
        }
        let of = |n: NodeId| self.run(at.sibling(n), around, p, depth + 1);
        match self.kind(at) {
            Kind::Block { body, .. } => self.run_all(at, body, around, p, depth),
            Kind::Break(_) | Kind::Continue => {
                let target = self.jump_target(at);
                let ours = target.is_some() && target == around;
                match self.kind(at) {
                    Kind::Continue if ours => Flow::ROUNDS,
                    Kind::Break(value) if ours => {
                        match value.is_some_and(|v| self.is_error_value(at.sibling(v))) {
                            true => Flow::THROWN,
                            false => Flow::LEFT,
                        }
                    }
                    _ => Flow::FALLS,
                }
            }
            Kind::Return(value) => {
                if self.is_target_in(at, p) {
                    return Flow::ROUNDS;
                }
                match value.map(|v| at.sibling(v)) {
                    Some(v)
                        if self.is_error_value(v)
                            || matches!(self.kind(v), Kind::Call(c)
                        if self.is_error_value(v.sibling(c.callee))) =>
                    {
                        Flow::THROWN
                    }
                    Some(v) if self.mentions_held(v, p) => self.leaving(p),
                    _ => Flow::LEFT,
                }
            }
            Kind::Throw(value) => {
                p.thrown.set(match value.map(|v| at.sibling(v)) {
                    None => p.thrown.get(),
                    Some(v) if self.is_reraised(v) => p.thrown.get(),
                    Some(v) => self.error_class(v),
                });
                p.failed.set(true);
                Flow::THROWN
            }
            Kind::If { condition, then, otherwise } => {
                let truth = self.truth(at.sibling(*condition), p, depth + 1);
                match truth {
                    Truth::Yes => of(*then),
                    Truth::No => otherwise.map_or(Flow::FALLS, of),
                    _ => Flow::choose(truth, of(*then), otherwise.map_or(Flow::FALLS, of)),
                }
            }
            Kind::Match(m) => self.run_match(at, m, around, p, depth),
            Kind::Try(t) => {
                let flow = of(t.body);
                self.caught(at, flow, around, p, depth)
            }
            Kind::With(w) => of(w.body),
            Kind::Loop(l) => {
                let inside = of(l.body);
                Flow::FALLS.or(Flow { falls: 0, rounds: 0, ..inside }.at_most(1)).or(Flow {
                    falls: 0,
                    thrown: 0,
                    left: 0,
                    rounds: inside.rounds.min(1),
                })
            }
            Kind::Assign(a) => match a.value {
                Some(value) if self.branches(at.sibling(value)) => of(value),
                _ => match a.otherwise {
                    Some(otherwise) => {
                        let fits = self.fits(at.sibling(a.target), p);
                        Flow::choose(fits, Flow::FALLS, of(otherwise))
                    }
                    None => self.run_expression(at, around, p, depth),
                },
            },
            Kind::Function(_) | Kind::Class(_) | Kind::Import(_) => Flow::FALLS,
            _ => self.run_expression(at, around, p, depth),
        }
    }

    fn branches(&self, at: NodeRef) -> bool {
        matches!(self.kind(at), Kind::Match(_) | Kind::If { .. } | Kind::Block { .. } | Kind::Try(_))
    }

    fn run_match(
        &self,
        at: NodeRef,
        m: &crate::facts::Match,
        around: Option<NodeRef>,
        p: &Probe,
        depth: u32,
    ) -> Flow {
        let mut result = Flow::FALLS;
        for arm in m.arms.iter().rev() {
            let taken = self.takes(at, arm, p, depth);
            if taken != Truth::No {
                let body = self.run(at.sibling(arm.body), around, p, depth + 1);
                result = Flow::choose(taken, body, result);
            }
        }
        result
    }

    /// What handlers make of what is thrown in the body of their `try`.
    fn caught(&self, at: NodeRef, flow: Flow, around: Option<NodeRef>, p: &Probe, depth: u32) -> Flow {
        let Kind::Try(t) = self.kind(at) else { return flow };
        if flow.thrown == 0 {
            return flow;
        }
        p.failed.set(true);
        let mut handled = Flow::THROWN;
        for handler in t.handlers.iter().rev() {
            let taken = match handler.types.is_empty() {
                true => Truth::Yes,
                false => {
                    let types = handler.types.iter().map(|&ty| self.means_failure(at.sibling(ty), p));
                    types.fold(Truth::No, Truth::or)
                }
            };
            if taken != Truth::No {
                let before = p.thrown.get();
                let body = self.run(at.sibling(handler.body), around, p, depth + 1);
                if body.thrown == 0 {
                    p.thrown.set(before);
                }
                handled = Flow::choose(taken, body, handled);
            }
        }
        if let Some(finally) = t.finally
            && self.run(at.sibling(finally), around, p, depth + 1).falls == 0
        {
            return Flow::LEFT;
        }
        Flow { thrown: 0, ..flow }.or(handled.at_most(flow.thrown))
    }

    /// A statement that is an expression: it may raise on the status, call again, or end it all.
    fn run_expression(&self, at: NodeRef, around: Option<NodeRef>, p: &Probe, depth: u32) -> Flow {
        if self.is_target_in(at, p) {
            return Flow::ROUNDS;
        }
        let facts = self.facts(at.file);
        let _ = around;
        for node in facts.descendants(at.node).into_iter().take(96) {
            let here = at.sibling(node);
            match facts.kind(node) {
                Kind::Member { name, .. }
                    if self.raises_status(here, name) && !p.failed.get() && p.failure.status().is_some() =>
                {
                    p.failed.set(true);
                    // `response.error_for_status()?`
                    let propagated = || {
                        let up = facts.ancestors(node).take_while(|&n| n != at.node).chain([at.node]);
                        up.into_iter().any(|n| matches!(facts.kind(n), Kind::Propagate(_)))
                    };
                    return match self.file(at.file).language {
                        Language::Rust if !propagated() => Flow::FALLS,
                        _ => Flow::THROWN,
                    };
                }
                Kind::Propagate(x) if p.failed.get() && self.mentions_held(at.sibling(*x), p) => {
                    return Flow::THROWN;
                }
                Kind::Call(c) => {
                    let name = self.last_name_at(at.sibling(c.callee));
                    let is =
                        |list: &str| name.as_ref().is_some_and(|n| self.file(at.file).sdk.has_word(list, n));
                    if node == at.node && is("raise-names") {
                        return Flow::THROWN;
                    }
                    if node == at.node && is("exit-names") {
                        return Flow::LEFT;
                    }
                    if let Some(flow) = self.run_check(here, p, depth) {
                        return flow;
                    }
                }
                _ => {}
            }
        }
        Flow::FALLS
    }

    /// A function of the project that is given the answer and throws where its status is bad.
    fn run_check(&self, call: NodeRef, p: &Probe, depth: u32) -> Option<Flow> {
        let Kind::Call(c) = self.kind(call) else { return None };
        if p.failed.get() || depth > 6 || self.aside(call) != Truth::Open {
            return None;
        }
        if c.args.iter().all(|a| self.aside(call.sibling(a.value)) != Truth::Open) {
            return None;
        }
        let found = self.eval(call.sibling(c.callee)).iter().find_map(|v| match v {
            Value::Function(f) => Some(*f),
            _ => None,
        })?;
        let Kind::Function(f) = self.kind(found) else { return None };
        let facts = self.facts(found.file);
        if !f.body.is_some()
            || !facts.descendants(f.body).into_iter().any(|n| matches!(facts.kind(n), Kind::Throw(_)))
        {
            return None;
        }
        let flow = self.run(found.sibling(f.body), None, p, depth + 2);
        Some(Flow { falls: flow.falls.max(flow.left), left: 0, rounds: 0, ..flow })
    }

    fn mentions_held(&self, at: NodeRef, p: &Probe) -> bool {
        let held = p.held.borrow();
        let Some(held) = held.as_ref() else { return false };
        let facts = self.facts(at.file);
        facts.descendants(at.node).into_iter().any(|n| matches!(facts.kind(n), Kind::Name(x) if x == held))
    }

    /// Whether the next attempt begins in a statement itself, not in a function inside.
    fn is_target_in(&self, at: NodeRef, p: &Probe) -> bool {
        p.target.is_some_and(|t| {
            t.file == at.file
                && self
                    .facts(t.file)
                    .ancestors(t.node)
                    .take_while(|&n| !matches!(self.facts(t.file).kind(n), Kind::Function(_)))
                    .any(|n| n == at.node)
        })
    }

    /// `raise e`: the caught error itself.
    fn is_reraised(&self, at: NodeRef) -> bool {
        matches!(self.kind(at), Kind::Name(_)) && self.aside(at) == Truth::Open
    }

    fn error_class(&self, at: NodeRef) -> Thrown {
        let ty = self.callee_of(at).unwrap_or(at);
        let class = self.eval(ty).iter().find_map(|v| match v {
            Value::Class(class) => Some(*class),
            _ => None,
        });
        class.map_or(Thrown::Other, Thrown::Class)
    }
}
