//! Tests of the words of an error's text.

use rustc_hash::FxHashSet;

use super::handler::Handler;
use crate::facts::{BinaryOp, Kind, Name, NodeId};
use crate::model::Project;
use crate::model::names::index::{constant, last_name};
use crate::model::values::value::{NodeRef, Value};

/// Calls between a handler and a test of the words of its error.
const MAX_WORD_HOPS: u32 = 2;
/// Words of a list that are looked at.
const MAX_LISTED: usize = 32;
/// Words of a text that is asked for, beyond which it is a sentence.
const MAX_WORDS: usize = 5;

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

    /// The same in a predicate that is given the error: `giveup=lambda e: "overloaded" not in str(e)`.
    pub fn word_tests_of(&self, predicate: NodeRef) -> Vec<WordTest> {
        let Kind::Function(f) = self.kind(predicate) else { return Vec::new() };
        let mut out = Vec::new();
        if let [param] = &f.params[..]
            && let Kind::Name(name) = self.kind(predicate.sibling(param.pattern))
            && f.body.is_some()
        {
            self.words_in(predicate.sibling(f.body), FxHashSet::from_iter([name.clone()]), 0, &mut out);
        }
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
            // A sentence tells more than the kind of error.
            let short = lower.split_whitespace().count() <= MAX_WORDS;
            let told = sdk.has_word("bare-error-words", lower.trim())
                || short && sdk.words("api-error-words").iter().any(|w| lower.contains(w.as_str()));
            told.then_some(text)
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
            (None, n) => {
                let values = self.eval(body.sibling(n));
                let nodes = values.iter().filter_map(|v| match v {
                    Value::Node(word) => Some(*word),
                    _ => None,
                });
                let listed = self.listed_words(body.sibling(n));
                let word = |word: NodeRef| match self.kind(word) {
                    Kind::Number(status) => spoken(status.to_string().into()),
                    _ => constant(self.facts(word.file), word.node).and_then(spoken),
                };
                nodes.chain(listed).find_map(word)
            }
        };
        for node in nodes {
            let at = body.sibling(node);
            match facts.kind(node) {
                Kind::Assign(a) => {
                    if let (Kind::Name(name), Some(value)) = (facts.kind(a.target), a.value)
                        && holds(&names, value)
                        && !self.is_class_name(at.sibling(value))
                    {
                        names.insert(name.clone());
                    }
                }
                Kind::Binary { op: BinaryOp::In | BinaryOp::NotIn, left, right } => {
                    if let Some(words) = is_word(*left)
                        && holds(&names, *right)
                        && !self.reads_field(at.sibling(*right))
                        && !self.is_class_name(at.sibling(*right))
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
                    if hops < MAX_WORD_HOPS && c.args.iter().any(|a| holds(&names, a.value)) {
                        self.words_in_callee(at, &names, hops + 1, out);
                    }
                }
                _ => {}
            }
        }
    }

    /// The items of a list that a word is taken from, be it as a number: `code` of
    /// `CODES.some((code) => text.includes(String(code)))`.
    fn listed_words(&self, at: NodeRef) -> Vec<NodeRef> {
        let sdk = self.file(at.file).sdk;
        let converts = |callee: NodeId| {
            last_name(self.facts(at.file), callee).is_some_and(|n| sdk.has_word("text-conversion", &n))
        };
        let word = match self.kind(at) {
            Kind::Call(c) if converts(c.callee) => match (&c.args[..], self.kind(at.sibling(c.callee))) {
                ([only], _) => at.sibling(only.value),
                ([], Kind::Member { object, .. }) => at.sibling(*object),
                _ => return Vec::new(),
            },
            _ => at,
        };
        let Some(list) = self.list_of_element(word) else { return Vec::new() };
        let lists = self.eval(list);
        let lists = lists.iter().filter_map(|v| match v {
            Value::Node(list) => Some(*list),
            _ => None,
        });
        let items = |list: NodeRef| match self.kind(list) {
            Kind::List(items) => items.iter().take(MAX_LISTED).map(|&item| list.sibling(item)).collect(),
            _ => Vec::new(),
        };
        lists.flat_map(items).collect()
    }

    fn words_in_callee(&self, call: NodeRef, names: &FxHashSet<Name>, hops: u32, out: &mut Vec<WordTest>) {
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
                self.words_in(f.sibling(function.body), params, hops, out);
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
}
