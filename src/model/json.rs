//! Values as the API sees them: objects, lists and texts, as far as they are in sight.
//!
//! A [`Json`] value follows names, spreads and later changes, so that a rule about a nested literal
//! asks one question: what is certainly there? What may be there or not is never said to be absent.

mod changes;
mod handed;
mod list;
mod object;

pub(super) use handed::Handed;

use super::value::{External, Field, NodeRef, Text, Value};
use super::{Project, Request};
use crate::facts::{BinaryOp, Kind, Name};

/// A value and where it is written.
#[derive(Debug, Clone, PartialEq)]
pub struct Json {
    /// The expression that gives it: a literal where one is in sight.
    pub at: NodeRef,
    /// What it is.
    pub kind: JsonKind,
}

/// What a value is.
#[derive(Debug, Clone, PartialEq)]
pub enum JsonKind {
    /// An object.
    Object {
        /// The fields in sight, in order; a later one of the same name wins.
        entries: Vec<JsonEntry>,
        /// Whether there may be more.
        open: bool,
    },
    /// A list.
    List {
        /// The items in sight, in order.
        items: Vec<Json>,
        /// Whether there may be more, or others between them.
        open: bool,
    },
    /// A text, perhaps with gaps.
    Text(Text),
    /// A number.
    Number(f64),
    /// `true` or `false`.
    Bool(bool),
    /// `null`.
    Null,
    /// Out of reach.
    Unknown,
}

/// A field of an object.
#[derive(Debug, Clone, PartialEq)]
pub struct JsonEntry {
    /// Its name in JSON.
    pub key: Name,
    /// Its value.
    pub value: Json,
    /// What it is where it is set, if it is set on some ways only: its value is unknown then.
    pub perhaps: Option<Json>,
}

impl Json {
    fn unknown(at: NodeRef) -> Json {
        Json { at, kind: JsonKind::Unknown }
    }

    /// The field of an object that is certainly there.
    pub fn get(&self, key: &str) -> Option<&Json> {
        let JsonKind::Object { entries, .. } = &self.kind else { return None };
        entries.iter().rev().find(|e| &*e.key == key).map(|e| &e.value)
    }

    /// The field of an object as it is where it is set, be that on some ways only.
    pub fn where_set(&self, key: &str) -> Option<&Json> {
        let entry = self.entries().iter().rev().find(|e| &*e.key == key)?;
        Some(entry.perhaps.as_ref().unwrap_or(&entry.value))
    }

    /// A field reached through several objects.
    pub fn path(&self, keys: &[&str]) -> Option<&Json> {
        keys.iter().try_fold(self, |json, key| json.get(key))
    }

    /// Whether this is an object that certainly has no such field.
    pub fn lacks(&self, key: &str) -> bool {
        matches!(&self.kind, JsonKind::Object { entries, open: false } if !entries.iter().any(|e| &*e.key == key))
    }

    /// The fields of an object in sight; empty for anything else.
    pub fn entries(&self) -> &[JsonEntry] {
        match &self.kind {
            JsonKind::Object { entries, .. } => entries,
            _ => &[],
        }
    }

    /// The items of a list in sight; empty for anything else.
    pub fn items(&self) -> &[Json] {
        match &self.kind {
            JsonKind::List { items, .. } => items,
            _ => &[],
        }
    }

    /// Whether it is a list or object of which everything is in sight; for other known values true.
    pub fn is_whole(&self) -> bool {
        match &self.kind {
            JsonKind::Object { open, .. } | JsonKind::List { open, .. } => !open,
            JsonKind::Text(text) => text.known().is_some(),
            JsonKind::Unknown => false,
            _ => true,
        }
    }

    /// Whether it is an object.
    pub fn is_object(&self) -> bool {
        matches!(self.kind, JsonKind::Object { .. })
    }

    /// Whether it is a list.
    pub fn is_list(&self) -> bool {
        matches!(self.kind, JsonKind::List { .. })
    }

    /// The whole text.
    pub fn text(&self) -> Option<String> {
        match &self.kind {
            JsonKind::Text(text) => text.known(),
            _ => None,
        }
    }

    /// Whether it is certainly that text.
    pub fn is_text(&self, text: &str) -> bool {
        matches!(&self.kind, JsonKind::Text(t) if matches!(&t.pieces[..], [Some(known)] if known == text))
    }

    /// The number.
    pub fn number(&self) -> Option<f64> {
        match self.kind {
            JsonKind::Number(n) => Some(n),
            _ => None,
        }
    }

    /// The truth value.
    pub fn bool(&self) -> Option<bool> {
        match self.kind {
            JsonKind::Bool(b) => Some(b),
            _ => None,
        }
    }
}

/// How deep literals are followed; JSON schemas are the deepest.
const MAX_DEPTH: u32 = 24;

/// How many values one value holds at most; beyond, the rest is out of reach.
pub(super) const MAX_NODES: u32 = 4000;

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
    pub(super) fn json_entry(&self, key: &Name, value: NodeRef) -> JsonEntry {
        let mut budget = MAX_NODES;
        let perhaps = self.only_alternative(value, 0, &mut budget);
        JsonEntry { key: key.clone(), value: self.json_within(value, 0, &mut budget), perhaps }
    }

    pub(super) fn json_within(&self, at: NodeRef, depth: u32, budget: &mut u32) -> Json {
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
        match self.kind(at) {
            Kind::Record(_) | Kind::List(_) | Kind::Comprehension(_) => {
                return self.literal_json(at, at, depth, budget);
            }
            Kind::Call(_) if self.sifted(at).is_some() => return self.literal_json(at, at, depth, budget),
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
    pub(super) fn json_through(&self, node: NodeRef, through: NodeRef) -> Json {
        let mut budget = MAX_NODES;
        match self.is_conditional(node) {
            true => Json::unknown(node),
            false => self.literal_json(node, through, 0, &mut budget),
        }
    }

    /// `dict(a=1)`, `ToolParam(name=…)`: keywords are fields.
    pub(super) fn makes_record(&self, at: NodeRef) -> bool {
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
            Kind::List(items) => {
                let handed = match node == through {
                    true => Handed::Kept,
                    false => self.handed(node, through),
                };
                if handed == Handed::Changed {
                    return Json::unknown(node);
                }
                let mut open = handed == Handed::Grown || self.is_grown(node, through);
                let mut out = Vec::new();
                for &item in items {
                    let item = node.sibling(item);
                    if let Kind::Spread(inner) = self.kind(item) {
                        let inner = self.json_within(node.sibling(*inner), depth + 1, budget);
                        match inner.kind {
                            JsonKind::List { items, open: more } => {
                                out.extend(items);
                                open |= more;
                            }
                            _ => open = true,
                        }
                        continue;
                    }
                    out.push(self.json_within(item, depth + 1, budget));
                }
                JsonKind::List { items: out, open }
            }
            Kind::Call(_) | Kind::Comprehension(_) => self.object(node, through, depth, budget),
            _ if node != through => return self.json_within(node, depth + 1, budget),
            _ => JsonKind::Unknown,
        };
        Json { at: node, kind }
    }
}
