//! Names that a project gives to models: keys of its tables behind which ids stand.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::facts::{Key, Kind, Name, NodeId};
use crate::model::names::index::constant;
use crate::model::{FileModel, Project, Request};
use crate::sdk::model_id::ModelId;
use crate::sdk::models::Platform;

impl Project {
    /// Whether a text is no id of a model, but a key of a table of the project that has one for it:
    /// `"claude-opus": Model(id="claude-opus-…")`.
    pub(in crate::model) fn is_model_alias(&self, text: &Name) -> bool {
        self.model_aliases.get_or_init(|| self.find_model_aliases()).contains(text)
    }

    /// The platform whose ids a table of the project puts in the place of an id, where all requests go to such
    /// platforms: what is set by that id is what is asked for there.
    pub(in crate::model) fn platform_of_renamed(&self, text: &Name) -> Option<Platform> {
        let renames = self.model_renames.get_or_init(|| {
            let sent = self.requests().iter().filter(|r| !self.is_test(r.at));
            let mut platforms = sent.map(|request: &Request| self.model_platform(request).0);
            let first = platforms.next().flatten().filter(|p| *p != Platform::Anthropic);
            match first.filter(|p| platforms.all(|other| other == Some(*p))) {
                None => FxHashMap::default(),
                Some(only) => {
                    let entries = self.entries_of_tables(rename).into_iter();
                    entries.filter(|(_, platform)| *platform == only).collect()
                }
            }
        });
        renames.get(text).copied()
    }

    fn find_model_aliases(&self) -> FxHashSet<Name> {
        self.entries_of_tables(alias).into_iter().collect()
    }

    /// What is made of the keys and values of the tables of the project.
    fn entries_of_tables<T>(&self, of: impl Fn(&FileModel, Name, NodeId) -> Option<T>) -> Vec<T> {
        let mut out = Vec::new();
        for model in self.files.iter().filter(|m| m.source.text.contains("claude")) {
            for node in model.facts.ids() {
                match model.facts.kind(node) {
                    Kind::Record(record) => out.extend(record.entries.iter().filter_map(|e| match &e.key {
                        Some(Key::Known(key)) => of(model, key.clone(), e.value),
                        _ => None,
                    })),
                    // `new Map([["claude-opus", "claude-opus-…"]])`
                    Kind::List(items) => {
                        if let [key, value] = items[..]
                            && let Some(key) = constant(&model.facts, key)
                        {
                            out.extend(of(model, key, value));
                        }
                    }
                    Kind::Match(m) => {
                        for arm in &m.arms {
                            let keys = arm.patterns.iter().filter_map(|&p| constant(&model.facts, p));
                            out.extend(keys.filter_map(|key| of(model, key, arm.body)));
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

/// An id of the first-party API and the platform whose id of the same model stands behind it.
fn rename(model: &FileModel, key: Name, value: NodeId) -> Option<(Name, Platform)> {
    let id = ModelId::parse(&key).filter(|id| id.form == Platform::Anthropic)?;
    let known = id.model()?;
    let text = constant(&model.facts, value)?;
    let behind = ModelId::parse(&text).filter(|id| id.form != Platform::Anthropic)?;
    let same = behind.model().is_some_and(|other| std::ptr::eq(other, known));
    same.then(|| (key.clone(), behind.form))
}
