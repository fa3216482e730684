//! What a handler does with a failure.

use super::{Handler, HandlerForm};
use crate::facts::{CallStyle, Kind, Name, NodeId};
use crate::model::names::index::{last_name, path_name};
use crate::model::values::flow::Sink;
use crate::model::values::value::{NodeRef, Value};
use crate::model::{Project, enclosing_function};

/// What is given back in the place of an answer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Given {
    /// Nothing, or something empty: `None`, `""`, `[]`, `{}`.
    Empty,
    /// A default, as if it were an answer: `"unknown"`, `{"score": 0}`.
    Default,
    /// The error, or something that says that there was one.
    Error,
    /// Anything else.
    Other,
}

impl Given {
    /// Whether nobody can tell by it that there was a failure.
    pub(super) fn is_mute(self) -> bool {
        matches!(self, Given::Empty | Given::Default)
    }
}

/// What a handler does.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// Raises again, or something else, on some path.
    pub raises: bool,
    /// Calls that log, print, report or show something.
    pub logs: Vec<NodeRef>,
    /// Whether one of those is given the error itself.
    pub logs_error: bool,
    /// Whether the error is looked at or handed on anywhere.
    pub uses_error: bool,
    /// Whether anything is called that may do something.
    pub calls: bool,
    /// Whether something that outlives the handler is changed: a field, a list, a counter.
    pub changes: bool,
    /// What it gives back.
    pub gives: Vec<(NodeRef, Given)>,
    /// Local variables that it sets, with what they are set to.
    pub sets: Vec<(Name, Given)>,
    /// Whether it asks another model or provider, or asks again.
    pub falls_back: bool,
    /// Whether it goes on with the next turn of a loop, or leaves one.
    pub jumps: bool,
}

impl Outcome {
    /// Whether nobody can learn from it that there was a failure.
    pub fn is_silent(&self) -> bool {
        !self.raises
            && self.logs.is_empty()
            && !self.uses_error
            && !self.calls
            && !self.changes
            && !self.falls_back
            && self.gives.iter().all(|g| g.1.is_mute())
            && self.sets.iter().all(|s| s.1.is_mute())
    }
}

impl Project {
    /// What a handler does with the failure.
    pub fn outcome(&self, handler: &Handler) -> Outcome {
        let mut out = Outcome::default();
        let Some(body) = handler.body else { return out };
        let facts = self.facts(body.file);
        let errors = self.error_names(handler);
        let nodes = facts.descendants(body.node);
        for &node in &nodes {
            let at = body.sibling(node);
            match facts.kind(node) {
                Kind::Throw(_) | Kind::Propagate(_) | Kind::Assert { .. } => out.raises = true,
                Kind::Break(_) | Kind::Continue => out.jumps = true,
                Kind::Yield(_) => out.changes = true,
                Kind::Return(value) => {
                    let given = value.map_or(Given::Empty, |v| self.given_for(body.sibling(v), &errors));
                    out.raises |= value.is_some_and(|v| self.is_failure_pattern(body.sibling(v)));
                    out.gives.push((value.map_or(at, |v| body.sibling(v)), given));
                }
                Kind::Name(name) if errors.contains(name) && self.error_is_read(handler, at) => {
                    out.uses_error = true;
                }
                Kind::Assign(a) => match (facts.kind(a.target), a.value) {
                    (Kind::Name(name), Some(value)) if a.op.is_none() => {
                        out.sets.push((name.clone(), self.given_for(body.sibling(value), &errors)));
                    }
                    _ => out.changes = true,
                },
                Kind::Delete(_) => out.changes = true,
                Kind::Call(c) => {
                    let name = last_name(facts, c.callee);
                    let makes_error = name
                        .as_ref()
                        .is_some_and(|n| self.file(body.file).sdk.has_word("failure-patterns", n));
                    if self.is_report(at) {
                        out.logs.push(at);
                        out.logs_error |= self.mentions_any(at, &errors);
                    } else if makes_error {
                        out.raises = true;
                    } else if self.is_made_up(at) {
                        continue;
                    } else if !self.makes_empty(at) {
                        out.calls = true;
                    }
                    out.falls_back |= self.request_at(at).is_some()
                        || name
                            .is_some_and(|n| self.has_part(at, "fallback-parts", &n) && !self.is_report(at));
                }
                Kind::Await(_) => out.calls = true,
                _ => {}
            }
        }
        // The value of an expression, or of a block that has one.
        let value = match facts.kind(body.node) {
            Kind::Block { body: statements, tail: true } => statements.last().map(|&n| body.sibling(n)),
            Kind::Block { .. } => None,
            _ => Some(body),
        };
        let leaves = value.is_some_and(|v| {
            matches!(self.kind(v), Kind::Return(_) | Kind::Throw(_) | Kind::Break(_) | Kind::Continue)
                || self.is_report(v)
        });
        if let Some(value) = value
            && !leaves
        {
            let given = match self.given_for(value, &errors) {
                // `.context("asking")`: what a failure is called.
                Given::Default if handler.form == HandlerForm::Callback && value == body => Given::Error,
                given => given,
            };
            out.gives.push((value, given));
        }
        out
    }

    /// The names that stand for the error in a handler's body.
    pub(super) fn error_names(&self, handler: &Handler) -> Vec<Name> {
        let Some(error) = handler.error else { return Vec::new() };
        let facts = self.facts(error.file);
        let names = facts.descendants(error.node).into_iter().filter_map(|n| match facts.kind(n) {
            Kind::Name(name) => Some(name.clone()),
            _ => None,
        });
        names.collect()
    }

    /// Whether a name is more than the binding itself: `_ = e` reads nothing.
    fn error_is_read(&self, handler: &Handler, at: NodeRef) -> bool {
        handler.error.is_none_or(|e| e != at && !self.file(at.file).binds(at.node))
    }

    pub(super) fn mentions_any(&self, at: NodeRef, names: &[Name]) -> bool {
        let facts = self.facts(at.file);
        let inside = facts.descendants(at.node);
        inside.into_iter().any(|n| matches!(facts.kind(n), Kind::Name(name) if names.contains(name)))
            || self.mentions_error_text(at)
    }

    /// Whether a call takes the current error by itself: `logger.exception(…)`, `exc_info=True`.
    fn mentions_error_text(&self, at: NodeRef) -> bool {
        let Kind::Call(c) = self.kind(at) else { return false };
        let sdk = self.file(at.file).sdk;
        last_name(self.facts(at.file), c.callee).is_some_and(|n| sdk.has_word("logs-current-error", &n))
            || c.args.iter().any(|a| a.name.as_ref().is_some_and(|n| sdk.has_word("logs-current-error", n)))
    }

    /// Whether a call logs, prints, reports or shows something.
    pub fn is_report(&self, call: NodeRef) -> bool {
        let Kind::Call(c) = self.kind(call) else { return false };
        let callee = call.sibling(c.callee);
        let sdk = self.file(call.file).sdk;
        let Some(name) = last_name(self.facts(call.file), c.callee) else { return false };
        if c.style == CallStyle::Macro {
            return sdk.has_word("log", &name);
        }
        if self.is_logger(callee) {
            return true;
        }
        sdk.ends_word("log", &name)
            && self
                .eval(callee)
                .iter()
                .any(|v| matches!(v, Value::External(e) if sdk.has_word("log", &e.path)))
    }

    /// Whether a call makes nothing but an empty value: `String::new()`, `list()`.
    pub(in crate::model) fn makes_empty(&self, call: NodeRef) -> bool {
        let Kind::Call(c) = self.kind(call) else { return false };
        let sdk = self.file(call.file).sdk;
        let Some(name) = last_name(self.facts(call.file), c.callee) else { return false };
        let holds = |n: NodeId| self.given_for(call.sibling(n), &[]) == Given::Empty;
        // `Ok(None)`, `Some(vec![])`
        if sdk.has_word("success-names", &name) || &*name == "Some" {
            return c.args.iter().all(|a| holds(a.value));
        }
        c.args.is_empty()
            && (sdk.has_word("empty-makers", &name)
                || self
                    .eval(call.sibling(c.callee))
                    .iter()
                    .any(|v| matches!(v, Value::External(e) if sdk.has_word("collection", &e.path))))
            || name.ends_with("to_string") && self.text(call).known().is_some_and(|t| t.is_empty())
    }

    /// What a value says about the failure.
    fn given_for(&self, at: NodeRef, errors: &[Name]) -> Given {
        let facts = self.facts(at.file);
        match facts.kind(at.node) {
            Kind::Null => Given::Empty,
            Kind::Str(parts) if parts.is_empty() => Given::Empty,
            Kind::Str(_) => match self.text(at).known() {
                Some(t) if t.trim().is_empty() => Given::Empty,
                Some(_) if self.is_plain_default(at) => Given::Default,
                _ => Given::Error,
            },
            Kind::List(items)
                if items.iter().all(|&n| self.given_for(at.sibling(n), errors) == Given::Empty) =>
            {
                Given::Empty
            }
            Kind::Record(r) if r.entries.is_empty() => Given::Empty,
            // `{ text: "", items: [] }`
            Kind::Record(r)
                if r.ty.is_none()
                    && r.entries.iter().all(|e| {
                        e.key.is_some() && self.given_for(at.sibling(e.value), errors) == Given::Empty
                    }) =>
            {
                Given::Empty
            }
            Kind::Block { body, .. } if body.is_empty() => Given::Empty,
            Kind::Call(_) if self.makes_empty(at) => Given::Empty,
            Kind::Cast { value, .. } | Kind::Await(value) => self.given_for(at.sibling(*value), errors),
            _ if self.mentions_any(at, errors) || self.fails(at) => Given::Error,
            Kind::Bool(_) if self.is_verdict(at) => Given::Default,
            _ if self.is_plain_default(at) || self.is_made_up(at) => Given::Default,
            _ => Given::Other,
        }
    }

    /// Whether someone who gets the value of an expression acts on it when it is missing: a test
    /// of it leads to an error, a log or a message.
    pub fn is_noticed(&self, at: NodeRef) -> bool {
        self.sinks(at).iter().any(|end| {
            if end.sink != Sink::Tested {
                return false;
            }
            let facts = self.facts(end.at.file);
            let function = enclosing_function(facts, end.at.node);
            let around = facts.ancestors(end.at.node).take_while(|&n| Some(n) != function);
            for node in around {
                let branches: Vec<NodeId> = match facts.kind(node) {
                    // `if (text) return text; throw …`, perhaps once nothing came in many turns
                    Kind::If { then, otherwise: None, .. }
                        if self.gives_back(end.at.sibling(*then), end.at) =>
                    {
                        let behind = self.statements_behind(end.at.sibling(node), true);
                        std::iter::once(*then).chain(behind.into_iter().map(|at| at.node)).collect()
                    }
                    Kind::If { then, otherwise, .. } => std::iter::once(*then).chain(*otherwise).collect(),
                    Kind::Match(m) => m.arms.iter().map(|a| a.body).collect(),
                    Kind::Assert { .. } => return true,
                    _ => continue,
                };
                return branches.iter().any(|&b| {
                    let branch = end.at.sibling(b);
                    self.fails(branch)
                        || facts.descendants(b).into_iter().any(|n| self.is_report(end.at.sibling(n)))
                });
            }
            false
        })
    }

    /// Whether a branch gives back what was asked for, and that is all.
    fn gives_back(&self, branch: NodeRef, tested: NodeRef) -> bool {
        let facts = self.facts(branch.file);
        match facts.kind(branch.node) {
            Kind::Block { body, .. } => {
                matches!(body[..], [only] if self.gives_back(branch.sibling(only), tested))
            }
            Kind::Return(Some(value)) => {
                let asked = path_name(facts, tested.node);
                asked.is_some() && facts.descendants(*value).into_iter().any(|n| path_name(facts, n) == asked)
            }
            _ => false,
        }
    }
}
