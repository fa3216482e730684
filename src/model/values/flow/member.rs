//! Values inside of others: what a member, a method or an index gives of them.

use super::narrow::{as_text, encoded};
use super::walk::is_test;
use super::{Part, Parts, Sink, Walk};
use crate::facts::{CallStyle, Kind, Name};
use crate::model::names::index::constant;
use crate::model::names::scope::Step;
use crate::model::values::value::{NodeRef, Value};

impl Walk<'_> {
    /// `x.name`, where `x` holds the value.
    pub(super) fn member(&mut self, up: NodeRef, name: &Name, parts: Parts, depth: u32) {
        let facts = self.project.facts(up.file);
        let call = facts.parent(up.node).and_then(|p| match facts.kind(p) {
            Kind::Call(c) if c.callee == up.node => Some((up.sibling(p), c)),
            _ => None,
        });
        let sdk = self.project.file(up.file).sdk;
        match call {
            // What is in a file of that name is another text.
            Some((at, _)) if sdk.has_word("path-methods", name) => self.end(at, Sink::Opened),
            // `", ".join(row.keys())`: the names of what a record holds tell nothing of it.
            Some((at, _))
                if sdk.has_word("gives-keys", name) && matches!(parts.last(), Some(Part::Key(_))) =>
            {
                self.end(at, Sink::Tested)
            }
            Some((at, c)) => {
                if sdk.has_word("test", &format!(".{name}"))
                    || parts.is_empty() && self.project.looks_for_place(up, name, c)
                {
                    return self.tested(at, at);
                }
                let step = match sdk.has_word("callback-same", name) {
                    true => Some(Step::Unwrap),
                    false => sdk.has_word("callback-each", name).then_some(Step::Each),
                };
                if let Some(step) = step {
                    self.give_callbacks(at, c, &step, &parts, depth);
                    // `reason.map(|r| r == "tool_use")`
                    let maps = ["callback-same", "callback-map"].iter().any(|list| sdk.has_word(list, name));
                    if maps && c.args.iter().any(|a| self.only_compares(up.sibling(a.value))) {
                        return;
                    }
                }
                // `d.get("key")`
                let key = c.args.first().and_then(|a| constant(facts, a.value));
                match key {
                    Some(key) if &**name == "get" && !parts.is_empty() => {
                        if let Some(rest) = step_into(&Step::Key(key), parts) {
                            self.follow(at, rest, depth + 1);
                        }
                    }
                    _ => {
                        let narrowed = self.project.narrowing(up, name, c);
                        let parts = match sdk.has_word("writes-itself", name) {
                            true => encoded(parts),
                            // `pieces.join("")` is one text.
                            false if sdk.has_word("joins-pieces", name) => as_text(parts),
                            false => parts,
                        };
                        self.narrow(at, narrowed, parts, depth)
                    }
                }
            }
            None if parts.is_empty() && sdk.has_word("test", &format!(".{name}")) => {
                self.end(up, Sink::Tested)
            }
            None => {
                if let Some(rest) = step_into(&Step::Key(name.clone()), parts) {
                    self.follow(up, rest, depth + 1);
                }
            }
        }
    }

    /// Whether a function gives back what a comparison comes to, and nothing of what it is given.
    fn only_compares(&self, function: NodeRef) -> bool {
        let facts = self.project.facts(function.file);
        let values = match facts.kind(function.node) {
            Kind::Function(f) if f.name.is_none() => self.project.return_values(function),
            _ => return false,
        };
        !values.is_empty()
            && values.iter().all(|v| match facts.kind(v.node) {
                Kind::Binary { op, .. } => is_test(*op),
                Kind::Bool(_) => true,
                _ => false,
            })
    }

    /// Whether an expression makes a new object.
    pub(super) fn is_fresh(&self, at: NodeRef) -> bool {
        let facts = self.project.facts(at.file);
        match facts.kind(at.node) {
            Kind::Call(c) => {
                c.style == CallStyle::New
                    || self.project.eval(at.sibling(c.callee)).iter().all(|v| match v {
                        Value::Class(_) => true,
                        Value::External(e) => self.project.file(at.file).sdk.has_word("collection", &e.path),
                        _ => false,
                    })
            }
            Kind::Name(_) | Kind::Member { .. } | Kind::Index { .. } | Kind::Await(_) => false,
            Kind::Cast { value, .. } => self.is_fresh(at.sibling(*value)),
            _ => true,
        }
    }
}

/// What is left of the way after one step, if the step lies on it.
pub(super) fn step_into(step: &Step, mut parts: Parts) -> Option<Parts> {
    let fits = match (parts.last(), step) {
        // A part of the value itself is still the value.
        (None | Some(Part::Encoded), _) | (_, Step::Enter | Step::Unwrap) => return Some(parts),
        (Some(Part::Any), _) | (_, Step::Each) => true,
        (Some(Part::Key(a)), Step::Key(b)) => a == b,
        (Some(Part::Item(a)), Step::Item(b)) => a == b,
        (Some(Part::Field(a, _)), Step::Key(b)) => a == b,
        (Some(Part::Field(_, a)), Step::Item(b)) => *a == Some(*b),
        _ => false,
    };
    parts.pop();
    fits.then_some(parts)
}

pub(super) fn steps_into(path: &[Step], parts: Parts) -> Option<Parts> {
    path.iter().try_fold(parts, |parts, step| step_into(step, parts))
}
