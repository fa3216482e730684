//! Tests of an error: of its class, its status, or the words of its text.

use rustc_hash::FxHashSet;

use super::Project;
use super::error_class::NamedError;
use super::handler::Handler;
use super::index::{constant, last_name};
use super::value::{NodeRef, Value};
use crate::facts::{BinaryOp, Kind, Name, NodeId};

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

/// A branch on the words of an error's text.
#[derive(Clone, Debug)]
pub struct WordTest {
    /// The test.
    pub at: NodeRef,
    /// The words.
    pub words: Name,
    /// Calls between the handler and the test.
    pub hops: u32,
}

impl Project {
    /// `e instanceof A`, `isinstance(e, (A, B))`, if the node is such a test.
    pub fn class_test(&self, at: NodeRef) -> Option<ClassTest> {
        let facts = self.facts(at.file);
        let (left, right) = match facts.kind(at.node) {
            Kind::Binary { op: BinaryOp::InstanceOf, left, right } => (*left, *right),
            Kind::Call(c) => {
                let name = last_name(facts, c.callee)?;
                match &c.args[..] {
                    [a, b] if &*name == "isinstance" => (a.value, b.value),
                    [a] if self.file(at.file).sdk.has_word("error-guards", &name) => (a.value, c.callee),
                    _ => return None,
                }
            }
            _ => return None,
        };
        let Kind::Name(variable) = facts.kind(left) else { return None };
        let classes = match facts.kind(right) {
            Kind::List(items) => items.iter().map(|&n| at.sibling(n)).collect(),
            _ => vec![at.sibling(right)],
        };
        Some(ClassTest { at, variable: variable.clone(), classes })
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

    /// Branches on the words of the error's text that a handler gets, in it and in functions that
    /// it hands the error to.
    pub fn word_tests(&self, handler: &Handler) -> Vec<WordTest> {
        let (Some(error), Some(body)) = (handler.error, handler.body) else { return Vec::new() };
        let facts = self.facts(error.file);
        let mut names = FxHashSet::default();
        for n in facts.descendants(error.node) {
            if let Kind::Name(name) = facts.kind(n) {
                names.insert(name.clone());
            }
        }
        let mut out = Vec::new();
        self.words_in(body, names, 0, &mut out);
        out
    }

    fn words_in(&self, body: NodeRef, mut names: FxHashSet<Name>, hops: u32, out: &mut Vec<WordTest>) {
        let facts = self.facts(body.file);
        let sdk = self.file(body.file).sdk;
        let mut nodes = facts.descendants(body.node);
        nodes.sort_unstable();
        let holds = |names: &FxHashSet<Name>, n: NodeId| {
            facts
                .descendants(n)
                .into_iter()
                .any(|d| matches!(facts.kind(d), Kind::Name(x) if names.contains(x)))
        };
        let spoken = |text: Name| {
            let lower = text.to_lowercase();
            sdk.words("api-error-words").iter().any(|w| lower.contains(w.as_str())).then_some(text)
        };
        // `word.lower() in text`
        let folded = |n: NodeId| match facts.kind(n) {
            Kind::Call(c) if c.args.is_empty() => match facts.kind(c.callee) {
                Kind::Member { object, name, .. } if sdk.has_word("folds-case", name) => *object,
                _ => n,
            },
            _ => n,
        };
        let is_word = |n: NodeId| match (constant(facts, n), folded(n)) {
            (Some(text), _) => spoken(text),
            // One of a list of words: `any(word in text for word in WORDS)`.
            (None, n) => self.eval(body.sibling(n)).iter().find_map(|v| match v {
                Value::Node(word) => constant(self.facts(word.file), word.node).and_then(spoken),
                _ => None,
            }),
        };
        for node in nodes {
            let at = body.sibling(node);
            match facts.kind(node) {
                Kind::Assign(a) => {
                    if let (Kind::Name(name), Some(value)) = (facts.kind(a.target), a.value)
                        && holds(&names, value)
                    {
                        names.insert(name.clone());
                    }
                }
                Kind::Binary { op: BinaryOp::In | BinaryOp::NotIn, left, right } => {
                    if let Some(words) = is_word(*left)
                        && holds(&names, *right)
                        && !self.reads_field(at.sibling(*right))
                    {
                        out.push(WordTest { at, words, hops });
                    }
                }
                Kind::Call(c) => {
                    let Some(name) = last_name(facts, c.callee) else { continue };
                    let object = match facts.kind(c.callee) {
                        Kind::Member { object, .. } => Some(*object),
                        _ => None,
                    };
                    let tests = sdk.has_word("text-tests", &name);
                    if tests
                        && let Some(object) = object
                        && let Some(first) = c.args.first()
                    {
                        // `text.includes("…")`, `/…/.test(text)`
                        let forward = is_word(first.value)
                            .filter(|_| holds(&names, object) && !self.reads_field(at.sibling(object)));
                        let backward = is_word(object).filter(|_| holds(&names, first.value));
                        if let Some(words) = forward.or(backward) {
                            out.push(WordTest { at, words, hops });
                            continue;
                        }
                    }
                    // `re.search("…", text)`
                    if tests && c.args.len() >= 2 {
                        let words = c.args.iter().find_map(|a| is_word(a.value));
                        if let Some(words) = words
                            && c.args.iter().any(|a| holds(&names, a.value))
                        {
                            out.push(WordTest { at, words, hops });
                            continue;
                        }
                    }
                    if hops == 0 && c.args.iter().any(|a| holds(&names, a.value)) {
                        self.words_in_callee(at, &names, out);
                    }
                }
                _ => {}
            }
        }
    }

    fn words_in_callee(&self, call: NodeRef, names: &FxHashSet<Name>, out: &mut Vec<WordTest>) {
        let Kind::Call(c) = self.kind(call) else { return };
        let facts = self.facts(call.file);
        for value in self.eval(call.sibling(c.callee)).iter() {
            let Value::Function(f) = value else { continue };
            let Kind::Function(function) = self.kind(*f) else { continue };
            if !function.body.is_some() {
                continue;
            }
            let mut params = FxHashSet::default();
            for arg in &c.args {
                let given = facts
                    .descendants(arg.value)
                    .into_iter()
                    .any(|d| matches!(facts.kind(d), Kind::Name(x) if names.contains(x)));
                if given
                    && let Some(index) = self.parameter_or_rest(*f, call, call.sibling(arg.value))
                    && let Kind::Name(name) = self.kind(f.sibling(function.params[index].pattern))
                {
                    params.insert(name.clone());
                }
            }
            if !params.is_empty() {
                self.words_in(f.sibling(function.body), params, 1, out);
            }
        }
    }

    /// Whether it is a field of the error that is examined, such as its type or code, not its text.
    fn reads_field(&self, at: NodeRef) -> bool {
        let facts = self.facts(at.file);
        facts.descendants(at.node).into_iter().any(|n| {
            matches!(facts.kind(n), Kind::Member { name, .. } if self.file(at.file).sdk.has_word("error-fields", name))
                || matches!(facts.kind(n), Kind::Index { index, .. }
                    if constant(facts, *index).is_some_and(|k| self.file(at.file).sdk.has_word("error-fields", &k)))
        })
    }

    /// Whether code looks at the class or status of an error.
    pub fn tests_class_or_status(&self, at: NodeRef) -> bool {
        let facts = self.facts(at.file);
        let sdk = self.file(at.file).sdk;
        facts.descendants(at.node).into_iter().any(|n| {
            self.class_test(at.sibling(n))
                .is_some_and(|test| !test.classes.iter().all(|&class| self.tells_nothing(class)))
                || matches!(facts.kind(n), Kind::Member { name, .. } if sdk.has_word("error-fields", name))
                || matches!(facts.kind(n), Kind::Str(_))
                    && constant(facts, n).is_some_and(|k| sdk.has_word("error-fields", &k))
                || self.last_name_at(at.sibling(n)).is_some_and(|name| {
                    matches!(facts.kind(n), Kind::Name(_) | Kind::Member { .. })
                        && self.has_part(at, "status-parts", &name)
                })
        })
    }

    /// Whether a class is one that failures that pass and those that do not have in common.
    fn tells_nothing(&self, class: NodeRef) -> bool {
        matches!(self.kind(class), Kind::Name(n) if matches!(&**n, "Error" | "Exception" | "BaseException"))
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
