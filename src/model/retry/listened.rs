//! Pieces of a stream that its listeners hand out before a failure begins it anew.

use super::Retry;
use super::probe::Probe;
use crate::facts::Kind;
use crate::model::names::index::constant;
use crate::model::values::value::{NodeRef, Value};
use crate::model::{Project, Request};
use crate::sdk::failures::Failure;

impl Project {
    /// Where a listener hands out pieces of a stream that is waited for in the same code, if what fails meanwhile
    /// begins it anew: `stream.on("text", onText); return stream.finalMessage()`.
    pub(super) fn handed_out_by_listener(
        &self,
        request: &Request,
        retry: &Retry,
        region: NodeRef,
        around: Option<NodeRef>,
    ) -> Option<NodeRef> {
        let mut nodes = self.facts(region.file).descendants(region.node);
        nodes.sort_unstable();
        let mut nodes = nodes.into_iter().map(|n| region.sibling(n));
        let (listening, emission) =
            nodes.clone().find_map(|at| Some((at, self.emission_of_listener(request, at)?)))?;
        // Who listens to some attempts only may do so to the last.
        let facts = self.facts(region.file);
        let mut around_it = facts.ancestors(listening.node).take_while(|&n| n != region.node);
        if around_it.any(|n| matches!(facts.kind(n), Kind::If { .. } | Kind::Match(_))) {
            return None;
        }
        let waits = nodes.find(|&at| {
            matches!(self.kind(at), Kind::Call(_))
                && at.node > listening.node
                && self.waits_for_all(at, request.at)
        })?;
        let flow = self.follow(waits, around, &Probe::new(Failure::Connection, true, None));
        let again = match around {
            Some(_) => flow.rounds == 2,
            None => flow.thrown == 2 && flow.falls.max(flow.left) == 0,
        };
        let shown = again && !self.minds_progress(retry, listening) && !self.is_given_nobody(emission, retry);
        shown.then_some(emission)
    }

    /// What hands out a piece in the listener that a call sets for the answer to a request.
    fn emission_of_listener(&self, request: &Request, at: NodeRef) -> Option<NodeRef> {
        let Kind::Call(call) = self.kind(at) else { return None };
        let file = self.file(at.file);
        let Kind::Member { object, name, .. } = file.facts.kind(call.callee) else { return None };
        let [event, listener] = &call.args[..] else { return None };
        let event = constant(&file.facts, event.value).filter(|_| file.sdk.has_word("listens", name))?;
        // What comes with the end is no piece.
        let piece = |v: &Value| match v {
            Value::Response(r) if r.request == request.at => {
                r.kind.events.get(&*event).is_some_and(|path| !path.is_empty())
            }
            _ => false,
        };
        if !self.eval(at.sibling(*object)).iter().any(piece) {
            return None;
        }
        let listener = at.sibling(listener.value);
        match self.kind(listener) {
            Kind::Function(f) => {
                // A piece is what comes first; the text so far, which comes with it, takes the place of another.
                let pattern = f.params.first()?.pattern;
                let Kind::Name(piece) = file.facts.kind(pattern) else { return None };
                let mut inside = file.facts.descendants(listener.node);
                inside.sort_unstable();
                inside
                    .into_iter()
                    .map(|n| at.sibling(n))
                    .find(|&n| self.hands_piece_out(n) && file.facts.names(n.node, piece))
            }
            _ => self.is_emitter(listener).then_some(at),
        }
    }
}
