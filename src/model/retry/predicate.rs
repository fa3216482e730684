//! Calls as conditions about a failure: predicates of libraries and of the project.

use super::probe::Probe;
use crate::facts::{Call, Kind, NodeId};
use crate::model::Project;
use crate::model::values::truth::Truth;
use crate::model::values::value::{NodeRef, Value};
use crate::sdk::failures::failures;

impl Project {
    /// What a call says of the failure.
    pub(super) fn call_truth(&self, at: NodeRef, p: &Probe, depth: u32) -> Truth {
        let Kind::Call(call) = self.kind(at) else { return Truth::Open };
        let callee = at.sibling(call.callee);
        let Some(name) = self.last_name_at(callee) else { return self.aside(at) };
        let argument = |i: usize| call.args.get(i).map(|a| at.sibling(a.value));
        let object = match self.kind(callee) {
            Kind::Member { object, .. } => Some(at.sibling(*object)),
            _ => None,
        };
        let functions: Vec<NodeRef> = self
            .eval(callee)
            .iter()
            .filter_map(|v| match v {
                Value::Function(f) => Some(*f),
                _ => None,
            })
            .collect();
        if let [first, rest @ ..] = &functions[..] {
            let truth = self.function_truth(*first, p, depth + 1);
            let same = rest.iter().all(|f| self.function_truth(*f, p, depth + 1) == truth);
            // What is not told of the failure decides by something else: `if interrupted(delay)`.
            let told = call.args.is_empty() || self.aside(at) == Truth::Open;
            // A method written over elsewhere may say something else.
            return match truth {
                Truth::Open if !told => Truth::Free,
                _ if same => truth,
                _ => Truth::Open,
            };
        }
        if let Some(of) = failures().predicates.get(&*name) {
            return Truth::of(p.is_one_of(of));
        }
        match (&*name, object) {
            ("isinstance", _) if argument(0).is_some_and(|a| self.holds_status(a)) => self.has_status(p),
            ("isinstance", _) => argument(1).map_or(Truth::Open, |ty| self.means_failure(ty, p)),
            ("matches" | "bool" | "Boolean", None) => {
                argument(0).map_or(Truth::Open, |a| self.truth(a, p, depth + 1))
            }
            ("is_ok", _) => Truth::of(!p.failed.get()),
            ("is_err", _) => Truth::of(p.failed.get()),
            (name, Some(object)) if self.file(at.file).sdk.has_word("holds", name) => {
                self.membership(at, object, call, p)
            }
            // `/rate.limit/.test(message)`, `message.match(/overload/)`
            ("test" | "match" | "is_match", Some(object)) if call.args.len() == 1 => {
                self.membership(at, object, call, p)
            }
            // `re.search("overload", message)`
            ("search" | "match", _) if call.args.len() >= 2 => {
                match argument(0).and_then(|a| self.texts_of(a)) {
                    Some(texts) if self.aside(at) == Truth::Open => self.words_truth(at, &texts, p),
                    _ => self.aside(at),
                }
            }
            ("some" | "any", object) => self.any_of(at, object, call, p, depth),
            ("is_some_and" | "is_none_or" | "map_or" | "unwrap_or" | "unwrap_or_default", Some(object)) => {
                self.of_option(at, &name, object, call, p, depth)
            }
            _ => self.aside(at),
        }
    }

    /// `[429, 529].includes(status)`, `(500..600).contains(&status)`, `message.includes("429")`.
    fn membership(&self, at: NodeRef, object: NodeRef, call: &Call, p: &Probe) -> Truth {
        let Some(member) = call.args.first().map(|a| at.sibling(a.value)) else { return Truth::Open };
        if let Some(set) = self.statuses(object) {
            return p.tell(self.list_of(object), Truth::of(set.holds(p.failure.status())));
        }
        if let Some(told) = self.in_class_name(object, member, p) {
            return told;
        }
        let texts = self.texts_of(member).or_else(|| self.texts_of(object));
        match texts {
            Some(texts) if self.aside(at) == Truth::Open => self.words_truth(at, &texts, p),
            _ => self.aside(at),
        }
    }

    /// Whether one of some texts stands in the name of a class, where that is what is searched.
    pub(super) fn in_class_name(&self, name: NodeRef, texts: NodeRef, p: &Probe) -> Option<Truth> {
        let texts = self.texts_of(texts)?;
        let told: Option<Vec<Truth>> =
            texts.iter().map(|text| self.stands_in_class_name(name, text, p)).collect();
        Some(told?.into_iter().fold(Truth::No, Truth::or))
    }

    /// `words.some(w => message.includes(w))`, `any(w in text for w in words)`.
    fn any_of(&self, at: NodeRef, object: Option<NodeRef>, call: &Call, p: &Probe, depth: u32) -> Truth {
        let listed = match call.args.first().map(|a| self.kind(at.sibling(a.value))) {
            Some(Kind::Comprehension(c)) => c.clauses.first().map(|c| at.sibling(c.iterable)),
            Some(Kind::List(items)) => {
                let items = items.iter().map(|&i| self.truth(at.sibling(i), p, depth + 1));
                return items.fold(Truth::No, Truth::or);
            }
            Some(Kind::Function(_)) => object.map(|o| self.without_iter(o)),
            _ => None,
        };
        let texts = listed.and_then(|l| self.texts_of(l));
        if let (Some(texts), Some(name)) = (&texts, self.searched_class_name(at)) {
            let told = texts.iter().filter_map(|text| self.stands_in_class_name(name, text, p));
            return told.fold(Truth::No, Truth::or);
        }
        match texts {
            Some(texts) if self.aside(at) == Truth::Open => self.words_truth(at, &texts, p),
            // Whose text it is nobody knows.
            Some(_) => Truth::Open,
            None => self.aside(at),
        }
    }

    fn without_iter(&self, at: NodeRef) -> NodeRef {
        match self.callee_of(at).map(|c| (c, self.kind(c))) {
            Some((callee, Kind::Member { object, name, .. })) if &**name == "iter" => callee.sibling(*object),
            _ => at,
        }
    }

    /// `e.status().is_some_and(|s| s == 429)`: the status is there or it is not.
    fn of_option(
        &self,
        at: NodeRef,
        name: &str,
        object: NodeRef,
        call: &Call,
        p: &Probe,
        depth: u32,
    ) -> Truth {
        let inside = |n: NodeId| match self.kind(at.sibling(n)) {
            Kind::Function(_) => self.function_truth(at.sibling(n), p, depth + 1),
            _ => self.truth(at.sibling(n), p, depth + 1),
        };
        let last = call.args.last().map(|a| a.value);
        let there = p.failure.status().is_some();
        if self.aside(object) != Truth::Open {
            return self.aside(at);
        }
        match (name, last) {
            ("is_some_and", Some(f)) => {
                if there {
                    inside(f)
                } else {
                    Truth::No
                }
            }
            ("is_none_or", Some(f)) => {
                if there {
                    inside(f)
                } else {
                    Truth::Yes
                }
            }
            ("map_or", Some(f)) => match there {
                true => inside(f),
                false => call.args.first().map_or(Truth::Open, |a| inside(a.value)),
            },
            ("unwrap_or" | "unwrap_or_default", default) => {
                let mapped = match self.kind(object) {
                    Kind::Call(c) => c.args.last().map(|a| a.value),
                    _ => None,
                };
                match (there, mapped) {
                    (true, Some(f)) => inside(f),
                    (false, _) => default.map_or(Truth::No, inside),
                    _ => Truth::Open,
                }
            }
            _ => Truth::Open,
        }
    }
}
