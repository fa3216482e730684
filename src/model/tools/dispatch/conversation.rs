//! The messages that tool results are put into.

use crate::facts::{BinaryOp, Call, CallStyle, FileFacts, Kind, Name};
use crate::lang::Language;
use crate::model::names::index::{constant, last_name};
use crate::model::tools::wraps_result;
use crate::model::values::value::NodeRef;
use crate::model::{Project, enclosing_function};

/// Variables between a message and the list it is added to.
const MAX_NAMES: u32 = 2;
/// Variables that one result is followed through.
const MAX_HOLDERS: usize = 16;

/// Calls of one function that gives results back.
const MAX_USES: usize = 6;

/// A message that holds tool results.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ResultMessage {
    /// The message: a record, or the call of a type that writes one.
    pub at: NodeRef,
    /// The result in it, or the variable that holds results.
    pub result: NodeRef,
    /// Whether the result stands in it alone, not a list of them.
    pub single: bool,
    /// The result as it came into the function: itself, or the call of what gives it back.
    pub came: NodeRef,
}

/// Something that holds a tool result on its way into a message.
#[derive(Clone, Copy)]
struct Held {
    at: NodeRef,
    single: bool,
    came: NodeRef,
}

impl Project {
    /// The messages into which a tool result goes, be it by a function that gives it back.
    pub fn result_messages(&self, result: NodeRef) -> Vec<ResultMessage> {
        let mut out = Vec::new();
        let mut held = vec![Held { at: result, single: true, came: result }];
        let mut next = 0;
        while let Some(&Held { at: from, single, came }) = held.get(next) {
            next += 1;
            if next > MAX_HOLDERS {
                break;
            }
            let file = self.file(from.file);
            let facts = &file.facts;
            let (mut at, mut single) = (from.node, single);
            // The function that gives it back, while that lies outside.
            let mut leaves = None;
            for up in facts.ancestors(from.node).skip(1) {
                if leaves.is_some_and(|f| f != up) {
                    continue;
                }
                match facts.kind(up) {
                    Kind::Return(_) => leaves = enclosing_function(facts, up),
                    Kind::Function(f) if leaves == Some(up) || f.body == at => {
                        leaves = None;
                        self.users_of(from.sibling(up), &mut held, single);
                        if f.name.is_some() {
                            break;
                        }
                    }
                    Kind::List(items) => single &= items.len() == 1,
                    Kind::Cast { .. } | Kind::Await(_) | Kind::Spread(_) => {}
                    Kind::Comprehension(_) => single = false,
                    // `[note] + results`
                    Kind::Binary { op: BinaryOp::Add, .. } => single = false,
                    Kind::Function(f) if f.name.is_none() => {}
                    Kind::Block { .. } | Kind::Member { .. } => {}
                    Kind::Record(r) if wraps_result(&r.entries, at) => {}
                    Kind::Record(_) | Kind::Call(_) if self.is_content_of_message(from.sibling(up), at) => {
                        out.push(ResultMessage { at: from.sibling(up), result: from, single, came });
                        break;
                    }
                    Kind::Record(_) => break,
                    Kind::Call(c) if c.callee == at || c.style == CallStyle::Macro => {}
                    // `Content::Blocks(vec![…])`
                    Kind::Call(c) if file.language == Language::Rust && is_variant(facts, c) => {}
                    Kind::Call(c) => {
                        let Kind::Member { object, name, .. } = facts.kind(c.callee) else { break };
                        if file.sdk.has_word("gives-many", name) {
                            single = false;
                        } else if file.sdk.has_word("gather", name) || file.sdk.has_word("grow-names", name) {
                            self.holders_of(from.sibling(*object), &mut held, false, came);
                            break;
                        } else {
                            break;
                        }
                    }
                    Kind::Assign(a) => {
                        self.holders_of(from.sibling(a.target), &mut held, single, came);
                        break;
                    }
                    _ => break,
                }
                at = up;
            }
        }
        out
    }

    /// Where a function is called or handed on.
    fn users_of(&self, function: NodeRef, held: &mut Vec<Held>, single: bool) {
        let own = |n: &&NodeRef| self.is_test(function) || !self.is_test(**n);
        let uses = self.callers(function).iter().chain(self.mentions(function));
        for &used in uses.filter(own).take(MAX_USES) {
            if held.len() < 64 && !held.iter().any(|h| h.at == used) {
                held.push(Held { at: used, single, came: used });
            }
        }
    }

    /// The readers of the variable that an expression names.
    fn holders_of(&self, variable: NodeRef, held: &mut Vec<Held>, single: bool, came: NodeRef) {
        let file = self.file(variable.file);
        let facts = &file.facts;
        let Kind::Name(name) = facts.kind(variable.node) else { return };
        // `results.forEach((r) => content.push(…))` runs where it stands.
        let function = self.named_function(variable);
        let start = facts.span(variable.node).start;
        for &reader in file.names(name) {
            let later = facts.span(reader).start > start;
            if later && self.named_function(variable.sibling(reader)) == function && held.len() < 64 {
                let known = held.iter().any(|h| h.at == variable.sibling(reader));
                if !known && !file.binds(reader) {
                    held.push(Held { at: variable.sibling(reader), single, came });
                }
            }
        }
    }

    /// The literal role of a message.
    pub fn message_role(&self, message: NodeRef) -> Option<Name> {
        let role = self.written_field(message, "role")?;
        constant(self.facts(message.file), role.node).or_else(|| match self.kind(role) {
            // `Role::User`, `MessageParamRole.ASSISTANT`
            Kind::Member { name, .. } => {
                let name = name.to_ascii_lowercase();
                matches!(&*name, "user" | "assistant").then(|| name.into())
            }
            _ => self.text(role).known().map(Name::from),
        })
    }

    /// The list of messages that a message is added to, with the call that adds it.
    pub fn added_to(&self, message: NodeRef) -> Option<(NodeRef, NodeRef)> {
        self.added_within(message, MAX_NAMES)
    }

    fn added_within(&self, message: NodeRef, names: u32) -> Option<(NodeRef, NodeRef)> {
        let file = self.file(message.file);
        let facts = &file.facts;
        let mut from = message.node;
        for up in facts.ancestors(message.node).skip(1) {
            match facts.kind(up) {
                Kind::Cast { .. } | Kind::List(_) => from = up,
                Kind::Call(c) if c.style == CallStyle::Macro => from = up,
                Kind::Call(c) => {
                    let Kind::Member { object, name, .. } = facts.kind(c.callee) else { return None };
                    let adds = file.sdk.has_word("list-growth", name);
                    let given = c.args.iter().any(|a| a.value == from);
                    return (adds && given).then(|| (message.sibling(*object), message.sibling(up)));
                }
                Kind::Assign(a) if a.value == Some(from) && a.op.is_none() => {
                    let names = names.checked_sub(1)?;
                    let readers = self.readers(message.sibling(a.target));
                    return readers.into_iter().find_map(|reader| self.added_within(reader, names));
                }
                _ => return None,
            }
        }
        None
    }
}

impl Project {
    /// Whether another loop stands between a node and the loop around it.
    pub(super) fn is_in_loop(&self, at: NodeRef, root: NodeRef) -> bool {
        let facts = self.facts(at.file);
        facts
            .ancestors(at.node)
            .skip(1)
            .take_while(|&a| a != root.node)
            .any(|a| matches!(facts.kind(a), Kind::Loop(_) | Kind::Comprehension(_)))
    }

    /// Where a dispatch puts the whole turn of the assistant into the conversation once more for each
    /// call, beside the message with its result, so that each time all calls but one are left without one.
    pub fn repeated_turn(&self, dispatch: &super::ToolDispatch, message: NodeRef) -> Option<NodeRef> {
        let scope = self.handling(dispatch)?;
        let facts = self.facts(scope.file);
        facts.descendants(scope.node).into_iter().map(|n| scope.sibling(n)).find(|&record| {
            self.assistant_content(record).is_some_and(|content| self.is_block_list(content))
                && self.added_to(record).is_some_and(|(_, add)| !self.is_in_loop(add, dispatch.at))
                // `if role == "assistant": … elif role == "tool": …`
                && !self.are_exclusive(record, message)
        })
    }
}

/// Whether a call puts its only argument into a variant: `Some(x)`, `Content::Blocks(x)`.
pub(super) fn is_variant(facts: &FileFacts, call: &Call) -> bool {
    call.args.len() == 1
        && last_name(facts, call.callee).is_some_and(|name| name.starts_with(|c: char| c.is_uppercase()))
}
