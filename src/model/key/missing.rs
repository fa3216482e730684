//! What happens when an environment variable is missing.

use super::environment::EnvironmentRead;
use crate::facts::{Arg, BinaryOp, Kind, Name};
use crate::model::Project;
use crate::model::names::index::{constant, last_name};
use crate::model::values::value::{NodeRef, Value};

/// What becomes of the program when a variable is missing.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Missing {
    /// It stops there: an exception, a panic, an error for the caller.
    Raises,
    /// It is noticed, and a failure reported: an error answer, an exception.
    Fails,
    /// It is noticed, and the program goes on without.
    Degrades,
    /// Something else takes its place.
    Default,
    /// Nothing: `None`, `undefined` flows on.
    Unchecked,
    /// Out of sight.
    Unknown,
}

impl Project {
    /// What happens when the variable is missing, judged by the code around the read and by the
    /// methods that its value goes through later.
    pub fn missing(&self, read: &EnvironmentRead, later: &[Name]) -> Missing {
        let sdk = self.file(read.at.file).sdk;
        let here = self.missing_at(read);
        if here != Missing::Unchecked {
            return here;
        }
        for method in later {
            if sdk.has_word("missing-default", method) {
                return Missing::Default;
            }
            if sdk.has_word("missing-raises", method) {
                return Missing::Raises;
            }
        }
        let guard = || self.guard_of(&read.variable, read.at);
        self.check_of(read.at).or_else(guard).unwrap_or(Missing::Unchecked)
    }

    fn missing_at(&self, read: &EnvironmentRead) -> Missing {
        let model = self.file(read.at.file);
        let (facts, sdk) = (&model.facts, model.sdk);
        let mut fallible = false;
        match facts.kind(read.at.node) {
            Kind::Call(call) => {
                let others: Vec<&Arg> = call.args.iter().skip(1).collect();
                if let Some(default) = others.first() {
                    if !matches!(facts.kind(default.value), Kind::Null) {
                        return Missing::Default;
                    }
                } else if self.is_listed("environment-checked", read.at.sibling(call.callee)) {
                    return Missing::Raises;
                }
                fallible = self.is_listed("environment-result", read.at.sibling(call.callee));
            }
            Kind::Index { object, .. } | Kind::Member { object, .. }
                if self.is_listed("environment-item-checked", read.at.sibling(*object)) =>
            {
                return Missing::Raises;
            }
            Kind::Name(_) => {
                // A default in a pattern stands between the name and the entry.
                return Missing::Unchecked;
            }
            _ => {}
        }
        let mut at = read.at.node;
        while let Some(parent) = facts.parent(at) {
            let up = read.at.sibling(parent);
            match facts.kind(parent) {
                Kind::Cast { .. } | Kind::Await(_) => {}
                Kind::Propagate(_) => return Missing::Raises,
                // `process.env.KEY?.trim()` is as missing as the variable.
                Kind::Member { object, optional: true, .. } if *object == at => {
                    at = match facts.parent(parent) {
                        Some(call) if self.is_called(up) => call,
                        _ => parent,
                    };
                    continue;
                }
                Kind::Member { object, name, .. } if *object == at && self.is_called(up) => {
                    if sdk.has_word("missing-raises", name) {
                        return Missing::Raises;
                    }
                    let call = facts.parent(parent).unwrap_or(parent);
                    if sdk.has_word("missing-default", name) {
                        return if self.fails(up.sibling(call)) { Missing::Raises } else { Missing::Default };
                    }
                    if sdk.has_word("missing-test", name) {
                        return Missing::Unknown;
                    }
                    if sdk.has_word("missing-option", name) {
                        fallible = false;
                    } else if !sdk.has_word("missing-keeps", name) {
                        return if fallible { Missing::Unknown } else { Missing::Raises };
                    }
                    at = call;
                    continue;
                }
                Kind::Member { object, .. } | Kind::Index { object, .. } if *object == at => {
                    return Missing::Raises;
                }
                Kind::Binary { op: BinaryOp::Or | BinaryOp::Coalesce, left, right } if *left == at => {
                    let right = up.sibling(*right);
                    if self.fails(right) {
                        return Missing::Raises;
                    }
                    // What another variable stands in for is missing only where that one is, too.
                    if constant(facts, right.node).is_some() || self.environment_read(right).is_some() {
                        return Missing::Default;
                    }
                }
                Kind::Binary { op: BinaryOp::Or | BinaryOp::Coalesce, right, .. } if *right == at => {}
                Kind::If { condition, .. } if *condition != at => {}
                Kind::Match(m) if m.subject == at => {
                    return self.worst(m.arms.iter().map(|arm| up.sibling(arm.body)));
                }
                Kind::Let { value, .. } if *value == at => {
                    let otherwise = facts.parent(parent).and_then(|p| match facts.kind(p) {
                        Kind::If { otherwise, .. } => *otherwise,
                        _ => None,
                    });
                    return self.worst(otherwise.map(|o| up.sibling(o)));
                }
                Kind::Assign(a) if a.value == Some(at) && a.otherwise.is_some() => {
                    return self.worst(a.otherwise.map(|o| up.sibling(o)));
                }
                Kind::Unary { .. }
                | Kind::If { .. }
                | Kind::Loop(_)
                | Kind::Assert { .. }
                | Kind::Binary { .. } => {
                    return self.tested(read.at).unwrap_or(Missing::Unknown);
                }
                Kind::Call(call) if call.callee != at => {
                    if self.wrapped_key(up.sibling(call.callee), &call.args).is_none() {
                        return if self.callee_fails(up.sibling(call.callee)) {
                            Missing::Raises
                        } else if fallible {
                            Missing::Unknown
                        } else {
                            Missing::Unchecked
                        };
                    }
                }
                _ => break,
            }
            at = parent;
        }
        if !fallible {
            return Missing::Unchecked;
        }
        self.check_of(read.at).unwrap_or(Missing::Unknown)
    }

    /// Whether something of another package is in a list of the data.
    pub(in crate::model) fn is_listed(&self, list: &str, at: NodeRef) -> bool {
        let sdk = self.file(at.file).sdk;
        self.eval(at).iter().any(|v| matches!(v, Value::External(e) if sdk.has_word(list, &e.path)))
    }

    /// Whether a function of the project raises by itself: `requireKey(process.env.KEY)`.
    fn callee_fails(&self, callee: NodeRef) -> bool {
        self.eval(callee).iter().any(|v| match v {
            Value::Function(f) => matches!(self.kind(*f), Kind::Function(f2) if f2.body.is_some()
                && self.fails(f.sibling(f2.body))),
            _ => false,
        })
    }

    /// Whether code raises, ends the program, or gives back an error.
    pub fn fails(&self, at: NodeRef) -> bool {
        let model = self.file(at.file);
        let facts = &model.facts;
        facts.descendants(at.node).into_iter().any(|n| match facts.kind(n) {
            Kind::Throw(_) | Kind::Propagate(_) => true,
            Kind::Number(status) => (400.0..600.0).contains(status),
            Kind::Call(call) => last_name(facts, call.callee).is_some_and(|name| {
                model.sdk.has_word("fail", &name)
                    || model.sdk.ends_word("exit", &name) && self.is_listed("exit", at.sibling(call.callee))
            }),
            Kind::Record(r) => r.entries.iter().any(
                |e| matches!(&e.key, Some(crate::facts::Key::Known(k)) if matches!(&**k, "error" | "errors")),
            ),
            _ => false,
        })
    }
}
