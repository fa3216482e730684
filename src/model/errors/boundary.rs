//! What is said about lost connections, and who else takes errors.

use crate::facts::{Kind, NodeId};
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

    /// Whether all that a piece of code raises are answers of a server to who asked it: `raise HTTPException(502)`.
    pub fn raises_answers(&self, at: NodeRef) -> bool {
        let file = self.file(at.file);
        let mut thrown =
            file.facts.descendants(at.node).into_iter().filter_map(|n| match file.facts.kind(n) {
                Kind::Throw(value) => Some(*value),
                _ => None,
            });
        let answers = |value: Option<NodeId>| match value.map(|v| file.facts.kind(v)) {
            Some(Kind::Call(c)) => file.named_in(c.callee, "error-answers"),
            _ => false,
        };
        thrown.next().is_some_and(answers) && thrown.all(answers)
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
            for (id, model) in self.file_ids() {
                let known = &mut found[model.language as usize];
                *known = *known
                    || model.facts.ids().any(|n| match model.facts.kind(n) {
                        Kind::Call(c) => {
                            model.named_in(c.callee, "error-boundaries")
                                || model.named_in(c.callee, "hands-request-on")
                                    && self.is_caught_for_good(NodeRef { file: id, node: n })
                        }
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

    /// Whether a call stands where something catches all that it raises and raises nothing itself.
    fn is_caught_for_good(&self, call: NodeRef) -> bool {
        let file = self.file(call.file);
        let catches_all = |t: &NodeId| file.named_in(*t, "catch-all-errors");
        let mut child = call.node;
        let around = file.facts.ancestors(call.node).skip(1);
        around.take_while(|&n| !matches!(file.facts.kind(n), Kind::Function(_))).any(|around| {
            let kept = matches!(file.facts.kind(around), Kind::Try(t) if t.body == child
            && t.handlers.iter().any(|h| {
                (h.types.is_empty() || h.types.iter().any(catches_all))
                    && !self.raises_in(call.sibling(h.body))
            }));
            child = around;
            kept
        })
    }
}
