//! Limits on the whole time of a streamed answer, however steadily its data flows.

use super::super::{Client, Request, Tri};
use super::Project;
use crate::facts::{Call, Kind, NodeId};
use crate::model::names::index::last_name;
use crate::model::values::value::NodeRef;

/// A limit on the whole time of an answer.
#[derive(Clone, Copy, Debug)]
pub struct StreamLimit {
    /// Where it is set.
    pub at: NodeRef,
    /// How long.
    pub seconds: f64,
    /// Whether it stands at the request itself, or around it.
    pub near: bool,
}

impl Project {
    /// The limits on the whole time of a streamed answer.
    pub fn stream_limits(&self, request: &Request) -> Vec<StreamLimit> {
        if self.is_streamed(request) != Tri::Yes {
            return Vec::new();
        }
        let mut out = Vec::new();
        for client in &request.clients {
            self.client_limits(client, &mut out);
        }
        for option in ["signal", "abortSignal", "timeout"] {
            for &node in self.call_option(request, option).nodes() {
                self.limit_made(node, option, true, &mut out);
            }
        }
        self.limits_around(request, &mut out);
        out
    }

    /// Options of clients that limit the whole answer.
    fn client_limits(&self, client: &Client, out: &mut Vec<StreamLimit>) {
        let Some(option) = &client.kind.total_timeout else { return };
        for &node in self.client_option(client, option).nodes() {
            if let Some(seconds) = self.span_of_time(node, 0) {
                out.push(StreamLimit { at: node, seconds, near: false });
            } else {
                self.limit_made(node, option, false, out);
            }
        }
    }

    /// `AbortSignal.timeout(30_000)`, `ClientTimeout(total=30)`.
    fn limit_made(&self, at: NodeRef, option: &str, near: bool, out: &mut Vec<StreamLimit>) {
        for made in self.nodes_of(at) {
            let model = self.file(made.file);
            let Kind::Call(call) = model.facts.kind(made.node) else { continue };
            let Some(name) = last_name(&model.facts, call.callee) else { continue };
            let text = model.text_of(call.callee);
            let seconds = if text.ends_with("AbortSignal.timeout") && option != "timeout" {
                self.first_number(made, call).map(|ms| ms / 1000.0)
            } else if &*name == "ClientTimeout" {
                let total = call.args.iter().find(|a| a.name.as_deref() == Some("total"));
                total.and_then(|a| self.number_at(made.sibling(a.value)))
            } else {
                None
            };
            if let Some(seconds) = seconds {
                out.push(StreamLimit { at: made, seconds, near });
            }
        }
    }

    /// The expression itself, and those that a variable stands for.
    fn nodes_of(&self, at: NodeRef) -> Vec<NodeRef> {
        if matches!(self.kind(at), Kind::Call(_)) {
            return vec![at];
        }
        let model = self.file(at.file);
        let Kind::Name(name) = model.facts.kind(at.node) else { return Vec::new() };
        let defs = model.scopes.lookup(&model.facts, name, at.node);
        let values = defs.iter().filter_map(|d| match &d.origin {
            super::super::Origin::Value { expr, path } if path.is_empty() => Some(at.sibling(*expr)),
            _ => None,
        });
        values.collect()
    }

    fn first_number(&self, at: NodeRef, call: &Call) -> Option<f64> {
        call.args.first().and_then(|a| self.number_at(at.sibling(a.value)))
    }

    fn number_at(&self, at: NodeRef) -> Option<f64> {
        self.numbers_by_default(at)?.into_iter().reduce(f64::max)
    }

    /// The seconds of a duration: `Duration::from_secs(30)`.
    fn span_of_time(&self, at: NodeRef, depth: u32) -> Option<f64> {
        let facts = self.facts(at.file);
        if let Kind::Call(call) = facts.kind(at.node) {
            let name = last_name(facts, call.callee)?;
            let number = || self.first_number(at, call);
            return match &*name {
                "from_secs" | "from_secs_f64" | "from_secs_f32" | "seconds" => number(),
                "from_millis" | "milliseconds" => number().map(|n| n / 1000.0),
                "from_mins" | "minutes" => number().map(|n| n * 60.0),
                "Some" if depth < 2 => self.span_of_time(at.sibling(call.args.first()?.value), depth + 1),
                _ => None,
            };
        }
        if depth > 2 {
            return None;
        }
        // A named constant.
        self.span_of_time(at.sibling(self.file(at.file).only_value(at.node)?), depth + 1)
    }

    /// `async with asyncio.timeout(30)` and the like around a request and the reading of its answer.
    fn limits_around(&self, request: &Request, out: &mut Vec<StreamLimit>) {
        let model = self.file(request.at.file);
        let facts = &model.facts;
        let limits = |n: NodeId| -> Option<StreamLimit> {
            let Kind::Call(call) = facts.kind(n) else { return None };
            let at = request.at.sibling(n);
            if !self.is_listed("total-time", at.sibling(call.callee)) {
                return None;
            }
            let named = call.args.iter().find(|a| a.name.as_deref() == Some("timeout"));
            let seconds = match named {
                Some(arg) => self.number_at(at.sibling(arg.value)),
                None => call.args.iter().find_map(|a| {
                    let given = at.sibling(a.value);
                    self.span_of_time(given, 0).or_else(|| self.number_at(given))
                }),
            };
            seconds.map(|seconds| StreamLimit { at, seconds, near: true })
        };
        let mut from = request.at.node;
        for node in facts.ancestors(request.at.node).skip(1) {
            match facts.kind(node) {
                Kind::With(w) if w.body == from && self.has_reading(request, w.body) => {
                    out.extend(w.items.iter().filter_map(|i| limits(i.value)));
                }
                // `timeout(d, async { … })`: the block reads the answer as well.
                Kind::Call(_) if self.has_reading(request, from) => out.extend(limits(node)),
                Kind::Function(f) if f.name.is_some() => break,
                _ => {}
            }
            from = node;
        }
        let root = self.function_of(request.at).map_or(NodeId::ROOT, |f| f.node);
        for node in facts.descendants(root) {
            if self.limits_the_end(request, node) {
                out.extend(limits(node));
            }
        }
        // `asyncio.wait_for(read(), timeout=30)`
        let Some(function) = self.function_of(request.at) else { return };
        let Kind::Function(f) = self.kind(function) else { return };
        if f.is_generator || !self.has_reading(request, function.node) {
            return;
        }
        for &caller in self.callers(function).iter().take(4) {
            let facts = self.facts(caller.file);
            // `async with asyncio.timeout(30): await read()`
            for node in facts.ancestors(caller.node).skip(1).take(8) {
                match facts.kind(node) {
                    Kind::With(w) => out.extend(w.items.iter().filter_map(|i| {
                        let at = caller.sibling(i.value);
                        let Kind::Call(call) = self.kind(at) else { return None };
                        let listed = self.is_listed("total-time", at.sibling(call.callee));
                        let seconds = listed.then(|| self.first_number(at, call)).flatten()?;
                        Some(StreamLimit { at, seconds, near: true })
                    })),
                    Kind::Function(_) => break,
                    _ => {}
                }
            }
            let Some(parent) = facts.parent(caller.node) else { continue };
            let Kind::Call(call) = facts.kind(parent) else { continue };
            let at = caller.sibling(parent);
            if call.callee == caller.node || !self.is_listed("total-time", at.sibling(call.callee)) {
                continue;
            }
            let given = call.args.iter().find(|a| a.name.as_deref() == Some("timeout")).or(call.args.get(1));
            if let Some(seconds) = given.and_then(|a| self.number_at(at.sibling(a.value))) {
                out.push(StreamLimit { at, seconds, near: true });
            }
        }
    }

    /// `asyncio.wait_for(stream.get_final_message(), 30)`
    fn limits_the_end(&self, request: &Request, node: NodeId) -> bool {
        let file = self.file(request.at.file);
        let facts = &file.facts;
        let Kind::Call(call) = facts.kind(node) else { return false };
        let waits = |n: NodeId| {
            let Kind::Call(c) = facts.kind(n) else { return false };
            let Kind::Member { object, name, .. } = facts.kind(c.callee) else { return false };
            file.sdk.has_word("stream-end-calls", name)
                && self.is_answer(request.at.sibling(*object), request.at)
        };
        call.args.first().is_some_and(|a| waits(a.value))
            && self.is_listed("total-time", request.at.sibling(call.callee))
    }

    /// Whether a stream is read to its end within a node: a loop runs over it, or its last message is waited for.
    fn has_reading(&self, request: &Request, within: NodeId) -> bool {
        let file = self.file(request.at.file);
        let facts = &file.facts;
        facts.descendants(within).into_iter().any(|n| match facts.kind(n) {
            Kind::Loop(l) => {
                !facts.span(n).contains(facts.span(request.at.node))
                    && (l.iterable.is_some() || l.condition.is_some())
            }
            Kind::Call(c) => file.named_in(c.callee, "stream-end-calls"),
            _ => false,
        })
    }
}
