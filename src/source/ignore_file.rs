//! Ignore files that cannot be read: a pipe waits for a writer for ever, a device has no end.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

/// What is read as an ignore file in every folder.
const NAMES: [&str; 3] = [".gitignore", ".ignore", ".git/info/exclude"];

/// The ignore file of a folder that is neither a file nor a folder, if there is one.
pub(super) fn unreadable(folder: &Path) -> Option<PathBuf> {
    let is_special = |path: &PathBuf| path.metadata().is_ok_and(|m| !m.is_file() && !m.is_dir());
    NAMES.iter().map(|name| folder.join(name)).find(is_special)
}

/// Those that a walk met.
#[derive(Debug, Default)]
pub(super) struct Met(Mutex<Vec<PathBuf>>);

impl Met {
    /// Whether a folder can be entered; else its ignore file is noted.
    pub(super) fn allows(&self, folder: &Path) -> bool {
        let Some(path) = unreadable(folder) else { return true };
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(path);
        false
    }

    /// All of them, in no order.
    pub(super) fn take(&self) -> Vec<PathBuf> {
        std::mem::take(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
