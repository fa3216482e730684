//! Reading a text of settings in spite of mistakes: what is wrong is left out, so that all of it can
//! be told at once.

use std::ops::Range;
use std::path::Path;

use serde::de::DeserializeOwned;
use toml::Spanned;
use toml::de::{DeArray, DeTable, DeValue, Deserializer, Error};

use super::problem::{BadConfig, listed};
use crate::error::nearest;

/// Mistakes that are told of one text.
const MAX_MISTAKES: usize = 32;

/// What a text says without its mistakes, and the mistakes in it; nothing where it is no TOML, or what it
/// must say is missing.
pub(crate) fn understood<T: DeserializeOwned>(
    path: &Path,
    text: &str,
    failure: &str,
) -> (Option<T>, Vec<BadConfig>) {
    let mut mistakes = Vec::new();
    let bad = |error: &Error| {
        let (label, help) = said(error.message());
        *BadConfig::at(path, text, error.span().unwrap_or(0..0), failure, label, help)
    };
    let (mut table, errors) = DeTable::parse_recoverable(text);
    if !errors.is_empty() {
        // Where brackets and quotes are not closed, all the rest is wrong as well.
        let first = errors.iter().min_by_key(|error| error.span().map(|span| span.start));
        mistakes.extend(first.map(bad));
        return (None, mistakes);
    }
    while mistakes.len() < MAX_MISTAKES {
        let error = match T::deserialize(Deserializer::from(table.clone())) {
            Ok(read) => return (Some(read), mistakes),
            Err(error) => error,
        };
        let place = error.span().unwrap_or(0..0);
        // What is no word where one of several is wanted: as a word it is told with those.
        let as_word = error.message().contains("string or table")
            && in_table(table.get_mut(), &place, &mut |value| {
                let written = text.get(place.clone()).unwrap_or_default().to_string();
                *value = DeValue::String(written.into());
                false
            });
        if !as_word {
            mistakes.push(bad(&error));
            if !in_table(table.get_mut(), &place, &mut |_| true) {
                break;
            }
        }
    }
    (None, mistakes)
}

/// Finds what stands at a place, a key or a value; it is dropped where `change` says so. Whether there is
/// such a thing.
fn in_table(table: &mut DeTable<'_>, place: &Range<usize>, change: Change<'_>) -> bool {
    let mut found = None;
    for (key, value) in table.iter_mut() {
        // A list of tables begins where the first of them does.
        if in_value(value.get_mut(), place, change) {
            return true;
        }
        if key.span() == *place || value.span() == *place {
            if change(value.get_mut()) {
                found = Some(key.clone());
                break;
            }
            return true;
        }
    }
    found.is_some_and(|key| table.remove(&key).is_some())
}

/// See [`in_table`].
type Change<'c> = &'c mut dyn for<'i> FnMut(&mut DeValue<'i>) -> bool;

fn in_value(value: &mut DeValue<'_>, place: &Range<usize>, change: Change<'_>) -> bool {
    match value {
        DeValue::Table(table) => in_table(table, place, change),
        DeValue::Array(items) => {
            for item in items.iter_mut() {
                if in_value(item.get_mut(), place, change) {
                    return true;
                }
                if item.span() == *place {
                    if change(item.get_mut()) {
                        *items = without(items, place);
                    }
                    return true;
                }
            }
            false
        }
        _ => false,
    }
}

fn without<'i>(items: &DeArray<'i>, place: &Range<usize>) -> DeArray<'i> {
    let others = items.iter().filter(|item| item.span() != *place);
    others.cloned().collect::<Vec<Spanned<DeValue<'i>>>>().into_iter().collect()
}

/// What is wrong, and what to do, in our words.
fn said(message: &str) -> (String, Option<String>) {
    match unknown(message) {
        Some((kind, name, known)) => (
            format!("there is no {kind} `{name}`"),
            Some(match nearest(&name, known.iter().map(String::as_str)) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("it may be {}", listed(&known)),
            }),
        ),
        None => (message.lines().next().unwrap_or_default().replace("a sequence", "a list"), None),
    }
}

/// A key or value that is not known: what it is, its name and the known ones, from the words
/// of the deserializer.
fn unknown(message: &str) -> Option<(&'static str, String, Vec<String>)> {
    let kind = match message {
        m if m.starts_with("unknown field") => "setting",
        m if m.starts_with("unknown variant") => "value",
        _ => return None,
    };
    let mut quoted = message.split('`').skip(1).step_by(2).map(str::to_string);
    let name = quoted.next()?;
    Some((kind, name, quoted.collect()))
}
