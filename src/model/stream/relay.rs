//! Event streams that a server of the project sends itself.

use super::super::Tri;
use super::Project;
use crate::facts::{Key, Kind};
use crate::model::names::index::constant;
use crate::model::values::value::NodeRef;

impl Project {
    /// The content type of event streams sent in files that stream answers of Claude, where nothing
    /// is said about buffering.
    pub fn stream_relays(&self) -> Vec<NodeRef> {
        let mut out = Vec::new();
        for (file, model) in self.file_ids() {
            let text = &model.source.text;
            if model.source.role.is_test || !text.contains("text/event-stream") {
                continue;
            }
            let streams = self.requests_of_file(file).iter().any(|r| self.is_streamed(r) == Tri::Yes);
            if !streams || text.to_lowercase().contains("x-accel-buffering") {
                continue;
            }
            for node in model.facts.ids() {
                let at = NodeRef { file, node };
                let typed = constant(&model.facts, node).is_some_and(|t| t.starts_with("text/event-stream"));
                if typed && self.is_sent_type(at) && !self.is_test(at) {
                    out.push(at);
                }
            }
        }
        out
    }

    /// Whether a text is the content type of a response: `"Content-Type": …`, `media_type=…`.
    fn is_sent_type(&self, at: NodeRef) -> bool {
        let facts = self.facts(at.file);
        let Some(parent) = facts.parent(at.node) else { return false };
        let names_type = |name: &str| {
            matches!(
                name.to_lowercase().as_str(),
                "content-type" | "media_type" | "content_type" | "mimetype" | "contenttype"
            )
        };
        match facts.kind(parent) {
            Kind::Record(record) => record
                .entries
                .iter()
                .any(|e| e.value == at.node && matches!(&e.key, Some(Key::Known(k)) if names_type(k))),
            Kind::Call(call) => call.args.iter().enumerate().any(|(i, a)| {
                a.value == at.node
                    && match &a.name {
                        // Headers made elsewhere may say it.
                        Some(name) => {
                            names_type(name)
                                && !call.args.iter().any(|a| a.name.as_deref() == Some("headers"))
                        }
                        None => i == 1 && constant(facts, call.args[0].value).is_some_and(|k| names_type(&k)),
                    }
            }),
            _ => false,
        }
    }
}
