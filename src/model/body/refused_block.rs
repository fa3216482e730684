//! Content blocks of the conversation's past that are written down in a form the API refuses.

use crate::facts::{Call, Kind, NodeId};
use crate::model::names::index::path_name;
use crate::model::names::index::{constant, last_name};
use crate::model::values::keyed::named_values;
use crate::model::values::value::{NodeRef, Value};
use crate::model::{Project, enclosing_function};

/// What is wrong with a block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RefusedBlock {
    /// A thinking block without its signature.
    UnsignedThinking,
    /// A `tool_use` block whose input is a text.
    InputText,
    /// A failed `tool_result` that says nothing.
    EmptyError,
}

impl Project {
    /// Such blocks near requests, in file order: where the function puts its blocks into a message.
    pub fn refused_blocks(&self) -> Vec<(NodeRef, RefusedBlock)> {
        let near = self.files_near_requests();
        let mut out = Vec::new();
        for (file, model) in self.file_ids() {
            let speaks = ["\"thinking\"", "tool_use", "tool_result", "'thinking'"]
                .iter()
                .any(|w| model.source.text.contains(w));
            if !near.contains(&file) || !speaks {
                continue;
            }
            for node in model.facts.ids() {
                let at = NodeRef { file, node };
                if let Some(found) =
                    self.refused_block(at).filter(|_| !self.is_test(at) && !self.is_for_others(at))
                {
                    out.push(found);
                }
            }
        }
        out
    }

    fn refused_block(&self, at: NodeRef) -> Option<(NodeRef, RefusedBlock)> {
        let facts = self.facts(at.file);
        // `{"type": "tool_use", …}`, `ToolUseBlockParam(type="tool_use", …)`
        let all = match facts.kind(at.node) {
            Kind::Record(record) if record.ty.is_none() => record.entries.len(),
            Kind::Call(call) if self.makes_typed_block(at, call) => call.args.len(),
            _ => return None,
        };
        let fields = named_values(facts, at.node);
        if all > MAX_ENTRIES {
            return None;
        }
        let value_of = |key: &str| fields.iter().find(|(name, _)| ***name == *key).map(|(_, value)| *value);
        let has_only =
            |names: &[&str]| fields.len() == all && fields.iter().all(|(name, _)| names.contains(&&***name));
        let kind = constant(facts, value_of("type")?)?;
        match &*kind {
            "thinking" if has_only(&["type", "thinking"]) => {
                // Something may be added to it where it is given one.
                let signs = self.function_text(at).contains("signature");
                (!signs && self.is_in_turn(at)).then_some((at, RefusedBlock::UnsignedThinking))
            }
            "tool_use" if has_only(&["type", "id", "name", "input", "cache_control"]) => {
                value_of("id")?;
                let input = value_of("input")?;
                let Kind::Call(call) = facts.kind(input) else { return None };
                let path = path_name(facts, call.callee)?;
                (self.file(at.file).sdk.has_word("encodes-json", &path) && self.is_in_turn(at))
                    .then_some((at.sibling(input), RefusedBlock::InputText))
            }
            "tool_result" => {
                value_of("tool_use_id")?;
                let failed = value_of("is_error")?;
                let content = value_of("content")?;
                let empty = constant(facts, content).is_some_and(|t| t.is_empty());
                (empty && matches!(facts.kind(failed), Kind::Bool(true)))
                    .then_some((at.sibling(content), RefusedBlock::EmptyError))
            }
            _ => None,
        }
    }

    /// Whether a call makes a block of a type of the SDK, all of it named.
    fn makes_typed_block(&self, at: NodeRef, call: &Call) -> bool {
        let of_sdk = |v: &Value| matches!(v, Value::External(e) if e.path.starts_with("anthropic.types."));
        call.args.iter().all(|a| a.name.is_some())
            && last_name(self.facts(at.file), call.callee).is_some_and(|n| n.ends_with("BlockParam"))
            && self.eval(at.sibling(call.callee)).iter().any(of_sdk)
    }

    /// Whether a block goes into a message: it stands in the content of one, or is added to a list that its
    /// function makes the content of one.
    fn is_in_turn(&self, block: NodeRef) -> bool {
        let facts = self.facts(block.file);
        let content_of = |n: NodeId| {
            let fields = named_values(facts, n);
            let field = |key: &str| fields.iter().find(|(name, _)| ***name == *key).map(|(_, value)| *value);
            field("role").and(field("content"))
        };
        let is_message = |n: NodeId, content: NodeId| {
            content_of(n).is_some_and(|v| facts.span(v).contains(facts.span(content)))
        };
        let Some(function) = enclosing_function(facts, block.node) else { return false };
        let around = || facts.ancestors(block.node).skip(1).take_while(|&n| n != function);
        if around().any(|n| is_message(n, block.node)) {
            return true;
        }
        // `content.push({ … })`, then `{ role, content }`
        let list = around().find_map(|n| match facts.kind(n) {
            Kind::Call(c) => match facts.kind(c.callee) {
                Kind::Member { object, .. } => match facts.kind(*object) {
                    Kind::Name(name) => Some(name.clone()),
                    _ => None,
                },
                _ => None,
            },
            _ => None,
        });
        list.is_some_and(|name| {
            let of_list =
                |n: NodeId| content_of(n).is_some_and(|v| last_name(facts, v).as_ref() == Some(&name));
            facts.descendants(function).into_iter().any(of_list)
        })
    }

    fn function_text(&self, at: NodeRef) -> &str {
        let file = self.file(at.file);
        file.text_of(enclosing_function(&file.facts, at.node).unwrap_or(NodeId::ROOT))
    }
}

/// Entries of the largest block.
const MAX_ENTRIES: usize = 6;
