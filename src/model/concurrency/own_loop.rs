//! Coroutines whose loop is made for them alone: nothing else waits for it.

use crate::facts::Kind;
use crate::model::Project;
use crate::model::values::value::{NodeRef, Value};

/// Coroutines that await each other on the way to what runs them.
const MAX_HOPS: u32 = 6;

impl Project {
    /// Whether a coroutine is only ever awaited, perhaps by others, where synchronous code makes a loop for it and
    /// waits until it ends: `asyncio.run(ask(…))` in a job of a worker. No file on the way begins a task.
    pub(super) fn has_loop_of_its_own(&self, function: NodeRef) -> bool {
        self.is_run_apart(function, MAX_HOPS)
    }

    fn is_run_apart(&self, function: NodeRef, left: u32) -> bool {
        let Some(left) = left.checked_sub(1) else { return false };
        let Kind::Function(f) = self.kind(function) else { return false };
        // Whoever else has it may have a loop with more on it.
        let handed_on = !f.decorators.is_empty()
            || !self.mentions(function).is_empty()
            || !self.possible_callers(function).is_empty();
        if !f.is_async || f.is_generator || handed_on || self.begins_tasks(function.file) {
            return false;
        }
        let mut callers = self.callers(function).iter().filter(|&&c| !self.is_test(c)).peekable();
        callers.peek().is_some()
            && callers.all(|&call| {
                let around = self.function_of(call);
                let in_coroutine =
                    around.is_some_and(|g| matches!(self.kind(g), Kind::Function(g) if g.is_async));
                match in_coroutine {
                    true => self.is_awaited(call) && around.is_some_and(|g| self.is_run_apart(g, left)),
                    false => self.is_given_a_loop(call),
                }
            })
    }

    /// Whether what a call gives is handed at once to what makes a loop and waits for it.
    fn is_given_a_loop(&self, call: NodeRef) -> bool {
        let facts = self.facts(call.file);
        let Some(parent) = facts.parent(call.node) else { return false };
        let Kind::Call(runs) = facts.kind(parent) else { return false };
        let sdk = self.file(call.file).sdk;
        runs.args.iter().any(|a| a.value == call.node)
            && self
                .eval(call.sibling(runs.callee))
                .iter()
                .any(|v| matches!(v, Value::External(e) if sdk.has_word("makes-loop", &e.path)))
            && !self.begins_tasks(call.file)
    }
}
