//! What is said about lost connections, and who else takes errors.

use crate::facts::Kind;
use crate::model::Project;
use crate::model::names::index::constant;
use crate::model::values::value::NodeRef;

impl Project {
    /// Whether a piece of code speaks of lost connections: by class, code or absent status.
    pub fn mentions_connections(&self, at: NodeRef) -> bool {
        let file = self.file(at.file);
        file.facts.descendants(at.node).into_iter().any(|n| {
            let word = match file.facts.kind(n) {
                Kind::Name(name) => name.to_lowercase(),
                Kind::Member { name, .. } => name.to_lowercase(),
                Kind::Str(_) => constant(&file.facts, n).unwrap_or_default().to_lowercase(),
                _ => return false,
            };
            file.sdk.words("connection-parts").iter().any(|p| word.contains(p.as_str()))
                || self.named_errors(at.sibling(n)).iter().any(|e| e.is(|c| c.general || c.connection))
        })
    }

    /// Whether a piece of code may raise.
    pub fn raises_in(&self, at: NodeRef) -> bool {
        let facts = self.facts(at.file);
        facts.descendants(at.node).into_iter().any(|n| matches!(facts.kind(n), Kind::Throw(_)))
    }

    /// Whether the project has a handler for whatever a framework's handlers let pass.
    pub fn has_error_boundary(&self, at: NodeRef) -> bool {
        let boundaries = self.boundaries.get_or_init(|| {
            let mut found = [false; 3];
            for (_, model) in self.file_ids() {
                let known = &mut found[model.language as usize];
                *known = *known
                    || model.facts.ids().any(|n| match model.facts.kind(n) {
                        Kind::Call(c) => model.named_in(c.callee, "error-boundaries"),
                        Kind::Function(f) => {
                            f.name.as_ref().is_some_and(|n| model.sdk.has_word("error-boundaries", n))
                        }
                        _ => false,
                    });
            }
            found
        });
        boundaries[self.file(at.file).language as usize]
    }
}
