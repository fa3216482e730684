//! Streams of the SDKs: who learns of errors that arrive after their beginning, and streams
//! that are left before their end.

use super::super::{Request, Tri};
use super::Project;
use crate::facts::{Call, Kind, Name};
use crate::lang::Language;
use crate::model::names::index::path_name;
use crate::model::names::index::{constant, last_name};
use crate::model::values::value::{NodeRef, Value};

impl Project {
    /// The handler of an overload around an SDK stream, when errors in the middle of the stream
    /// are caught by nobody.
    pub fn status_only_handler(&self, request: &Request) -> Option<NodeRef> {
        if request.road != crate::sdk::Road::Sdk || self.is_streamed(request) != Tri::Yes {
            return None;
        }
        let mut found = None;
        if self.is_caught(request.at, Some(request), &mut found)? {
            return None;
        }
        let found: NodeRef = found?;
        let function = self.function_of(request.at);
        let callers = function.map_or(&[][..], |f| self.callers(f));
        for &caller in callers.iter().take(8) {
            if self.is_caught(caller, None, &mut None).unwrap_or(true) {
                return None;
            }
        }
        Some(found)
    }

    /// Whether some handler around a place, in its function, takes any error; the first that
    /// takes overloads is kept. `None` where a class is not known.
    fn is_caught(&self, at: NodeRef, stream: Option<&Request>, found: &mut Option<NodeRef>) -> Option<bool> {
        let model = self.file(at.file);
        let facts = &model.facts;
        let mut from = at.node;
        for node in facts.ancestors(at.node).skip(1) {
            match facts.kind(node) {
                Kind::Function(_) => return Some(false),
                Kind::Try(t) if t.body == from => {
                    for handler in &t.handlers {
                        if handler.types.is_empty() {
                            return Some(true);
                        }
                        for &class in &handler.types {
                            let name = last_name(facts, class)?;
                            if model.sdk.has_word("overload-errors", &name) {
                                let reads =
                                    stream.is_some_and(|r| self.is_read_within(r, at.sibling(t.body)));
                                if reads {
                                    found.get_or_insert(at.sibling(class));
                                }
                            } else if !model.sdk.has_word("never-in-stream", &name) {
                                return Some(true);
                            }
                        }
                    }
                }
                Kind::With(w) if w.items.iter().any(|i| model.named_in(i.value, "suppress")) => {
                    return Some(true);
                }
                _ => {}
            }
            from = node;
        }
        Some(false)
    }

    /// Whether the answer to a request is read within a block.
    fn is_read_within(&self, request: &Request, block: NodeRef) -> bool {
        let facts = self.facts(block.file);
        let span = facts.span(block.node);
        facts.descendants(block.node).into_iter().any(|n| match facts.kind(n) {
            Kind::Loop(l) => l.iterable.is_some_and(|i| self.is_answer(block.sibling(i), request.at)),
            Kind::Call(_) => self.waits_for_all(block.sibling(n), request.at),
            _ => false,
        }) || self
            .uses(request.at)
            .iter()
            .any(|u| u.at.file == block.file && span.contains(facts.span(u.at.node)))
    }

    /// Whether a call waits for the whole of a stream: `stream.finalMessage()`.
    pub(in crate::model) fn waits_for_all(&self, call: NodeRef, request: NodeRef) -> bool {
        self.eval(call).iter().any(|v| match v {
            Value::Response(r) if r.request == request => {
                let path = r.path.join(".");
                path.ends_with("()") && r.kind.root.iter().chain(&r.kind.content).any(|whole| *whole == path)
            }
            _ => false,
        })
    }

    pub(super) fn is_answer(&self, at: NodeRef, request: NodeRef) -> bool {
        self.eval(at).iter().any(|v| matches!(v, Value::Response(r) if r.request == request))
    }

    /// Streams read through listeners, where nobody listens for errors or waits for the end:
    /// the first listener of each.
    pub fn unheard_emitters(&self) -> Vec<NodeRef> {
        let mut out: Vec<(NodeRef, Name)> = Vec::new();
        for (file, model) in self.file_ids() {
            if model.language != Language::TypeScript || model.source.role.is_test {
                continue;
            }
            for node in model.facts.ids() {
                let at = NodeRef { file, node };
                let Kind::Call(call) = model.facts.kind(node) else { continue };
                let Some((root, name)) = self.listens_to_stream(at, call) else { continue };
                let function = self.whole_function(at);
                if out.iter().any(|o| self.whole_function(o.0) == function && o.1 == name) || self.is_test(at)
                {
                    continue;
                }
                if !self.is_heard(function, at, root, &name) {
                    out.push((at, name));
                }
            }
        }
        out.into_iter().map(|o| o.0).collect()
    }

    /// The stream whose event a call listens for, and its name; no name where the stream has none.
    fn listens_to_stream(&self, at: NodeRef, call: &Call) -> Option<(NodeRef, Name)> {
        let model = self.file(at.file);
        let facts = &model.facts;
        let Kind::Member { object, name, .. } = facts.kind(call.callee) else { return None };
        if !model.sdk.has_word("listens", name) || call.args.len() < 2 {
            return None;
        }
        let event = constant(facts, call.args[0].value)?;
        if !model.sdk.has_word("message-stream-events", &event) {
            return None;
        }
        let root = self.chain_root(at.sibling(*object));
        let known = self
            .eval(root)
            .iter()
            .any(|v| matches!(v, Value::Response(r) if r.kind.id == "message-stream" && r.path.is_empty()));
        let name = path_name(facts, root.node).unwrap_or_else(|| "".into());
        (known || &*event == "streamEvent" && !name.is_empty()).then_some((root, name))
    }

    /// What a chain of `.on(…).on(…)` starts from.
    fn chain_root(&self, at: NodeRef) -> NodeRef {
        let facts = self.facts(at.file);
        let mut root = at.node;
        while let Kind::Call(c) = facts.kind(root)
            && let Kind::Member { object, name, .. } = facts.kind(c.callee)
            && self.file(at.file).sdk.has_word("listens", name)
        {
            root = *object;
        }
        at.sibling(root)
    }

    /// Whether errors of a stream reach somebody: a listener, a promise that is waited for, or
    /// code out of sight.
    fn is_heard(&self, function: NodeRef, listener: NodeRef, root: NodeRef, name: &Name) -> bool {
        let facts = self.facts(function.file);
        // Of the chain itself, what follows the listener.
        let mut at = listener.node;
        while let Some(parent) = facts.parent(at) {
            match facts.kind(parent) {
                Kind::Member { .. } => at = parent,
                Kind::Call(c) if c.callee == at => {
                    if self.hears(function, c) {
                        return true;
                    }
                    at = parent;
                }
                Kind::Block { .. } => break,
                Kind::Assign(_) if name.is_empty() => return true,
                Kind::Assign(_) => break,
                _ => return true,
            }
        }
        if name.is_empty() {
            let before = facts.descendants(listener.node);
            return before.into_iter().any(|n| match facts.kind(n) {
                Kind::Call(c) => {
                    n != root.node && facts.span(n).contains(facts.span(root.node)) && self.hears(function, c)
                }
                _ => false,
            });
        }
        facts.descendants(function.node).into_iter().any(|n| {
            let named = path_name(facts, n).is_some_and(|p| p == *name);
            if !named || matches!(facts.kind(n), Kind::Name(_)) && self.file(function.file).binds(n) {
                return false;
            }
            let Some(parent) = facts.parent(n) else { return false };
            match facts.kind(parent) {
                Kind::Member { object, .. } if *object == n => {
                    // `stream.on(…)` and what is chained to it.
                    let mut at = parent;
                    while let Some(up) = facts.parent(at) {
                        match facts.kind(up) {
                            Kind::Call(c) if c.callee == at => {
                                if self.hears(function, c) {
                                    return true;
                                }
                                at = up;
                            }
                            Kind::Member { object, .. } if *object == at => at = up,
                            _ => break,
                        }
                    }
                    false
                }
                Kind::Assign(a) => a.value == Some(n),
                Kind::Binary { .. } | Kind::If { .. } | Kind::Unary { .. } => false,
                _ => true,
            }
        })
    }

    fn hears(&self, function: NodeRef, call: &Call) -> bool {
        let facts = self.facts(function.file);
        let Kind::Member { name, .. } = facts.kind(call.callee) else { return false };
        match &**name {
            "on" | "once" | "addListener" => {
                call.args.first().is_some_and(|a| constant(facts, a.value).is_none_or(|e| &*e == "error"))
            }
            "abort" | "off" | "removeListener" => false,
            _ => true,
        }
    }
}
