//! Code that stands beside the address of another vendor.

use crate::facts::Kind;
use crate::model::Project;
use crate::model::names::index::constant;
use crate::model::values::value::NodeRef;

impl Project {
    /// Whether the type around a place, or the file where there is none, names the host of another vendor and
    /// says nothing of Claude.
    pub(super) fn stands_beside_other_host(&self, at: NodeRef) -> bool {
        let file = self.file(at.file);
        let around = self.class_of(at);
        let text = around.map_or(&*file.source.text, |class| file.text_of(class.node)).to_lowercase();
        if !text.contains("://") || ["claude", "anthropic"].iter().any(|own| text.contains(own)) {
            return false;
        }
        let inside = match around {
            Some(class) => file.facts.descendants(class.node),
            None => file.facts.ids().collect(),
        };
        inside.into_iter().any(|n| {
            matches!(file.facts.kind(n), Kind::Str(_))
                && constant(&file.facts, n).is_some_and(|address| self.is_host_of_others(at, &address))
        })
    }

    fn is_host_of_others(&self, at: NodeRef, address: &str) -> bool {
        let Some((_, rest)) = address.split_once("://") else { return false };
        let host = rest.split(['/', ':', '?']).next().unwrap_or_default().to_lowercase();
        host.split(['.', '-']).any(|word| self.file(at.file).sdk.has_word("other-families", word))
    }
}
