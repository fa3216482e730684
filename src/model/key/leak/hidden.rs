//! Keys that are cut or written over before anything is shown.

use crate::facts::{BinaryOp, Call, Key, Kind, NodeId, StrPart};
use crate::model::Project;
use crate::model::key::environment::Source;
use crate::model::key::is_api_key_name;
use crate::model::names::index::constant;
use crate::model::names::scope::Origin;
use crate::model::values::value::{NodeRef, Value};

/// Variables and parts between what is written out and where a key was cut.
const MAX_NAMES: u32 = 6;

impl Project {
    /// Whether the key in a record is written over or taken out before: `shown["x-api-key"] = "***"`.
    pub(super) fn is_covered(&self, value: NodeRef) -> bool {
        let Kind::Name(name) = self.kind(value) else { return false };
        let file = self.file(value.file);
        let facts = &file.facts;
        let around = self.function_of(value).map_or(NodeId::ROOT, |f| f.node);
        let own = |n: NodeId| matches!(facts.kind(n), Kind::Name(other) if other == name);
        let key = |n: NodeId| self.names_key(value, &constant(facts, n).map(Key::Known));
        facts.descendants(around).into_iter().filter(|&n| n < value.node).any(|n| match facts.kind(n) {
            Kind::Assign(a) if a.op.is_none() => match facts.kind(a.target) {
                Kind::Index { object, index } => own(*object) && key(*index),
                Kind::Member { object, name, .. } => {
                    let literal = |v: NodeId| {
                        let given = self.sources(value.sibling(v));
                        !given.is_empty() && given.iter().all(|s| matches!(s, Source::Literal(_)))
                    };
                    own(*object)
                        && (self.names_key(value, &Some(Key::Known(name.clone())))
                            || is_api_key_name(name) && a.value.is_some_and(literal))
                }
                _ => false,
            },
            Kind::Call(call) => match facts.kind(call.callee) {
                Kind::Member { object, name, .. } => {
                    file.sdk.in_lists(&["takes-field", "deletes-field"], name)
                        && own(*object)
                        && call.args.first().is_some_and(|a| key(a.value))
                }
                _ => false,
            },
            _ => false,
        })
    }

    /// Whether what an object is written with leaves out or covers parts of it: `stringify(headers, covered)`.
    pub(super) fn is_sifted_for_text(&self, at: NodeRef, call: &Call) -> bool {
        let file = self.file(at.file);
        let sifts = file.named_in(call.callee, "sifts-text");
        let Some(second) = call.args.get(1).filter(|a| sifts && a.name.is_none()) else { return false };
        self.eval(at.sibling(second.value)).iter().any(|v| match v {
            Value::Function(_) => true,
            Value::Node(n) => match self.kind(*n) {
                Kind::List(items) => {
                    let shows = |&i| self.names_key(*n, &constant(self.facts(n.file), i).map(Key::Known));
                    !items.iter().any(shows)
                }
                _ => false,
            },
            _ => false,
        })
    }

    /// Whether a variable certainly holds no more than a part of something, or texts of the program's own.
    pub(super) fn is_shortened(&self, at: NodeRef, depth: u32) -> bool {
        if depth > MAX_NAMES {
            return false;
        }
        let inner = |n: NodeId| self.is_shortened(at.sibling(n), depth + 1);
        match self.kind(at) {
            Kind::Name(name) => {
                let file = self.file(at.file);
                let defs = file.scopes.lookup(&file.facts, name, at.node);
                !defs.is_empty()
                    && defs.iter().all(|def| match &def.origin {
                        Origin::Value { expr, path } => path.is_empty() && inner(*expr),
                        _ => false,
                    })
            }
            Kind::Index { index, .. } => {
                matches!(self.kind(at.sibling(*index)), Kind::Slice { .. } | Kind::Number(_))
            }
            Kind::Binary { op: BinaryOp::Add, left, right } => inner(*left) && inner(*right),
            Kind::If { then, otherwise, .. } => inner(*then) && otherwise.is_some_and(inner),
            // `key.length`
            Kind::Member { name, .. } => self.file(at.file).sdk.has_word("how-many", name),
            // `mask(key)`
            Kind::Call(call) => {
                let functions = self.eval(at.sibling(call.callee));
                !functions.is_empty()
                    && functions.iter().all(|v| match v {
                        Value::Function(f) => {
                            let given = self.return_values(*f);
                            !given.is_empty() && given.iter().all(|&r| self.is_shortened(r, depth + 1))
                        }
                        _ => false,
                    })
            }
            Kind::Str(parts) => parts.iter().all(|part| match part {
                StrPart::Hole(hole) => inner(*hole),
                StrPart::Text(_) => true,
            }),
            _ => false,
        }
    }
}
