//! Pieces of a body that is piped through a transformation of the program's own.

use super::Piece;
use crate::facts::{Key, Kind};
use crate::model::names::index::last_name;
use crate::model::stream::Project;
use crate::model::values::value::NodeRef;

impl Project {
    /// `body.pipeThrough(new TransformStream({ transform(chunk, controller) { … } }))`: the piece that the
    /// function is given.
    pub(super) fn piped_through(&self, function: NodeRef) -> Option<Piece> {
        let model = self.file(function.file);
        let facts = &model.facts;
        let methods = facts.parent(function.node)?;
        let Kind::Record(record) = facts.kind(methods) else { return None };
        let entry = record.entries.iter().find(|e| e.value == function.node)?;
        let Some(Key::Known(name)) = &entry.key else { return None };
        let made = facts.parent(methods)?;
        let Kind::Call(call) = facts.kind(made) else { return None };
        let first = call.args.first().is_some_and(|a| a.value == methods);
        let transforms = last_name(facts, call.callee)
            .is_some_and(|class| model.sdk.has_word("transforms-pieces", &format!("{class}.{name}")));
        if !first || !transforms {
            return None;
        }
        let made = function.sibling(made);
        let holder = facts.parent(made.node).map(|p| facts.kind(p));
        let places = match holder {
            Some(Kind::Assign(a)) => self.readers(made.sibling(a.target)),
            _ => vec![made],
        };
        places.into_iter().find_map(|place| self.piped_into_place(place))
    }

    /// What is piped into the stream at a place: a body, or the text of one.
    fn piped_into_place(&self, stream: NodeRef) -> Option<Piece> {
        let facts = self.facts(stream.file);
        let pipe = stream.sibling(facts.parent(stream.node)?);
        let Kind::Call(call) = self.kind(pipe) else { return None };
        let Kind::Member { object, name, .. } = facts.kind(call.callee) else { return None };
        let given = call.args.first().is_some_and(|a| a.value == stream.node);
        if !given || !self.file(stream.file).sdk.has_word("pipes-through", name) {
            return None;
        }
        let from = stream.sibling(*object);
        match self.is_piped(from) {
            true => self.decoded_on_the_way(from),
            false => self.is_body(from, 0).then_some(Piece { source: from, text: false }),
        }
    }
}
