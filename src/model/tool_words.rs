//! The words by which code that runs tools is known: the vocabulary of the API and of
//! everyone who wraps it.

use crate::facts::{Key, Kind, StrPart};

use super::Project;
use super::index::last_name;
use super::value::NodeRef;

/// What gives a tool's result back, or runs the tool.
const ANSWERS: &[&str] = &[
    "tool_result",
    "tool_output",
    "tool_response",
    "tool_use_id",
    "tool_call_id",
    "tool_message",
    "execute_tool",
    "exec_tool",
    "run_tool",
    "call_tool",
    "invoke_tool",
    "dispatch_tool",
    "perform_tool",
    "function_call_output",
];

/// What tells whether the model wants another turn.
const TURNS: &[&str] = &[
    "tool_use",
    "tool_call",
    "tool_block",
    "tool_request",
    "tool_result",
    "stop_reason",
    "finish_reason",
    "end_turn",
    "function_call",
    "needs_tool",
    "has_tool",
    "wants_tool",
];

/// Methods that run the tool they are called on.
const RUNS: &[&str] = &["run", "execute", "call", "invoke", "dispatch", "ainvoke", "arun", "handler", "func"];

/// A name in the form `snake_case`, whatever it was written in.
pub(super) fn snake(name: &str) -> String {
    let mut out = String::with_capacity(name.len() + 4);
    let mut lower = false;
    for c in name.chars() {
        if c.is_uppercase() {
            if lower {
                out.push('_');
            }
            lower = false;
            out.extend(c.to_lowercase());
        } else {
            lower = c.is_lowercase() || c.is_ascii_digit();
            out.push(if c == '-' || c == '.' || c == ' ' { '_' } else { c });
        }
    }
    out
}

fn is_any(word: &str, list: &[&str]) -> bool {
    // Sentences and prompts that talk of tools are no evidence.
    word.len() <= 48 && {
        let word = snake(word);
        list.iter().any(|w| word.contains(w))
    }
}

impl Project {
    /// The words a node itself consists of: a name, a key, a short text.
    fn words_of(&self, at: NodeRef, mut test: impl FnMut(&str) -> bool) -> bool {
        match self.kind(at) {
            Kind::Name(name) | Kind::Member { name, .. } => test(name),
            Kind::Str(parts) => match &parts[..] {
                [StrPart::Text(text)] => !text.contains(' ') && test(text),
                _ => false,
            },
            Kind::Record(r) => r.entries.iter().any(|e| matches!(&e.key, Some(Key::Known(k)) if test(k))),
            Kind::Call(c) => c.args.iter().any(|a| a.name.as_deref().is_some_and(&mut test)),
            _ => false,
        }
    }

    /// Whether a node by itself shows that a tool is run or its result given back.
    pub(super) fn shows_tool_answer(&self, at: NodeRef) -> bool {
        if self.words_of(at, |w| is_any(w, ANSWERS)) {
            return true;
        }
        // `tool.execute(…)`, `tools[name](…)`.
        let Kind::Call(call) = self.kind(at) else { return false };
        let facts = self.facts(at.file);
        let is_tool = |object| last_name(facts, object).is_some_and(|n| snake(&n).contains("tool"));
        match facts.kind(call.callee) {
            Kind::Member { object, name, .. } => RUNS.contains(&&*snake(name)) && is_tool(*object),
            Kind::Index { object, .. } => is_tool(*object),
            _ => false,
        }
    }

    /// Whether a node by itself asks what the model wants next.
    pub(super) fn shows_turn(&self, at: NodeRef) -> bool {
        self.words_of(at, |w| is_any(w, TURNS))
    }
}
