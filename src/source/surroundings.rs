//! The project around the paths that were asked for.

use std::path::{Path, PathBuf};

use super::walk::WalkOptions;

/// The roots of the repositories that hold the given files, as far as the paths of the
/// walk do not cover them already.
pub(super) fn roots<'a>(options: &WalkOptions, files: impl Iterator<Item = &'a Path>) -> Vec<PathBuf> {
    let walked: Vec<PathBuf> = options
        .paths
        .iter()
        .filter_map(|path| options.directory.join(path).canonicalize().ok())
        .filter(|path| path.is_dir())
        .collect();
    let mut roots = Vec::new();
    let mut folders: Vec<&Path> = files.filter_map(Path::parent).collect();
    folders.dedup();
    for folder in folders {
        if roots.iter().any(|root| folder.starts_with(root)) {
            continue;
        }
        if let Some(root) = folder.ancestors().find(|folder| folder.join(".git").exists())
            && !walked.iter().any(|path| root.starts_with(path))
        {
            roots.push(root.to_path_buf());
        }
    }
    roots
}
