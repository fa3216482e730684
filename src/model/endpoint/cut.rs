//! Addresses that are cut, or replaced by another, on their way to the client.

use crate::facts::{BinaryOp, Call, Kind, NodeId};
use crate::model::Project;
use crate::model::index::{Member, constant};
use crate::model::scope::Origin;
use crate::model::value::{NodeRef, Value};

/// Expressions that an address goes through.
const MAX_PLACES: usize = 64;
/// Callers that a parameter comes from.
const MAX_CALLERS: usize = 8;

impl Project {
    /// Whether an address may lose its end before it gets to a place, or is only kept from it by a test:
    /// `url.removesuffix("/v1")`, `url[:-3] if url.endswith("/v1") else url`, `url if url != DEFAULT else None`.
    pub(super) fn is_cut_on_its_way(&self, at: NodeRef, url: &str) -> bool {
        if self.is_under_test_of(at, url) {
            return true;
        }
        let mut open = vec![at];
        let mut next = 0;
        while let Some(&place) = open.get(next) {
            next += 1;
            if next > MAX_PLACES {
                return true;
            }
            let mut add = |n: NodeRef| {
                if !open.contains(&n) {
                    open.push(n);
                }
            };
            match self.kind(place) {
                Kind::Name(name) => {
                    let file = self.file(place.file);
                    for def in file.scopes.lookup(&file.facts, name, place.node) {
                        match &def.origin {
                            Origin::Value { expr, .. } => add(place.sibling(*expr)),
                            Origin::Param { function, index, .. } => {
                                let function = place.sibling(*function);
                                let given = self.arguments_given(function, *index, MAX_CALLERS);
                                given.for_each(|(_, argument)| add(argument));
                            }
                            _ => {}
                        }
                    }
                }
                Kind::Member { object, name, .. } => {
                    for value in self.eval(place.sibling(*object)).iter() {
                        let Value::Instance { class, .. } = value else { continue };
                        for member in self.class_member(*class, name) {
                            match member {
                                Member::Field { value: Some(value), .. } => add(value),
                                Member::Method(f) => {
                                    self.return_values(f).iter().for_each(|&value| add(value));
                                }
                                _ => {}
                            }
                        }
                    }
                }
                Kind::Index { index, .. }
                    if matches!(self.kind(place.sibling(*index)), Kind::Slice { .. }) =>
                {
                    return true;
                }
                Kind::Index { object, .. } => add(place.sibling(*object)),
                Kind::If { condition, then, otherwise } => {
                    if self.compares_with(place.sibling(*condition), url) {
                        return true;
                    }
                    add(place.sibling(*then));
                    otherwise.iter().for_each(|&n| add(place.sibling(n)));
                }
                Kind::Binary { op: BinaryOp::Or | BinaryOp::Coalesce | BinaryOp::And, left, right } => {
                    add(place.sibling(*left));
                    add(place.sibling(*right));
                }
                Kind::Cast { value, .. } | Kind::Await(value) | Kind::Propagate(value) => {
                    add(place.sibling(*value));
                }
                Kind::Call(call) => {
                    if self.cuts_text(place, call) {
                        return true;
                    }
                    if let Kind::Member { object, .. } = self.kind(place.sibling(call.callee)) {
                        add(place.sibling(*object));
                    }
                    call.args.iter().for_each(|a| add(place.sibling(a.value)));
                    for value in self.eval(place.sibling(call.callee)).iter() {
                        if let Value::Function(f) = value {
                            self.return_values(*f).iter().for_each(|&value| add(value));
                        }
                    }
                }
                _ => {}
            }
        }
        false
    }

    /// Whether a call gives a part of a text: more than a slash is taken off its end.
    fn cuts_text(&self, at: NodeRef, call: &Call) -> bool {
        let file = self.file(at.file);
        let Kind::Member { name, .. } = file.facts.kind(call.callee) else { return false };
        let slash =
            call.args.first().and_then(|a| constant(&file.facts, a.value)).is_some_and(|t| &*t == "/");
        file.sdk.has_word("gives-part-of-text", name) && !call.args.is_empty() && !slash
    }

    /// Whether a place is only reached where something was compared with a text.
    fn is_under_test_of(&self, at: NodeRef, text: &str) -> bool {
        let facts = self.facts(at.file);
        let around = facts.ancestors(at.node).skip(1);
        let mut around = around.take_while(|&n| !matches!(facts.kind(n), Kind::Function(_)));
        around.any(|n| match facts.kind(n) {
            Kind::If { condition, .. } => self.compares_with(at.sibling(*condition), text),
            _ => false,
        })
    }

    fn compares_with(&self, condition: NodeRef, text: &str) -> bool {
        let facts = self.facts(condition.file);
        let is_text = |n: NodeId| {
            self.eval(condition.sibling(n)).iter().any(|v| match v {
                Value::Node(n) => self.text(*n).known().is_some_and(|t| t == text),
                _ => false,
            })
        };
        facts.descendants(condition.node).into_iter().any(|n| match facts.kind(n) {
            Kind::Binary { op: BinaryOp::Eq | BinaryOp::Ne, left, right } => {
                is_text(*left) || is_text(*right)
            }
            _ => false,
        })
    }
}
