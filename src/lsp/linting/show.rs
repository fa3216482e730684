//! Lints everything and shows it.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::lsp::board::Board;
use crate::lsp::convert::by_file;
use crate::lsp::workspace::{Said, Task};

/// Lints everything and shows it; how long it took, or `None` when it was stopped.
pub(super) fn lint(
    task: Task,
    board: &Board,
    folder: &Path,
    inner: &[PathBuf],
    stop: &(dyn Fn() -> bool + Sync),
) -> Option<Duration> {
    let start = Instant::now();
    let said = task.run(stop)?;
    show_all(board, &said, folder, inner);
    Some(start.elapsed())
}

/// Shows what is found in a folder, and takes back what is not found any more.
pub(super) fn show_all(board: &Board, said: &Said, folder: &Path, inner: &[PathBuf]) {
    let mut files = by_file(said, board);
    for path in board.shown_paths().into_iter().filter(|path| path.starts_with(folder)) {
        files.entry(path).or_default();
    }
    let mut files: Vec<_> = files.into_iter().collect();
    files.sort_by(|a, b| a.0.cmp(&b.0));
    for (path, shown) in files {
        if !inner.iter().any(|inner| path.starts_with(inner)) {
            board.show(&path, shown);
        }
    }
}
