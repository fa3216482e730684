//! Values of the stop reason as they are written: in comparisons, patterns, lists and tables.

use crate::facts::{Arm, BinaryOp, Kind, Match, Name, NodeId};
use crate::model::Project;
use crate::model::names::index::{constant, last_name};
use crate::model::names::words::snake;
use crate::model::values::value::{NodeRef, Response, Value};
use crate::sdk::api::api;

/// How often a pattern is unwrapped.
pub(in crate::model) const MAX_PATTERN: u32 = 6;

impl Response {
    /// Whether what it tells of its end is a word of the library that gave it: the library has put that in
    /// place of the word of the API.
    pub(in crate::model) fn has_translated_reason(&self) -> bool {
        let words = |field: &Name| api().stop_words.iter().find(|w| w.fields.iter().any(|f| **f == **field));
        self.path.last().and_then(words).is_some_and(|w| w.translated)
    }
}

impl Project {
    /// The stop reason an expression or pattern names; `None` when it names none.
    pub(in crate::model) fn stop_values(&self, at: NodeRef, left: u32) -> Option<Vec<String>> {
        let left = left.checked_sub(1)?;
        let file = self.file(at.file);
        let facts = &file.facts;
        let known = |name: &str| {
            let name = snake(name);
            api().stop_words.iter().any(|w| w.values.contains(&name)).then_some(vec![name])
        };
        match facts.kind(at.node) {
            Kind::Str(_) => known(&constant(facts, at.node)?),
            Kind::Cast { value, .. } => self.stop_values(at.sibling(*value), left),
            // `Some("max_tokens")`, `Some(StopReason::MaxTokens)`, `"max_tokens".to_string()`
            Kind::Call(call) => match (&call.args[..], facts.kind(call.callee)) {
                ([], Kind::Member { object, .. }) => self.stop_values(at.sibling(*object), left),
                ([one], Kind::Name(_)) => self.stop_values(at.sibling(one.value), left),
                _ => None,
            },
            Kind::Record(r) => {
                let named = r.ty.and_then(|ty| last_name(facts, ty)).and_then(|n| known(&n));
                named.or_else(|| match &r.entries[..] {
                    [one] => self.stop_values(at.sibling(one.value), left),
                    _ => None,
                })
            }
            // Alternatives within a pattern, and tuples.
            Kind::List(items) | Kind::Opaque(items) => {
                let all: Vec<String> =
                    items.iter().filter_map(|&i| self.stop_values(at.sibling(i), left)).flatten().collect();
                (!all.is_empty()).then_some(all)
            }
            Kind::Binary { op: BinaryOp::BitOr, left: a, right: b } => {
                let mut all = self.stop_values(at.sibling(*a), left)?;
                all.extend(self.stop_values(at.sibling(*b), left)?);
                Some(all)
            }
            Kind::Member { object, name, .. } => known(name).or_else(|| {
                // `StopReason.MAX_TOKENS.value`
                (&**name == "value").then(|| self.stop_values(at.sibling(*object), left)).flatten()
            }),
            Kind::Name(name) if name.chars().next().is_some_and(char::is_uppercase) => {
                let texts = self.texts(at);
                let all: Vec<String> =
                    texts.iter().filter_map(|(_, t)| known(&t.known()?)).flatten().collect();
                if all.is_empty() { known(name) } else { Some(all) }
            }
            _ => None,
        }
    }

    /// A list of stop reasons, and whether more may be in it.
    pub(in crate::model) fn stop_list(&self, at: NodeRef) -> Option<(Vec<String>, bool)> {
        let facts = self.facts(at.file);
        // `new Set([…])`, `frozenset({…})`
        let literal = self.eval(at).iter().find_map(|v| match v {
            Value::Node(n) => Some(*n),
            Value::Instance { made, .. } => *made,
            Value::External(e) => e.made,
            _ => None,
        });
        let list = |at: NodeRef| {
            let Kind::List(items) = self.kind(at) else { return None };
            let values: Vec<Option<Vec<String>>> =
                items.iter().map(|&i| self.stop_values(at.sibling(i), MAX_PATTERN)).collect();
            let open = values.iter().any(Option::is_none);
            let values: Vec<String> = values.into_iter().flatten().flatten().collect();
            (!values.is_empty()).then_some((values, open))
        };
        let inner = |at: NodeRef| match self.kind(at) {
            Kind::Call(call) => call.args.first().and_then(|a| list(at.sibling(a.value))),
            _ => list(at),
        };
        match facts.kind(at.node) {
            Kind::Call(_) | Kind::List(_) => inner(at),
            _ => literal.and_then(inner),
        }
    }

    /// The groups of values told apart by the arms of a match.
    pub(in crate::model) fn stop_arms(&self, at: NodeRef, m: &Match) -> Option<Vec<Vec<String>>> {
        let mut groups: Vec<Vec<String>> = Vec::new();
        let mut falls = false;
        let unnamed = |p: &NodeId| self.stop_values(at.sibling(*p), MAX_PATTERN).is_none();
        let takes_rest = |arm: &&Arm| arm.guard.is_none() && arm.patterns.iter().all(unnamed);
        let other = m.arms.iter().rfind(takes_rest).map(|arm| arm.body);
        for arm in &m.arms {
            let named = |p: &NodeId| self.stop_values(at.sibling(*p), MAX_PATTERN);
            let values: Vec<String> = arm.patterns.iter().filter_map(named).flatten().collect();
            // `case "a": case "b":` is one way, and an arm that also takes the rest is the way of the rest.
            let rest = values.len() < arm.patterns.len() || arm.patterns.is_empty();
            // `"end_turn" => Stop, …, _ => Stop`
            let rest = rest
                || other.is_some_and(|other| other != arm.body && self.is_same_code(at, other, arm.body));
            match groups.last_mut() {
                Some(last) if falls && !rest => last.extend(values),
                Some(_) if falls && rest => {
                    groups.pop();
                }
                _ if rest => {}
                _ => groups.push(values),
            }
            falls = arm.falls;
        }
        groups.iter().any(|g| !g.is_empty()).then_some(groups)
    }

    /// Whether two pieces of code that do something say the same.
    fn is_same_code(&self, at: NodeRef, one: NodeId, other: NodeId) -> bool {
        let does_nothing = matches!(self.kind(at.sibling(one)), Kind::Block { body, .. } if body.is_empty());
        !does_nothing && self.is_written_alike(at.sibling(one), at.sibling(other))
    }

    /// Whether two pieces of code are the same, but for the space between their words.
    pub fn is_written_alike(&self, one: NodeRef, other: NodeRef) -> bool {
        let words = |at: NodeRef| self.file(at.file).text_of(at.node).split_whitespace();
        words(one).eq(words(other))
    }

    /// The groups of values that a table maps to the same.
    pub(in crate::model) fn stop_map(
        &self,
        table: NodeRef,
        default: Option<NodeRef>,
    ) -> Option<Vec<Vec<String>>> {
        let json = self.json(table);
        if !json.is_object() || !json.is_whole() {
            return None;
        }
        let default = default.and_then(|d| self.json(d).text());
        let mut groups: Vec<(String, Vec<String>)> = Vec::new();
        for entry in json.entries() {
            let key = snake(&entry.key);
            if !api().stop_words.iter().any(|w| w.values.contains(&key)) {
                return None;
            }
            let value = entry.value.text()?;
            // What is mapped to the default goes the way of everything that is not named.
            if Some(&value) == default.as_ref() {
                continue;
            }
            match groups.iter_mut().find(|g| g.0 == value) {
                Some(group) => group.1.push(key),
                None => groups.push((value, vec![key])),
            }
        }
        (!groups.is_empty()).then(|| groups.into_iter().map(|g| g.1).collect())
    }
}
