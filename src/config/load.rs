//! Finding and reading configuration files.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use toml::Spanned;

use super::document::{Document, FailOn, OverrideTable, ProjectTable, RuleTable};
use super::problem::{BadConfig, Names, understood};
use crate::finding::Severity;
use crate::source::{Globs, WalkOptions, plain_text};

/// Names of configuration files; the first one in a folder counts.
pub const NAMES: [&str; 3] = [".claude-lint.toml", "claude-lint.toml", "pyproject.toml"];

/// Bytes of a configuration file, far above what anybody writes.
const MAX_BYTES: u64 = 1 << 20;
/// Files that may extend one another.
const MAX_DEPTH: usize = 16;

/// A configuration with what it extends, all names in it known.
#[derive(Clone, Debug, Default)]
pub struct Config {
    /// The files it comes from, its own first.
    pub files: Vec<PathBuf>,
    /// See [`Document::select`].
    pub select: Option<Vec<String>>,
    /// See [`Document::ignore`].
    pub ignore: Option<Vec<String>>,
    /// See [`Document::pedantic`].
    pub pedantic: Option<bool>,
    /// See [`Document::min_severity`].
    pub min_severity: Option<Severity>,
    /// See [`Document::fail_on`].
    pub fail_on: Option<FailOn>,
    /// See [`Document::exclude`]; relative to the file that says it.
    pub exclude: Option<Globs>,
    /// See [`Document::respect_ignore_files`].
    pub respect_ignore_files: Option<bool>,
    /// See [`Document::project`].
    pub project: ProjectTable,
    /// See [`Document::rules`]; by the name of the rule.
    pub rules: BTreeMap<String, RuleTable>,
    /// See [`Document::overrides`].
    pub overrides: Option<Vec<Override>>,
}

/// Other settings for some files.
#[derive(Clone, Debug)]
pub struct Override {
    /// Which files.
    pub paths: Globs,
    /// See [`OverrideTable::select`].
    pub select: Option<Vec<String>>,
    /// See [`OverrideTable::ignore`].
    pub ignore: Vec<String>,
    /// See [`OverrideTable::rules`].
    pub rules: BTreeMap<String, RuleTable>,
}

impl Config {
    /// The configuration of a folder: the nearest file in it or above it, up to one of the
    /// bounds. Nothing is read above.
    pub fn nearest(folder: &Path, bounds: &[PathBuf]) -> Result<Option<Config>, Box<BadConfig>> {
        for folder in below_bounds(folder, bounds) {
            if let Some(config) = Config::of_folder(folder, bounds)? {
                return Ok(Some(config));
            }
        }
        Ok(None)
    }

    /// The configuration that stands in a folder itself.
    pub(super) fn of_folder(folder: &Path, bounds: &[PathBuf]) -> Result<Option<Config>, Box<BadConfig>> {
        in_folder(folder).map(|(path, text)| read(&path, &text, bounds, 0)).transpose()
    }

    /// Reads a named file, whatever its name.
    pub fn read(path: &Path, bounds: &[PathBuf]) -> Result<Config, Box<BadConfig>> {
        let whole = |reason: &str| BadConfig::whole(path, reason);
        let text = match plain_text(path, MAX_BYTES) {
            Some(text) => text,
            None if !path.exists() => return Err(whole("does not exist")),
            None => return Err(whole("is not a plain text file of bearable size")),
        };
        read(path, &text, bounds, 0)
    }

    /// Reads settings given on the command line: `key = value`.
    pub fn inline(text: &str, directory: &Path) -> Result<Config, Box<BadConfig>> {
        parsed(Path::new("--config"), text, text, directory).map(|(config, _)| config)
    }

    /// What it says about a walk.
    pub fn govern(&self, walk: &mut WalkOptions) {
        walk.ignore_files &= self.respect_ignore_files.unwrap_or(true);
        walk.excluded = self.exclude.clone().unwrap_or_default();
    }

    /// As a file would say it.
    pub fn to_toml(&self) -> String {
        let spanned = |texts: &[String]| texts.iter().map(|text| Spanned::new(0..0, text.clone())).collect();
        let tables = |rules: &BTreeMap<String, RuleTable>| {
            rules.iter().map(|(name, table)| (Spanned::new(0..0, name.clone()), table.clone())).collect()
        };
        let overrides = self.overrides.as_ref().map(|list| {
            list.iter()
                .map(|over| OverrideTable {
                    paths: spanned(&over.paths.globs),
                    select: over.select.as_deref().map(spanned),
                    ignore: Some(over.ignore.as_slice()).filter(|list| !list.is_empty()).map(spanned),
                    rules: tables(&over.rules),
                })
                .collect()
        });
        let document = Document {
            extend: None,
            select: self.select.as_deref().map(spanned),
            ignore: self.ignore.as_deref().map(spanned),
            pedantic: self.pedantic,
            min_severity: self.min_severity,
            fail_on: self.fail_on,
            exclude: self.exclude.as_ref().map(|exclude| spanned(&exclude.globs)),
            respect_ignore_files: self.respect_ignore_files,
            project: self.project.retry_helpers.is_some().then(|| self.project.clone()),
            rules: tables(&self.rules),
            overrides,
        };
        toml::to_string(&document).unwrap_or_default()
    }

    /// This one, with what another says where this one says nothing.
    #[must_use]
    pub fn over(self, base: Config) -> Config {
        let mut files = self.files;
        files.extend(base.files);
        let retry_helpers = self.project.retry_helpers.or(base.project.retry_helpers);
        Config {
            files,
            select: self.select.or(base.select),
            ignore: self.ignore.or(base.ignore),
            pedantic: self.pedantic.or(base.pedantic),
            min_severity: self.min_severity.or(base.min_severity),
            fail_on: self.fail_on.or(base.fail_on),
            exclude: self.exclude.or(base.exclude),
            respect_ignore_files: self.respect_ignore_files.or(base.respect_ignore_files),
            project: ProjectTable { retry_helpers },
            rules: tables_over(&self.rules, base.rules),
            overrides: self.overrides.or(base.overrides),
        }
    }
}

/// The tables of rules, option by option.
pub(super) fn tables_over(
    own: &BTreeMap<String, RuleTable>,
    mut base: BTreeMap<String, RuleTable>,
) -> BTreeMap<String, RuleTable> {
    for (name, table) in own {
        let below = base.entry(name.clone()).or_default();
        below.severity = table.severity.or(below.severity);
        if table.allow.is_some() {
            below.allow.clone_from(&table.allow);
        }
    }
    base
}

/// A folder and those above it, up to the first bound; the folder alone where it is below none.
pub(super) fn below_bounds<'a>(folder: &'a Path, bounds: &[PathBuf]) -> Vec<&'a Path> {
    let mut above = Vec::new();
    for ancestor in folder.ancestors() {
        above.push(ancestor);
        if bounds.iter().any(|bound| bound == ancestor) {
            return above;
        }
    }
    above.truncate(1);
    above
}

/// The file that counts in a folder, with its text.
fn in_folder(folder: &Path) -> Option<(PathBuf, String)> {
    NAMES.iter().find_map(|name| {
        let path = folder.join(name);
        let text = plain_text(&path, MAX_BYTES)?;
        // Most of these files have nothing for us, and may be broken for all we care.
        (*name != "pyproject.toml" || text.contains("tool.claude-lint")).then_some((path, text))
    })
}

fn read(path: &Path, text: &str, bounds: &[PathBuf], depth: usize) -> Result<Config, Box<BadConfig>> {
    let folder = path.parent().unwrap_or(Path::new(""));
    let (mut config, extend) = parsed(path, text, text, folder)?;
    config.files.push(path.to_path_buf());
    let Some(extend) = extend else { return Ok(config) };
    let bad = |label: String| {
        BadConfig::at(path, text, extend.span(), "the file to extend cannot be used", label, None)
    };
    let named = folder.join(extend.get_ref());
    let base = named.canonicalize().map_err(|_| bad("there is no such file".into()))?;
    // A configuration may come with code that nobody here trusts.
    if !bounds.iter().any(|bound| base.starts_with(bound)) {
        return Err(bad("it lies outside of the repository".into()));
    }
    if depth >= MAX_DEPTH {
        return Err(bad("too many files extend one another; perhaps in a circle".into()));
    }
    let Some(below) = plain_text(&base, MAX_BYTES) else {
        return Err(bad("it is not a plain text file of bearable size".into()));
    };
    Ok(config.over(read(&base, &below, bounds, depth + 1)?))
}

/// Reads a text. `shown` is what errors show of it.
fn parsed(
    path: &Path,
    text: &str,
    shown: &str,
    folder: &Path,
) -> Result<(Config, Option<Spanned<String>>), Box<BadConfig>> {
    let document: Document = if path.file_name().is_some_and(|name| name == "pyproject.toml") {
        let outer: Outer = understood(path, shown, toml::from_str(text))?;
        outer.tool.and_then(|tool| tool.claude_lint).unwrap_or_default()
    } else {
        understood(path, shown, toml::from_str(text))?
    };
    Names { path, text: shown }.check(&document)?;
    Ok((config(&document, folder), document.extend))
}

/// The part of a `pyproject.toml` that is ours.
#[derive(serde::Deserialize)]
struct Outer {
    tool: Option<Tool>,
}

#[derive(serde::Deserialize)]
struct Tool {
    #[serde(rename = "claude-lint")]
    claude_lint: Option<Document>,
}

fn config(document: &Document, folder: &Path) -> Config {
    let folder = fs::canonicalize(folder).unwrap_or_else(|_| folder.to_path_buf());
    let globs = |globs: &[Spanned<String>]| Globs { folder: folder.clone(), globs: texts(globs) };
    let overrides = document.overrides.as_ref().map(|list| {
        list.iter()
            .map(|table: &OverrideTable| Override {
                paths: globs(&table.paths),
                select: table.select.as_deref().map(texts),
                ignore: table.ignore.as_deref().map(texts).unwrap_or_default(),
                rules: tables(&table.rules),
            })
            .collect()
    });
    Config {
        files: Vec::new(),
        select: document.select.as_deref().map(texts),
        ignore: document.ignore.as_deref().map(texts),
        pedantic: document.pedantic,
        min_severity: document.min_severity,
        fail_on: document.fail_on,
        exclude: document.exclude.as_deref().map(globs),
        respect_ignore_files: document.respect_ignore_files,
        project: document.project.clone().unwrap_or_default(),
        rules: tables(&document.rules),
        overrides,
    }
}

fn texts(list: &[Spanned<String>]) -> Vec<String> {
    list.iter().map(|text| text.get_ref().clone()).collect()
}

fn tables(rules: &BTreeMap<Spanned<String>, RuleTable>) -> BTreeMap<String, RuleTable> {
    rules.iter().map(|(name, table)| (name.get_ref().clone(), table.clone())).collect()
}
