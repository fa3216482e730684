//! Regular expressions that are written down, asked of the name of a model.

use regex::RegexBuilder;

use super::question::{Asked, Bound};
use crate::facts::{Call, Kind};
use crate::model::names::index::constant;
use crate::model::values::value::{External, NodeRef, Value};

/// Bytes that a pattern may take when it is compiled.
const MAX_SIZE: usize = 1 << 18;

/// Where a match has to be.
#[derive(Clone, Copy)]
enum Place {
    Anywhere,
    AtTheStart,
    Whole,
}

impl Asked<'_> {
    /// Whether a call finds the pattern that it is about in the name: `/opus-4-7/.test(model)`,
    /// `re.match("claude-opus", model)`; `None` where it is no such call or one of the two is unknown.
    pub(super) fn matched(&self, at: NodeRef, bound: Bound<'_>) -> Option<bool> {
        let Kind::Call(call) = self.project.kind(at) else { return None };
        let (pattern, subject, place) = self.match_of(at, call)?;
        let text = self.text(subject, bound, 0)?;
        let pattern = match place {
            Place::Anywhere => pattern,
            Place::AtTheStart => format!("^(?:{pattern})"),
            Place::Whole => format!("^(?:{pattern})$"),
        };
        // The names are in lower case whatever flags there are.
        let pattern = RegexBuilder::new(&pattern).case_insensitive(true).size_limit(MAX_SIZE).build();
        Some(pattern.ok()?.is_match(&text))
    }

    /// The pattern of a call, what it is looked for in, and where.
    fn match_of(&self, at: NodeRef, call: &Call) -> Option<(String, NodeRef, Place)> {
        let Kind::Member { object, name, .. } = self.project.kind(at.sibling(call.callee)) else {
            return None;
        };
        let object = at.sibling(*object);
        let given = |index: usize| call.args.get(index).map(|a| at.sibling(a.value));
        let (place, tests) = match &**name {
            "test" | "is_match" => (Place::Anywhere, true),
            "search" => (Place::Anywhere, false),
            "match" => (Place::AtTheStart, false),
            "fullmatch" => (Place::Whole, false),
            _ => return None,
        };
        let first = given(0)?;
        if let Some(second) = given(1).filter(|_| !tests) {
            return Some((self.written(first)?, second, place));
        }
        match self.compiled(object) {
            Some(pattern) => Some((pattern, first, place)),
            None if tests => Some((self.written(object)?, first, place)),
            // `model.match(/opus/)`
            None if &**name == "match" => Some((self.written(first)?, object, Place::Anywhere)),
            None => None,
        }
    }

    /// The text that a pattern was compiled from: `re.compile("…")`, `new RegExp("…")`.
    fn compiled(&self, at: NodeRef) -> Option<String> {
        let [Value::External(External { made: Some(made), .. })] = self.project.eval(at)[..] else {
            return None;
        };
        let Kind::Call(call) = self.project.kind(made) else { return None };
        self.written(made.sibling(call.args.first()?.value))
    }

    fn written(&self, at: NodeRef) -> Option<String> {
        let text = |at: NodeRef| constant(self.project.facts(at.file), at.node).map(|text| text.to_string());
        text(at).or_else(|| match &self.project.eval(at)[..] {
            [Value::Node(node)] => text(*node),
            _ => None,
        })
    }
}
