//! Values read from code: literals, and what names stand for.

use super::{Json, JsonEntry, JsonKind};
use crate::facts::{BinaryOp, Kind, Name};
use crate::model::values::value::{External, Field, NodeRef, Value};
use crate::model::{Project, Request};

/// How deep literals are followed; JSON schemas are the deepest.
const MAX_DEPTH: u32 = 24;

/// How many values one value holds at most; beyond, the rest is out of reach.
pub(in crate::model) const MAX_NODES: u32 = 4000;

impl Project {
    /// The value of an expression.
    pub fn json(&self, at: NodeRef) -> Json {
        let mut budget = MAX_NODES;
        self.json_within(at, 0, &mut budget)
    }

    /// The value of a field of a request's body, where there is exactly one such field in sight.
    pub fn body_json(&self, request: &Request, name: &str) -> Option<Json> {
        match self.body_field(request, name) {
            Field::Known(nodes) => match &nodes[..] {
                [one] => Some(self.json(*one)),
                _ => None,
            },
            _ => None,
        }
    }

    /// A field with its value.
    pub(in crate::model) fn json_entry(&self, key: &Name, value: NodeRef) -> JsonEntry {
        let mut budget = MAX_NODES;
        let perhaps = self.only_alternative(value, 0, &mut budget);
        JsonEntry { key: key.clone(), value: self.json_within(value, 0, &mut budget), perhaps }
    }

    pub(in crate::model) fn json_within(&self, at: NodeRef, depth: u32, budget: &mut u32) -> Json {
        if depth > MAX_DEPTH || *budget == 0 {
            return Json::unknown(at);
        }
        *budget -= 1;
        if self.makes_record(at) {
            return self.literal_json(at, at, depth, budget);
        }
        if let Some(n) = self.number(at) {
            return Json { at, kind: JsonKind::Number(n) };
        }
        if let Some(item) = self.picked_element(at, depth, budget) {
            return Json { at, kind: JsonKind::List { items: vec![item], open: true } };
        }
        match self.kind(at) {
            Kind::Record(_) | Kind::List(_) | Kind::Comprehension(_) => {
                return self.literal_json(at, at, depth, budget);
            }
            Kind::Call(_) if self.sifted(at).is_some() => return self.literal_json(at, at, depth, budget),
            Kind::Binary { .. } if self.joins_lists(at) => return self.literal_json(at, at, depth, budget),
            Kind::Str(_) => return Json { at, kind: JsonKind::Text(self.text(at)) },
            Kind::Bool(b) => return Json { at, kind: JsonKind::Bool(*b) },
            Kind::Null => return Json { at, kind: JsonKind::Null },
            Kind::Name(_) => {
                if let Ok([one]) = <[Json; 1]>::try_from(self.gathered_keywords(at, depth, budget)) {
                    return one;
                }
            }
            _ => {}
        }
        let text = self.text(at);
        if text.pieces.iter().any(Option::is_some) {
            return Json { at, kind: JsonKind::Text(text) };
        }
        if matches!(self.kind(at), Kind::Binary { op: BinaryOp::And, .. }) {
            return Json::unknown(at);
        }
        match &self.eval(at)[..] {
            [Value::Node(node) | Value::Instance { made: Some(node), .. }]
                if *node != at && !self.is_conditional(*node) =>
            {
                match self.literal_json(*node, at, depth, budget) {
                    // What it is made of says nothing.
                    Json { kind: JsonKind::Unknown, .. } => Json::unknown(at),
                    known => known,
                }
            }
            // `options = dict(model=…)`
            [Value::External(External { made: Some(made), .. })]
                if *made != at && (self.makes_record(*made) || self.sifted(*made).is_some()) =>
            {
                self.literal_json(*made, at, depth, budget)
            }
            _ => Json::unknown(at),
        }
    }

    /// Whether a literal is the right side of `condition && literal`.
    fn is_conditional(&self, node: NodeRef) -> bool {
        let facts = self.facts(node.file);
        facts.parent(node.node).is_some_and(
            |p| matches!(facts.kind(p), Kind::Binary { op: BinaryOp::And, right, .. } if *right == node.node),
        )
    }

    /// The value of a literal that is reached through another expression.
    pub(in crate::model) fn json_through(&self, node: NodeRef, through: NodeRef) -> Json {
        let mut budget = MAX_NODES;
        match self.is_conditional(node) {
            true => Json::unknown(node),
            false => self.literal_json(node, through, 0, &mut budget),
        }
    }

    /// `dict(a=1)`, `ToolParam(name=…)`: keywords are fields.
    pub(in crate::model) fn makes_record(&self, at: NodeRef) -> bool {
        let Kind::Call(call) = self.kind(at) else { return false };
        if call.args.is_empty() || !call.args.iter().all(|a| a.name.is_some() || a.keyword_spread) {
            return false;
        }
        let callee = self.eval(at.sibling(call.callee));
        callee.iter().all(|v| match v {
            Value::Class(_) => true,
            Value::External(e) => {
                let name = e.path.rsplit('.').next().unwrap_or_default();
                name == "dict" || name.starts_with(|c: char| c.is_uppercase())
            }
            _ => false,
        })
    }

    /// The value of a literal, reached through an expression that may be a variable.
    fn literal_json(&self, node: NodeRef, through: NodeRef, depth: u32, budget: &mut u32) -> Json {
        let kind = match self.kind(node) {
            Kind::Record(_) => self.object(node, through, depth, budget),
            Kind::List(_) | Kind::Binary { .. } if self.is_written_list(node) => {
                match self.written_list(node, through, depth, budget) {
                    Some(list) => list,
                    None => return Json::unknown(node),
                }
            }
            Kind::Call(_) | Kind::Comprehension(_) => self.object(node, through, depth, budget),
            _ if node != through => return self.json_within(node, depth + 1, budget),
            _ => JsonKind::Unknown,
        };
        Json { at: node, kind }
    }
}
