//! What is given in the place of an answer and looks like one: a default, or the error's text.

use super::{Given, Handler};
use crate::facts::{Key, Kind, Name, NodeId, StrPart};
use crate::model::names::scope::Origin;
use crate::model::names::words::has_word_of;
use crate::model::response::What;
use crate::model::values::value::{NodeRef, Value};
use crate::model::{End, Project, Sink};

const MAX_DEPTH: u32 = 4;
/// Parts of what a function gives back that are looked at.
const MAX_PARTS: usize = 32;

impl Project {
    /// Whether a literal is a default that says nothing of a failure: `{"score": 0.5}`,
    /// `"unknown"`, or a name for one.
    pub(super) fn is_plain_default(&self, at: NodeRef) -> bool {
        self.is_default_within(at, 0)
    }

    fn is_default_within(&self, at: NodeRef, depth: u32) -> bool {
        if depth > MAX_DEPTH {
            return false;
        }
        let telling = |text: &str| self.says_failure(at, text);
        match self.kind(at) {
            // Whole numbers are codes of results as often as results.
            Kind::Number(n) => *n == 0.0 || n.fract() != 0.0,
            // A label; a sentence tells somebody what happened.
            Kind::Str(_) => {
                self.text(at).known().is_some_and(|t| !t.trim().contains(char::is_whitespace) && !telling(&t))
            }
            Kind::List(items) => {
                !items.is_empty() && items.iter().all(|&n| self.is_part_of_default(at.sibling(n), depth + 1))
            }
            Kind::Record(r) => {
                // Of which kind an answer is: what it is called tells whether that is a failure.
                let labels =
                    |key: &str| r.entries.len() > 1 && self.file(at.file).sdk.has_word("label-keys", key);
                r.ty.is_none() && !r.entries.is_empty() && r.entries.iter().all(|e| {
                    let value = at.sibling(e.value);
                    let empty = || match self.kind(value) {
                        Kind::Null => true,
                        Kind::Str(parts) => parts.is_empty(),
                        Kind::List(items) => items.is_empty(),
                        _ => false,
                    };
                    matches!(&e.key, Some(Key::Known(k)) if empty() || !self.is_fault_key(at, k) || labels(k))
                        && self.is_part_of_default(at.sibling(e.value), depth + 1)
                })
            }
            Kind::Name(_) => match &self.eval(at)[..] {
                [Value::Node(made)] if *made != at && made.file == at.file => {
                    matches!(self.kind(*made), Kind::Record(_) | Kind::List(_))
                        && self.is_default_within(*made, depth + 1)
                }
                _ => false,
            },
            Kind::Cast { value, .. } => self.is_default_within(at.sibling(*value), depth + 1),
            _ => false,
        }
    }

    /// Whether the function around a literal gives back what the text of an answer says: `false` is one of the
    /// two answers there, not the word for a failure.
    pub(super) fn is_verdict(&self, at: NodeRef) -> bool {
        let Some(function) = self.function_of(at) else { return false };
        let of_text = |v: &Value| matches!(v, Value::Response(r) if self.use_of(r) == Some(What::Text));
        let judges = |value: &NodeRef| {
            let parts = self.facts(value.file).descendants(value.node);
            let mut parts = parts.into_iter().take(MAX_PARTS).map(|n| value.sibling(n));
            parts.any(|part| {
                matches!(self.kind(part), Kind::Name(_) | Kind::Member { .. } | Kind::Call(_))
                    && self.eval(part).iter().any(of_text)
            })
        };
        self.return_values(function).iter().any(judges)
    }

    /// Whether a call gives a record that a function of the project makes up on the spot, whatever
    /// happened: literals and what it was given, with nothing that tells of a failure.
    pub(super) fn is_made_up(&self, call: NodeRef) -> bool {
        let Kind::Call(c) = self.kind(call) else { return false };
        let callee = call.sibling(c.callee);
        let values = self.eval(callee);
        let [Value::Function(function)] = &values[..] else { return false };
        let facts = self.facts(function.file);
        let decides = |n: NodeId| {
            matches!(
                facts.kind(n),
                Kind::If { .. } | Kind::Match(_) | Kind::Loop(_) | Kind::Comprehension(_) | Kind::Throw(_)
            )
        };
        let name = self.last_name_at(callee);
        let told = name.is_some_and(|n| {
            ["err", "fail", "fault"].iter().any(|w| n.to_lowercase().contains(w))
                || self.says_failure(call, &n)
        });
        !told
            && self.only_makes_up(callee)
            && !facts.descendants(function.node).into_iter().any(decides)
            && matches!(&self.return_values(*function)[..], [made] if self.is_made_up_record(*made))
    }

    /// A record of literals and of what a function was given: the first has to be there.
    fn is_made_up_record(&self, made: NodeRef) -> bool {
        let Kind::Record(r) = self.kind(made) else { return false };
        let literal = |n: NodeId| self.is_part_of_default(made.sibling(n), 1);
        let given = |n: NodeId| {
            matches!(self.kind(made.sibling(n)), Kind::Name(_) | Kind::Member { .. } | Kind::Call(_))
        };
        r.ty.is_none()
            && r.entries.iter().any(|e| literal(e.value))
            && r.entries.iter().all(|e| {
                matches!(&e.key, Some(Key::Known(k)) if !self.is_fault_key(made, k))
                    && (literal(e.value) || given(e.value))
            })
    }

    fn is_part_of_default(&self, at: NodeRef, depth: u32) -> bool {
        matches!(self.kind(at), Kind::Number(_) | Kind::Bool(_) | Kind::Null)
            || match self.kind(at) {
                Kind::Str(_) => self.text(at).known().is_some_and(|t| !self.says_failure(at, &t)),
                Kind::List(items) => items.iter().all(|&n| self.is_part_of_default(at.sibling(n), depth + 1)),
                _ => self.is_default_within(at, depth),
            }
    }

    /// The error's text where a handler gives it back as callers get the answer's text: as the
    /// whole result, or below the same key with nothing beside it that tells of a failure.
    pub fn error_as_answer(&self, handler: &Handler) -> Option<NodeRef> {
        let body = handler.body?;
        let function = self.function_of(body)?;
        let outcome = self.outcome(handler);
        if outcome.raises || outcome.falls_back {
            return None;
        }
        let errors = self.error_names(handler);
        let answers: Vec<NodeRef> = self
            .return_values(function)
            .iter()
            .copied()
            .filter(|&v| v.file == body.file && !self.stands_inside(v, body))
            .collect();
        let is_text = |at: NodeRef| self.is_answer_text(at, 0);
        let given = outcome.gives.iter().filter(|g| g.1 == Given::Error).map(|g| g.0);
        let bound = self.bound_as_answer(body, &answers).into_iter();
        let yielded = self.yielded_in(body);
        let told = |given: NodeRef| match yielded.contains(&given) {
            true => self.pieces_are_only_told(function),
            false => self.is_only_told(given),
        };
        let all = given.chain(bound).chain(yielded.iter().copied());
        let mut mixed_up = all.filter(|&given| match self.kind(given) {
            Kind::Record(r) => r.entries.iter().any(|e| {
                let Some(Key::Known(key)) = &e.key else { return false };
                let value = given.sibling(e.value);
                self.is_error_text(value, &errors)
                    && !self.tells_failure(given, key)
                    && answers.iter().any(|&a| self.entry_of(a, key).is_some_and(is_text))
            }),
            _ => {
                // What is given where nothing failed as well is a default.
                let usual = |text: &String| {
                    let texts = answers.iter().flat_map(|&a| self.texts(a));
                    texts.into_iter().any(|(_, t)| t.known().as_ref() == Some(text))
                };
                let fixed = given != body
                    && !outcome.uses_error
                    && handler.takes_all(self)
                    && self.text(given).known().is_some_and(|text| !usual(&text));
                outcome.logs.is_empty()
                    && (fixed || self.is_error_text(given, &errors))
                    && answers.iter().any(|&a| is_text(a))
            }
        });
        mixed_up.find(|&given| !told(given))
    }

    /// Whether a text goes to people alone: it is shown, kept in a log or sent to those on watch.
    fn is_only_told(&self, given: NodeRef) -> bool {
        let ends = self.sinks(given);
        let told = |end: &End| {
            matches!(end.sink, Sink::Shown | Sink::Tested)
                || ["notifying-words", "logging-words"].iter().any(|list| self.is_named_after(end.at, list))
                || matches!(self.kind(end.at), Kind::Call(c) if self
                    .last_name_at(end.at.sibling(c.callee))
                    .is_some_and(|name| has_word_of(self.file(end.at.file).sdk, "notifying-words", &name)))
        };
        ends.iter().any(|e| e.sink > Sink::Tested) && ends.iter().all(told)
    }

    /// Whether an expression is the text of an answer, as far as that is in reach:
    /// `….content[0].text`, the texts of blocks joined, a function that gives one of these.
    fn is_answer_text(&self, at: NodeRef, depth: u32) -> bool {
        if self.eval(at).iter().any(|v| matches!(v, Value::Response(r) if !r.path.is_empty())) {
            return true;
        }
        let facts = self.facts(at.file);
        let mentions = |name: &str| {
            facts
                .descendants(at.node)
                .into_iter()
                .any(|d| matches!(facts.kind(d), Kind::Member { name: n, .. } if &**n == name))
        };
        match facts.kind(at.node) {
            Kind::Member { name, .. } => &**name == "text" && mentions("content"),
            Kind::Await(x) | Kind::Cast { value: x, .. } => self.is_answer_text(at.sibling(*x), depth),
            Kind::Name(name) if depth < MAX_DEPTH => {
                let file = self.file(at.file);
                file.scopes.lookup(facts, name, at.node).iter().any(|def| match &def.origin {
                    Origin::Value { expr, path } => {
                        path.is_empty() && self.is_answer_text(at.sibling(*expr), depth + 2)
                    }
                    _ => false,
                })
            }
            Kind::Call(c) => {
                let joins = self.last_name_at(at.sibling(c.callee)).is_some_and(|n| &*n == "join");
                joins && mentions("text")
                    || depth < MAX_DEPTH
                        && self.eval(at.sibling(c.callee)).iter().any(|v| match v {
                            Value::Function(f) => {
                                self.return_values(*f).iter().any(|&v| self.is_answer_text(v, depth + 2))
                            }
                            _ => false,
                        })
            }
            _ => false,
        }
    }

    /// The error itself or a text made of it.
    fn is_error_text(&self, at: NodeRef, errors: &[Name]) -> bool {
        match self.kind(at) {
            Kind::Name(name) => errors.contains(name),
            Kind::Str(parts) => parts.iter().any(|p| match p {
                StrPart::Hole(n) => self.mentions_any(at.sibling(*n), errors),
                StrPart::Text(_) => false,
            }),
            Kind::Member { object, name, .. } => {
                &**name == "message" && self.is_error_text(at.sibling(*object), errors)
            }
            Kind::Call(c) => match self.kind(at.sibling(c.callee)) {
                Kind::Name(name) => {
                    self.file(at.file).sdk.has_word("error-texts", name)
                        && c.args.first().is_some_and(|a| self.is_error_text(at.sibling(a.value), errors))
                }
                _ => false,
            },
            _ => false,
        }
    }

    /// Whether a text speaks of a failure.
    fn says_failure(&self, at: NodeRef, text: &str) -> bool {
        ["failure-parts", "fault-parts"].iter().any(|list| self.has_part(at, list, text))
    }

    /// Whether a key of a record is there to tell of failures.
    pub(super) fn is_fault_key(&self, at: NodeRef, key: &str) -> bool {
        self.file(at.file).sdk.has_word("fault-keys", key) || self.has_part(at, "failure-parts", key)
    }

    /// Whether something beside a key of a record tells that there was a failure.
    fn tells_failure(&self, record: NodeRef, key: &str) -> bool {
        let Kind::Record(r) = self.kind(record) else { return true };
        self.is_fault_key(record, key)
            || r.ty.is_some()
            || r.entries.iter().any(|e| match &e.key {
                Some(Key::Known(k)) if &**k == key => false,
                Some(Key::Known(k)) => {
                    let text = self.text(record.sibling(e.value)).known();
                    self.is_fault_key(record, k) || text.is_some_and(|t| self.says_failure(record, &t))
                }
                _ => true,
            })
    }

    fn entry_of(&self, record: NodeRef, key: &str) -> Option<NodeRef> {
        let Kind::Record(r) = self.kind(record) else { return None };
        Some(record.sibling(r.value_of(key)?))
    }
}
