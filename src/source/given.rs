//! A text from standard input.

use std::path::{Path, PathBuf};

/// A text that is given rather than read from disk.
#[derive(Debug, Clone)]
pub struct GivenText {
    /// The path it stands for.
    pub path: PathBuf,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

impl GivenText {
    /// Where the file would be that it stands for.
    pub(crate) fn absolute(&self, directory: &Path) -> PathBuf {
        let absolute = directory.join(&self.path);
        absolute.canonicalize().unwrap_or(absolute)
    }
}
