//! From the text of a configuration file to what it says.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use toml::Spanned;

use super::document::{Document, OverrideTable, RuleTable};
use super::load::{Config, MAX_DEPTH, Override, read, text_of};
use super::problem::{BadConfig, Names};
use super::recover::understood;
use crate::custom::{self, RuleSet};
use crate::source::Globs;

/// A text with settings, and where it stands.
pub(super) struct Written<'a> {
    pub(super) path: &'a Path,
    pub(super) text: &'a str,
    /// What paths in it are relative to.
    pub(super) folder: &'a Path,
    pub(super) bounds: &'a [PathBuf],
}

impl Written<'_> {
    /// Its settings, and those of what it extends where it says nothing; they may name rules of `known`.
    pub(super) fn read(&self, known: &RuleSet, depth: usize) -> Result<Config, Box<BadConfig>> {
        let (document, mut mistakes) = self.document();
        let Some(document) = document else { return BadConfig::all(mistakes).map(|()| Config::default()) };
        let base = document.extend.as_ref().map(|extend| self.extended(extend, depth)).transpose();
        // What an extended file brings along is not known without it.
        let config = base.and_then(|base| {
            let known = base.as_ref().map_or(known, |base| &base.custom);
            let (config, names) = self.config(&document, known)?;
            mistakes.extend(names);
            Ok((config, base))
        });
        match config {
            Ok((config, base)) => {
                BadConfig::all(mistakes)?;
                Ok(config.over(base.unwrap_or_default()))
            }
            Err(mistake) => {
                mistakes.push(*mistake);
                BadConfig::all(mistakes).map(|()| Config::default())
            }
        }
    }

    fn document(&self) -> (Option<Document>, Vec<BadConfig>) {
        const FAILURE: &str = "the configuration cannot be read";
        let (path, text) = (self.path, self.text);
        if path.file_name().is_some_and(|name| name == "pyproject.toml") {
            let (outer, mistakes) = understood::<Outer>(path, text, FAILURE);
            let ours = |outer: Outer| outer.tool.and_then(|tool| tool.claude_lint).unwrap_or_default();
            return (outer.map(ours), mistakes);
        }
        understood(path, text, FAILURE)
    }

    /// The file that it extends.
    fn extended(&self, extend: &Spanned<String>, depth: usize) -> Result<Config, Box<BadConfig>> {
        let bad = |label: String| {
            let message = "the file to extend cannot be used";
            BadConfig::at(self.path, self.text, extend.span(), message, label, None)
        };
        let named = self.folder.join(extend.get_ref());
        let base = named.canonicalize().map_err(|_| bad("there is no such file".into()))?;
        // A configuration may come with code that nobody here trusts.
        if !self.bounds.iter().any(|bound| base.starts_with(bound)) {
            return Err(bad("it lies outside of the repository".into()));
        }
        if depth >= MAX_DEPTH {
            return Err(bad("too many files extend one another; perhaps in a circle".into()));
        }
        let below = text_of(&base).map_err(|reason| bad(format!("it {reason}")))?;
        read(&base, &below, self.bounds, depth + 1)
    }

    /// Its settings, with names of built-in rules, its own, and those of `known`; and what it names that
    /// there is not.
    fn config(
        &self,
        document: &Document,
        known: &RuleSet,
    ) -> Result<(Config, Vec<BadConfig>), Box<BadConfig>> {
        let named = document.custom_rules.as_deref().unwrap_or_default();
        let custom = custom::load(named, self.folder, self.bounds, &|at, label| {
            BadConfig::at(self.path, self.text, at, "these rules cannot be used", label, None)
        })?;
        let all = custom::joined(&custom, known)?;
        let mistakes = Names { path: self.path, text: self.text, custom: &all }.check(document);
        Ok((Config { custom, ..config(document, self.folder) }, mistakes))
    }
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
        custom: RuleSet::default(),
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
