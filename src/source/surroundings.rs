//! The project around the paths that were asked for.

use std::path::{Path, PathBuf};

use super::walk::WalkOptions;

/// The roots of the repositories that hold the given files and the folders of the walk, as
/// far as the walk does not cover them already.
pub(super) fn roots<'a>(options: &WalkOptions, files: impl Iterator<Item = &'a Path>) -> Vec<PathBuf> {
    let walked: Vec<PathBuf> = options
        .paths
        .iter()
        .filter_map(|path| options.directory.join(path).canonicalize().ok())
        .filter(|path| path.is_dir())
        .collect();
    let mut roots = Vec::new();
    let mut folders: Vec<&Path> = files.filter_map(Path::parent).collect();
    folders.extend(walked.iter().map(PathBuf::as_path));
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

/// The folders above which nothing is read: the repositories around the paths of the walk, or else
/// the paths themselves and the working directory.
pub fn bounds(options: &WalkOptions) -> Vec<PathBuf> {
    let given = options.paths.iter().filter_map(|path| options.directory.join(path).canonicalize().ok());
    let mut bounds: Vec<PathBuf> = given
        .chain([options.directory.clone()])
        .map(|path| {
            let repository = path.ancestors().find(|folder| folder.join(".git").exists());
            let folder = if path.is_dir() { &*path } else { path.parent().unwrap_or(&path) };
            repository.unwrap_or(folder).to_path_buf()
        })
        .collect();
    bounds.sort();
    bounds.dedup();
    bounds
}
