//! Error classes of SDKs and HTTP libraries, read from `data/errors.toml`.

use std::sync::OnceLock;

use serde::Deserialize;

use super::packages::Version;
use crate::lang::Language;

/// The error classes of one package.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ErrorTree {
    /// Its name in the data, within the language.
    pub id: String,
    /// The language.
    #[serde(deserialize_with = "language")]
    pub language: Language,
    /// The package whose version decides, by its name in the registry.
    #[serde(default)]
    pub package: Option<String>,
    /// What stands before the class name on a path; empty for names that need no import.
    pub modules: Vec<String>,
    /// The class that everything else derives from, in the tree of the language itself.
    #[serde(default)]
    pub root: Option<String>,
    /// Whether only calls to that vendor's API raise these.
    #[serde(default)]
    pub vendor: bool,
    /// Whether every error class the package exports is listed.
    #[serde(default)]
    pub whole: bool,
    /// Clients and function packages whose calls raise them.
    #[serde(default)]
    pub raised_by: Vec<String>,
    /// The classes.
    pub class: Vec<ErrorClass>,
}

/// One error class, from one version on.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ErrorClass {
    /// Its name.
    pub name: String,
    /// What it derives from: a class of this tree, or `tree:Class`.
    #[serde(default)]
    pub base: Option<String>,
    /// The HTTP status it stands for.
    #[serde(default)]
    pub status: Option<u16>,
    /// Whether it stands for every error status.
    #[serde(default)]
    pub any_status: bool,
    /// Whether it stands for lost connections and timeouts.
    #[serde(default)]
    pub connection: bool,
    /// Whether it stands for error statuses and lost connections alike.
    #[serde(default)]
    pub general: bool,
    /// Clients that turn it into an error of their own, so that no call of theirs raises it.
    #[serde(default)]
    pub wrapped_by: Vec<String>,
    /// First version of the package that has it so.
    #[serde(default)]
    pub since: Option<Version>,
    /// First version that has it so no more.
    #[serde(default)]
    pub until: Option<Version>,
}

impl ErrorClass {
    /// Whether each of some clients turns it into an error of its own.
    pub fn is_wrapped_by(&self, clients: &[impl AsRef<str>]) -> bool {
        !clients.is_empty() && clients.iter().all(|c| self.wrapped_by.iter().any(|w| w == c.as_ref()))
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(rename = "source")]
    _source: String,
    #[serde(rename = "checked")]
    _checked: String,
    tree: Vec<ErrorTree>,
}

fn language<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Language, D::Error> {
    let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
    match &*text {
        "python" => Ok(Language::Python),
        "typescript" => Ok(Language::TypeScript),
        "rust" => Ok(Language::Rust),
        _ => Err(serde::de::Error::custom("expected a language")),
    }
}

/// All trees, read at first use.
pub fn trees() -> &'static [ErrorTree] {
    static TREES: OnceLock<Vec<ErrorTree>> = OnceLock::new();
    TREES.get_or_init(|| {
        let file: File = toml::from_str(include_str!("data/errors.toml"))
            .unwrap_or_else(|e| unreachable!("the tests of this file read it: {e}"));
        file.tree
    })
}

/// A tree of a language by its id.
pub fn tree(language: Language, id: &str) -> Option<&'static ErrorTree> {
    trees().iter().find(|t| t.language == language && t.id == id)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::{tree, trees};

    #[test]
    fn every_base_is_a_class() {
        for t in trees() {
            for class in &t.class {
                let Some(base) = &class.base else { continue };
                let (id, name) = base.split_once(':').unwrap_or((&t.id, base));
                let of = tree(t.language, id).unwrap();
                assert!(of.class.iter().any(|c| c.name == name), "{}: {base}", t.id);
                assert_ne!(base, &class.name, "{}", t.id);
            }
        }
    }

    #[test]
    fn versions_of_a_class_follow_one_another() {
        for t in trees() {
            for (i, class) in t.class.iter().enumerate() {
                let later = t.class[i + 1..].iter().filter(|c| c.name == class.name);
                for next in later {
                    assert!(class.until.is_some() && class.until == next.since, "{}: {}", t.id, class.name);
                }
            }
        }
    }
}
