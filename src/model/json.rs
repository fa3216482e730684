//! Values as the API sees them: objects, lists and texts, as far as they are in sight.
//!
//! A [`Json`] value follows names, spreads and later changes, so that a rule about a nested literal
//! asks one question: what is certainly there? What may be there or not is never said to be absent.

use super::index::path_name;
use super::value::{Field, NodeRef, Text, Value};
use super::{Project, Request};
use crate::facts::{Key, Kind, Name};

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
const MAX_NODES: u32 = 4000;

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

    fn json_within(&self, at: NodeRef, depth: u32, budget: &mut u32) -> Json {
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
            Kind::Record(_) | Kind::List(_) => return self.literal_json(at, at, depth, budget),
            Kind::Str(_) => return Json { at, kind: JsonKind::Text(self.text(at)) },
            Kind::Bool(b) => return Json { at, kind: JsonKind::Bool(*b) },
            Kind::Null => return Json { at, kind: JsonKind::Null },
            _ => {}
        }
        let text = self.text(at);
        if text.pieces.iter().any(Option::is_some) {
            return Json { at, kind: JsonKind::Text(text) };
        }
        match &self.eval(at)[..] {
            [Value::Node(node) | Value::Instance { made: Some(node), .. }] if *node != at => {
                self.literal_json(*node, at, depth, budget)
            }
            _ => Json::unknown(at),
        }
    }

    /// `dict(a=1)`, `ToolParam(name=…)`: keywords are fields.
    fn makes_record(&self, at: NodeRef) -> bool {
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
                let mut open = self.is_grown(node, through);
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
            Kind::Call(_) => self.object(node, through, depth, budget),
            _ if node != through => return self.json_within(node, depth + 1, budget),
            _ => JsonKind::Unknown,
        };
        Json { at: node, kind }
    }

    fn object(&self, node: NodeRef, through: NodeRef, depth: u32, budget: &mut u32) -> JsonKind {
        let mut entries: Vec<JsonEntry> = Vec::new();
        let mut open = false;
        let mut add = |key: Name, value: Json| {
            entries.retain(|e: &JsonEntry| e.key != key);
            entries.push(JsonEntry { key, value });
        };
        match self.kind(node) {
            Kind::Record(record) => {
                let wire = &self.index.wire;
                let class = record.ty.and_then(|ty| self.class_named(node.sibling(ty)));
                for entry in &record.entries {
                    let value = node.sibling(entry.value);
                    match &entry.key {
                        // `None` in a struct is a field left out.
                        Some(Key::Known(_))
                            if record.ty.is_some() && matches!(self.kind(value), Kind::Null) => {}
                        Some(Key::Known(key)) if wire.is_flat(class, key) => open = true,
                        Some(Key::Known(key)) => {
                            add(wire.name(class, key).clone(), self.json_within(value, depth + 1, budget));
                        }
                        Some(Key::Computed(key)) => match self.text(node.sibling(*key)).known() {
                            Some(key) => add(key.into(), self.json_within(value, depth + 1, budget)),
                            None => open = true,
                        },
                        None => match self.json_within(value, depth + 1, budget).kind {
                            JsonKind::Object { entries: inner, open: more } => {
                                inner.into_iter().for_each(|e| add(e.key, e.value));
                                open |= more;
                            }
                            // Spreading nothing adds nothing.
                            JsonKind::Null | JsonKind::Bool(false) => {}
                            _ => open = true,
                        },
                    }
                }
                open |= record.ty.is_some() && class.is_none();
            }
            Kind::Call(call) if self.makes_record(node) => {
                // Types have defaults; plain dictionaries and those of the SDK's requests have none.
                let plain = super::index::last_name(self.facts(node.file), call.callee)
                    .is_some_and(|name| &*name == "dict" || name.ends_with("Param"));
                open |= !plain;
                for arg in &call.args {
                    match &arg.name {
                        Some(name) => {
                            add(name.clone(), self.json_within(node.sibling(arg.value), depth + 1, budget));
                        }
                        None => open = true,
                    }
                }
            }
            _ => return JsonKind::Unknown,
        }
        if node != through {
            open |= self.add_changes(node, through, depth, budget, &mut add);
        }
        JsonKind::Object { entries, open }
    }

    /// Adds what is set later on the variable that holds an object; whether more may be.
    fn add_changes(
        &self,
        node: NodeRef,
        through: NodeRef,
        depth: u32,
        budget: &mut u32,
        add: &mut impl FnMut(Name, Json),
    ) -> bool {
        let mut open = false;
        for (at, name) in self.holders(node, through) {
            let Some(sets) = self.index.item_sets.get(&(at.file, name)) else { continue };
            let function = self.function_of(at);
            for set in sets.iter().filter(|s| self.function_of(at.sibling(s.at)) == function) {
                match (&set.key, set.value) {
                    // Set on the way or not: the field is unknown rather than absent.
                    (Some(key), Some(value)) if !set.removes => {
                        let value = at.sibling(value);
                        let certain = self.is_unconditional(at.sibling(set.at));
                        let json = match certain {
                            true => self.json_within(value, depth + 1, budget),
                            false => Json::unknown(value),
                        };
                        add(key.clone(), json);
                    }
                    _ => open = true,
                }
            }
        }
        open
    }

    /// Whether a statement runs whenever its function does.
    fn is_unconditional(&self, at: NodeRef) -> bool {
        let facts = self.facts(at.file);
        for node in facts.ancestors(at.node).skip(1) {
            match facts.kind(node) {
                Kind::Function(_) => return true,
                Kind::If { .. } | Kind::Loop(_) | Kind::Match(_) | Kind::Try(_) => return false,
                _ => {}
            }
        }
        true
    }

    /// Whether a list is changed after it was written, under a name in sight.
    fn is_grown(&self, list: NodeRef, through: NodeRef) -> bool {
        let held = self.holders(list, through);
        let grown = |(at, name): &(NodeRef, Name)| {
            self.index.grown.contains(&(at.file, name.clone()))
                || self.index.item_sets.contains_key(&(at.file, name.clone()))
        };
        held.iter().any(grown) || self.is_grown_inside(list)
    }

    /// Whether something inside the variable is changed whose literal holds the list.
    fn is_grown_inside(&self, list: NodeRef) -> bool {
        let facts = self.facts(list.file);
        let outer = facts.ancestors(list.node).skip(1);
        let mut outer =
            outer.skip_while(|&n| matches!(facts.kind(n), Kind::Record(_) | Kind::List(_) | Kind::Call(_)));
        match outer.next().map(|n| facts.kind(n)) {
            Some(Kind::Assign(a)) => path_name(facts, a.target)
                .is_some_and(|name| self.index.grown.contains(&(list.file, format!("{name}[]").into()))),
            _ => false,
        }
    }

    /// The variables under which a literal is held: where it is made and where it is read.
    fn holders(&self, node: NodeRef, through: NodeRef) -> Vec<(NodeRef, Name)> {
        let facts = self.facts(node.file);
        let made = facts.parent(node.node).and_then(|parent| match facts.kind(parent) {
            Kind::Assign(a) if a.value == Some(node.node) => Some((node, path_name(facts, a.target)?)),
            _ => None,
        });
        let read = path_name(self.facts(through.file), through.node).map(|name| (through, name));
        let mut out: Vec<(NodeRef, Name)> = made.into_iter().collect();
        if let Some(read) = read
            && !out.iter().any(|(at, name)| at.file == read.0.file && *name == read.1)
        {
            out.push(read);
        }
        out
    }
}
