//! Where a URL begins that a variable of the environment may change.

use crate::facts::{BinaryOp, Kind, StrPart};
use crate::model::Project;
use crate::model::names::index::last_name;
use crate::model::values::value::{NodeRef, Text, Value};
use crate::sdk::api::api;

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

    /// The address of the API's own host that a URL begins with where nobody sets another, if what is put behind it
    /// is there already: `settings.base || "https://…/v1"` before `/v1/messages`. Code that knows of that cuts it off.
    pub(super) fn doubled_beginning(&self, url: NodeRef, text: &Text) -> Option<String> {
        let http = &api().http;
        let [None, Some(path)] = &text.pieces[..] else { return None };
        let beginning = self.beginning(url, 0).filter(|_| *path == http.messages_endpoint)?;
        let values = self.eval(beginning);
        let texts = values.iter().filter_map(|v| match v {
            Value::Node(node) => self.text(*node).known(),
            _ => None,
        });
        let texts: Vec<String> = texts.filter(|text| text.contains("://")).collect();
        let [base] = &texts[..] else { return None };
        let (_, rest) = base.split_once(&*http.host)?;
        (rest.starts_with("/v1") && !self.is_cut_on_its_way(url, base))
            .then(|| base.trim_end_matches('/').to_string())
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
