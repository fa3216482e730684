//! Records that are tables over models, and names of defaults.

use super::record::MAX_BESIDE;
use super::target_name;
use crate::facts::{FileFacts, Key, Kind, Name, NodeId, Record};
use crate::model::names::words::{has_word_of, names_claude, words_of};
use crate::model::{FileModel, enclosing_function};
use crate::sdk::Sdk;
use crate::sdk::model_id::ModelId;

pub(super) fn is_default(name: &str) -> bool {
    words_of(name).iter().any(|w| matches!(&**w, "default" | "defaults"))
}

/// `DEFAULT_MODELS = {"anthropic": "claude-…", …}`: the name of the vendor, which makes it a setting.
pub(super) fn default_of_vendor(
    file: &FileModel,
    record: &Record,
    at: NodeId,
    value: NodeId,
) -> Option<Name> {
    let facts = &file.facts;
    let entry = record.entries.iter().find(|e| e.value == value)?;
    let key = match &entry.key {
        Some(Key::Known(key)) => key.clone(),
        // `Provider.ANTHROPIC`
        Some(Key::Computed(key)) => match facts.kind(*key) {
            Kind::Member { name, .. } => name.clone(),
            _ => return None,
        },
        None => return None,
    };
    let vendor = names_claude(&key);
    let mut around = facts.ancestors(at).skip(1);
    let target = around.find_map(|n| match facts.kind(n) {
        Kind::Cast { .. } => None,
        Kind::Assign(a) => Some(target_name(facts, a.target)),
        _ => Some(None),
    })??;
    // What a table in `default_model` is called need not say it again.
    let inside = enclosing_function(facts, at).and_then(|f| match facts.kind(f) {
        Kind::Function(f) => f.name.clone(),
        _ => None,
    });
    let says = |is: &dyn Fn(&str) -> bool| is(&target) || inside.as_deref().is_some_and(is);
    let told = is_default(&target) || is_of_models(&target);
    let default_model = told && says(&is_default) && says(&is_of_models);
    (vendor && default_model && ModelId::parse(&key).is_none()).then_some(key)
}

fn is_of_models(name: &str) -> bool {
    words_of(name).iter().any(|w| matches!(&**w, "model" | "models" | "llm" | "llms"))
}

pub(super) fn is_table_field(sdk: &Sdk, name: &str) -> bool {
    has_word_of(sdk, "table-words", name)
}

/// One of several in a list.
pub(super) fn in_list(facts: &FileFacts, at: NodeId) -> bool {
    facts.parent(at).is_some_and(|p| matches!(facts.kind(p), Kind::List(items) if items.len() > 1))
}

/// Whether a record is a table over models or an entry of one, or an answer.
pub(super) fn is_table(file: &FileModel, record: &Record, at: NodeId) -> bool {
    let facts = &file.facts;
    let keys = || {
        record.entries.iter().take(MAX_BESIDE).filter_map(|e| match &e.key {
            Some(Key::Known(key)) => Some(key),
            _ => None,
        })
    };
    if keys().any(|k| ModelId::parse(k).is_some() || is_table_field(file.sdk, k)) || in_list(facts, at) {
        return true;
    }
    // A record in a record of records: `{ fast: { model: … }, smart: { model: … } }`
    let Some(parent) = facts.parent(at) else { return false };
    match facts.kind(parent) {
        Kind::Record(outer) => {
            let beside = || outer.entries.iter().take(MAX_BESIDE);
            let inner = beside().filter(|e| matches!(facts.kind(e.value), Kind::Record(_))).count();
            let by_id =
                beside().any(|e| matches!(&e.key, Some(Key::Known(k)) if ModelId::parse(k).is_some()));
            inner > 2 || by_id
        }
        _ => false,
    }
}
