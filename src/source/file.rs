//! One source file.

use std::path::PathBuf;
use std::sync::Arc;

use crate::lang::Dialect;

/// Index of a file among the files of a run, in path order.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct FileId(pub u32);

/// A file that was read.
#[derive(Debug, Clone)]
pub struct SourceFile {
    /// Path as shown: relative to the working directory where possible, forward slashes.
    pub path: String,
    /// Where it is on disk, absolute; the stdin name for stdin.
    pub absolute: PathBuf,
    /// What is analysed: the text; for notebooks the code cells joined.
    pub text: Arc<str>,
    /// Which grammar reads it.
    pub dialect: Dialect,
}
