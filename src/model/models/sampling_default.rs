//! Settings of a provider that begin with both `temperature` and `top_p`.

use crate::facts::{Class, Kind, Name, NodeId};
use crate::model::names::words::names_claude;
use crate::model::values::value::NodeRef;
use crate::model::{FileModel, Project};

/// Defaults that are sent together unless somebody takes one out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SamplingDefaults {
    /// The default of `temperature`.
    pub temperature: NodeRef,
    /// The default of `top_p`.
    pub top_p: NodeRef,
}

impl Project {
    /// Classes of settings for Claude, by their name, of which both begin as a number; in file order.
    pub fn sampling_defaults(&self) -> Vec<SamplingDefaults> {
        let mut out = Vec::new();
        for (file, model) in self.file_ids().filter(|(_, m)| !m.source.role.is_test) {
            let facts = &model.facts;
            for node in facts.ids() {
                let Kind::Class(class) = facts.kind(node) else { continue };
                if !names_claude(&class.name) || self.is_test(NodeRef { file, node }) {
                    continue;
                }
                let defaults = defaults(model, class);
                let number = |names: &[&str]| {
                    let (_, value) = defaults.iter().find(|(name, _)| names.contains(&&**name))?;
                    let at = NodeRef { file, node: *value };
                    self.number(at).map(|n| (at, n))
                };
                let both = (number(&["temperature"]), number(&["top_p", "topP"]));
                let (Some((temperature, warm)), Some((top_p, share))) = both else { continue };
                // Defaults of the API itself count as nothing.
                if warm != 1.0 || share < 0.99 {
                    out.push(SamplingDefaults { temperature, top_p });
                }
            }
        }
        out
    }

    /// Whether some condition of the project speaks of both: one of them is taken out there.
    pub fn asks_for_both(&self) -> bool {
        self.file_ids().filter(|(_, m)| !m.source.role.is_test).any(|(_, model)| {
            let facts = &model.facts;
            facts.ids().any(|n| {
                let Kind::If { condition, .. } = facts.kind(n) else { return false };
                let text = model.source.text.get(facts.span(*condition).range()).unwrap_or_default();
                text.contains("temperature") && (text.contains("top_p") || text.contains("topP"))
            })
        })
    }
}

/// The fields of a class and the parameters of its constructor that have a default.
fn defaults(file: &FileModel, class: &Class) -> Vec<(Name, NodeId)> {
    let facts = &file.facts;
    let mut out = Vec::new();
    for &member in &class.body {
        match facts.kind(member) {
            Kind::Assign(a) => {
                if let (Kind::Name(name), Some(value)) = (facts.kind(a.target), a.value) {
                    out.push((name.clone(), value));
                }
            }
            Kind::Function(f) if f.name.as_deref().is_some_and(|n| file.sdk.has_word("constructors", n)) => {
                for param in &f.params {
                    if let (Kind::Name(name), Some(value)) = (facts.kind(param.pattern), param.default) {
                        out.push((name.clone(), value));
                    }
                }
            }
            _ => {}
        }
    }
    out
}
