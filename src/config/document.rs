//! A configuration file as it is written.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use toml::Spanned;

use crate::finding::Severity;

/// Settings of claude-lint: `claude-lint.toml`, `.claude-lint.toml`, or `[tool.claude-lint]` in
/// `pyproject.toml`.
#[derive(Clone, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Document {
    /// A file whose settings hold wherever this one says nothing. Relative to this file, and
    /// within the same repository.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub extend: Option<Spanned<String>>,
    /// Run only these rules and categories.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Vec<String>>")]
    pub select: Option<Vec<Spanned<String>>>,
    /// Leave out these rules and categories.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Vec<String>>")]
    pub ignore: Option<Vec<Spanned<String>>>,
    /// Also run pedantic rules and show what is only likely.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pedantic: Option<bool>,
    /// Show only findings of this severity and above.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_severity: Option<Severity>,
    /// Exit with 1 at findings of this severity and above.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fail_on: Option<FailOn>,
    /// Files and folders to leave out, written as in .gitignore, relative to this file.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Vec<String>>")]
    pub exclude: Option<Vec<Spanned<String>>>,
    /// Whether .gitignore, .ignore and git's exclude files leave files out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub respect_ignore_files: Option<bool>,
    /// Folders of rules of the project's own, relative to this file and within the same repository.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Vec<String>>")]
    pub custom_rules: Option<Vec<Spanned<String>>>,
    /// What is known of the project's own code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub project: Option<ProjectTable>,
    /// Severity and options of single rules, by name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(with = "BTreeMap<String, RuleTable>")]
    pub rules: BTreeMap<Spanned<String>, RuleTable>,
    /// Other settings for some files; later ones win.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub overrides: Option<Vec<OverrideTable>>,
}

/// What is known of the project's own code.
#[derive(Clone, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct ProjectTable {
    /// Names of functions and decorators that repeat what they are given when it fails, jitter
    /// and limits included: `with_backoff`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry_helpers: Option<Vec<String>>,
    /// Names of functions that keep a conversation within the context window: `forget_old_turns`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub history_limiters: Option<Vec<String>>,
    /// Names out of packages of yours, as they are imported, and the client, function or module of
    /// an SDK that each behaves like: `"acme_llm.Claude" = "anthropic.Anthropic"`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<BTreeMap<String, String>>")]
    pub wrappers: Option<BTreeMap<Spanned<String>, Spanned<String>>>,
}

impl ProjectTable {
    /// Whether it says nothing.
    pub fn is_empty(&self) -> bool {
        self.retry_helpers.is_none() && self.history_limiters.is_none() && self.wrappers.is_none()
    }

    /// The names that are like others, and what they are like.
    pub(super) fn wrappers(&self) -> impl Iterator<Item = (&str, &str)> {
        let all = self.wrappers.iter().flatten();
        all.map(|(name, like)| (name.get_ref().as_str(), like.get_ref().as_str()))
    }

    /// This one, with what another says where this one says nothing.
    #[must_use]
    pub fn over(self, base: ProjectTable) -> ProjectTable {
        ProjectTable {
            retry_helpers: self.retry_helpers.or(base.retry_helpers),
            history_limiters: self.history_limiters.or(base.history_limiters),
            wrappers: self.wrappers.or(base.wrappers),
        }
    }
}

/// Severity and options of a rule.
#[derive(Clone, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct RuleTable {
    /// Severity of all findings of the rule, or `off`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub severity: Option<Level>,
    /// Model ids that are all right here. For `retired-model`, `deprecated-model` and
    /// `unknown-model`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Vec<String>>")]
    pub allow: Option<Spanned<Vec<String>>>,
}

/// Other settings for some files.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct OverrideTable {
    /// The files and folders, written as in .gitignore, relative to the configuration file.
    #[schemars(with = "Vec<String>")]
    pub paths: Vec<Spanned<String>>,
    /// Run only these rules and categories there.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Vec<String>>")]
    pub select: Option<Vec<Spanned<String>>>,
    /// Leave out these rules and categories there as well.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Vec<String>>")]
    pub ignore: Option<Vec<Spanned<String>>>,
    /// Severity and options of single rules there, by name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(with = "BTreeMap<String, RuleTable>")]
    pub rules: BTreeMap<Spanned<String>, RuleTable>,
}

/// When a run fails.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum FailOn {
    /// At errors.
    Error,
    /// At warnings and errors.
    Warning,
    /// At any finding.
    Info,
    /// At no finding.
    Never,
}

impl FailOn {
    /// The least severity that fails a run.
    pub fn threshold(self) -> Option<Severity> {
        match self {
            FailOn::Error => Some(Severity::Error),
            FailOn::Warning => Some(Severity::Warning),
            FailOn::Info => Some(Severity::Info),
            FailOn::Never => None,
        }
    }
}

/// Severity of a rule, or none of its findings at all.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Reports nothing.
    Off,
    /// Costs money, latency or diagnosability.
    Info,
    /// Fails under ordinary production conditions.
    Warning,
    /// Fails when the line runs, or loses data.
    Error,
}

impl Level {
    /// The severity, unless it is off.
    pub fn severity(self) -> Option<Severity> {
        match self {
            Level::Off => None,
            Level::Info => Some(Severity::Info),
            Level::Warning => Some(Severity::Warning),
            Level::Error => Some(Severity::Error),
        }
    }
}
