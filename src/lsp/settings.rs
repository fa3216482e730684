//! What a folder is linted with: its configuration files and what the editor says.

use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::Value;

use super::board::Board;
use crate::config::{self, Given, Rulebook, WrapperNeedles};
use crate::custom::RuleSet;
use crate::error::Error;
use crate::linter::Config;
use crate::sdk::date::Date;
use crate::source::{Globs, WalkOptions, bounds};

/// `initializationOptions`, or the settings of the editor below `claude-lint`. What is not known
/// here is left to later versions.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Options {
    /// Names of rules and categories; empty for all.
    pub select: Vec<String>,
    /// Names of rules and categories.
    pub ignore: Vec<String>,
    /// Pedantic rules as well.
    pub pedantic: bool,
    /// Globs of what is left out.
    pub exclude: Vec<String>,
}

/// What settings say; where they are not understood, that is told.
pub(super) fn told_options(value: &Value, board: &Board) -> Option<Options> {
    let told = |error: serde_json::Error| {
        board.say(2, &format!("claude-lint: the settings do not count: {error}"));
    };
    if value.is_null() { None } else { Options::deserialize(value).map_err(told).ok() }
}

/// How a folder is linted, or some files in it alone.
pub(super) fn config(folder: &Path, alone: Option<&Path>, options: &Options) -> Result<Config, Error> {
    let mut walk = WalkOptions {
        paths: vec![alone.unwrap_or(folder).to_path_buf()],
        directory: folder.to_path_buf(),
        exclude: options.exclude.clone(),
        ignore_files: true,
        threads: std::thread::available_parallelism().map_or(1, std::num::NonZero::get).min(8),
        excluded: Globs::default(),
        rule_folders: Vec::new(),
        wrappers: WrapperNeedles::default(),
        force_exclude: true,
    };
    let bounds: Vec<PathBuf> = bounds(&walk);
    let base = config::Config::nearest(folder, &bounds)?.unwrap_or_default();
    base.govern(&mut walk, Some(&bounds));
    let given = Given {
        select: options.select.clone(),
        ignore: options.ignore.clone(),
        pedantic: options.pedantic,
        min_severity: None,
        custom: RuleSet::default(),
    };
    let rulebook = Rulebook::new(given, config::Config::default(), base, Some(bounds))?;
    Ok(Config { walk, given: None, rulebook, as_of: Date::today() })
}
