//! Loops that run a call again because it failed.

use super::{Retry, RetryForm};
use crate::facts::{Arm, Kind, Loop, LoopKind, Name, NodeId};
use crate::model::Project;
use crate::model::names::scope::Origin;
use crate::model::values::value::NodeRef;

/// Parts of what a call is given that are looked at.
const MAX_GIVEN: usize = 64;

impl Project {
    /// The retry that a loop is for a call in it; `direct` when the call itself is the request.
    pub(super) fn retry_loop(&self, around: NodeRef, at: NodeRef, direct: bool) -> Option<Retry> {
        let Kind::Loop(l) = self.kind(around) else { return None };
        let facts = self.facts(at.file);
        let inside: Vec<NodeId> = facts.ancestors(at.node).take_while(|&n| n != around.node).collect();
        let in_condition = l.condition.is_some_and(|c| inside.contains(&c));
        if !in_condition && !inside.contains(&l.body) {
            return None;
        }
        let mut handlers: Vec<NodeRef> = Vec::new();
        let mut caught: Vec<NodeId> = Vec::new();
        let mut made_good: Vec<NodeRef> = Vec::new();
        for pair in inside.windows(2) {
            let Kind::Try(t) = facts.kind(pair[1]) else { continue };
            if t.body != pair[0] {
                continue;
            }
            for h in &t.handlers {
                caught.push(h.body);
                let body = at.sibling(h.body);
                if self.makes_good(body, at, around) {
                    made_good.push(body);
                } else if self.catches_api_errors(at, h) && self.goes_round(body, around) {
                    handlers.push(body);
                }
            }
        }
        let by_exception = !handlers.is_empty();
        let mut branches = self.failing_branches(around, at, &inside);
        branches.retain(|&branch| !made_good.iter().any(|&handler| self.contains(handler, branch)));
        handlers.extend(branches.iter().copied());
        let held = in_condition || self.tests_result(around, l, at);
        if held && l.condition.is_some_and(|c| self.failing(at.sibling(c)) == Some(true)) {
            handlers.push(at.sibling(l.body));
        }
        // `for … { if answer.ok { break } … answer = send() }`
        let tested_next = self.result_name(at).is_some_and(|name| self.leaves_at_head(around, l, &name));
        if tested_next {
            handlers.push(at.sibling(l.body));
        }
        if handlers.is_empty() || self.waits_for_next(around, at) {
            return None;
        }
        let leaves =
            in_condition || tested_next || self.success_leaves(around, l, at, &inside, &caught, &branches);
        let sleeps = handlers.iter().any(|&h| !self.sleeps_in(h).is_empty());
        let counts = self.is_counting(around, l);
        let data = l.kind == LoopKind::ForEach && !counts || counts && self.is_over_data(around, l);
        if data && l.iterable.is_some_and(|list| self.lists_answer_parts(around.sibling(list))) {
            return None;
        }
        if data {
            let mut fallback = Retry::new(around, RetryForm::Fallback);
            fallback.handlers = handlers;
            return leaves.then_some(fallback);
        }
        // Who waits or chooses among the failures means to try again.
        let logs_only = handlers.iter().all(|h| {
            let inside = facts.descendants(h.node);
            h.file != at.file
                || !inside.iter().any(|&n| matches!(facts.kind(n), Kind::Await(_) | Kind::Throw(_)))
        });
        if let Some(renewed) = self.renewed(around, at, !sleeps && !counts && logs_only, &handlers) {
            return self.goes_on_to(renewed, around, &handlers).filter(|_| leaves);
        }
        let again = match leaves {
            true => true,
            false => by_exception && direct && sleeps,
        };
        // A loop that asks a person or a queue for the next job does not repeat the last one.
        if !again || !sleeps && !counts && self.takes_jobs(around, at) {
            return None;
        }
        let mut retry = Retry::new(around, RetryForm::Loop);
        retry.point = Some(at);
        retry.ends_on_success = leaves;
        retry.attempts = self.attempts(around, l);
        retry.of_item = facts
            .ancestors(around.node)
            .skip(1)
            .take_while(|&n| !matches!(facts.kind(n), Kind::Function(_)))
            .any(|n| {
                matches!(facts.kind(n), Kind::Loop(outer)
                if outer.kind == LoopKind::ForEach && !self.is_counting(around.sibling(n), outer))
            });
        retry.delays = self.without_throttles(self.delays_of_loop(around), at);
        retry.handlers = handlers;
        Some(retry)
    }

    /// Whether a handler makes the call that failed once more and goes on with what that gives: the turn goes
    /// on then, and the next one does something else.
    fn makes_good(&self, handler: NodeRef, at: NodeRef, around: NodeRef) -> bool {
        let file = self.file(at.file);
        let callee = |n: NodeId| match file.facts.kind(n) {
            Kind::Call(call) => Some(file.text_of(call.callee)),
            _ => None,
        };
        let own = callee(at.node);
        own.is_some()
            && !self.ends(handler, around).rounds
            && self.own_nodes(handler).into_iter().any(|n| callee(n) == own)
    }

    /// Whether what a call in a loop is given is waited for anew in each turn: the next message of a person,
    /// the next job of a queue.
    fn waits_for_next(&self, around: NodeRef, at: NodeRef) -> bool {
        let Kind::Call(call) = self.kind(at) else { return false };
        let file = self.file(at.file);
        let facts = &file.facts;
        let gives_next = |n: NodeId| match facts.kind(n) {
            Kind::Call(c) => self.last_name_at(at.sibling(c.callee)).is_some_and(|name| {
                ["gives-next", "takes-element", "intake-names"]
                    .iter()
                    .any(|list| file.sdk.has_word(list, &name))
            }),
            _ => false,
        };
        let waited = |expr: NodeId| {
            let inside = facts.descendants(expr);
            inside.iter().any(|&n| gives_next(n))
                && inside.iter().any(|&n| matches!(facts.kind(n), Kind::Await(_)))
        };
        let given = call.args.iter().flat_map(|arg| facts.descendants(arg.value));
        given.take(MAX_GIVEN).any(|n| {
            let Kind::Name(name) = facts.kind(n) else { return false };
            file.scopes.lookup(facts, name, n).iter().any(|def| match &def.origin {
                Origin::Value { expr, .. } => {
                    self.stands_inside(at.sibling(def.node), around) && waited(*expr)
                }
                _ => false,
            })
        })
    }

    /// Whether a list holds parts of one answer, by its name or because it comes out of one: going through
    /// them asks nobody else.
    fn lists_answer_parts(&self, list: NodeRef) -> bool {
        let facts = self.facts(list.file);
        facts.descendants(list.node).into_iter().any(|n| match facts.kind(n) {
            Kind::Name(name) | Kind::Member { name, .. } => self.has_part(list, "answer-part-parts", name),
            _ => false,
        })
    }

    /// Whether the condition of a loop examines the variable that a call in its body sets.
    pub(super) fn tests_result(&self, around: NodeRef, l: &Loop, at: NodeRef) -> bool {
        let (Some(condition), Some(name)) = (l.condition, self.result_name(at)) else { return false };
        self.facts(around.file).names(condition, &name)
    }

    /// The variable that the statement around a call sets.
    pub(super) fn result_name(&self, at: NodeRef) -> Option<Name> {
        let facts = self.facts(at.file);
        for node in facts.ancestors(at.node) {
            match facts.kind(node) {
                Kind::Assign(a) => {
                    return match facts.kind(a.target) {
                        Kind::Name(name) => Some(name.clone()),
                        _ => None,
                    };
                }
                Kind::Block { .. } | Kind::Function(_) | Kind::Loop(_) => return None,
                _ => {}
            }
        }
        None
    }

    /// Branches on a failure of the call that lead to the next turn.
    fn failing_branches(&self, around: NodeRef, at: NodeRef, inside: &[NodeId]) -> Vec<NodeRef> {
        let facts = self.facts(at.file);
        let mut out = Vec::new();
        for node in self.own_nodes(around) {
            let here = at.sibling(node);
            if node < at.node && !inside.contains(&node) {
                continue;
            }
            match facts.kind(node) {
                Kind::If { .. } | Kind::Match(_) if self.is_of_another_call(around, at, here) => {}
                Kind::If { .. } | Kind::Match(_) if self.goes_on_alike(around, at, here) => {}
                Kind::If { condition, .. } if self.counts_items(at.sibling(*condition), around, at) => {}
                Kind::If { condition, then, otherwise } => match self
                    .asks_for_nothing(at.sibling(*condition), at)
                    .or_else(|| self.failing(at.sibling(*condition)))
                {
                    Some(true) if self.goes_round(at.sibling(*then), around) => out.push(at.sibling(*then)),
                    Some(false) => match otherwise {
                        Some(o) if self.goes_round(at.sibling(*o), around) => out.push(at.sibling(*o)),
                        None if self.falls_round(here, around) => out.push(here),
                        _ => {}
                    },
                    None if self.asks_about_outcome(at.sibling(*condition)) => {
                        let then = at.sibling(*then);
                        let waits = !self.sleeps_in(then).is_empty();
                        if (waits || self.ends(then, around).rounds) && self.goes_round(then, around) {
                            out.push(then);
                        }
                        // `if (last || !policy.allows(status)) return answer; await sleep(…);`
                        let waits = || !self.sleeps_in(around).is_empty();
                        if otherwise.is_none()
                            && self.ends_loop(then, around)
                            && self.falls_round(here, around)
                            && waits()
                        {
                            out.push(here);
                        }
                    }
                    _ => {}
                },
                Kind::Match(m) => {
                    let told = |arm: &Arm| {
                        let tells = arm.patterns.iter().copied().chain(arm.guard);
                        // `Ok(answer) if answer.status() == 429`, `Ok(_) | Err(_)`
                        tells.filter_map(|n| self.failing(at.sibling(n))).reduce(|a, b| a || b)
                    };
                    // What is left of the good answers after those that are let through.
                    let is_rest = |i: usize| {
                        let through = |a: &Arm| a.guard.is_some() && told(a) == Some(false);
                        m.arms[i].guard.is_none() && m.arms[..i].iter().any(through)
                    };
                    // A match on the outcome, by the words of its arms or because it holds the call.
                    let spoken = m.arms.iter().any(|arm| told(arm).is_some());
                    let held = inside.contains(&m.subject) || m.subject == at.node;
                    for (i, arm) in m.arms.iter().enumerate() {
                        let waits = || !self.sleeps_in(at.sibling(arm.body)).is_empty();
                        let fails = match told(arm) {
                            Some(fails) => fails || is_rest(i) && waits(),
                            None if spoken => waits() || self.is_catch_all(at, arm),
                            None => held && waits(),
                        };
                        if fails && self.goes_round(at.sibling(arm.body), around) {
                            out.push(at.sibling(arm.body));
                        }
                    }
                }
                Kind::Assign(a) => {
                    let Some(otherwise) = a.otherwise.map(|o| at.sibling(o)) else { continue };
                    match self.failing(at.sibling(a.target)) {
                        Some(false) if self.goes_round(otherwise, around) => out.push(otherwise),
                        // `let Err(error) = answer else { return answer };`
                        Some(true) if self.ends_loop(otherwise, around) && self.falls_round(here, around) => {
                            out.push(here);
                        }
                        _ => {}
                    }
                }
                _ => {}
            }
        }
        out
    }

    /// Nodes of a loop or function that belong to its own code, not to functions inside.
    pub(in crate::model) fn own_nodes(&self, root: NodeRef) -> Vec<NodeId> {
        let facts = self.facts(root.file);
        let mut out = vec![root.node];
        let mut next = 0;
        while let Some(&at) = out.get(next) {
            next += 1;
            if at != root.node && matches!(facts.kind(at), Kind::Function(_) | Kind::Class(_)) {
                continue;
            }
            facts.for_each_child(at, |c| out.push(c));
        }
        out.sort_unstable();
        out
    }
}
