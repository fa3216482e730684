//! Names that a project gives to models: keys of its tables behind which ids stand.

use rustc_hash::FxHashSet;

use crate::facts::{Key, Kind, Name, NodeId};
use crate::model::names::index::constant;
use crate::model::{FileModel, Project};
use crate::sdk::model_id::ModelId;

impl Project {
    /// Whether a text is no id of a model, but a key of a table of the project that has one for it:
    /// `"claude-opus": Model(id="claude-opus-…")`.
    pub(in crate::model) fn is_model_alias(&self, text: &Name) -> bool {
        self.model_aliases.get_or_init(|| self.find_model_aliases()).contains(text)
    }

    fn find_model_aliases(&self) -> FxHashSet<Name> {
        let mut out = FxHashSet::default();
        for model in self.files.iter().filter(|m| m.source.text.contains("claude")) {
            for node in model.facts.ids() {
                match model.facts.kind(node) {
                    Kind::Record(record) => out.extend(record.entries.iter().filter_map(|e| match &e.key {
                        Some(Key::Known(key)) => alias(model, key.clone(), e.value),
                        _ => None,
                    })),
                    // `new Map([["claude-opus", "claude-opus-…"]])`
                    Kind::List(items) => {
                        if let [key, value] = items[..]
                            && let Some(key) = constant(&model.facts, key)
                        {
                            out.extend(alias(model, key, value));
                        }
                    }
                    Kind::Match(m) => {
                        for arm in &m.arms {
                            let keys = arm.patterns.iter().filter_map(|&p| constant(&model.facts, p));
                            out.extend(keys.filter_map(|key| alias(model, key, arm.body)));
                        }
                    }
                    _ => {}
                }
            }
        }
        out
    }
}

/// The key of an entry that another id stands behind.
fn alias(model: &FileModel, key: Name, value: NodeId) -> Option<Name> {
    if ModelId::parse(&key).is_none_or(|id| id.model().is_some()) {
        return None;
    }
    let facts = &model.facts;
    let is_id = |text: &str| ModelId::parse(text).is_some_and(|id| id.looks_real() && id.id != &*key);
    let names_id = |n: NodeId| constant(facts, n).is_some_and(|text| is_id(&text));
    facts.descendants(value).into_iter().any(names_id).then_some(key)
}
