//! Calls that ask for a model of another vendor, of functions that ask whichever they are given.

use super::{Retry, RetryForm};
use crate::facts::{Kind, NodeId};
use crate::model::Project;
use crate::model::names::scope::Origin;
use crate::model::names::words::has_word_of;
use crate::model::values::value::{NodeRef, Value};

/// Arguments of one call that are looked at.
const MAX_ARGUMENTS: usize = 16;
/// Longer texts name no model.
const MAX_NAME: usize = 64;

impl Project {
    /// Whether a call is given the name of another vendor's model, or a client that a function of
    /// the project made for one: `ask(text, model="gpt-5")`, `ask(text, make_client("o3-mini"))`.
    pub(super) fn asks_for_another_model(&self, call: NodeRef) -> bool {
        let Kind::Call(c) = self.kind(call) else { return false };
        c.args.iter().take(MAX_ARGUMENTS).any(|arg| {
            let at = call.sibling(arg.value);
            self.is_other_model(at) || self.is_made_for_other_model(at)
        })
    }

    /// Whether an expression is certainly a name of such a model.
    fn is_other_model(&self, at: NodeRef) -> bool {
        let families = self.file(at.file).sdk.words("other-families");
        let other = |text: &str| {
            let text = text.to_ascii_lowercase();
            let reasoning = text.strip_prefix('o').is_some_and(|rest| {
                rest.starts_with(|c: char| c.is_ascii_digit())
                    && rest[1..].bytes().next().is_none_or(|b| b == b'-')
            });
            let named = families.iter().any(|family| {
                text.strip_prefix(family.as_str()).is_some_and(|rest| {
                    rest.starts_with(|c: char| c == '-' || c == '.' || c.is_ascii_digit())
                })
            });
            text.len() < MAX_NAME && !text.contains(char::is_whitespace) && (reasoning || named)
        };
        match &self.eval(at)[..] {
            [Value::Node(n)] if matches!(self.kind(*n), Kind::Str(_)) && !self.is_field_default(*n) => {
                self.text(*n).known().is_some_and(|t| other(&t))
            }
            _ => false,
        }
    }

    /// Whether a text is what a field of a class is where nobody says otherwise: `model: str = "gpt-5"` in settings.
    fn is_field_default(&self, text: NodeRef) -> bool {
        let facts = self.facts(text.file);
        let Some(assign) = facts.parent(text.node) else { return false };
        let typed = matches!(facts.kind(assign), Kind::Assign(a) if a.ty.is_some());
        typed && facts.parent(assign).is_some_and(|up| matches!(facts.kind(up), Kind::Class(_)))
    }

    /// Whether an expression is, or is a part of, what a function of the project gave for such a name.
    fn is_made_for_other_model(&self, at: NodeRef) -> bool {
        let file = self.file(at.file);
        let inner = match file.facts.kind(at.node) {
            Kind::Index { object, .. } | Kind::Member { object, .. } => *object,
            _ => at.node,
        };
        let made = |n: NodeId| {
            let n = match file.facts.kind(n) {
                Kind::Await(inner) => *inner,
                _ => n,
            };
            let Kind::Call(c) = file.facts.kind(n) else { return false };
            let own = |v: &Value| matches!(v, Value::Function(_));
            c.args.iter().take(MAX_ARGUMENTS).any(|arg| self.is_other_model(at.sibling(arg.value)))
                && self.eval(at.sibling(c.callee)).iter().any(own)
        };
        match file.facts.kind(inner) {
            Kind::Name(name) => {
                let defs = file.scopes.lookup(&file.facts, name, inner);
                let made = |origin: &Origin| matches!(origin, Origin::Value { expr, .. } if made(*expr));
                !defs.is_empty() && defs.iter().all(|def| made(&def.origin))
            }
            _ => made(inner),
        }
    }

    /// Whether the way to the next attempt turns to another model or provider.
    pub fn turns_elsewhere(&self, retry: &Retry) -> bool {
        let facts = self.facts(retry.at.file);
        let around = facts.ancestors(retry.at.node).find_map(|n| {
            let parent = facts.parent(n)?;
            match facts.kind(parent) {
                Kind::Try(t) => t.handlers.iter().find(|h| h.body == n).map(|h| retry.at.sibling(h.body)),
                _ => None,
            }
        });
        let around = around.filter(|_| retry.form == RetryForm::Recursion);
        retry.handlers.iter().copied().chain(around).any(|body| {
            let facts = self.facts(body.file);
            facts.descendants(body.node).into_iter().any(|n| match facts.kind(n) {
                Kind::Name(name) | Kind::Member { name, .. } => {
                    // `build_fallback_messages(last)` only puts something together.
                    let called = facts
                        .parent(n)
                        .is_some_and(|p| matches!(facts.kind(p), Kind::Call(c) if c.callee == n));
                    let sdk = self.file(body.file).sdk;
                    self.has_part(body, "fallback-parts", name)
                        && !self.is_made_here(body.sibling(n), body)
                        && (called || !has_word_of(sdk, "same-provider-words", name))
                        && !(called && self.only_makes_up(body.sibling(n)))
                }
                _ => false,
            })
        })
    }
}
