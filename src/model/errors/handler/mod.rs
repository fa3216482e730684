//! What stands between a failing call and the outside: handlers, and what they do with the failure.

mod carried;
mod chain;
mod failure_pattern;
mod given_later;
mod lost;
mod next_one;
mod outcome;
mod refused;
mod stand_in;
mod walk;

use crate::model::Project;
use crate::model::names::index::last_name;
use crate::model::values::value::location;
use crate::model::values::value::{NodeRef, Value};
use crate::sdk::failures::failures;

pub use chain::HandlerChain;
pub use outcome::{Given, Outcome};

/// How a failure is caught.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum HandlerForm {
    /// A clause of a `try`.
    Clause,
    /// A function given to `.catch`, `.then`, `or_else` and the like.
    Callback,
    /// An arm, branch or `else` taken on failure.
    Arm,
    /// A failure that is dropped or replaced without a look: `.ok()`, `if let Ok(_)` alone.
    Discard,
}

/// One place that catches the failure of a call.
#[derive(Clone, Debug)]
pub struct Handler {
    /// The `try`, the call it is given to, the match or condition, or the discarding call.
    pub at: NodeRef,
    /// How it catches.
    pub form: HandlerForm,
    /// What it catches, as written; empty when it catches everything.
    pub types: Vec<NodeRef>,
    /// Where it binds the error.
    pub error: Option<NodeRef>,
    /// What it does; `None` when nothing is written.
    pub body: Option<NodeRef>,
    /// How many handlers of the same `try` come before it.
    pub before: usize,
    /// How many calls lie between it and the call that fails.
    pub hops: u32,
    /// Whether it stands in a helper that the call is handed to, and so inside whatever catches the failure of
    /// that helper.
    pub in_helper: bool,
    /// Whether it sees failures of the API, not only of what is done with the answer.
    pub sees_api: bool,
}

impl Handler {
    /// Where to point at: what is written for it.
    pub fn place(&self, project: &Project) -> crate::finding::Location {
        project.handler_place(self)
    }

    /// Whether it catches whatever fails.
    pub fn takes_all(&self, project: &Project) -> bool {
        // `litellm.APIError` is no base of what it stands beside.
        let is_base = |t: NodeRef| {
            let named = project.named_errors(t);
            named.is_empty()
                || named.iter().any(|n| n.is(|c| c.general || c.base.is_none()) || !n.tree.vendor)
        };
        let all = |t: NodeRef| project.is_listed_name("catch-all-errors", t) && is_base(t);
        self.types.is_empty() || self.types.iter().any(|&t| all(t))
    }
}

impl Project {
    /// The handlers that the failure of a call can reach, from the inside out, through callers
    /// for a few calls; what comes behind a handler that keeps it is left out.
    pub fn handlers(&self, call: NodeRef) -> Vec<Handler> {
        walk::handlers(self, call)
    }

    /// Whether the last name of a node is in a list.
    pub(in crate::model) fn is_listed_name(&self, list: &str, at: NodeRef) -> bool {
        let name = last_name(self.facts(at.file), at.node);
        name.is_some_and(|n| self.file(at.file).sdk.has_word(list, &n))
    }

    /// Whether a class certainly belongs to a library that neither sends requests nor carries
    /// their failures on: image readers, databases, archives.
    fn is_of_other_library(&self, class: NodeRef) -> bool {
        let file = self.file(class.file);
        let values = self.eval(class);
        !values.is_empty()
            && self.named_errors(class).is_empty()
            && values.iter().all(|v| match v {
                Value::External(e) => {
                    let root = e.path.split(['.', '/']).next().unwrap_or_default();
                    root.len() < e.path.len()
                        && failures().class(file.language, &e.path).is_none()
                        && !failures().knows_library(file.language, &e.path)
                        && !file.sdk.has_word("error-carriers", root)
                }
                _ => false,
            })
    }

    /// Whether a class is one of the project's own, of no library's family, that nothing in the
    /// block itself makes of a failure: functions called beside the request raise it.
    fn is_raised_aside(&self, class: NodeRef, block: NodeRef) -> bool {
        let values = self.eval(class);
        let own = values.iter().all(|v| match v {
            Value::Class(c) => self.is_of_own_family(*c, 0),
            _ => false,
        });
        let facts = self.facts(block.file);
        let name = last_name(self.facts(class.file), class.node);
        own && !values.is_empty()
            && !facts.descendants(block.node).into_iter().any(|n| match facts.kind(n) {
                crate::facts::Kind::Name(other) => name.as_ref() == Some(other),
                crate::facts::Kind::Member { name: other, .. } => name.as_ref() == Some(other),
                _ => false,
            })
    }

    /// Whether a class derives from nothing but classes of the project and of the language.
    fn is_of_own_family(&self, class: NodeRef, depth: u32) -> bool {
        depth < 5
            && self.bases(class).iter().all(|b| match b {
                Value::External(e) => !e.path.contains(['.', '/']),
                Value::Class(base) => *base != class && self.is_of_own_family(*base, depth + 1),
                _ => true,
            })
    }

    fn handler_place(&self, handler: &Handler) -> crate::finding::Location {
        match (self.kind(handler.at), handler.form) {
            (crate::facts::Kind::Try(t), HandlerForm::Clause) => match t.handlers.get(handler.before) {
                Some(clause) => location(handler.at.file, clause.span),
                None => self.location(handler.at),
            },
            (crate::facts::Kind::Call(_), _) => self.call_location(handler.at),
            _ => match handler.body {
                Some(body) if handler.form == HandlerForm::Arm => self.location(body),
                _ => self.location(handler.at),
            },
        }
    }
}
