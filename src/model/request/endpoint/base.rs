//! Where a URL begins that a variable of the environment may change.

use crate::facts::{BinaryOp, Kind, StrPart};
use crate::model::Project;
use crate::model::names::index::last_name;
use crate::model::values::value::{NodeRef, Value};

/// Names, texts and changes of form from a URL to its beginning.
const MAX_STEPS: u32 = 8;

impl Project {
    /// The texts that a URL begins with unless the environment says otherwise, where its beginning is out of
    /// sight: `os.getenv("API_BASE", "https://…")`. Nothing where it may be anything else.
    pub(super) fn default_beginnings(&self, url: NodeRef) -> Vec<String> {
        let Some(beginning) = self.beginning(url, 0) else { return Vec::new() };
        let text = |at: NodeRef| self.text(at).known().filter(|text| text.contains("://"));
        let given = |value: &Value| match value {
            Value::Node(node) if matches!(self.kind(*node), Kind::Null) => Some(None),
            Value::Node(node) => Some(Some(text(*node)?)),
            Value::External(e) => {
                let read = self.beginning(e.made?, 0)?;
                self.environment_read(read)?;
                let Kind::Call(call) = self.kind(read) else { return Some(None) };
                Some(self.default_beside(read, call).and_then(text))
            }
            _ => None,
        };
        let given: Option<Vec<Option<String>>> = self.eval(beginning).iter().map(given).collect();
        given.into_iter().flatten().flatten().collect()
    }

    /// The expression that a URL begins with, where it does not begin with a text.
    fn beginning(&self, url: NodeRef, depth: u32) -> Option<NodeRef> {
        if depth > MAX_STEPS {
            return None;
        }
        let next = |n| self.beginning(url.sibling(n), depth + 1);
        let facts = self.facts(url.file);
        match facts.kind(url.node) {
            Kind::Str(parts) => match parts.first()? {
                StrPart::Hole(hole) => next(*hole),
                StrPart::Text(_) => None,
            },
            Kind::Binary { op: BinaryOp::Add, left, .. } => next(*left),
            Kind::Unary { operand: x, .. } | Kind::Cast { value: x, .. } => next(*x),
            Kind::Call(call) => {
                let name = last_name(facts, call.callee)?;
                match facts.kind(call.callee) {
                    Kind::Member { object, .. } if self.file(url.file).sdk.has_word("same-text", &name) => {
                        next(*object)
                    }
                    _ if self.file(url.file).sdk.has_word("joins-text", &name) => {
                        next(call.args.first()?.value)
                    }
                    _ => Some(url),
                }
            }
            _ => match &self.eval(url)[..] {
                [Value::Node(node)] if *node != url => self.beginning(*node, depth + 1),
                _ => Some(url),
            },
        }
    }
}
