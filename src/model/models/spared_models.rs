//! Lists of the models that a program sends no sampling parameters to.

use crate::facts::{Key, Kind, Name};
use crate::model::Project;
use crate::model::names::index::{constant, last_name, path_name};
use crate::model::names::words::has_word_of;
use crate::model::values::value::NodeRef;
use crate::sdk::Sdk;
use crate::sdk::models::{Model, models};

/// A list of models without sampling parameters.
#[derive(Debug, Clone)]
pub struct SparedModels {
    /// The list.
    pub at: NodeRef,
    /// What it is called.
    pub name: Name,
    /// A model on it.
    pub model: &'static Model,
}

impl Project {
    /// Every list that is named after models which take no sampling parameters, and has one of Claude's that
    /// fits.
    pub fn spared_models(&self, fits: impl Fn(&Model) -> bool) -> Vec<SparedModels> {
        let mut out = Vec::new();
        for (file, model) in self.file_ids().filter(|(_, m)| !m.source.role.is_test) {
            let text = model.source.text.to_ascii_lowercase();
            if !model.sdk.words("sampling-words").iter().any(|word| text.contains(word.as_str())) {
                continue;
            }
            for node in model.facts.ids() {
                let Kind::List(items) = model.facts.kind(node) else { continue };
                let at = NodeRef { file, node };
                let Some(name) = self.name_of_list(at).filter(|name| spares(model.sdk, name)) else {
                    continue;
                };
                let known = items.iter().filter_map(|&item| constant(&model.facts, item));
                let found = known.filter_map(|id| Some(models().find(&id)?.0)).find(|m| fits(m));
                out.extend(found.map(|model| SparedModels { at, name, model }));
            }
        }
        out
    }

    /// What a list is bound to: a variable, a field, an entry; `new Set([…])` and the like aside.
    fn name_of_list(&self, list: NodeRef) -> Option<Name> {
        let facts = self.facts(list.file);
        let mut value = list.node;
        for parent in facts.ancestors(list.node).skip(1).take(4) {
            match facts.kind(parent) {
                Kind::Assign(a) if a.value == Some(value) => {
                    return path_name(facts, a.target).or_else(|| last_name(facts, a.target));
                }
                Kind::Record(r) => {
                    return r.entries.iter().find(|e| e.value == value).and_then(|e| match &e.key {
                        Some(Key::Known(key)) => Some(key.clone()),
                        _ => None,
                    });
                }
                Kind::Call(_) | Kind::Cast { .. } | Kind::Unary { .. } => value = parent,
                _ => return None,
            }
        }
        None
    }
}

/// `noTemperatureModels`, `MODELS_WITHOUT_SAMPLING`
fn spares(sdk: &Sdk, name: &str) -> bool {
    has_word_of(sdk, "sampling-words", name) && has_word_of(sdk, "sparing-words", name)
}
