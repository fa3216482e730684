//! Conditions that ask whose model or service something is.

use crate::facts::{BinaryOp, Kind, NodeId, UnaryOp};
use crate::model::Project;
use crate::model::names::index::{constant, last_name};
use crate::model::names::words::snake;
use crate::model::values::value::NodeRef;

/// Variables that hold the outcome of a test.
const MAX_FLAGS: u32 = 2;

impl Project {
    /// Whether a condition holds only where such a text was not found.
    pub(super) fn denies(&self, condition: NodeRef, wanted: &dyn Fn(&str) -> bool) -> bool {
        let text = |n: NodeId| self.is_text_like(condition.sibling(n), wanted);
        match self.kind(condition) {
            Kind::Unary { op: UnaryOp::Not, operand } => self.finds(condition.sibling(*operand), wanted),
            Kind::Binary { op: BinaryOp::NotIn, left, .. } => text(*left),
            Kind::Binary { op: BinaryOp::Ne | BinaryOp::IsNot, left, right } => text(*left) || text(*right),
            _ => false,
        }
    }

    /// Whether a condition holds only where such a text was found.
    pub(in crate::model) fn finds(&self, condition: NodeRef, wanted: &dyn Fn(&str) -> bool) -> bool {
        self.finds_within(condition, wanted, MAX_FLAGS)
    }

    fn finds_within(&self, condition: NodeRef, wanted: &dyn Fn(&str) -> bool, flags: u32) -> bool {
        let file = self.file(condition.file);
        let facts = &file.facts;
        let text = |n: NodeId| self.is_text_like(condition.sibling(n), wanted);
        match facts.kind(condition.node) {
            Kind::Binary { op: BinaryOp::And, left, right } => {
                self.finds_within(condition.sibling(*left), wanted, flags)
                    || self.finds_within(condition.sibling(*right), wanted, flags)
            }
            Kind::Binary { op: BinaryOp::Or, left, right } => {
                self.finds_within(condition.sibling(*left), wanted, flags)
                    && self.finds_within(condition.sibling(*right), wanted, flags)
            }
            Kind::Let { pattern, .. } => text(*pattern),
            Kind::Binary { op: BinaryOp::Eq | BinaryOp::Is, left, right } => text(*left) || text(*right),
            // `"anthropic" in model`
            Kind::Binary { op: BinaryOp::In, left, .. } => text(*left),
            // `model.startsWith("anthropic.")`
            Kind::Call(call) => match facts.kind(call.callee) {
                Kind::Member { name, .. } => {
                    file.sdk.has_word("test", &format!(".{name}"))
                        && call.args.first().is_some_and(|a| text(a.value))
                }
                // `matches!(vendor, Vendor::Gemini)`
                _ => match call.args[..] {
                    [ref only] if matches!(facts.kind(only.value), Kind::Let { .. }) => {
                        self.finds_within(condition.sibling(only.value), wanted, flags)
                    }
                    _ => false,
                },
            },
            // `let is_gemini = vendor == "gemini";`
            Kind::Name(_) if flags > 0 => file
                .only_value(condition.node)
                .is_some_and(|value| self.finds_within(condition.sibling(value), wanted, flags - 1)),
            _ => false,
        }
    }

    /// Whether a text, or the name of a variant, is like that: `"gemini"`, `Vendor::Gemini`, `Vendor.GEMINI`.
    pub(super) fn is_text_like(&self, at: NodeRef, wanted: &dyn Fn(&str) -> bool) -> bool {
        let facts = self.facts(at.file);
        if let Some(text) = constant(facts, at.node) {
            return wanted(&text.to_lowercase());
        }
        let variant = match facts.kind(at.node) {
            // Alternatives of a pattern.
            Kind::List(items) | Kind::Opaque(items) => {
                return !items.is_empty() && items.iter().all(|&i| self.is_text_like(at.sibling(i), wanted));
            }
            Kind::Member { name, .. } | Kind::Name(name) => Some(name.clone()),
            Kind::Call(call) => last_name(facts, call.callee),
            Kind::Record(record) => record.ty.and_then(|ty| last_name(facts, ty)),
            _ => None,
        };
        variant.is_some_and(|name| {
            let (words, whole) = (snake(&name), name.to_lowercase());
            // `OpenAiCompatible`
            let suffixes = self.file(at.file).sdk.words("family-suffixes");
            let bare = suffixes.iter().find_map(|suffix| whole.strip_suffix(suffix.as_str()));
            name.starts_with(char::is_uppercase)
                && (wanted(&words) || wanted(&whole) || bare.is_some_and(wanted))
        })
    }
}
