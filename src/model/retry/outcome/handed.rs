//! Functions that a call is given and that a failure goes on in: the callback of an answer, a listener, the task
//! of a timer.

use crate::facts::{Kind, NodeId};
use crate::model::Project;
use crate::model::control::region::is_handed_on;
use crate::model::retry::probe::{Flow, Probe};
use crate::model::values::value::NodeRef;

impl Project {
    /// Whether the answer to a call comes in a callback, and so do its failures, up to the promise that is settled
    /// with them.
    pub(super) fn answers_later(&self, at: NodeRef, p: &Probe) -> bool {
        let within = |executor: NodeRef| p.target.is_some_and(|target| self.stands_inside(target, executor));
        self.request_at(at).is_some_and(|request| request.kind.callback)
            && self.function_of(at).is_none_or(|f| !self.is_executor(f) || within(f))
    }

    /// `new Promise((resolve, reject) => …)`
    fn is_executor(&self, function: NodeRef) -> bool {
        let file = self.file(function.file);
        let call = file.facts.parent(function.node).map(|n| file.facts.kind(n));
        let Some(Kind::Call(call)) = call else { return false };
        let name = self.last_name_at(function.sibling(call.callee));
        call.callee != function.node && name.is_some_and(|name| file.sdk.has_word("promise", &name))
    }

    /// What the function that a call is given does with the answer, where the next attempt begins in it.
    pub(super) fn run_callback(&self, call: NodeRef, p: &Probe) -> Flow {
        match self.task_with_next(call, p) {
            Some(task) if !p.failed.get() => self.run_task(task, p, 0),
            _ => Flow::FALLS,
        }
    }

    /// The function given to a call in a statement in which the next attempt begins; of several inside each
    /// other the outermost.
    pub(super) fn task_with_next(&self, at: NodeRef, p: &Probe) -> Option<NodeRef> {
        let target = p.target.filter(|t| t.file == at.file)?;
        let facts = self.facts(at.file);
        let inside: Vec<NodeId> = facts.ancestors(target.node).take_while(|&n| n != at.node).collect();
        let within = inside.last().is_some_and(|&n| facts.parent(n) == Some(at.node));
        let outermost = inside.into_iter().rev().find(|&n| matches!(facts.kind(n), Kind::Function(_)));
        outermost.filter(|&n| within && is_handed_on(facts, n)).map(|n| at.sibling(n))
    }

    /// Where a function leads that is run later, for its caller: what it throws and gives back is nobody's.
    pub(super) fn run_task(&self, task: NodeRef, p: &Probe, depth: u32) -> Flow {
        let Kind::Function(f) = self.kind(task) else { return Flow::FALLS };
        let listens = self.listens_for_failure(task);
        if !f.body.is_some() || listens.is_some_and(|failure| failure != p.failed.get()) {
            return Flow::FALLS;
        }
        let state = p.state();
        let flow = self.run(task.sibling(f.body), None, p, depth + 1);
        p.put_back(state);
        let falls = flow.falls.max(flow.left).max(flow.thrown);
        Flow { falls, thrown: 0, left: 0, ..flow }
    }

    /// Whether a function is given as a listener of failures: `request.on("error", …)`; nothing where it listens
    /// for nothing.
    fn listens_for_failure(&self, function: NodeRef) -> Option<bool> {
        let file = self.file(function.file);
        let Kind::Call(call) = file.facts.kind(file.facts.parent(function.node)?) else { return None };
        self.event(file, call)?;
        let event = function.sibling(call.args.first()?.value);
        Some(self.failing_text(event) == Some(true))
    }

    /// Whether a call runs one of its arguments only when something failed: `.catch(…)`, the second one of
    /// `.then(…)`, `.on("error", …)`.
    pub(in crate::model::retry) fn takes_failure(&self, call: NodeRef, given: NodeId) -> bool {
        let Kind::Call(c) = self.kind(call) else { return false };
        match self.last_name_at(call.sibling(c.callee)).as_deref() {
            _ if c.callee == given => false,
            Some("catch") => true,
            Some("then") => c.args.get(1).is_some_and(|second| second.value == given),
            _ => self.listens_for_failure(call.sibling(given)) == Some(true),
        }
    }

    /// What `.then(…)` makes of an answer that it is given.
    pub(super) fn run_then(&self, member: NodeRef, p: &Probe) -> Option<Flow> {
        let facts = self.facts(member.file);
        let Kind::Call(call) = facts.kind(facts.parent(member.node)?) else { return None };
        let first = call.args.first().filter(|_| call.callee == member.node)?;
        let Kind::Function(f) = facts.kind(first.value) else { return None };
        let flow = f.body.is_some().then(|| self.run(member.sibling(f.body), None, p, 1))?;
        Some(Flow { falls: flow.falls.max(flow.left), left: 0, ..flow })
    }

    /// `.then((answer) => …)`
    pub(super) fn lets_failure_by(&self, member: NodeRef, name: &str) -> bool {
        let facts = self.facts(member.file);
        let call = facts.parent(member.node).map(|n| facts.kind(n));
        name == "then" && matches!(call, Some(Kind::Call(c)) if c.callee == member.node && c.args.len() == 1)
    }

    /// What a closure given to `.catch(…)` or `.then(…)` makes of a failure, where it lets none pass as a value;
    /// where the next attempt begins in it, nothing else matters.
    pub(super) fn taken_over(&self, member: NodeRef, name: &str, p: &Probe) -> Option<Flow> {
        let facts = self.facts(member.file);
        let Kind::Call(call) = facts.kind(facts.parent(member.node)?) else { return None };
        let handler = call.args.iter().find(|_| call.callee == member.node).and_then(|_| {
            match (name, &call.args[..]) {
                ("catch", [handler]) | ("then", [_, handler]) => Some(handler.value),
                _ => None,
            }
        })?;
        let Kind::Function(f) = facts.kind(handler) else { return None };
        if !f.body.is_some() {
            return None;
        }
        let flow = self.run(member.sibling(f.body), None, p, 1);
        let next =
            p.target.is_some_and(|t| t.file == member.file && facts.ancestors(t.node).any(|n| n == handler));
        match next {
            true => Some(Flow { falls: 0, left: flow.falls.max(flow.left), ..flow }),
            false => (flow.falls == 0 && flow.left == 0).then_some(flow),
        }
    }
}
