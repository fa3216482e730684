//! A `rule.toml` as it is written.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;

use crate::finding::Severity;

/// What a custom rule says of itself. `{name}` in its texts stands for what is captured as `@name`.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct RuleDocument {
    /// One sentence: what is wrong.
    pub message: Spanned<String>,
    /// One line for the list of rules; the message where it is missing.
    pub summary: Option<Spanned<String>>,
    /// How to fix it.
    pub help: Option<Spanned<String>>,
    /// How bad it is; `warning` where nothing is said.
    pub severity: Option<Severity>,
    /// Whether it runs with `--pedantic` only.
    #[serde(default)]
    pub pedantic: bool,
    /// Where there is more to read.
    pub url: Option<Spanned<String>>,
    /// What is to be seen at captured places, by capture; those of other captures are not shown.
    #[serde(default)]
    pub labels: BTreeMap<Spanned<String>, Spanned<String>>,
}
