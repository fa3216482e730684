//! The texts that a value may be, as they are written.

use crate::facts::{CallStyle, Kind, Name, StrPart};
use crate::model::Project;
use crate::model::values::json::{Json, JsonKind};
use crate::model::values::value::{NodeRef, Text, Value};

impl Project {
    /// The text of a value as it is written, perhaps with gaps; `None` where a method changes it.
    pub fn written_text(&self, json: &Json) -> Option<Text> {
        let JsonKind::Text(text) = &json.kind else { return None };
        let changes = |at: NodeRef| match self.kind(at) {
            Kind::Call(call) => {
                call.style != CallStyle::Macro && self.file(at.file).named_in(call.callee, "text-changes")
            }
            _ => false,
        };
        (!changes(json.at) && !changes(self.written(json.at))).then(|| text.clone())
    }

    /// Every text an expression may give, with its literal; `None` when one may be another.
    pub fn possible_texts(&self, at: NodeRef) -> Option<Vec<(NodeRef, Name)>> {
        let literal = |node: NodeRef| {
            let Kind::Str(parts) = self.kind(node) else { return None };
            let mut text = String::new();
            for part in parts {
                match part {
                    StrPart::Text(t) => text.push_str(t),
                    StrPart::Hole(_) => return None,
                }
            }
            Some((node, Name::from(text)))
        };
        let values = self.eval(at);
        let texts: Option<Vec<_>> = values
            .iter()
            .map(|v| match v {
                Value::Node(node) => match self.kind(*node) {
                    // `"x".to_string()`
                    Kind::Call(_) => self
                        .text(*node)
                        .known()
                        .filter(|_| self.is_plain_text(*node))
                        .map(|t| (*node, t.into())),
                    _ => literal(*node),
                },
                _ => None,
            })
            .collect();
        texts.filter(|t| !t.is_empty())
    }

    /// Whether a call gives a text as it is.
    fn is_plain_text(&self, at: NodeRef) -> bool {
        let Kind::Call(call) = self.kind(at) else { return false };
        self.file(at.file).named_in(call.callee, "text-makers")
    }
}
