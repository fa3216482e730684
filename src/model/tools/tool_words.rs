//! The words by which code that runs tools is known: the vocabulary of the API and of
//! everyone who wraps it.

use crate::facts::{BinaryOp, Key, Kind, NodeId, StrPart};

use crate::model::Project;
use crate::model::names::index::{constant, last_name};
use crate::model::names::words::snake;
use crate::model::values::value::NodeRef;
use crate::sdk::Sdk;

/// What a block that answers a call of a tool is called.
pub(in crate::model) const TOOL_RESULT: &str = "tool_result";
/// Nodes of a pattern that are looked at.
const MAX_PATTERN: usize = 16;

/// Whether a word holds a part of a list.
fn has_part(sdk: &Sdk, list: &str, word: &str) -> bool {
    // Sentences and prompts that talk of tools are no evidence.
    word.len() <= 48 && {
        let word = snake(word);
        sdk.words(list).iter().any(|part| word.contains(part.as_str()))
    }
}

impl Project {
    /// Whether one of the words that a node itself consists of is like that: a name, a key, a short text.
    fn any_word(&self, at: NodeRef, mut test: impl FnMut(&str) -> bool) -> bool {
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
    pub(in crate::model) fn shows_tool_answer(&self, at: NodeRef) -> bool {
        self.speaks_of_result(at, "tool-answer-parts") || self.shows_tool_run(at)
    }

    /// Whether a word of a node holds a part of a list, and the node is no call of a tool: `{"toolUseId": …,
    /// "name": …}`. A result does not name the tool.
    fn speaks_of_result(&self, at: NodeRef, list: &str) -> bool {
        let sdk = self.file(at.file).sdk;
        let names_tool = matches!(self.kind(at), Kind::Record(r) if r.value_of("name").is_some());
        !names_tool && self.any_word(at, |w| has_part(sdk, list, w))
    }

    /// Whether a node by itself shows that a tool is run.
    pub(in crate::model) fn shows_tool_run(&self, at: NodeRef) -> bool {
        if self.speaks_of_result(at, "tool-run-parts") {
            return true;
        }
        let sdk = self.file(at.file).sdk;
        // `tool.execute(…)`, `tools[name](…)`.
        let Kind::Call(call) = self.kind(at) else { return false };
        let facts = self.facts(at.file);
        let is_tool = |object| last_name(facts, object).is_some_and(|n| snake(&n).contains("tool"));
        match facts.kind(call.callee) {
            Kind::Member { object, name, .. } => {
                sdk.has_word("tool-run-names", &snake(name)) && is_tool(*object)
            }
            Kind::Index { object, .. } => is_tool(*object),
            _ => false,
        }
    }

    /// Whether a place is only reached where something is the result of a tool already.
    pub(in crate::model) fn is_where_result_is_given(&self, at: NodeRef) -> bool {
        let facts = self.facts(at.file);
        let asks =
            |n: NodeId| facts.descendants(n).into_iter().any(|n| self.asks_for_tool_result(at.sibling(n)));
        let gate = self.gates_around(at).any(|gate| gate.holds && asks(gate.condition.node));
        gate || self.arms_around(at).any(|(m, arm)| {
            m.arms
                .get(arm)
                .is_some_and(|arm| arm.patterns.iter().any(|&p| self.names_tool_result(at.sibling(p))))
        })
    }

    /// Whether a pattern or type is the kind of a result, or the type of one: `Block::ToolResult { .. }`.
    fn names_tool_result(&self, at: NodeRef) -> bool {
        let facts = self.facts(at.file);
        facts.descendants(at.node).into_iter().take(MAX_PATTERN).any(|n| match facts.kind(n) {
            Kind::Str(_) => constant(facts, n).is_some_and(|t| snake(&t) == TOOL_RESULT),
            Kind::Name(name) | Kind::Member { name, .. } => {
                name.starts_with(char::is_uppercase) && snake(name).starts_with(TOOL_RESULT)
            }
            _ => false,
        })
    }

    /// Whether a node asks of something whether it is the result of a tool: `block["type"] == "tool_result"`,
    /// `"toolResult" in block`, `isinstance(block, ToolResult)`, an arm for `Block::ToolResult`.
    pub(in crate::model) fn asks_for_tool_result(&self, at: NodeRef) -> bool {
        let facts = self.facts(at.file);
        let names = |n: NodeId| self.names_tool_result(at.sibling(n));
        let is_kind = |n: NodeId| matches!(facts.kind(n), Kind::Str(_) | Kind::Member { .. }) && names(n);
        if let Some((_, ty)) = self.file(at.file).type_test(at.node) {
            return names(ty);
        }
        match facts.kind(at.node) {
            Kind::Binary { op, left, right } => match op {
                BinaryOp::Eq | BinaryOp::Is => is_kind(*left) || is_kind(*right),
                BinaryOp::In => is_kind(*left),
                _ => false,
            },
            Kind::Match(m) => m.arms.iter().flat_map(|arm| &arm.patterns).any(|&p| names(p)),
            Kind::Let { pattern, .. } => names(*pattern),
            _ => false,
        }
    }

    /// Whether a node by itself asks what the model wants next.
    pub(in crate::model) fn shows_turn(&self, at: NodeRef) -> bool {
        let sdk = self.file(at.file).sdk;
        self.any_word(at, |w| has_part(sdk, "tool-turn-parts", w))
    }
}
