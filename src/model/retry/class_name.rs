//! Error classes told by their names: `error.constructor.name === "APIConnectionError"`,
//! `type(e).__name__ in ("RateLimitError", …)`.

use super::probe::{Probe, Thrown};
use crate::facts::{BinaryOp, Kind};
use crate::model::Project;
use crate::model::values::truth::Truth;
use crate::model::values::value::NodeRef;
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

    /// Whether a text stands in the name of the class of what was thrown; nothing where it is not that name
    /// that is looked at: `"Timeout" in type(e).__name__`.
    pub(super) fn stands_in_class_name(&self, name: NodeRef, part: &str, p: &Probe) -> Option<Truth> {
        if !self.is_class_name(name) {
            return None;
        }
        let folded = part.to_lowercase();
        let holds = |class: &str| match folded == part {
            true => class.to_lowercase().contains(&folded),
            false => class.contains(part),
        };
        let own = match p.thrown.get() {
            Thrown::Class(own) => match self.kind(own) {
                Kind::Class(class) => Some(class.name.clone()),
                _ => None,
            },
            Thrown::Plain(own) => self.last_name_at(own),
            Thrown::Other => None,
            Thrown::Own => return Some(p.tell(name, self.any_class_holds(name, &holds, p))),
        };
        Some(own.map_or(Truth::Open, |own| Truth::of(holds(&own))))
    }

    /// Whether the names of the classes hold something that the failure comes as.
    fn any_class_holds(&self, at: NodeRef, holds: &dyn Fn(&str) -> bool, p: &Probe) -> Truth {
        let language = self.file(at.file).language;
        let libraries = failures().library.iter().filter(|l| l.language == language && !l.heads.is_empty());
        let mut truth = Truth::No;
        for library in libraries {
            let head = library.heads.first().map(String::as_str).unwrap_or_default();
            for (class, words) in library.classes.iter().filter(|(class, _)| holds(class)) {
                if !self.is_stranger(language, &format!("{head}.{class}"), p) {
                    truth = truth.or(very_class(library, words, p));
                }
            }
        }
        truth
    }

    /// Whether an expression is the name of a class, or a variable that holds it.
    pub(in crate::model) fn is_class_name(&self, at: NodeRef) -> bool {
        let file = self.file(at.file);
        let held = match file.facts.kind(at.node) {
            Kind::Name(_) => file.only_value(at.node).unwrap_or(at.node),
            _ => at.node,
        };
        file.facts.descendants(held).into_iter().take(16).any(|n| match file.facts.kind(n) {
            Kind::Member { name, .. } if &**name == "__name__" => true,
            Kind::Member { object, name, .. } if &**name == "name" => {
                matches!(file.facts.kind(*object), Kind::Member { name, .. } if &**name == "constructor")
            }
            _ => false,
        })
    }

    /// The name of a class in which something looks for texts: `any(part in name for part in PARTS)`.
    pub(super) fn searched_class_name(&self, at: NodeRef) -> Option<NodeRef> {
        let facts = self.facts(at.file);
        facts.descendants(at.node).into_iter().find_map(|n| {
            let searched = match facts.kind(n) {
                Kind::Binary { op: BinaryOp::In, right, .. } => *right,
                Kind::Call(c) => match facts.kind(c.callee) {
                    Kind::Member { object, name, .. }
                        if self.file(at.file).sdk.has_word("has-element", name) =>
                    {
                        *object
                    }
                    _ => return None,
                },
                _ => return None,
            };
            Some(at.sibling(searched)).filter(|&searched| self.is_class_name(searched))
        })
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
