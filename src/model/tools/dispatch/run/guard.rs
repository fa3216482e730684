//! What keeps the failure of a tool from leaving the loop over the blocks.

use crate::facts::{Kind, NodeId};
use crate::lang::Language;
use crate::model::Project;
use crate::model::names::index::last_name;
use crate::model::tools::dispatch::ToolDispatch;
use crate::model::values::value::NodeRef;

impl Project {
    /// Whether a function has handlers of its own or is wrapped by something.
    pub(super) fn catches_itself(&self, function: NodeRef) -> bool {
        let facts = self.facts(function.file);
        let Kind::Function(f) = facts.kind(function.node) else { return true };
        !f.body.is_some()
            || !f.decorators.is_empty()
            || f.is_generator
            || facts.descendants(f.body).into_iter().any(|n| {
                matches!(facts.kind(n), Kind::Try(_)) && self.keeps_failures(function.sibling(n), &[])
            })
    }

    /// Whether some handler of a `try` does not throw whatever it caught, or writes a result before it does.
    fn keeps_failures(&self, tried: NodeRef, results: &[NodeRef]) -> bool {
        let facts = self.facts(tried.file);
        let Kind::Try(t) = facts.kind(tried.node) else { return false };
        t.handlers.iter().any(|h| {
            let throws = match facts.kind(h.body) {
                Kind::Block { body, .. } => {
                    body.last().is_some_and(|&s| matches!(facts.kind(s), Kind::Throw(_)))
                }
                _ => false,
            };
            let inside = facts.descendants(h.body);
            let leaves = inside.iter().any(|&n| {
                matches!(facts.kind(n), Kind::Return(_) | Kind::Continue | Kind::Break(_))
                    || results.contains(&tried.sibling(n))
            });
            !throws || leaves
        })
    }

    /// Whether a function makes results that say themselves that the tool failed: `Output::failed(reason)`.
    pub(super) fn gives_failures_back(&self, function: NodeRef) -> bool {
        let file = self.file(function.file);
        let facts = &file.facts;
        facts.descendants(function.node).into_iter().any(|n| {
            let Kind::Call(call) = facts.kind(n) else { return false };
            let Kind::Member { object, name, .. } = facts.kind(call.callee) else { return false };
            let made = last_name(facts, *object).is_some_and(|of| {
                of.starts_with(char::is_uppercase) && !of.ends_with("Error") && !of.ends_with("Err")
            });
            made && file.sdk.has_word("makes-failed", name)
        })
    }

    /// Whether a failure of a call is caught only to be thrown again.
    pub(super) fn is_thrown_again(&self, at: NodeRef) -> bool {
        let facts = self.facts(at.file);
        let mut from = at.node;
        for node in facts.ancestors(at.node).skip(1) {
            match facts.kind(node) {
                Kind::Try(t) if t.body == from => {
                    return !t.handlers.is_empty() && !self.keeps_failures(at.sibling(node), &[]);
                }
                Kind::Function(_) | Kind::Loop(_) => return false,
                _ => from = node,
            }
        }
        false
    }

    /// Whether a failure of a call is caught before it leaves the handling of one block, or where
    /// that cannot be told.
    pub(super) fn is_run_guarded(&self, at: NodeRef, dispatch: &ToolDispatch, scope: NodeRef) -> bool {
        let facts = self.facts(at.file);
        let rust = self.file(at.file).language == Language::Rust;
        let mut from = at.node;
        let mut loops = 0;
        let root = facts.ancestors(dispatch.at.node).find(|&n| matches!(facts.kind(n), Kind::Loop(_)));
        for node in facts.ancestors(at.node).skip(1) {
            match facts.kind(node) {
                Kind::Function(f) => {
                    let closure = at.sibling(node);
                    if !self.is_closure_argument(closure) {
                        // Of an async block the value may be looked at.
                        return rust && f.name.is_none();
                    }
                    // A closure run elsewhere, which may catch what it raises.
                    if f.body != scope.node && !self.runs_for_each(closure) {
                        return true;
                    }
                }
                Kind::Try(t)
                    if t.body == from
                        && loops < 2
                        && self.keeps_failures(at.sibling(node), &dispatch.results) =>
                {
                    return true;
                }
                Kind::With(w) => {
                    let suppresses = |n: NodeId| self.file(at.file).named_in(n, "suppress");
                    if w.items
                        .iter()
                        .any(|i| suppresses(i.value) || self.manages_failures(at.sibling(i.value)))
                    {
                        return true;
                    }
                }
                // `run(…).catch(…)`, `Promise.allSettled(…)`, `gather(…, return_exceptions=True)`
                Kind::Call(c) => {
                    let name = last_name(facts, c.callee).unwrap_or_default();
                    let keeps = c.args.iter().any(|a| a.name.as_deref() == Some("return_exceptions"));
                    if keeps || self.file(at.file).sdk.has_word("keeps-rejection", &name) {
                        return true;
                    }
                }
                Kind::Loop(_) => loops += if root == Some(node) { 1 } else { 2 },
                _ => {}
            }
            from = node;
        }
        false
    }

    /// Whether a context manager of the project keeps what fails in its block: a generator with a handler around
    /// its `yield`.
    fn manages_failures(&self, item: NodeRef) -> bool {
        let Kind::Call(c) = self.kind(item) else { return false };
        self.functions_of(item.sibling(c.callee)).into_iter().any(|function| {
            let facts = self.facts(function.file);
            let decorated = matches!(self.kind(function), Kind::Function(f) if !f.decorators.is_empty());
            let yields =
                |n: NodeId| facts.descendants(n).into_iter().any(|n| matches!(facts.kind(n), Kind::Yield(_)));
            decorated
                && self.own_nodes(function).into_iter().any(|n| match facts.kind(n) {
                    Kind::Try(t) => yields(t.body) && self.keeps_failures(function.sibling(n), &[]),
                    _ => false,
                })
        })
    }

    fn is_closure_argument(&self, function: NodeRef) -> bool {
        let facts = self.facts(function.file);
        matches!(facts.kind(function.node), Kind::Function(f) if f.name.is_none())
            && facts.parent(function.node).is_some_and(|p| matches!(facts.kind(p), Kind::Call(_)))
    }

    /// Whether a closure is given to what runs it for each element.
    fn runs_for_each(&self, function: NodeRef) -> bool {
        let file = self.file(function.file);
        let Some(Kind::Call(c)) = file.facts.parent(function.node).map(|p| file.facts.kind(p)) else {
            return false;
        };
        file.named_in(c.callee, "callback-each")
    }
}
