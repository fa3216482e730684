//! What a walk is asked for, and what it finds.

use std::path::PathBuf;

use crate::config::WrapperNeedles;
use crate::lang::Dialect;
use crate::source::Globs;
use crate::source::problem::{Note, Problem};

/// What to walk and what to leave out.
#[derive(Debug, Clone)]
pub struct WalkOptions {
    /// Files and folders as named by the user.
    pub paths: Vec<PathBuf>,
    /// The folder that relative paths and globs start from.
    pub directory: PathBuf,
    /// Globs of what to leave out.
    pub exclude: Vec<String>,
    /// What the configuration leaves out, below its own folder.
    pub excluded: Globs,
    /// Folders of custom rules, whose examples are no code of the project.
    pub rule_folders: Vec<PathBuf>,
    /// What else than the words of Claude makes a file one to lint.
    pub wrappers: WrapperNeedles,
    /// Whether both of these also hold for files and folders that were named.
    pub force_exclude: bool,
    /// Whether `.gitignore`, `.ignore` and git's own exclude files count.
    pub ignore_files: bool,
    /// Number of threads.
    pub threads: usize,
}

/// A file worth reading.
#[derive(Debug, Clone)]
pub struct Found {
    /// Where it is on disk, links resolved.
    pub absolute: PathBuf,
    /// Path to show.
    pub shown: String,
    /// Path that tells what its code is for: below the working directory, or below the folder
    /// asked for where that lies elsewhere.
    pub place: String,
    /// Which grammar reads it.
    pub dialect: Dialect,
    /// Named by the user rather than found in a folder.
    pub named: bool,
}

/// What a walk has to say besides the files.
#[derive(Debug, Default)]
pub struct WalkLog {
    /// Left out, and why.
    pub notes: Vec<Note>,
    /// What could not be read.
    pub problems: Vec<Problem>,
    /// Configuration files that say what names mean.
    pub configs: Vec<FoundConfig>,
    /// Folders in which a configuration of the linter may stand.
    pub configured: Vec<PathBuf>,
}

/// A configuration file worth reading.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct FoundConfig {
    /// Where it is on disk.
    pub absolute: PathBuf,
    /// Path to show.
    pub shown: String,
}

/// A glob of `--exclude` that cannot be understood.
#[derive(Debug, thiserror::Error)]
#[error("`{glob}` is not a glob: {reason}")]
pub struct BadGlob {
    /// As given.
    pub glob: String,
    /// What is wrong with it.
    pub reason: String,
}
