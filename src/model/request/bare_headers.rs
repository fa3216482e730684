//! Headers that a table of providers holds for Claude: there is no request in sight to read them at.

use crate::facts::{Key, Kind, NodeId, StrPart};
use crate::model::Project;
use crate::model::values::value::NodeRef;
use crate::sdk::Road;
use crate::sdk::api::api;

/// Headers with a key and without a version, beside the address of the API.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BareHeaders {
    /// The record of headers.
    pub at: NodeRef,
    /// The address.
    pub address: NodeRef,
}

impl Project {
    /// Records of headers that hold a key in files that name no other address than the API's, where no
    /// code of the project speaks of the version header; in file order.
    pub fn bare_headers(&self) -> Vec<BareHeaders> {
        let version = &*api().http.version_header;
        let spoken = || {
            self.files().iter().any(|f| {
                let text = &f.source.text;
                let upper = version.to_ascii_uppercase().replace('-', "_");
                [version, &*version.replace('-', "_"), &*upper, "Anthropic-Version", "anthropicVersion"]
                    .iter()
                    .any(|word| text.contains(*word))
            })
        };
        let mut out = Vec::new();
        for (file, model) in self.file_ids() {
            if model.source.role.is_test || !model.source.text.contains(&*api().http.host) {
                continue;
            }
            let at = |node| NodeRef { file, node };
            let Some(address) = self.only_address(file).map(at) else { continue };
            // Requests in sight are judged themselves.
            if self.requests_of_file(file).iter().any(|r| r.road == Road::Http) {
                continue;
            }
            let keyed = model.facts.ids().filter(|&n| self.is_key_record(at(n)));
            out.extend(keyed.map(|n| BareHeaders { at: at(n), address }));
        }
        if out.is_empty() || spoken() { Vec::new() } else { out }
    }

    /// The address of the API in a file that names no other.
    fn only_address(&self, file: crate::source::FileId) -> Option<NodeId> {
        let facts = self.facts(file);
        let mut found = None;
        for node in facts.ids() {
            let Kind::Str(parts) = facts.kind(node) else { continue };
            for part in parts {
                let StrPart::Text(text) = part else { continue };
                match text.split_once("://") {
                    Some((_, rest)) if rest.starts_with(&*api().http.host) => found = found.or(Some(node)),
                    Some(_) => return None,
                    None => {}
                }
            }
        }
        found
    }

    /// Whether a node is a record of headers with a key, in the hands of no call.
    fn is_key_record(&self, at: NodeRef) -> bool {
        let facts = self.facts(at.file);
        let Kind::Record(record) = facts.kind(at.node) else { return false };
        let keyed = record
            .entries
            .iter()
            .any(|e| matches!(&e.key, Some(Key::Known(k)) if k.eq_ignore_ascii_case("x-api-key")));
        let whole = record.entries.iter().all(|e| matches!(&e.key, Some(Key::Known(_))));
        let around = facts.ancestors(at.node).skip(1);
        let mut around =
            around.take_while(|&n| !matches!(facts.kind(n), Kind::Block { .. } | Kind::Function(_)));
        keyed && whole && !around.any(|n| matches!(facts.kind(n), Kind::Call(_)))
    }
}
