//! The texts and lists that a question about the name of a model is made of.

use super::question::{Asked, Bound};
use crate::facts::{BinaryOp, Kind, NodeId, StrPart};
use crate::model::names::index::last_name;
use crate::model::names::words::words_of;
use crate::model::values::value::{External, NodeRef, Value};
use crate::sdk::Sdk;

/// Steps from a name to its text.
const MAX_STEPS: u32 = 6;
/// Items of a list that are looked at.
const MAX_ITEMS: usize = 200;

impl Asked<'_> {
    /// The text of an expression, where the name of the model stands for itself.
    pub(super) fn text(&self, at: NodeRef, bound: Bound<'_>, depth: u32) -> Option<String> {
        if depth > MAX_STEPS || !self.spend() {
            return None;
        }
        let project = self.project;
        let sdk = project.file(at.file).sdk;
        match project.kind(at) {
            Kind::Str(parts) => match &parts[..] {
                [] => Some(String::new()),
                [StrPart::Text(text)] => Some(text.to_string()),
                _ => None,
            },
            Kind::Name(name) => {
                let file = project.file(at.file);
                let defs = file.scopes.lookup(&file.facts, name, at.node);
                if let Some((_, text)) =
                    bound.iter().find(|(b, _)| defs.iter().any(|d| at.sibling(d.node) == *b))
                {
                    return Some(text.clone());
                }
                let written =
                    file.only_value(at.node).and_then(|value| self.text(at.sibling(value), bound, depth + 1));
                written.or_else(|| holds_model(sdk, name).then(|| self.id.to_string()))
            }
            Kind::Member { name, .. } => holds_model(sdk, name).then(|| self.id.to_string()),
            Kind::Cast { value, .. } => self.text(at.sibling(*value), bound, depth + 1),
            Kind::Unary { operand, .. } => self.text(at.sibling(*operand), bound, depth + 1),
            Kind::Binary { op: BinaryOp::Or | BinaryOp::Coalesce, left, .. } => {
                self.text(at.sibling(*left), bound, depth + 1)
            }
            Kind::Call(call) => match project.kind(at.sibling(call.callee)) {
                Kind::Member { object, name, .. }
                    if call.args.is_empty() && sdk.has_word("same-id", name) =>
                {
                    self.text(at.sibling(*object), bound, depth + 1)
                }
                Kind::Member { object, name, .. } if matches!(&**name, "replace" | "replaceAll") => {
                    let [from, to, ..] = &call.args[..] else { return None };
                    let [text, from, to] =
                        [*object, from.value, to.value].map(|n| self.text(at.sibling(n), bound, depth + 1));
                    let (from, to) = (from?, to?);
                    (!from.is_empty()).then_some(())?;
                    Some(text?.replace(&from, &to))
                }
                Kind::Name(name) if matches!(&**name, "str" | "String") => {
                    self.text(at.sibling(call.args.first()?.value), bound, depth + 1)
                }
                _ => None,
            },
            _ => None,
        }
    }

    /// The texts of a list that is written down.
    pub(super) fn list(&self, at: NodeRef, depth: u32) -> Option<Vec<String>> {
        if depth > MAX_STEPS || !self.spend() {
            return None;
        }
        let project = self.project;
        let items_of = |holder: NodeRef, items: &[NodeId]| {
            let mut out = Vec::new();
            for &item in items.iter().take(MAX_ITEMS) {
                match project.kind(holder.sibling(item)) {
                    Kind::Spread(inner) => out.extend(self.list(holder.sibling(*inner), depth + 1)?),
                    _ => out.push(project.text(holder.sibling(item)).known()?),
                }
            }
            Some(out)
        };
        match project.kind(at) {
            Kind::List(items) => return items_of(at, items),
            Kind::Record(record) if record.ty.is_none() => {
                let keys = record.entries.iter().map(|e| match &e.key {
                    Some(crate::facts::Key::Known(key)) => Some(key.to_string()),
                    _ => None,
                });
                return keys.collect();
            }
            Kind::Binary { op: BinaryOp::Add | BinaryOp::BitOr, left, right } => {
                let mut out = self.list(at.sibling(*left), depth + 1)?;
                out.extend(self.list(at.sibling(*right), depth + 1)?);
                return Some(out);
            }
            Kind::Call(call) => {
                // `new Set([…])`, `LIST.iter()`
                let name = last_name(project.facts(at.file), call.callee)?;
                return match (&*name, &call.args[..], project.kind(at.sibling(call.callee))) {
                    ("Set" | "set" | "frozenset" | "tuple" | "list" | "from" | "freeze", [only], _) => {
                        self.list(at.sibling(only.value), depth + 1)
                    }
                    (
                        "iter" | "into_iter" | "copied" | "cloned" | "keys" | "values" | "entries" | "to_vec",
                        [],
                        Kind::Member { object, .. },
                    ) => self.list(at.sibling(*object), depth + 1),
                    _ => None,
                };
            }
            Kind::Cast { value, .. } => return self.list(at.sibling(*value), depth + 1),
            _ => {}
        }
        match &project.eval(at)[..] {
            [Value::Node(node)] if *node != at => self.list(*node, depth + 1),
            [Value::External(External { made: Some(made), .. })] if *made != at => {
                self.list(*made, depth + 1)
            }
            _ => None,
        }
    }
}

/// `model`, `modelName`, `model_lower`: what holds the name of a model by its own.
fn holds_model(sdk: &Sdk, name: &str) -> bool {
    let words = words_of(name);
    let Some(place) = words.iter().position(|w| w == "model") else { return false };
    words[place + 1..].iter().all(|w| sdk.has_word("id-words", w))
}
