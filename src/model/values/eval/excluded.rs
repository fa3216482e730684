//! Bindings and values that a use cannot see, since a test of the same variable keeps them apart.

use super::{Values, one};
use crate::facts::{BinaryOp, Kind, Name, NodeId, UnaryOp};
use crate::model::Project;
use crate::model::names::index::{constant, last_name, path_name};
use crate::model::names::scope::Def;
use crate::model::values::value::{NodeRef, Value};

/// Tests around a place that are looked at.
const MAX_TESTS: usize = 32;

/// What a variable is known to be, or not to be, at a place.
struct Test {
    subject: NodeId,
    name: Name,
    asked: Asked,
    holds: bool,
}

/// What a test asks for.
enum Asked {
    /// `vendor == "anthropic"`
    Value(Name),
    /// `isinstance(choice, str)`, `typeof choice === "string"`, `Array.isArray(choice)`: the name of the
    /// type, and where it is named by itself
    Type(Name, Option<NodeId>),
}

impl PartialEq for Asked {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Asked::Value(a), Asked::Value(b)) | (Asked::Type(a, _), Asked::Type(b, _)) => a == b,
            _ => false,
        }
    }
}

impl Test {
    /// Whether the two cannot hold together.
    fn excludes(&self, other: &Test) -> bool {
        let both_values = matches!((&self.asked, &other.asked), (Asked::Value(_), Asked::Value(_)));
        self.name == other.name
            && match self.asked == other.asked {
                true => self.holds != other.holds,
                false => both_values && self.holds && other.holds,
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

    /// Whether a place is never reached, since what a test of a text around it asks for is none of the texts that
    /// the variable may hold: `if growth == "exponential"` where everybody leaves it at `"fixed"`.
    pub(in crate::model) fn is_ruled_out(&self, at: NodeRef) -> bool {
        self.tests_around(at).iter().any(|test| {
            let Asked::Value(wanted) = &test.asked else { return false };
            let texts = self.possible_texts(at.sibling(test.subject));
            texts.is_some_and(|texts| texts.iter().all(|(_, text)| (text == wanted) != test.holds))
        })
    }

    /// What a variable is at a place, by the tests of it around.
    pub(super) fn as_tested(&self, at: NodeRef, values: Values) -> Values {
        self.or_of_tested_class(at, self.let_through(at, values))
    }

    /// The values of a variable that a test of its type, or of what it says, lets through to the place where it
    /// is used: `typeof choice === "string" ? {…} : choice`.
    fn let_through(&self, at: NodeRef, mut values: Values) -> Values {
        let file = self.file(at.file);
        let types = |v: &Value| match v {
            Value::Node(n) => match self.kind(*n) {
                Kind::Str(_) => Some("text-types"),
                Kind::List(_) => Some("list-types"),
                Kind::Record(_) => Some("record-types"),
                _ => None,
            },
            _ => None,
        };
        if !values.iter().any(|v| types(v).is_some()) {
            return values;
        }
        let Some(name) = path_name(&file.facts, at.node) else { return values };
        let here =
            Test { subject: at.node, name: name.clone(), asked: Asked::Value(name.clone()), holds: true };
        let text = |v: &Value| match v {
            Value::Node(n) => constant(self.facts(n.file), n.node),
            _ => None,
        };
        for test in self.tests_around(at).iter().filter(|test| test.name == name) {
            let known = ["text-types", "list-types", "record-types"];
            match &test.asked {
                Asked::Type(ty, _) if known.iter().any(|list| file.sdk.has_word(list, ty)) => {
                    values.retain(|v| types(v).is_none_or(|list| file.sdk.has_word(list, ty) == test.holds));
                }
                // `choice !== "auto"`
                Asked::Value(wanted) if self.asks_of_same_value(at, test, &here) => {
                    values.retain(|v| text(v).is_none_or(|text| (text == *wanted) == test.holds));
                }
                _ => {}
            }
        }
        if values.is_empty() { one(Value::Unknown) } else { values }
    }

    /// What an object out of sight is where a test of its class lets through no other: `assert
    /// isinstance(reply, Message)`.
    fn or_of_tested_class(&self, at: NodeRef, values: Values) -> Values {
        let file = self.file(at.file);
        let unknown = values.iter().all(|v| *v == Value::Unknown);
        let of_claude = |v: &Value| matches!(v, Value::Response(_));
        // Whatever else it may be, it is an answer of Claude's where that was asked.
        if !unknown && values.iter().any(of_claude) {
            return values;
        }
        let Some(name) = path_name(&file.facts, at.node).filter(|n| file.tested_names().contains(n)) else {
            return values;
        };
        let mut tests = Vec::new();
        for gate in self.gates_around(at).chain(self.gates_before(at)).take(MAX_TESTS) {
            self.add_tests(gate.condition, gate.holds, &mut tests);
        }
        let here =
            |subject| Test { subject, name: name.clone(), asked: Asked::Value(name.clone()), holds: true };
        let class = tests.iter().find_map(|test| match test.asked {
            Asked::Type(_, Some(ty)) if test.holds && test.name == name => {
                self.asks_of_same_value(at, test, &here(at.node)).then_some(ty)
            }
            _ => None,
        });
        let Some(ty) = class else { return values };
        let typed = self.typed(at.sibling(ty));
        if unknown || typed.iter().all(of_claude) { typed } else { values }
    }

    /// Whether two tests ask the same value: nothing is bound to the variable between them.
    fn asks_of_same_value(&self, at: NodeRef, a: &Test, b: &Test) -> bool {
        let file = self.file(at.file);
        let head = a.name.split('.').next().unwrap_or_default();
        let bound = |n: NodeId| -> Vec<NodeId> {
            file.scopes.lookup(&file.facts, head, n).iter().map(|def| def.node).collect()
        };
        // A field is another one where the function sets it on the way.
        let function = self.function_of(at);
        let changed = |field: &str| {
            let sets = self.index.item_sets.get(&(at.file, head.into())).into_iter().flatten();
            let mut sets = sets.filter(|set| set.key.as_deref().is_none_or(|key| key == field));
            sets.any(|set| self.function_of(at.sibling(set.at)) == function)
        };
        bound(a.subject) == bound(b.subject) && !a.name.split('.').nth(1).is_some_and(changed)
    }

    /// The tests that hold where a place is reached.
    fn tests_around(&self, at: NodeRef) -> Vec<Test> {
        let mut out = Vec::new();
        for gate in self.gates_around(at).chain(self.gates_before(at)).take(MAX_TESTS) {
            self.add_tests(gate.condition, gate.holds, &mut out);
        }
        // Those before it did not match.
        for (m, here) in self.arms_around(at).take(MAX_TESTS) {
            for (i, arm) in m.arms.iter().enumerate().take(MAX_TESTS.min(here + 1)) {
                if let ([pattern], None) = (&arm.patterns[..], arm.guard) {
                    self.add_test(at, m.subject, *pattern, i == here, &mut out);
                }
            }
        }
        out
    }

    fn add_tests(&self, condition: NodeRef, holds: bool, out: &mut Vec<Test>) {
        let facts = self.facts(condition.file);
        if let Some((subject, ty)) = self.file(condition.file).type_test(condition.node) {
            if let Some(name) = last_name(facts, ty) {
                self.push_test(condition, subject, Asked::Type(name, Some(ty)), holds, out);
            }
            return;
        }
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
            Kind::Call(call) => {
                if let ([subject], Some(name)) = (&call.args[..], last_name(facts, call.callee)) {
                    self.push_test(condition, subject.value, Asked::Type(name, None), holds, out);
                }
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
        let file = self.file(at.file);
        let Some(value) = constant(&file.facts, value) else { return };
        match file.facts.kind(subject) {
            Kind::Unary { op: UnaryOp::Other, operand } if file.text_of(subject).starts_with("typeof") => {
                self.push_test(at, *operand, Asked::Type(value, None), holds, out);
            }
            _ => self.push_test(at, subject, Asked::Value(value), holds, out),
        }
    }

    fn push_test(&self, at: NodeRef, subject: NodeId, asked: Asked, holds: bool, out: &mut Vec<Test>) {
        if let Some(name) = path_name(self.facts(at.file), subject)
            && out.len() <= MAX_TESTS
        {
            out.push(Test { subject, name, asked, holds });
        }
    }
}
