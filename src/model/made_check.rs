//! What looks at the fields of an object when it is made: `__post_init__`, validators.

use super::Project;
use super::index::{constant, last_name};
use super::value::NodeRef;
use crate::facts::{FileFacts, Function, Kind, NodeId};

impl Project {
    /// The methods of a type that run when its objects are made and may look at a field, with what the value
    /// is called there: `self.limit`, or the parameter that a validator gets it by.
    pub(super) fn checks_when_made(&self, class: NodeRef, field: &str) -> Vec<(NodeRef, String)> {
        let Kind::Class(c) = self.kind(class) else { return Vec::new() };
        let file = self.file(class.file);
        let check = |&member: &NodeId| {
            let Kind::Function(f) = file.facts.kind(member) else { return None };
            let named = |index: usize| f.params.get(index).and_then(|p| last_name(&file.facts, p.pattern));
            let whole = || Some(format!("{}.{field}", named(0)?));
            let runs = f.name.as_deref().is_some_and(|n| file.sdk.has_word("runs-when-made", n));
            let path = match runs {
                true => whole()?,
                false => match validated(&file.facts, f)? {
                    Validated::All => whole()?,
                    Validated::Fields(names) if names.iter().any(|n| n == field) => {
                        let first = named(0)?;
                        let index = usize::from(f.params.len() > 1 && matches!(&*first, "cls" | "self"));
                        named(index)?.to_string()
                    }
                    Validated::Fields(_) => return None,
                },
            };
            Some((class.sibling(member), path))
        };
        c.body.iter().filter_map(check).collect()
    }
}

/// What a validator is registered for.
enum Validated {
    /// Fields of these names.
    Fields(Vec<String>),
    /// The object.
    All,
}

/// `@field_validator("limit")`, `@model_validator(mode="after")`
fn validated(facts: &FileFacts, function: &Function) -> Option<Validated> {
    function.decorators.iter().find_map(|&d| {
        let validates = last_name(facts, d).is_some_and(|n| n.to_ascii_lowercase().contains("validator"));
        let names = match facts.kind(d) {
            Kind::Call(c) => {
                let plain = c.args.iter().filter(|a| a.name.is_none());
                plain.filter_map(|a| constant(facts, a.value)).map(|n| n.to_string()).collect()
            }
            _ => Vec::new(),
        };
        validates.then_some(match names.is_empty() {
            true => Validated::All,
            false => Validated::Fields(names),
        })
    })
}
