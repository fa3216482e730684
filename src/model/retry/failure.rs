//! What tells that a call failed: handlers, conditions, patterns, statuses.

mod told;

use super::status::flipped;
use super::{Retry, RetryForm};
use crate::facts::{Arm, BinaryOp, Handler, Kind, NodeId, UnaryOp};
use crate::model::Project;
use crate::model::names::index::path_name;
use crate::model::values::value::{NodeRef, Value};

impl Project {
    /// Whether a handler sees failures of the API, not just of what is done with the answer.
    pub(in crate::model) fn catches_api_errors(&self, at: NodeRef, handler: &Handler) -> bool {
        let sdk = self.file(at.file).sdk;
        handler.types.is_empty()
            || handler.types.iter().any(|&t| match self.last_name_at(at.sibling(t)) {
                Some(name) => !sdk.has_word("data-errors", &name),
                None => true,
            })
    }

    /// Whether code runs in a handler that only sees what is done with the answer: no call to the API failed there.
    pub fn answers_data_error(&self, at: NodeRef) -> bool {
        let facts = self.facts(at.file);
        let mut child = at.node;
        facts.ancestors(at.node).skip(1).take_while(|&n| !matches!(facts.kind(n), Kind::Function(_))).any(
            |n| {
                let within = std::mem::replace(&mut child, n);
                match facts.kind(n) {
                    Kind::Try(t) => {
                        let handler = t.handlers.iter().find(|h| h.body == within);
                        handler.is_some_and(|h| !self.catches_api_errors(at, h))
                    }
                    _ => false,
                }
            },
        )
    }

    /// Whether a retry acts on nothing but errors of the language's own, which limits and sockets of the program
    /// raise, and which clients put classes of theirs in place of.
    pub fn catches_own_limit(&self, retry: &Retry) -> bool {
        if retry.form == RetryForm::Library {
            return retry.call.is_some_and(|call| self.names_own_errors_only(call));
        }
        !retry.handlers.is_empty()
            && retry.handlers.iter().all(|&body| {
                let facts = self.facts(body.file);
                let types = facts.parent(body.node).and_then(|tried| match facts.kind(tried) {
                    Kind::Try(t) => t.handlers.iter().find(|h| h.body == body.node).map(|h| &h.types),
                    _ => None,
                });
                let own = |&t: &NodeId| self.is_own_error(body.sibling(t)) == Some(true);
                types.is_some_and(|types| !types.is_empty() && types.iter().all(own))
            })
    }

    /// Whether the errors that the options of a library name are all of that kind.
    fn names_own_errors_only(&self, call: NodeRef) -> bool {
        let Kind::Call(c) = self.kind(call) else { return false };
        let facts = self.facts(call.file);
        let inside = c.args.iter().flat_map(|arg| facts.descendants(arg.value));
        let told: Vec<bool> = inside.filter_map(|n| self.is_own_error(call.sibling(n))).collect();
        !told.is_empty() && told.into_iter().all(|own| own)
    }

    /// Whether an error class is one of the language's own; nothing where it is no error class.
    fn is_own_error(&self, at: NodeRef) -> Option<bool> {
        let file = self.file(at.file);
        let name = match self.kind(at) {
            Kind::Name(name) | Kind::Member { name, .. } => name,
            _ => return None,
        };
        let is_class = ["Error", "Exception", "Timeout", "timeout"].iter().any(|end| name.ends_with(end));
        if !is_class {
            return None;
        }
        let values = self.eval(at);
        let mut external = values.iter().filter_map(|v| match v {
            Value::External(e) => Some(file.sdk.has_word("own-limit-errors", &e.path)),
            Value::Class(_) => Some(false),
            _ => None,
        });
        let by_name =
            || path_name(&file.facts, at.node).is_some_and(|p| file.sdk.has_word("own-limit-errors", &p));
        Some(external.next().unwrap_or_else(by_name))
    }

    /// Whether an arm takes whatever the others leave.
    pub(in crate::model) fn is_catch_all(&self, at: NodeRef, arm: &Arm) -> bool {
        arm.guard.is_none()
            && arm.patterns.iter().all(|&p| match self.kind(at.sibling(p)) {
                Kind::Name(name) => &**name == "_",
                Kind::Opaque(_) => true,
                _ => false,
            })
    }

    /// Whether a pattern only gives what it is put to a name.
    fn takes_all(&self, pattern: NodeRef) -> bool {
        matches!(self.kind(pattern), Kind::Name(name) if name.starts_with(|c: char| c.is_lowercase() || c == '_'))
    }

    /// Whether a condition or pattern tells failure of a call (`Some(true)`) or its success
    /// (`Some(false)`).
    pub(in crate::model) fn failing(&self, at: NodeRef) -> Option<bool> {
        self.failing_within(at, 0)
    }

    pub(super) fn failing_within(&self, at: NodeRef, depth: u32) -> Option<bool> {
        if depth > 12 {
            return None;
        }
        let sdk = self.file(at.file).sdk;
        let of = |n: NodeId| self.failing_within(at.sibling(n), depth + 1);
        let by_name = |name: &str| {
            if sdk.has_word("success-names", name) {
                Some(false)
            } else if self.has_part(at, "failure-parts", name) {
                Some(true)
            } else {
                None
            }
        };
        match self.kind(at) {
            Kind::Name(name) => by_name(name).or_else(|| self.failing_value(at, depth)),
            Kind::Member { object, name, .. } => by_name(name).or_else(|| of(*object)),
            // What came in time may be an error: `Ok(Err(e))`.
            Kind::Call(c)
                if c.args.len() == 1
                    && self.is_error_value(at.sibling(c.args[0].value))
                    && of(c.callee) == Some(false) =>
            {
                Some(true)
            }
            Kind::Call(c) if self.asks_about_answer(at, c) => None,
            Kind::Call(c) => {
                let callee = of(c.callee);
                let told = callee.or_else(|| c.args.iter().find_map(|a| of(a.value)));
                told.or_else(|| self.failing_predicate(at, depth))
            }
            Kind::Unary { op: UnaryOp::Not, operand } => of(*operand).map(|f| !f),
            Kind::Await(x) | Kind::Propagate(x) | Kind::Cast { value: x, .. } => of(*x),
            // A branch of `select!` takes whatever comes.
            Kind::Let { pattern, .. } if self.takes_all(at.sibling(*pattern)) => None,
            Kind::Let { pattern, value } => of(*pattern).or_else(|| of(*value)),
            Kind::Number(n) => failing_status(*n),
            Kind::Str(_) => self.text(at).known().and_then(|t| by_name(&t)),
            Kind::Slice { start, .. } => start.and_then(of),
            Kind::List(items) => items.iter().find_map(|&i| of(i)),
            Kind::Match(_) | Kind::If { .. } => self.failing_choice(at, depth),
            Kind::Binary { op, left, right } => {
                // `200 <= status`
                let (op, left, right) = match self.kind(at.sibling(*left)) {
                    Kind::Number(_) => (flipped(*op), right, left),
                    _ => (*op, left, right),
                };
                let told = |left: NodeId| of(left).filter(|_| !self.compares_attempts(op, at, left, *right));
                let compared = || {
                    let (left, right) = (at.sibling(*left), at.sibling(*right));
                    self.compared(left, right)
                        .or_else(|| told(left.node))
                        .or_else(|| self.failing_text(right))
                };
                match op {
                    BinaryOp::And | BinaryOp::Or => match (of(*left), of(*right)) {
                        (Some(true), _) | (_, Some(true)) => Some(true),
                        (a, b) => a.or(b),
                    },
                    BinaryOp::Eq | BinaryOp::Is | BinaryOp::In | BinaryOp::Ge | BinaryOp::Gt => compared(),
                    BinaryOp::Ne | BinaryOp::IsNot | BinaryOp::NotIn | BinaryOp::Lt | BinaryOp::Le => {
                        compared().map(|failing| !failing)
                    }
                    BinaryOp::InstanceOf => Some(!self.names_answer(at.sibling(*right))),
                    _ => None,
                }
            }
            _ => None,
        }
    }

    /// Whether a comparison is about the number of attempts: `retryCount < 3` says nothing of what came
    /// of the last one.
    fn compares_attempts(&self, op: BinaryOp, at: NodeRef, left: NodeId, right: NodeId) -> bool {
        let ordered = matches!(op, BinaryOp::Lt | BinaryOp::Le | BinaryOp::Gt | BinaryOp::Ge);
        // `retry == MAX_RETRIES`
        let number = self.number(at.sibling(right)).is_some();
        (ordered || number)
            && self.counts_attempts(at.sibling(left))
            && !self
                .last_name_at(at.sibling(left))
                .is_some_and(|name| self.has_part(at, "retry-verdict-parts", &name))
    }

    /// Whether a condition, or a part of it, puts the outcome to something out of sight: `policy.allows(status)`.
    pub(super) fn asks_about_outcome(&self, at: NodeRef) -> bool {
        let of = |n: NodeId| self.asks_about_outcome(at.sibling(n));
        match self.kind(at) {
            Kind::Unary { op: UnaryOp::Not, operand } => of(*operand),
            Kind::Binary { op: BinaryOp::And | BinaryOp::Or, left, right } => of(*left) || of(*right),
            Kind::Call(c) => c.args.iter().any(|a| {
                let name = self.last_name_at(at.sibling(a.value));
                name.is_some_and(|n| self.has_part(at, "status-parts", &n))
            }),
            _ => false,
        }
    }

    /// `reason == "error"`.
    pub(super) fn failing_text(&self, at: NodeRef) -> Option<bool> {
        matches!(self.kind(at), Kind::Str(_)).then(|| self.failing_within(at, 8)).flatten()
    }

    /// `status == 429`, `status in RETRYABLE`, `status >= 500`.
    pub(super) fn compared(&self, left: NodeRef, right: NodeRef) -> Option<bool> {
        if self.numbers(right).is_none()
            && let Some(name) = self.last_name_at(right)
            && self.has_part(right, "failure-parts", &name)
        {
            return Some(true);
        }
        let about_status = self.facts(left.file).descendants(left.node).into_iter().any(|n| {
            self.holds_status(left.sibling(n))
                || self.last_name_at(left.sibling(n)).is_some_and(|name| {
                    // What follows is between 400 and 600.
                    self.has_part(left, "status-parts", &name) || name.to_ascii_lowercase().ends_with("code")
                })
        });
        if !about_status && !self.is_overload(right) {
            return None;
        }
        let mut numbers = self.numbers(right).unwrap_or_default();
        numbers.extend(self.statuses(right).and_then(|set| set.first()));
        for value in self.eval(right).iter() {
            if let Value::Node(list) = value {
                for n in self.facts(list.file).descendants(list.node) {
                    numbers.extend(self.file(list.file).number_of(n));
                }
            }
        }
        numbers.into_iter().find_map(failing_status)
    }

    /// `Err`, `Err(e)`
    pub(super) fn is_error_value(&self, at: NodeRef) -> bool {
        let head = self.callee_of(at).unwrap_or(at);
        self.last_name_at(head).is_some_and(|n| &*n == "Err")
    }
}

pub(super) fn failing_status(n: f64) -> Option<bool> {
    if n == 0.0 || n.fract() != 0.0 {
        None
    } else if (200.0..300.0).contains(&n) {
        Some(false)
    } else if (300.0..600.0).contains(&n) {
        Some(true)
    } else {
        None
    }
}
