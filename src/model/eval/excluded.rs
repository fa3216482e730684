//! Bindings that a use cannot see, since a test of the same variable keeps them apart.

use crate::facts::{BinaryOp, Kind, Name, NodeId, UnaryOp};
use crate::model::Project;
use crate::model::index::{constant, path_name};
use crate::model::scope::Def;
use crate::model::value::NodeRef;

/// Tests around a place that are looked at.
const MAX_TESTS: usize = 32;

/// What a variable is known to be, or not to be, at a place: `vendor == "anthropic"`.
struct Test {
    subject: NodeId,
    name: Name,
    value: Name,
    holds: bool,
}

impl Test {
    /// Whether the two cannot hold together.
    fn excludes(&self, other: &Test) -> bool {
        self.name == other.name
            && match self.value == other.value {
                true => self.holds != other.holds,
                false => self.holds && other.holds,
            }
    }
}

impl Project {
    /// The bindings of a name that may be in force where it is used: `if vendor == "a": client = A()`, and
    /// later `if vendor == "b": client.send()`.
    pub(super) fn without_excluded<'d>(&self, at: NodeRef, defs: Vec<&'d Def>) -> Vec<&'d Def> {
        if defs.len() < 2 {
            return defs;
        }
        let here = self.tests_around(at);
        if here.is_empty() {
            return defs;
        }
        let excluded = |def: &Def| {
            let there = self.tests_around(at.sibling(def.node));
            there.iter().any(|t| here.iter().any(|h| t.excludes(h) && self.asks_of_same_value(at, t, h)))
        };
        let left: Vec<&Def> = defs.iter().copied().filter(|def| !excluded(def)).collect();
        if left.is_empty() { defs } else { left }
    }

    /// Whether two tests ask the same value: nothing is bound to the variable between them.
    fn asks_of_same_value(&self, at: NodeRef, a: &Test, b: &Test) -> bool {
        let file = self.file(at.file);
        let head = a.name.split('.').next().unwrap_or_default();
        let bound = |n: NodeId| -> Vec<NodeId> {
            file.scopes.lookup(&file.facts, head, n).iter().map(|def| def.node).collect()
        };
        let changed = || self.index.item_sets.contains_key(&(at.file, head.into()));
        bound(a.subject) == bound(b.subject) && (!a.name.contains('.') || !changed())
    }

    /// The tests that hold where a place is reached.
    fn tests_around(&self, at: NodeRef) -> Vec<Test> {
        let facts = self.facts(at.file);
        let mut out = Vec::new();
        let mut child = at.node;
        for node in facts.ancestors(at.node).skip(1) {
            match facts.kind(node) {
                Kind::Function(_) => break,
                Kind::If { condition, then, otherwise } => {
                    if *then == child {
                        self.add_tests(at.sibling(*condition), true, &mut out);
                    } else if *otherwise == Some(child) {
                        self.add_tests(at.sibling(*condition), false, &mut out);
                    }
                }
                Kind::Match(m) => {
                    for arm in m.arms.iter().take(MAX_TESTS) {
                        let here = arm.body == child;
                        if let ([pattern], None) = (&arm.patterns[..], arm.guard) {
                            self.add_test(at, m.subject, *pattern, here, &mut out);
                        }
                        if here {
                            break;
                        }
                    }
                }
                _ => {}
            }
            if out.len() > MAX_TESTS {
                break;
            }
            child = node;
        }
        out
    }

    fn add_tests(&self, condition: NodeRef, holds: bool, out: &mut Vec<Test>) {
        let mut add = |n: NodeId, holds: bool| self.add_tests(condition.sibling(n), holds, out);
        match self.kind(condition) {
            Kind::Unary { op: UnaryOp::Not, operand } => add(*operand, !holds),
            Kind::Binary { op: BinaryOp::And, left, right } if holds => {
                add(*left, true);
                add(*right, true);
            }
            Kind::Binary { op: BinaryOp::Or, left, right } if !holds => {
                add(*left, false);
                add(*right, false);
            }
            Kind::Binary { op: BinaryOp::Eq, left, right } => {
                self.add_test(condition, *left, *right, holds, out);
            }
            Kind::Binary { op: BinaryOp::Ne, left, right } => {
                self.add_test(condition, *left, *right, !holds, out);
            }
            Kind::Binary { op: BinaryOp::In, left, right } if !holds => {
                if let Kind::List(items) = self.kind(condition.sibling(*right)) {
                    for &item in items.iter().take(MAX_TESTS) {
                        self.add_test(condition, *left, item, false, out);
                    }
                }
            }
            _ => {}
        }
    }

    fn add_test(&self, at: NodeRef, subject: NodeId, value: NodeId, holds: bool, out: &mut Vec<Test>) {
        let facts = self.facts(at.file);
        if let (Some(name), Some(value)) = (path_name(facts, subject), constant(facts, value))
            && out.len() <= MAX_TESTS
        {
            out.push(Test { subject, name, value, holds });
        }
    }
}
