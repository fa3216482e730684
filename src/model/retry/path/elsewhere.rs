//! Other providers that are asked after a failure, and other calls of the same function.

use super::Walk;
use crate::facts::{Arg, Kind, LoopKind, Match, NodeId};
use crate::model::Project;
use crate::model::names::words::words_of;
use crate::model::retry::{Retry, RetryForm};
use crate::model::values::value::{NodeRef, Value};

/// Nodes behind a failure that are looked at.
const MAX_NODES: usize = 2000;

impl Walk<'_> {
    /// Notes who is asked instead in a piece of code that runs when a call has failed.
    pub(super) fn asks_elsewhere(&mut self, failed: NodeRef, code: NodeRef) {
        let project = self.project;
        let calls = project.facts(code.file).descendants(code.node).into_iter().take(MAX_NODES);
        let other = calls.map(|n| code.sibling(n)).find(|&call| {
            call != failed
                && (project.asks_other_vendor(failed, call)
                    || project.asks_same_for_other(failed, call, code))
        });
        if let Some(call) = other {
            self.found(Retry::new(call, RetryForm::Fallback));
        }
    }

    /// The same for what follows a `try` whose handler lets the code go on.
    pub(super) fn asks_elsewhere_after(&mut self, failed: NodeRef, tried: NodeRef, handler: NodeRef) {
        let project = self.project;
        let jumps = |&n: &NodeId| matches!(project.kind(handler.sibling(n)), Kind::Continue | Kind::Break(_));
        if !project.ends(handler, tried).falls || project.own_nodes(handler).iter().any(jumps) {
            return;
        }
        let other = project.statements_behind(tried, false).into_iter().find_map(|statement| {
            let calls = project.facts(statement.file).descendants(statement.node).into_iter().take(MAX_NODES);
            calls.map(|n| statement.sibling(n)).find(|&call| project.asks_other_vendor(failed, call))
        });
        if let Some(call) = other {
            self.found(Retry::new(call, RetryForm::Fallback));
        }
    }

    /// The same for what the branches do that ask the outcome of a call: `if response.status() == 429 { … }`,
    /// `match sent { Ok(response) if … => …, Err(error) => … }`.
    pub(super) fn branches_elsewhere(&mut self, at: NodeRef) {
        let project = self.project;
        let facts = project.facts(at.file);
        let (Some(name), Some(function)) = (project.result_name(at), project.function_of(at)) else { return };
        for node in project.own_nodes(function).into_iter().filter(|&n| n > at.node) {
            match facts.kind(node) {
                Kind::If { condition, then, otherwise } if facts.names(*condition, &name) => {
                    let failed = match project.failing(at.sibling(*condition)) {
                        Some(true) => Some(*then),
                        Some(false) => *otherwise,
                        None => None,
                    };
                    if let Some(failed) = failed {
                        self.asks_elsewhere(at, at.sibling(failed));
                    }
                }
                Kind::Match(m) if facts.names(m.subject, &name) => {
                    self.arms_elsewhere(at, at.sibling(node), m);
                }
                _ => {}
            }
        }
    }

    /// The same for the arms of a match on an outcome that tell of a failure.
    pub(super) fn arms_elsewhere(&mut self, failed: NodeRef, choice: NodeRef, m: &Match) {
        for arm in &m.arms {
            let mut tells = arm.patterns.iter().copied().chain(arm.guard);
            if tells.any(|n| self.project.failing(failed.sibling(n)) == Some(true)) {
                self.asks_elsewhere(failed, failed.sibling(arm.body));
                self.asks_elsewhere_after(failed, choice, failed.sibling(arm.body));
            }
        }
    }
}

impl Project {
    /// Whether a loop goes through a list of providers until one of them has an answer:
    /// `for provider in providers { if let Some(text) = provider.ask(…) { return Some(text) } }`.
    pub(super) fn asks_the_next(&self, around: NodeRef, at: NodeRef) -> bool {
        let facts = self.facts(around.file);
        let (Kind::Loop(l), Kind::Call(call)) = (self.kind(around), self.kind(at)) else { return false };
        let (Some(pattern), Kind::Member { object, .. }) = (l.pattern, self.kind(at.sibling(call.callee)))
        else {
            return false;
        };
        let each = matches!((facts.kind(pattern), facts.kind(*object)), (Kind::Name(item), Kind::Name(asked)) if item == asked);
        if l.kind != LoopKind::ForEach || at.file != around.file || !each {
            return false;
        }
        let result = self.result_name(at);
        let reads = |condition: NodeId| {
            result.as_ref().is_some_and(|name| facts.names(condition, name))
                || self.stands_inside(at, around.sibling(condition))
        };
        self.own_nodes(around).into_iter().any(|n| match facts.kind(n) {
            Kind::If { condition, then, .. } => {
                reads(*condition) && self.ends_loop(around.sibling(*then), around)
            }
            _ => false,
        })
    }

    /// What comes after a statement within its function, or within the turn of a loop around it.
    pub(in crate::model) fn statements_behind(&self, at: NodeRef, past_loops: bool) -> Vec<NodeRef> {
        let facts = self.facts(at.file);
        let mut out = Vec::new();
        let mut child = at.node;
        for around in facts.ancestors(at.node).skip(1) {
            match facts.kind(around) {
                Kind::Function(_) => break,
                Kind::Loop(_) if !past_loops => break,
                Kind::Block { body, .. } => {
                    let behind = body.iter().skip_while(|&&s| s != child).skip(1);
                    out.extend(behind.map(|&s| at.sibling(s)));
                }
                _ => {}
            }
            child = around;
        }
        out
    }

    /// Whether a call after a failure asks another vendor, by the name of what is called or the model it is given:
    /// `openai_chat(messages)`, `ai.run("@cf/meta/llama-3.1-8b-instruct", …)`.
    fn asks_other_vendor(&self, failed: NodeRef, call: NodeRef) -> bool {
        let Some(callee) = self.callee_of(call) else { return false };
        let facts = self.facts(call.file);
        let sdk = self.file(call.file).sdk;
        let vendor = |name: &str| words_of(name).iter().any(|word| sdk.has_word("fallback-vendors", word));
        let named = |n: NodeId| match facts.kind(n) {
            Kind::Name(name) | Kind::Member { name, .. } => vendor(name),
            _ => false,
        };
        let returned = facts.parent(call.node).is_some_and(|p| matches!(facts.kind(p), Kind::Return(_)));
        (facts.descendants(callee.node).into_iter().any(named) || self.names_model_of_others(call))
            && !self.is_logger(callee)
            && self
                .eval(callee)
                .iter()
                .any(|v| matches!(v, Value::Function(_) | Value::Unknown | Value::Client(_)))
            && !self.asks_nobody(failed, call)
            && (self.is_awaited(call) || returned || !self.is_awaited(failed))
    }

    /// Whether a call after a failure asks the same function of the project for something else: another model, a
    /// shorter text.
    fn asks_same_for_other(&self, failed: NodeRef, call: NodeRef, code: NodeRef) -> bool {
        let (Some(first), Some(second)) = (self.callee_of(failed), self.callee_of(call)) else {
            return false;
        };
        let same = self.last_name_at(first) == self.last_name_at(second);
        let function = |values: &[Value]| match values {
            [Value::Function(f)] => Some(*f),
            _ => None,
        };
        // What is sent elsewhere by the same function tells somebody.
        let elsewhere = |arg: &Arg| {
            let text = self.text(call.sibling(arg.value));
            text.starts_with("http") && !text.contains("anthropic")
        };
        let (Kind::Call(f), Kind::Call(c)) = (self.kind(failed), self.kind(call)) else { return false };
        // Another model, a shorter text: of what was given before, something is given again.
        let said = |at: NodeRef| self.file(at.file).text_of(at.node);
        let again =
            |arg: &Arg| f.args.iter().any(|a| said(failed.sibling(a.value)) == said(call.sibling(arg.value)));
        same && c.args.iter().any(again)
            && !c.args.iter().any(elsewhere)
            && self.call_text(failed) != self.call_text(call)
            && function(&self.eval(first)).is_some_and(|f| function(&self.eval(second)) == Some(f))
            && !self.is_for_other_failures(call, code)
    }
}
