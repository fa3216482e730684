//! Where the pieces of JSON are gathered, and where what was gathered is parsed.

use super::{MAX_STEPS, PIECE};
use crate::facts::{BinaryOp, Kind, Name, NodeId};
use crate::model::names::index::{constant, last_name};
use crate::model::names::scope::Origin;
use crate::model::stream::Project;
use crate::model::values::value::NodeRef;

/// What a piece is added to.
enum Gathering {
    /// The target of `target += piece`.
    Assigned(NodeId),
    /// The object of `object.push_str(piece)`.
    Called(NodeId),
}

impl Project {
    /// Whether pieces are added to a field of that name: `block.partial_json += piece`.
    pub(super) fn gathers_in_place(&self, piece: NodeRef) -> bool {
        let file = self.file(piece.file);
        let facts = &file.facts;
        let is_field = |n: NodeId| {
            matches!(facts.kind(n), Kind::Member { .. } | Kind::Index { .. })
                && self.key_of(piece.sibling(n)).is_some_and(|k| &*k.1 == PIECE)
        };
        facts.ids().any(|n| match facts.kind(n) {
            Kind::Assign(a) => is_field(a.target),
            // `block.partial_json.push_str(piece)`
            Kind::Call(call) => match facts.kind(call.callee) {
                Kind::Member { object, name, .. } => {
                    file.sdk.has_word("gather-text", name) && is_field(*object)
                }
                _ => false,
            },
            _ => false,
        })
    }

    /// The field that the piece is added to: `block.input += piece`.
    pub(super) fn gathering_field(&self, piece: NodeRef) -> Option<Name> {
        let (Gathering::Assigned(place) | Gathering::Called(place)) = self.gathering(piece)?;
        match self.facts(piece.file).kind(place) {
            Kind::Member { .. } | Kind::Index { .. } | Kind::Name(_) => self.field_read(piece.sibling(place)),
            _ => None,
        }
    }

    /// The list or map in which pieces are gathered by the position of their block:
    /// `self.buffers[index] += piece`, `pieces.entry(index).or_default().push_str(piece)`.
    pub(super) fn gathering_container(&self, piece: NodeRef) -> Option<Name> {
        let facts = self.facts(piece.file);
        match self.gathering(piece)? {
            Gathering::Assigned(target) => match facts.kind(target) {
                Kind::Index { object, index } if constant(facts, *index).is_none() => {
                    last_name(facts, *object)
                }
                _ => None,
            },
            Gathering::Called(object) => self.taken_from(piece.sibling(object), 0),
        }
    }

    /// What a piece is added to.
    fn gathering(&self, piece: NodeRef) -> Option<Gathering> {
        let facts = self.facts(piece.file);
        let mut from = piece.node;
        for node in facts.ancestors(piece.node).skip(1).take(6) {
            match facts.kind(node) {
                Kind::Assign(a) if a.value == Some(from) => {
                    let adds = a.op == Some(BinaryOp::Add)
                        || matches!(facts.kind(from), Kind::Binary { op: BinaryOp::Add, .. });
                    return adds.then_some(Gathering::Assigned(a.target));
                }
                Kind::Call(call) if call.callee != from => {
                    let Kind::Member { object, name, .. } = facts.kind(call.callee) else { return None };
                    let gathers = self.file(piece.file).sdk.has_word("gather-text", name);
                    return gathers.then_some(Gathering::Called(*object));
                }
                Kind::Binary { .. } | Kind::Unary { .. } | Kind::Cast { .. } | Kind::Str(_) => from = node,
                _ => return None,
            }
        }
        None
    }

    /// The list or map that an expression is taken out of by position.
    fn taken_from(&self, at: NodeRef, depth: u32) -> Option<Name> {
        let model = self.file(at.file);
        let facts = &model.facts;
        if depth > MAX_STEPS {
            return None;
        }
        let next = |n: NodeId| self.taken_from(at.sibling(n), depth + 1);
        match facts.kind(at.node) {
            Kind::Index { object, index } if constant(facts, *index).is_none() => last_name(facts, *object),
            // A field of what was taken out: `blocks[i]["json"]`, `blocks[i].json`
            Kind::Index { object, .. } => next(*object),
            Kind::Member { object, .. } if !model.is_own_object(*object) => next(*object),
            Kind::Call(call) => {
                let Kind::Member { object, name, .. } = facts.kind(call.callee) else { return None };
                let first = call.args.first().map(|a| a.value);
                match first {
                    // `blocks.get(i)`, `block.get("json")`
                    Some(key) if model.sdk.has_word("takes-by-key", name) => match constant(facts, key) {
                        Some(_) => next(*object),
                        None => last_name(facts, *object),
                    },
                    // `"".join(pieces)`
                    Some(pieces) if model.named_in(call.callee, "joins-pieces") => {
                        next(pieces).or_else(|| next(*object))
                    }
                    // `for block in blocks.values()`
                    None if model.sdk.has_word("all-elements-names", name) => {
                        next(*object).or_else(|| last_name(facts, *object))
                    }
                    _ => next(*object),
                }
            }
            Kind::Unary { operand: x, .. }
            | Kind::Binary { op: BinaryOp::Or | BinaryOp::Coalesce, left: x, .. }
            | Kind::Cast { value: x, .. }
            | Kind::Propagate(x) => next(*x),
            Kind::Name(name) => {
                model.scopes.lookup(facts, name, at.node).iter().find_map(|d| match &d.origin {
                    Origin::Value { expr, .. } if *expr != at.node => next(*expr),
                    _ => None,
                })
            }
            _ => None,
        }
    }

    /// Where something taken out of a list or map of that name is parsed.
    pub(super) fn parses_from(&self, piece: NodeRef, held: &Name) -> Vec<NodeRef> {
        let function = self.whole_function(piece);
        let model = self.file(piece.file);
        let facts = &model.facts;
        let found = facts.descendants(function.node).into_iter().filter(|&n| {
            let Kind::Call(call) = facts.kind(n) else { return false };
            last_name(facts, call.callee).is_some_and(|n| model.sdk.ends_word("parse", &n))
                && call
                    .args
                    .first()
                    .is_some_and(|a| self.taken_from(function.sibling(a.value), 0).as_ref() == Some(held))
        });
        found.map(|n| function.sibling(n)).collect()
    }

    /// Where a field of that name is parsed in the same function; of an object's own, in its other methods as well.
    pub(super) fn parses_of_field(&self, piece: NodeRef, field: &Name) -> Vec<NodeRef> {
        let function = self.whole_function(piece);
        let model = self.file(piece.file);
        let facts = &model.facts;
        let own = |n: NodeId| match facts.kind(n) {
            Kind::Member { object, .. } => model.is_own_object(*object),
            _ => false,
        };
        let gathers = self.gathering(piece).is_some_and(|g| match g {
            Gathering::Assigned(place) | Gathering::Called(place) => own(place),
        });
        let mut around = facts.ancestors(function.node).filter(|_| gathers);
        let class = around.find(|&n| matches!(facts.kind(n), Kind::Class(_)));
        let here = facts.span(function.node);
        let found = facts.descendants(class.unwrap_or(function.node)).into_iter().filter(|&n| {
            let Kind::Call(call) = facts.kind(n) else { return false };
            let parses = last_name(facts, call.callee).is_some_and(|n| model.sdk.ends_word("parse", &n));
            let Some(argument) = call.args.first() else { return false };
            let mut value = argument.value;
            while let Kind::Unary { operand: x, .. } | Kind::Binary { op: BinaryOp::Or, left: x, .. } =
                facts.kind(value)
            {
                value = *x;
            }
            parses
                && (here.contains(facts.span(n)) || own(value))
                && self.field_read(function.sibling(value)).is_some_and(|k| k == *field)
        });
        found.map(|n| function.sibling(n)).collect()
    }
}
