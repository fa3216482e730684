//! Tests of an error: of its class, or its status.

use super::error_class::NamedError;
use crate::facts::{BinaryOp, Kind, Name, NodeId};
use crate::model::Project;
use crate::model::names::index::constant;
use crate::model::values::value::{NodeRef, Value};

/// Members and calls around one that are looked at.
const MAX_AROUND: usize = 4;

/// A test of an error's class.
#[derive(Clone, Debug)]
pub struct ClassTest {
    /// The test.
    pub at: NodeRef,
    /// The variable that is tested.
    pub variable: Name,
    /// The classes; one of them is enough.
    pub classes: Vec<NodeRef>,
}

impl Project {
    /// `e instanceof A`, `isinstance(e, (A, B))`, if the node is such a test.
    pub fn class_test(&self, at: NodeRef) -> Option<ClassTest> {
        let facts = self.facts(at.file);
        let file = self.file(at.file);
        let (left, right) = match (file.type_test(at.node), facts.kind(at.node)) {
            (Some(test), _) => test,
            (None, Kind::Call(c)) => match &c.args[..] {
                [a] if file.named_in(c.callee, "error-guards") => (a.value, c.callee),
                _ => return None,
            },
            _ => return None,
        };
        let Kind::Name(variable) = facts.kind(left) else { return None };
        let classes = match facts.kind(right) {
            Kind::List(items) => items.iter().map(|&n| at.sibling(n)).collect(),
            _ => vec![at.sibling(right)],
        };
        Some(ClassTest { at, variable: variable.clone(), classes })
    }

    /// Whether the same is done where one condition holds as where the other does.
    pub fn branch_alike(&self, a: NodeRef, b: NodeRef) -> bool {
        let done = |condition: NodeRef| {
            let file = self.file(condition.file);
            let around = file.facts.ancestors(condition.node).find_map(|n| match file.facts.kind(n) {
                Kind::If { then, .. } => Some(*then),
                _ => None,
            })?;
            Some(file.text_of(around).trim())
        };
        done(a).is_some_and(|done_there| done(b) == Some(done_there))
    }

    /// The class tests of a condition, when nothing else than one of them decides it; with
    /// `parts` also those that must hold beside others.
    pub fn class_tests(&self, condition: NodeRef, parts: bool) -> Vec<ClassTest> {
        match self.kind(condition) {
            Kind::Binary { op: BinaryOp::And, left, right } if parts => {
                let mut out = self.class_tests(condition.sibling(*left), parts);
                out.extend(self.class_tests(condition.sibling(*right), parts));
                out
            }
            _ => self.class_test(condition).into_iter().collect(),
        }
    }

    /// The classes of errors that a node names, those of tuples and variables included; `None`
    /// when one of them is out of reach.
    pub fn error_classes(&self, at: NodeRef) -> Option<Vec<NamedError>> {
        let mut out = self.named_errors(at);
        if out.is_empty() {
            for value in self.eval(at).iter() {
                match value {
                    Value::Node(list) => match self.kind(*list) {
                        Kind::List(items) => {
                            for &item in items {
                                let named = self.named_errors(list.sibling(item));
                                if named.is_empty() {
                                    return None;
                                }
                                out.extend(named);
                            }
                        }
                        _ => return None,
                    },
                    _ => return None,
                }
            }
        }
        (!out.is_empty()).then_some(out)
    }

    /// Whether code looks at the class or status of an error.
    pub fn tests_class_or_status(&self, at: NodeRef) -> bool {
        let facts = self.facts(at.file);
        let sdk = self.file(at.file).sdk;
        facts.descendants(at.node).into_iter().any(|n| {
            self.class_test(at.sibling(n))
                .is_some_and(|test| !test.classes.iter().all(|&class| self.tells_nothing(class)))
                || self.error_field(at.sibling(n)).is_some_and(|k| sdk.has_word("error-fields", &k))
                    && !self.is_of_headers(at.sibling(n))
                || self.last_name_at(at.sibling(n)).is_some_and(|name| {
                    // A class is no status, whatever its name: `APIStatusError`.
                    matches!(facts.kind(n), Kind::Name(_) | Kind::Member { .. })
                        && self.has_part(at, "status-parts", &name)
                        && self.named_errors(at.sibling(n)).is_empty()
                })
        })
    }

    /// What a member, or a text that names one, is called.
    fn error_field(&self, at: NodeRef) -> Option<Name> {
        match self.kind(at) {
            Kind::Member { name, .. } => Some(name.clone()),
            Kind::Str(_) => constant(self.facts(at.file), at.node),
            _ => None,
        }
    }

    /// Whether a member is the headers of an answer, or what they are taken from: `error.response.headers`,
    /// `getattr(error, "headers", {})`. They tell how long to wait.
    fn is_of_headers(&self, at: NodeRef) -> bool {
        let facts = self.facts(at.file);
        let is_headers = |n: NodeId| self.error_field(at.sibling(n)).is_some_and(|name| &*name == "headers");
        let mut around = facts.ancestors(at.node).take(MAX_AROUND);
        around.any(|n| match facts.kind(n) {
            Kind::Call(c) => c.args.iter().any(|a| is_headers(a.value)),
            _ => is_headers(n),
        })
    }

    /// Whether a class is one that failures that pass and those that do not have in common.
    fn tells_nothing(&self, class: NodeRef) -> bool {
        matches!(self.kind(class), Kind::Name(n) if self.file(class.file).sdk.has_word("any-error", n))
            || self
                .named_errors(class)
                .iter()
                .any(|e| e.is(|c| c.base.is_none() || c.general || c.any_status))
    }

    /// Whether a condition asks for statuses of server errors: `error.status >= 500`.
    pub fn tests_server_status(&self, at: NodeRef) -> bool {
        let facts = self.facts(at.file);
        let is_status = |n: NodeId| {
            self.last_name_at(at.sibling(n)).is_some_and(|name| self.has_part(at, "status-parts", &name))
        };
        let is_server = |n: NodeId| {
            let numbers = facts.descendants(n).into_iter();
            numbers.filter_map(|d| self.number(at.sibling(d))).any(|n| (500.0..600.0).contains(&n))
        };
        facts.descendants(at.node).into_iter().any(|n| match facts.kind(n) {
            Kind::Binary { op, left, right } => {
                let compares =
                    matches!(op, BinaryOp::Eq | BinaryOp::Ge | BinaryOp::Gt | BinaryOp::In | BinaryOp::Is);
                compares && (is_status(*left) && is_server(*right) || is_status(*right) && is_server(*left))
            }
            Kind::Call(c) => c.args.iter().any(|a| is_status(a.value)) && is_server(c.callee),
            _ => false,
        })
    }
}
