//! Error classes told by their names: `error.constructor.name === "APIConnectionError"`,
//! `type(e).__name__ in ("RateLimitError", …)`.

use super::probe::{Probe, Thrown};
use crate::facts::Kind;
use crate::model::Project;
use crate::model::truth::Truth;
use crate::model::value::NodeRef;
use crate::sdk::failures::{ErrorLibrary, Failure, failures};

impl Project {
    /// Whether what was thrown is of the very class that a text names; nothing where it names none.
    pub(super) fn named_class(&self, at: NodeRef, name: &str, p: &Probe) -> Option<Truth> {
        if !name.starts_with(|c: char| c.is_ascii_uppercase()) {
            return None;
        }
        let language = self.file(at.file).language;
        let mut known = failures().named(language, name).peekable();
        let own = match p.thrown.get() {
            Thrown::Class(own) => match self.kind(own) {
                Kind::Class(class) => Some(class.name.clone()),
                _ => None,
            },
            Thrown::Plain(own) => self.last_name_at(own),
            Thrown::Other => return known.peek().map(|_| Truth::Open),
            Thrown::Own => {
                known.peek()?;
                let path = |l: &ErrorLibrary| match l.heads.first() {
                    Some(head) => format!("{head}.{name}"),
                    None => name.to_string(),
                };
                let raised = known.filter(|(l, _)| !self.is_stranger(language, &path(l), p));
                let truth = raised.map(|(l, words)| very_class(l, words, p)).fold(Truth::No, Truth::or);
                return Some(p.tell(at, truth));
            }
        };
        match own {
            Some(own) if &*own == name => Some(Truth::Yes),
            _ => known.peek().map(|_| Truth::No),
        }
    }
}

/// Whether a failure comes as a class of a library itself, and not as one that derives from it.
fn very_class(library: &ErrorLibrary, words: &[String], p: &Probe) -> Truth {
    if !p.is_one_of(words) || p.failure == Failure::LateBreak && library.bare_in_stream {
        return Truth::No;
    }
    let base = words.iter().any(|w| w == "all" || w == "status");
    let special = |other: &Vec<String>| other.len() < words.len() && p.is_one_of(other);
    if base || library.classes.values().any(special) { Truth::Open } else { Truth::Yes }
}
