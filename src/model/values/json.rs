//! Values as the API sees them: objects, lists and texts, as far as they are in sight.
//!
//! A [`Json`] value follows names, spreads and later changes, so that a rule about a nested literal
//! asks one question: what is certainly there? What may be there or not is never said to be absent.

mod changes;
mod first;
mod grown;
mod handed;
mod handed_sets;
mod list;
mod literal_list;
mod object;
mod passages;
mod read;

pub(in crate::model) use handed::Handed;

use super::value::{NodeRef, Text};
use crate::facts::Name;
pub(in crate::model) use read::MAX_NODES;

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
