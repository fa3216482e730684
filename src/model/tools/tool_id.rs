//! Where the id of a tool result comes from.

mod name;
mod object;

use crate::facts::{BinaryOp, Call, Kind, Name, StrPart};
use crate::model::Project;
use crate::model::names::index::{constant, last_name};
use crate::model::values::value::{NodeRef, Value};

const MAX_DEPTH: u32 = 10;

/// What an id is made of, when it is certainly not what a `tool_use` block brought.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum IdOrigin {
    /// A text written in the code.
    Literal(String),
    /// Position of a loop or enumeration.
    Counter,
    /// The name of the tool.
    ToolName,
    /// A new identifier, the time, a random number.
    Fresh,
    /// The id of the message, not of the block.
    MessageId,
}

impl Project {
    /// What an id is made of; empty when it may come from a block.
    pub fn id_origins(&self, at: NodeRef) -> Vec<(NodeRef, IdOrigin)> {
        let mut out = Vec::new();
        if self.push_origins(at, &mut out, 0) { out } else { Vec::new() }
    }

    /// Everything known of what an id is made of.
    pub(in crate::model) fn id_parts(&self, at: NodeRef) -> Vec<(NodeRef, IdOrigin)> {
        let mut out = Vec::new();
        self.push_origins(at, &mut out, 0);
        out
    }

    /// Adds the origins of an expression; whether all of them are known.
    fn push_origins(&self, at: NodeRef, out: &mut Vec<(NodeRef, IdOrigin)>, depth: u32) -> bool {
        if depth > MAX_DEPTH || out.len() > 16 {
            return false;
        }
        let file = self.file(at.file);
        let facts = &file.facts;
        let sub = |node| at.sibling(node);
        match facts.kind(at.node) {
            Kind::Str(parts) => self.push_text_origins(at, parts, out, depth),
            Kind::Number(n) => {
                out.push((at, IdOrigin::Literal(n.to_string())));
                true
            }
            Kind::Binary { op: BinaryOp::Add, left, right } => {
                let mut parts = Vec::new();
                let known = self.push_origins(sub(*left), &mut parts, depth + 1)
                    && self.push_origins(sub(*right), &mut parts, depth + 1);
                self.combine(at, parts, out);
                known
            }
            Kind::Binary { op: BinaryOp::Or | BinaryOp::Coalesce, left, right } => {
                self.push_origins(sub(*left), out, depth + 1)
                    && self.push_origins(sub(*right), out, depth + 1)
            }
            Kind::If { then, otherwise: Some(other), .. } => {
                self.push_origins(sub(*then), out, depth + 1)
                    && self.push_origins(sub(*other), out, depth + 1)
            }
            Kind::Await(x) | Kind::Propagate(x) | Kind::Cast { value: x, .. } => {
                self.push_origins(sub(*x), out, depth + 1)
            }
            Kind::Block { body, tail: true } => match body.last() {
                Some(&last) => self.push_origins(sub(last), out, depth + 1),
                None => false,
            },
            Kind::Call(call) => self.push_call(at, call, out, depth),
            Kind::Member { object, name, .. } => self.push_member(at, sub(*object), name, out, depth),
            Kind::Index { object, index } => match constant(facts, *index) {
                Some(key) => self.push_member(at, sub(*object), &key, out, depth),
                None => match facts.kind(*index) {
                    // Part of a text: `uuid4().hex[:8]`.
                    Kind::Slice { .. } => self.push_origins(sub(*object), out, depth + 1),
                    _ => false,
                },
            },
            Kind::Name(name) => self.push_name(at, name, out, depth),
            _ => false,
        }
    }

    fn push_text_origins(
        &self,
        at: NodeRef,
        parts: &[StrPart],
        out: &mut Vec<(NodeRef, IdOrigin)>,
        depth: u32,
    ) -> bool {
        let holes: Vec<_> = parts
            .iter()
            .filter_map(|p| match p {
                StrPart::Hole(hole) => Some(at.sibling(*hole)),
                StrPart::Text(_) => None,
            })
            .collect();
        if holes.is_empty() {
            let text = constant(self.facts(at.file), at.node).unwrap_or_default();
            out.push((at, IdOrigin::Literal(text.to_string())));
            return true;
        }
        let mut found = Vec::new();
        for hole in holes {
            if !self.push_origins(hole, &mut found, depth + 1) {
                return false;
            }
        }
        self.combine(at, found, out);
        true
    }

    /// A text put together is as new as its newest part.
    fn combine(&self, at: NodeRef, parts: Vec<(NodeRef, IdOrigin)>, out: &mut Vec<(NodeRef, IdOrigin)>) {
        out.extend(parts.into_iter().max_by(|a, b| a.1.cmp(&b.1)).map(|(_, origin)| (at, origin)));
    }

    fn push_call(&self, at: NodeRef, call: &Call, out: &mut Vec<(NodeRef, IdOrigin)>, depth: u32) -> bool {
        let file = self.file(at.file);
        let facts = &file.facts;
        let Some(name) = last_name(facts, call.callee) else { return false };
        let functions: Vec<NodeRef> = self
            .eval(at.sibling(call.callee))
            .iter()
            .filter_map(|v| match v {
                Value::Function(f) => Some(*f),
                _ => None,
            })
            .collect();
        if let [function] = &functions[..] {
            let returned = self.return_values(*function);
            return !returned.is_empty()
                && depth < 4
                && returned.iter().all(|&r| self.push_origins(r, out, depth + 3));
        }
        if call.args.is_empty()
            && file.sdk.ends_word("empty-text", &name)
            && self.is_listed("empty-text", at.sibling(call.callee))
        {
            out.push((at, IdOrigin::Literal(String::new())));
            return true;
        }
        if file.sdk.has_word("fresh-id", &name) {
            out.push((at, IdOrigin::Fresh));
            return true;
        }
        let object = match facts.kind(call.callee) {
            Kind::Member { object, .. } => Some(at.sibling(*object)),
            _ => None,
        };
        if &*name == "get"
            && let (Some(object), [arg]) = (object, &call.args[..])
            && let Some(key) = constant(facts, arg.value)
        {
            return self.push_member(at, object, &key, out, depth);
        }
        if !file.sdk.has_word("text-conversion", &name) {
            return false;
        }
        let inner = match object {
            // `String::from(x)`, `Ok(x)`: the object is a type.
            Some(object) if !self.is_type(object) => Some(object),
            _ => call.args.first().map(|a| at.sibling(a.value)),
        };
        inner.is_some_and(|i| self.push_origins(i, out, depth + 1))
    }

    fn is_type(&self, at: NodeRef) -> bool {
        matches!(self.kind(at), Kind::Name(n) if n.starts_with(char::is_uppercase) && n.contains(char::is_lowercase))
    }

    fn push_member(
        &self,
        at: NodeRef,
        object: NodeRef,
        name: &str,
        out: &mut Vec<(NodeRef, IdOrigin)>,
        depth: u32,
    ) -> bool {
        let file = self.file(at.file);
        let values = self.eval(at);
        if !values.is_empty() && values.iter().all(|v| self.is_kept_origin(v, at, name)) {
            return values.iter().all(|v| match v {
                Value::External(e) => e.made.is_some_and(|made| self.push_origins(made, out, depth + 1)),
                Value::Node(text) => self.push_origins(*text, out, depth + 1),
                _ => {
                    out.push((at, IdOrigin::ToolName));
                    true
                }
            });
        }
        for value in values.iter() {
            match value {
                Value::Response(r) => {
                    let of_message = r.path.split_last().is_some_and(|(_, before)| {
                        let mut message = (**r).clone();
                        message.path.truncate(before.len());
                        let inside =
                            |p: &Name| matches!(&**p, "content" | "output" | "message" | "content_block");
                        self.is_whole(&message) && !before.iter().any(inside)
                    });
                    if of_message && matches!(name, "id" | "_request_id" | "request_id") {
                        out.push((at, IdOrigin::MessageId));
                        return true;
                    }
                }
                Value::Node(node) if *node != at && matches!(self.kind(*node), Kind::Str(_)) => {
                    // A constant in a namespace or class; a field set per object may be set elsewhere too.
                    return matches!(self.eval(object)[..], [Value::Class(_) | Value::Module(_)])
                        && self.push_origins(*node, out, depth + 1);
                }
                _ => {}
            }
        }
        if is_tool_name(name) && (name != "name" || self.names_a_tool(object)) {
            out.push((at, IdOrigin::ToolName));
            return true;
        }
        // `uuid4().hex`
        file.sdk.has_word("text-conversion", name)
            && matches!(self.kind(object), Kind::Call(_))
            && self.push_origins(object, out, depth + 1)
    }
}

fn is_tool_name(name: &str) -> bool {
    matches!(
        name,
        "name" | "tool_name" | "toolName" | "function_name" | "functionName" | "fn_name" | "toolname"
    )
}
