//! Addresses that are cut, continued, or replaced by another, on their way to the client.

use rustc_hash::FxHashSet;

use crate::facts::{BinaryOp, Call, Kind, NodeId};
use crate::model::Project;
use crate::model::names::index::{Member, constant};
use crate::model::values::came_from::WalkBack;
use crate::model::values::value::{NodeRef, Value};

/// Expressions that an address goes through.
const MAX_PLACES: usize = 64;

impl Project {
    /// Whether an address may lose its end before it gets to a place, or is only kept from it by a test:
    /// `url.removesuffix("/v1")`, `url[:-3] if url.endswith("/v1") else url`, `url if url != DEFAULT else None`.
    pub(super) fn is_cut_on_its_way(&self, at: NodeRef, url: &str) -> bool {
        let mut places = WalkBack::new(at, MAX_PLACES, |place| match self.kind(place) {
            Kind::Member { .. } => self.held_in_field(place),
            Kind::Index { object, .. } => vec![place.sibling(*object)],
            _ => self.came_from(place),
        });
        let is_cut = |place: NodeRef| match self.kind(place) {
            Kind::Index { index, .. } => matches!(self.kind(place.sibling(*index)), Kind::Slice { .. }),
            Kind::If { condition, .. } => self.compares_with(place.sibling(*condition), url),
            Kind::Call(call) => self.cuts_text(place, call),
            _ => false,
        };
        self.is_under_test_of(at, url)
            || places.by_ref().take(MAX_PLACES).any(is_cut)
            || places.next().is_some()
    }

    /// Whether something is put behind an address where its variable is set anew: `url = f"{url}/messages"`.
    pub(super) fn is_continued_on_its_way(&self, at: NodeRef) -> bool {
        let places: Vec<NodeRef> =
            WalkBack::new(at, MAX_PLACES, |place| self.came_from(place)).take(MAX_PLACES).collect();
        let bound = |place: NodeRef| -> Vec<NodeRef> {
            let file = self.file(place.file);
            match file.facts.kind(place.node) {
                Kind::Name(name) => {
                    let defs = file.scopes.lookup(&file.facts, name, place.node);
                    defs.iter().map(|def| place.sibling(def.node)).collect()
                }
                _ => Vec::new(),
            }
        };
        let known: FxHashSet<NodeRef> = places.iter().flat_map(|&place| bound(place)).collect();
        places.iter().any(|&place| {
            let joins = matches!(self.kind(place), Kind::Str(_) | Kind::Binary { op: BinaryOp::Add, .. });
            let parts = self.facts(place.file).descendants(place.node);
            joins && parts.into_iter().flat_map(|n| bound(place.sibling(n))).any(|def| known.contains(&def))
        })
    }

    /// What the field of an object of the project is set to, or its method gives.
    fn held_in_field(&self, at: NodeRef) -> Vec<NodeRef> {
        let Kind::Member { object, name, .. } = self.kind(at) else { return Vec::new() };
        let mut out = Vec::new();
        for value in self.eval(at.sibling(*object)).iter() {
            let Value::Instance { class, .. } = value else { continue };
            for member in self.class_member(*class, name) {
                match member {
                    Member::Field { value: Some(value), .. } => out.push(value),
                    Member::Method(f) => out.extend(self.return_values(f).iter().copied()),
                    _ => {}
                }
            }
        }
        out
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
