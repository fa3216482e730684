//! Coroutines whose loop is made for them alone: nothing else waits for it.

use crate::facts::Kind;
use crate::model::Project;
use crate::model::values::value::{NodeRef, Value};

/// Coroutines that await each other around a call, or below it.
const MAX_COROUTINES: usize = 48;

impl Project {
    /// Whether a coroutine is only ever awaited, perhaps by others, where synchronous code makes a loop for it and
    /// waits until it ends: `asyncio.run(ask(…))` in a job of a worker. No file of what is awaited on the way
    /// begins a task, and nothing out of sight is started there.
    pub(super) fn has_loop_of_its_own(&self, function: NodeRef) -> bool {
        let mut way = vec![function];
        let mut done = 0;
        while let Some(&next) = way.get(done) {
            if way.len() > MAX_COROUTINES || !self.is_awaited_in_sight(next, &mut way) {
                return false;
            }
            done += 1;
        }
        self.begin_no_tasks(way)
    }

    /// Whether all who call a coroutine await it, or make a loop for it; the coroutines that await it are added.
    fn is_awaited_in_sight(&self, function: NodeRef, way: &mut Vec<NodeRef>) -> bool {
        let Kind::Function(f) = self.kind(function) else { return false };
        // Whoever else has it may have a loop with more on it.
        let own = |at: &&NodeRef| !self.is_test(**at);
        let handed_on = !f.decorators.is_empty()
            || self.mentions(function).iter().any(|at| own(&at))
            || self.possible_callers(function).iter().any(|at| own(&at));
        if !f.is_async || f.is_generator || handed_on {
            return false;
        }
        let mut called = false;
        for &call in self.callers(function).iter().filter(own) {
            let around = self.function_of(call);
            let coroutine = around.filter(|&g| matches!(self.kind(g), Kind::Function(g) if g.is_async));
            match coroutine {
                // Whoever calls itself was called by another first.
                Some(g) if g == function && self.is_awaited(call) => continue,
                Some(g) if self.is_awaited(call) => {
                    if !way.contains(&g) {
                        way.push(g);
                    }
                }
                None if self.is_given_a_loop(call) => {}
                _ => return false,
            }
            called = true;
        }
        called
    }

    /// Whether coroutines, and those of the project that they await, stand in files that begin no tasks.
    fn begin_no_tasks(&self, mut coroutines: Vec<NodeRef>) -> bool {
        let mut files = Vec::new();
        let mut done = 0;
        while let Some(&next) = coroutines.get(done) {
            done += 1;
            if !files.contains(&next.file) {
                if self.begins_tasks(next.file) {
                    return false;
                }
                files.push(next.file);
            }
            let facts = self.facts(next.file);
            for node in facts.descendants(next.node) {
                let Kind::Await(call) = facts.kind(node) else { continue };
                let Some(callee) = self.callee_of(next.sibling(*call)) else { continue };
                let functions = self.functions_of(callee);
                // `await site.start()`
                if functions.is_empty() && self.file(next.file).named_in(callee.node, "goes-on-beside") {
                    return false;
                }
                for function in functions {
                    if !coroutines.contains(&function) {
                        coroutines.push(function);
                    }
                }
            }
            if coroutines.len() > MAX_COROUTINES {
                return false;
            }
        }
        true
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
