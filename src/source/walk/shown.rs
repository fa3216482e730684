//! Paths as the user sees them.

use std::path::{Path, PathBuf};

use super::Root;

/// A named file as the user sees it: a link by its own name, below the working directory
/// where it is there.
pub(super) fn shown_file(directory: &Path, path: &Path) -> String {
    let place = || {
        let folder = directory.join(path).parent()?.canonicalize().ok()?;
        Some(folder.strip_prefix(directory).ok()?.join(path.file_name()?))
    };
    display(&place().unwrap_or_else(|| clean(path)))
}

/// A path below a root as the user sees it.
pub(super) fn shown(root: &Root, path: &Path) -> String {
    match path.strip_prefix(&root.absolute) {
        Ok(below) => display(&root.shown.join(below)),
        Err(_) => display(path),
    }
}

/// Without `.` components.
pub(super) fn clean(path: &Path) -> PathBuf {
    path.components().filter(|c| !matches!(c, std::path::Component::CurDir)).collect()
}

/// With forward slashes; the folder one stands in is `.`.
pub(super) fn display(path: &Path) -> String {
    let text = path.to_string_lossy();
    let text = if std::path::MAIN_SEPARATOR == '/' {
        text.into_owned()
    } else {
        text.replace(std::path::MAIN_SEPARATOR, "/")
    };
    if text.is_empty() { ".".into() } else { text }
}
