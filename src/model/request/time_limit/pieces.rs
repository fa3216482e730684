//! Streams of which each piece is waited for under a limit.

use crate::facts::{Kind, NodeId};
use crate::model::names::index::last_name;
use crate::model::request::{Request, Tri};
use crate::model::values::value::{NodeRef, Value};
use crate::model::{Project, enclosing_function};

impl Project {
    /// Whether the pieces of a streamed answer are waited for under a limit each: `timeout(IDLE, stream.next())`,
    /// or a helper that races `reader.read()` with a timer.
    pub(super) fn reads_pieces_within_limit(&self, request: &Request) -> bool {
        if self.is_streamed(request) == Tri::No {
            return false;
        }
        self.next_pieces().iter().any(|&at| {
            let Kind::Call(call) = self.kind(at) else { return false };
            let object = match self.kind(at.sibling(call.callee)) {
                Kind::Member { object, .. } => Some(*object),
                _ => None,
            };
            let of_answer = |n| {
                let values = self.eval(at.sibling(n));
                values.iter().any(|v| matches!(v, Value::Response(r) if r.request == request.at))
            };
            let mut streams = object.into_iter().chain(call.args.first().map(|a| a.value));
            streams.any(of_answer) && (!self.clock_around(at).is_absent() || self.stands_beside_timer(at))
        })
    }

    /// Calls that wait for the next piece of something: `reader.read()`, `stream.next()`, `response.chunk()`.
    fn next_pieces(&self) -> &[NodeRef] {
        self.next_pieces.get_or_init(|| {
            let mut out = Vec::new();
            for (file, model) in self.file_ids() {
                let waits = |n: &NodeId| match model.facts.kind(*n) {
                    Kind::Call(call) => last_name(&model.facts, call.callee)
                        .is_some_and(|name| model.sdk.in_lists(&["next-piece", "own-next-piece"], &name)),
                    _ => false,
                };
                out.extend(model.facts.ids().filter(waits).map(|node| NodeRef { file, node }));
            }
            out
        })
    }

    /// Whether a function around a place gives up when a timer is up.
    fn stands_beside_timer(&self, at: NodeRef) -> bool {
        let facts = self.facts(at.file);
        let mut from = at.node;
        while let Some(function) = enclosing_function(facts, from) {
            if self.rejects_in_time(at.sibling(function)) {
                return true;
            }
            from = function;
        }
        false
    }
}
