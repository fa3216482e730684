//! Readers that stand beside a stream: the bytes they read go on to somebody else as they came.

use super::MAX_CALLERS;
use crate::facts::{BinaryOp, Kind, NodeId};
use crate::model::names::index::last_name;
use crate::model::names::scope::{Def, Origin};
use crate::model::stream::Project;
use crate::model::values::value::NodeRef;

/// Steps from a piece to what hands it on.
const MAX_OUT: usize = 8;

impl Project {
    /// Whether the pieces that a reader is given, or its callers parse for it, are handed on as well, each as
    /// it came.
    pub(super) fn stands_beside(&self, function: NodeRef, parse: NodeRef) -> bool {
        let mut places = vec![parse];
        let mut from = 0;
        for of in [parse, function] {
            places.extend(self.places_that_call(if of == parse { self.whole_function(of) } else { of }));
        }
        // The callers of these, once.
        let near = places.len();
        while from < near {
            places.extend(self.places_that_call(self.whole_function(places[from])));
            from += 1;
        }
        places.sort();
        places.dedup();
        places.into_iter().any(|place| self.passes_pieces_around(place))
    }

    fn places_that_call(&self, function: NodeRef) -> impl Iterator<Item = NodeRef> {
        let calls = if function.node == NodeId::ROOT { &[][..] } else { self.callers(function) };
        calls.iter().copied().filter(|&call| !self.is_test(call)).take(MAX_CALLERS)
    }

    /// Whether a loop, or a function that is run for each piece, around a place hands on what it goes over.
    fn passes_pieces_around(&self, place: NodeRef) -> bool {
        let model = self.file(place.file);
        let facts = &model.facts;
        let around = self.whole_function(place);
        if around.node == NodeId::ROOT {
            return false;
        }
        let reads = |part: NodeId| facts.span(part).contains(facts.span(place.node));
        facts.descendants(around.node).into_iter().any(|n| {
            let at = place.sibling(n);
            let Kind::Name(name) = facts.kind(n) else { return false };
            // What the reader makes of the pieces is no piece.
            let outside = !facts.span(place.node).contains(facts.span(n));
            outside
                && !model.binds(n)
                && self.is_relayed(at)
                && model.scopes.lookup(facts, name, n).iter().any(|def| {
                    let turn = facts.ancestors(def.node).skip(1).find_map(|n| match facts.kind(n) {
                        Kind::Loop(l) => Some((l.body, self.binds_next_piece(place.sibling(n), def))),
                        Kind::Function(f) => Some((f.body, false)),
                        _ => None,
                    });
                    turn.is_some_and(|(body, next)| reads(body) && (next || self.is_piece_of_body(at)))
                })
        })
    }

    /// Whether a loop binds a name to what comes next out of something that is waited for.
    fn binds_next_piece(&self, at: NodeRef, def: &Def) -> bool {
        let model = self.file(at.file);
        let Kind::Loop(l) = model.facts.kind(at.node) else { return false };
        let Origin::Value { expr, .. } = &def.origin else { return false };
        let mut from = *expr;
        while let Kind::Await(x) | Kind::Propagate(x) = model.facts.kind(from) {
            from = *x;
        }
        l.is_async && l.iterable == Some(from)
            || matches!(model.facts.kind(from), Kind::Call(call)
                if model.named_in(call.callee, "next-piece"))
    }

    /// Whether something is sent on or yielded, as it is or in a frame of its own.
    pub(super) fn is_relayed(&self, at: NodeRef) -> bool {
        let model = self.file(at.file);
        let facts = &model.facts;
        let mut from = at.node;
        for up in facts.ancestors(at.node).skip(1).take(MAX_OUT) {
            match facts.kind(up) {
                Kind::Yield(_) => return true,
                Kind::Member { object, name, .. }
                    if *object == from && model.sdk.has_word("same-text", name) => {}
                Kind::Call(call) => {
                    let Some(name) = last_name(facts, call.callee) else { return false };
                    if call.callee != from && model.sdk.has_word("relay-names", &name) {
                        return true;
                    }
                    let same = ["same-text", "value-wrappers", "moves-out"]
                        .iter()
                        .any(|list| model.sdk.has_word(list, &name));
                    if !same {
                        return false;
                    }
                }
                Kind::Binary { op: BinaryOp::Add, .. }
                | Kind::Await(_)
                | Kind::Propagate(_)
                | Kind::Cast { .. }
                | Kind::Unary { .. }
                | Kind::Str(_) => {}
                _ => return false,
            }
            from = up;
        }
        false
    }
}
