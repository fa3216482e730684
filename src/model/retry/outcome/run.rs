//! Where a piece of code leads after a failure, statement by statement.

mod thrown;

use super::MAX_DEPTH;
use crate::facts::{Kind, NodeId};
use crate::lang::Language;
use crate::model::Project;
use crate::model::retry::probe::{Flow, Probe};
use crate::model::values::truth::Truth;
use crate::model::values::value::NodeRef;

impl Project {
    pub(super) fn run_all(
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
    pub(in crate::model::retry) fn run(
        &self,
        at: NodeRef,
        around: Option<NodeRef>,
        p: &Probe,
        depth: u32,
    ) -> Flow {
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
                    Some(v) if self.is_error_value(v) => Flow::THROWN,
                    // `return checked(response)`
                    Some(v) => {
                        self.run_expression(v, around, p, depth).then(|| match self.mentions_held(v, p) {
                            true => self.leaving(p),
                            false => Flow::LEFT,
                        })
                    }
                    None => Flow::LEFT,
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
                    _ => {
                        let (before, state) = (p.flags.now(), p.state());
                        let yes = of(*then);
                        let (known, after) = (p.flags.replace(before), p.put_back(state));
                        let no = otherwise.map_or(Flow::FALLS, of);
                        // What one branch throws is no matter where the other goes on.
                        if yes.falls > 0 {
                            p.join(after, no.falls > 0);
                        }
                        p.blur(truth, (yes, after.1), (no, p.thrown.get()));
                        match (yes.falls > 0, no.falls > 0) {
                            (true, true) => p.flags.join(&known, truth),
                            (true, false) => drop(p.flags.replace(known)),
                            _ => {}
                        }
                        Flow::choose(truth, yes, no)
                    }
                }
            }
            Kind::Match(m) => self.run_match(at, m, around, p, depth),
            Kind::Try(t) => {
                let flow = of(t.body);
                self.caught(at, flow, around, p, depth)
            }
            Kind::With(w) => of(w.body),
            Kind::Loop(l) => {
                let before = p.flags.now();
                let inside = of(l.body);
                p.flags.join(&before, Truth::Open);
                Flow::FALLS.or(Flow { falls: 0, rounds: 0, ..inside }.at_most(1)).or(Flow {
                    falls: 0,
                    thrown: 0,
                    left: 0,
                    rounds: inside.rounds.min(1),
                })
            }
            Kind::Assign(a) => {
                self.note_flag(at, p, depth);
                match a.value {
                    Some(value) if self.branches(at.sibling(value)) => of(value),
                    _ => match a.otherwise {
                        Some(otherwise) => {
                            let target = at.sibling(a.target);
                            let fits = match a.value {
                                Some(value) => self.fits_value(target, at.sibling(value), p),
                                None => self.fits(target, p),
                            };
                            Flow::choose(fits, Flow::FALLS, of(otherwise))
                        }
                        None => self.run_expression(at, around, p, depth),
                    },
                }
            }
            Kind::Function(_) | Kind::Class(_) | Kind::Import(_) => Flow::FALLS,
            _ => self.run_expression(at, around, p, depth),
        }
    }

    fn branches(&self, at: NodeRef) -> bool {
        matches!(self.kind(at), Kind::Match(_) | Kind::If { .. } | Kind::Block { .. } | Kind::Try(_))
    }

    pub(super) fn run_match(
        &self,
        at: NodeRef,
        m: &crate::facts::Match,
        around: Option<NodeRef>,
        p: &Probe,
        depth: u32,
    ) -> Flow {
        let mut result = Flow::FALLS;
        let (before, state) = (p.flags.now(), p.state());
        let mut after = state;
        for arm in m.arms.iter().rev() {
            p.put_back(state);
            let taken = self.takes(at.sibling(m.subject), arm, p, depth);
            if taken != Truth::No {
                let body = self.run(at.sibling(arm.body), around, p, depth + 1);
                p.flags.join(&before, Truth::Open);
                if taken != Truth::Yes && result.falls > 0 {
                    p.join(after, body.falls > 0);
                }
                p.blur(taken, (body, p.thrown.get()), (result, after.1));
                after = p.state();
                result = Flow::choose(taken, body, result);
            }
        }
        p.put_back(after);
        result
    }

    /// A statement that is an expression: it may raise on the status, call again, or end it all.
    fn run_expression(&self, at: NodeRef, around: Option<NodeRef>, p: &Probe, depth: u32) -> Flow {
        if self.is_target_in(at, p) {
            return Flow::ROUNDS;
        }
        if let Some(task) = self.task_with_next(at, p) {
            return self.run_task(task, p, depth);
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
                    p.raised.set(Some(here));
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
                Kind::Propagate(x)
                    if self.is_error_value(at.sibling(*x))
                        || p.failed.get() && self.mentions_held(at.sibling(*x), p) =>
                {
                    return Flow::THROWN;
                }
                Kind::Call(c) => {
                    let name = self.last_name_at(at.sibling(c.callee));
                    let is =
                        |list: &str| name.as_ref().is_some_and(|n| self.file(at.file).sdk.has_word(list, n));
                    if node == at.node && is("raise-names") {
                        return match self.is_error_value(at) && self.is_assigned_value(at) {
                            true => Flow::FALLS,
                            false => Flow::THROWN,
                        };
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

    /// Whether a variable takes the value of an expression: `let outcome = match … { Err(e) => Err(e), … }`.
    fn is_assigned_value(&self, at: NodeRef) -> bool {
        let facts = self.facts(at.file);
        let mut child = at.node;
        for parent in facts.ancestors(at.node).skip(1) {
            match facts.kind(parent) {
                Kind::Block { body, tail: true } if body.last() == Some(&child) => {}
                Kind::Match(m) if m.subject != child => {}
                Kind::If { condition, .. } if *condition != child => {}
                Kind::Assign(a) => return a.value == Some(child),
                _ => return false,
            }
            child = parent;
        }
        false
    }

    pub(super) fn mentions_held(&self, at: NodeRef, p: &Probe) -> bool {
        let held = p.held.borrow();
        let Some(held) = held.as_ref() else { return false };
        self.facts(at.file).names(at.node, held)
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
}
