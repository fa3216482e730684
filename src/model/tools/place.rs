//! Where a tool result stands: in the content of a message, or in something of the project's own.

use crate::facts::{Entry, Kind, NodeId};
use crate::model::names::index::{constant, last_name};
use crate::model::values::keyed::key_of;
use crate::model::values::value::NodeRef;
use crate::model::{Project, enclosing_function};

impl Project {
    /// Whether a record is written down and used for nothing, as notebooks show the form of a block.
    pub(in crate::model) fn is_dropped(&self, at: NodeRef) -> bool {
        let facts = self.facts(at.file);
        let mut from = at.node;
        for node in facts.ancestors(at.node).skip(1) {
            match facts.kind(node) {
                Kind::Record(_) | Kind::List(_) => from = node,
                Kind::Block { body, tail } => return !*tail || body.last() != Some(&from),
                _ => return false,
            }
        }
        false
    }

    /// Whether a block certainly stands in the content of a message, and not in an event or a
    /// record of the project's own.
    pub fn is_message_content(&self, at: NodeRef) -> bool {
        let facts = self.facts(at.file);
        let mut from = at.node;
        for node in facts.ancestors(at.node).skip(1) {
            match facts.kind(node) {
                // `{"toolResult": {…}}` is the block.
                Kind::Record(r) if is_wrapped(&r.entries, from) => {}
                Kind::Record(_) | Kind::Call(_) if self.is_content_of_message(at.sibling(node), from) => {
                    return true;
                }
                Kind::Record(_) => return false,
                Kind::List(_)
                | Kind::Comprehension(_)
                | Kind::Spread(_)
                | Kind::Await(_)
                | Kind::If { .. } => {}
                Kind::Function(f) if f.name.is_none() => {}
                Kind::Block { .. } | Kind::Return(_) | Kind::Member { .. } | Kind::Cast { .. } => {}
                Kind::Call(c) if c.callee == from => {}
                Kind::Call(c) => {
                    let Kind::Member { object, name, .. } = facts.kind(c.callee) else { return false };
                    match &**name {
                        "map" | "flatMap" | "all" => {}
                        "append" | "push" | "extend" | "unshift" | "add" => {
                            return last_name(facts, *object)
                                .is_some_and(|n| self.is_content_variable(at, &n));
                        }
                        _ => return false,
                    }
                }
                Kind::Assign(a) => {
                    return last_name(facts, a.target).is_some_and(|n| self.is_content_variable(at, &n));
                }
                _ => return false,
            }
            from = node;
        }
        false
    }

    /// Whether a block stands right in the content of a message of the user.
    pub fn is_user_message_content(&self, at: NodeRef) -> bool {
        let facts = self.facts(at.file);
        let mut from = at.node;
        for node in facts.ancestors(at.node).skip(1) {
            match facts.kind(node) {
                Kind::List(_) | Kind::Cast { .. } => from = node,
                Kind::Record(r) if is_wrapped(&r.entries, from) => from = node,
                _ if self.is_content_of_message(at.sibling(node), from) => {
                    let role = self.written_field(at.sibling(node), "role");
                    return role.and_then(|role| constant(facts, role.node)).is_some_and(|t| &*t == "user");
                }
                _ => return false,
            }
        }
        false
    }

    /// Whether anything in the project reads a field of that name: then it has a form of its own,
    /// from which blocks are made elsewhere.
    pub fn reads_key(&self, key: &str) -> bool {
        key == "id"
            || self.file_ids().any(|(_, model)| {
                model.facts.ids().any(|node| key_of(&model.facts, node).is_some_and(|(_, k)| &*k == key))
            })
    }

    /// Whether a variable is put into the content of a message in the same file.
    fn is_content_variable(&self, at: NodeRef, name: &str) -> bool {
        let facts = self.facts(at.file);
        let function = enclosing_function(facts, at.node);
        facts.ids().any(|n| match facts.kind(n) {
            Kind::Record(_) | Kind::Call(_) => {
                let content = self.written_field(at.sibling(n), "content");
                content.is_some_and(|content| last_name(facts, content.node).is_some_and(|v| &*v == name))
                    && function.is_none_or(|f| facts.span(f).contains(facts.span(n)))
                    && self.is_written_message(at.sibling(n))
            }
            _ => false,
        })
    }
}

/// Whether a record holds the fields of a result under `toolResult`.
fn is_wrapped(entries: &[Entry], value: NodeId) -> bool {
    entries.iter().any(|e| e.value == value && e.has_key("toolResult"))
}
