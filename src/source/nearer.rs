//! What else than the words of Claude makes a file one to lint, by the configuration nearest to it.

use std::path::{Path, PathBuf};

use super::walk::WalkOptions;
use crate::config::{NearerNeedles, WrapperNeedles};

/// What configurations below or above the paths of a walk say, given the folders below that have one.
pub(super) fn needles(options: &WalkOptions, configured: &[PathBuf]) -> NearerNeedles {
    let roots = options.paths.iter().filter_map(|path| options.directory.join(path).canonicalize().ok());
    let roots: Vec<PathBuf> = roots.collect();
    let above = roots.iter().flat_map(|root| options.wrappers.above(root)).filter(|path| path.is_dir());
    options.wrappers.nearer(configured.iter().map(PathBuf::as_path).chain(above))
}

/// What counts for a text that is on no disk, or not as it is there.
pub(super) fn needles_at(options: &WalkOptions, path: &Path) -> WrapperNeedles {
    let folders = options.wrappers.above(path.parent().unwrap_or(path));
    let nearer = options.wrappers.nearer(folders.into_iter());
    nearer.of(path).unwrap_or(&options.wrappers).clone()
}
