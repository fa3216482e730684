//! Tool results: the blocks that answer a `tool_use`.

pub(in crate::model) mod dispatch;
pub(in crate::model) mod lone_call;
mod place;
pub(in crate::model) mod tool_grants;
pub(in crate::model) mod tool_id;
pub(in crate::model) mod tool_reach;
pub(in crate::model) mod tool_words;
pub(in crate::model) mod translated_call;

use super::Project;
use crate::facts::{ClassKind, Entry, Key, Kind, Name, NodeId};
use crate::model::names::index::{constant, last_name};
use crate::model::names::words::snake;
use crate::model::values::value::{NodeRef, Value};

/// In which form a tool result is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ToolRoad {
    /// A record of the Messages API.
    Messages,
    /// A typed value that becomes one.
    Typed,
    /// The Converse form of Bedrock.
    Converse,
}

/// How the block names the call that it answers.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum IdKey {
    /// The expression under the right key.
    Given(NodeRef),
    /// It stands under a key that the API does not know.
    Misnamed {
        /// That key.
        key: Name,
        /// The expression under it.
        at: NodeRef,
    },
    /// It is certainly not there.
    Missing,
    /// Out of reach.
    Unknown,
}

/// A block that answers a `tool_use`.
#[derive(Clone, Debug)]
pub struct ToolResult {
    /// The record, or the call that makes it.
    pub at: NodeRef,
    /// The id of the call it answers.
    pub id: IdKey,
    /// Its form.
    pub road: ToolRoad,
}

const RIGHT: &[&str] = &["tool_use_id"];
const WRONG: &[&str] =
    &["toolUseId", "id", "tool_call_id", "toolCallId", "tool_id", "toolId", "call_id", "use_id"];

impl Project {
    /// Every tool result that is written out in the project, in file order.
    pub fn tool_results(&self) -> &[ToolResult] {
        self.tool_results.get_or_init(|| {
            let mut out = Vec::new();
            for (file, model) in self.file_ids() {
                for node in model.facts.ids() {
                    out.extend(self.as_tool_result(NodeRef { file, node }));
                }
            }
            // Where nothing is called `tool_result`, types of the project's own become something else.
            if out.iter().any(|r| self.is_own_type(r)) && !self.names_tool_results() {
                out.retain(|r| !self.is_own_type(r));
            }
            out
        })
    }

    /// Whether a tool result is a value of a type of the project.
    fn is_own_type(&self, result: &ToolResult) -> bool {
        let made = |v: &Value| matches!(v, Value::Instance { .. });
        result.road == ToolRoad::Typed && self.eval(result.at).iter().any(made)
    }

    /// Whether anything in the project is called `tool_result`: a text, or a variant that becomes one.
    fn names_tool_results(&self) -> bool {
        self.file_ids().any(|(_, model)| {
            model.facts.ids().any(|node| match model.facts.kind(node) {
                Kind::Str(_) => constant(&model.facts, node).is_some_and(|t| &*t == "tool_result"),
                Kind::Class(c) if c.kind == ClassKind::Enum => {
                    c.body.iter().any(|&v| match model.facts.kind(v) {
                        Kind::Assign(a) => {
                            last_name(&model.facts, a.target).is_some_and(|n| is_result_type(&n))
                        }
                        _ => false,
                    })
                }
                _ => false,
            })
        })
    }

    fn as_tool_result(&self, at: NodeRef) -> Option<ToolResult> {
        let facts = self.facts(at.file);
        match facts.kind(at.node) {
            Kind::Record(r) => {
                if self.is_wrapped_result(at) {
                    let id = self.id_of(at, &["toolUseId"], &["tool_use_id", "id"]);
                    return Some(ToolResult { at, id, road: ToolRoad::Converse });
                }
                let typed = r.ty.is_some_and(|t| self.names_result_type(at.sibling(t)));
                if self.block_type(at).as_deref() == Some("tool_result") {
                    let id = self.id_of(at, RIGHT, WRONG);
                    return Some(ToolResult { at, id, road: ToolRoad::Messages });
                }
                // Types of the project's own have fields of their own.
                let id = self.id_of(at, RIGHT, &[]);
                (typed && matches!(id, IdKey::Given(_))).then_some(ToolResult {
                    at,
                    id,
                    road: ToolRoad::Typed,
                })
            }
            Kind::Call(call) => {
                let name = last_name(facts, call.callee)?;
                if is_result_type(&name)
                    && !call.args.is_empty()
                    && call.args.iter().any(|a| a.name.is_some())
                {
                    let id = self.id_of(at, RIGHT, &[]);
                    let given = matches!(id, IdKey::Given(_));
                    return given.then_some(ToolResult { at, id, road: ToolRoad::Typed });
                }
                // `dict(type="tool_result", tool_use_id=id)`, a typed record by another name.
                if self.block_type(at).as_deref() == Some("tool_result") {
                    let id = self.id_of(at, RIGHT, WRONG);
                    return Some(ToolResult { at, id, road: ToolRoad::Messages });
                }
                // `ToolResultBlock::builder().tool_use_id(id)`
                let [arg] = &call.args[..] else { return None };
                let Kind::Member { object, name, .. } = facts.kind(call.callee) else { return None };
                let builds = matches!(&**name, "tool_use_id" | "set_tool_use_id")
                    && facts.descendants(*object).into_iter().any(|n| match facts.kind(n) {
                        Kind::Name(n) | Kind::Member { name: n, .. } => is_result_type(n),
                        _ => false,
                    });
                builds.then(|| ToolResult {
                    at,
                    id: IdKey::Given(at.sibling(arg.value)),
                    road: ToolRoad::Converse,
                })
            }
            _ => None,
        }
    }

    /// `{"toolResult": {"toolUseId": …}}`, in place or by the variable that holds it.
    fn is_wrapped_result(&self, at: NodeRef) -> bool {
        let file = self.file(at.file);
        let facts = &file.facts;
        let wraps = |n: NodeId| {
            facts.parent(n).is_some_and(|up| match facts.kind(up) {
                Kind::Record(r) => wraps_result(&r.entries, n),
                _ => false,
            })
        };
        let held = || {
            let Some(Kind::Assign(a)) = facts.parent(at.node).map(|up| facts.kind(up)) else { return false };
            let id = |e: &Entry| e.has_key("toolUseId");
            let named = a.value == Some(at.node) && matches!(facts.kind(a.target), Kind::Name(_));
            named
                && matches!(facts.kind(at.node), Kind::Record(r) if r.entries.iter().any(id))
                && self.readers(at.sibling(a.target)).iter().any(|r| r.file == at.file && wraps(r.node))
        };
        wraps(at.node) || held()
    }

    /// Whether the type of a record is that of tool results, also where the type calls itself `Self`.
    fn names_result_type(&self, ty: NodeRef) -> bool {
        last_name(self.facts(ty.file), ty.node).is_some_and(|name| {
            is_result_type(&name)
                || &*name == "Self"
                    && self.eval(ty).iter().any(|v| match v {
                        Value::Class(class) => {
                            matches!(self.kind(*class), Kind::Class(c) if is_result_type(&c.name))
                        }
                        _ => false,
                    })
        })
    }

    /// The literal `type` of a content block.
    /// Whether a block is written as one of a list.
    pub fn is_listed_block(&self, at: NodeRef) -> bool {
        let facts = self.facts(at.file);
        let around = facts.ancestors(at.node).skip(1);
        let mut around = around.take_while(|&n| !matches!(facts.kind(n), Kind::Function(_)));
        around.any(|n| matches!(facts.kind(n), Kind::List(_)))
    }

    pub(super) fn block_type(&self, at: NodeRef) -> Option<Name> {
        let facts = self.facts(at.file);
        let value = match facts.kind(at.node) {
            Kind::Record(r) => r.value_of("type")?,
            Kind::Call(c) => c.args.iter().find(|a| a.name.as_deref() == Some("type"))?.value,
            _ => return None,
        };
        let value = match facts.kind(value) {
            Kind::Cast { value, .. } => *value,
            _ => value,
        };
        constant(facts, value)
    }

    pub(super) fn id_of(&self, at: NodeRef, right: &[&str], wrong: &[&str]) -> IdKey {
        let mut misnamed = None;
        let mut open = false;
        let mut look = |key: &Name, value: NodeId| {
            if right.contains(&&**key) {
                return Some(IdKey::Given(at.sibling(value)));
            }
            if wrong.contains(&&**key) && misnamed.is_none() {
                misnamed = Some(IdKey::Misnamed { key: key.clone(), at: at.sibling(value) });
            }
            None
        };
        match self.kind(at) {
            Kind::Record(r) => {
                for entry in &r.entries {
                    match &entry.key {
                        Some(Key::Known(key)) => {
                            if let Some(found) = look(key, entry.value) {
                                return found;
                            }
                        }
                        _ => open = true,
                    }
                }
            }
            Kind::Call(c) => {
                for arg in &c.args {
                    match &arg.name {
                        Some(name) => {
                            if let Some(found) = look(name, arg.value) {
                                return found;
                            }
                        }
                        None => open = true,
                    }
                }
            }
            _ => return IdKey::Unknown,
        }
        if open || self.is_completed_later(at, right) {
            return IdKey::Unknown;
        }
        misnamed.unwrap_or(IdKey::Missing)
    }

    /// Whether a record gets a key after it was written.
    fn is_completed_later(&self, at: NodeRef, keys: &[&str]) -> bool {
        keys.iter().any(|key| self.file(at.file).assigns_key(key))
    }
}

/// Whether a value is what a record of Converse gives as a tool result.
pub(super) fn wraps_result(entries: &[Entry], value: NodeId) -> bool {
    entries.iter().any(|e| e.value == value && e.has_key("toolResult"))
}

fn is_result_type(name: &str) -> bool {
    snake(name).contains("tool_result")
}
