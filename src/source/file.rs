//! One source file.

use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use super::cells::Cell;
use super::lines::{LineIndex, Position};
use super::role::Role;
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
    /// What is analysed: the text without byte order mark; for notebooks the code cells joined.
    pub text: Arc<str>,
    /// Which grammar reads it; `None` for files of settings, which are no code.
    pub dialect: Option<Dialect>,
    /// What its place in the tree says about it.
    pub role: Role,
    /// The code cells of a notebook, in order; empty for other files.
    pub cells: Box<[Cell]>,
    /// Read only to understand other files: nothing is reported in it.
    pub context: bool,
    lines: OnceLock<LineIndex>,
}

impl SourceFile {
    /// A file from what was read. A byte order mark is dropped, so that it shifts no column.
    pub fn new(
        path: impl Into<String>,
        absolute: impl Into<PathBuf>,
        text: &str,
        dialect: Dialect,
    ) -> SourceFile {
        let path = path.into();
        SourceFile {
            role: Role::of(&path),
            path,
            absolute: absolute.into(),
            text: text.strip_prefix('\u{feff}').unwrap_or(text).into(),
            dialect: Some(dialect),
            cells: Box::default(),
            context: false,
            lines: OnceLock::new(),
        }
    }

    /// A file of settings: text in which things are reported, and no code.
    pub fn of_settings(path: impl Into<String>, absolute: impl Into<PathBuf>, text: &str) -> SourceFile {
        SourceFile { dialect: None, ..SourceFile::new(path, absolute, text, Dialect::Python) }
    }

    /// Gives it the role that another path tells: its own may lead through unknown folders.
    #[must_use]
    pub fn with_place(mut self, place: &str) -> SourceFile {
        self.role = Role::of(place);
        self
    }

    /// Whether it may be written in it which type something has, and a compiler believes it.
    pub(crate) fn has_types(&self) -> bool {
        let extension = self.path.rsplit_once('.').map(|(_, extension)| extension);
        extension.is_some_and(|extension| matches!(extension, "ts" | "mts" | "cts" | "tsx" | "rs"))
    }

    /// Makes it a notebook whose code cells were joined.
    #[must_use]
    pub fn with_cells(mut self, cells: Vec<Cell>) -> SourceFile {
        self.cells = cells.into();
        self
    }

    /// The same file with another text.
    pub(crate) fn with_text(&self, text: &str, cells: Vec<Cell>) -> SourceFile {
        SourceFile { text: text.into(), cells: cells.into(), lines: OnceLock::new(), ..self.clone() }
    }

    /// Makes it a file that is read only to understand others.
    #[must_use]
    pub fn as_context(mut self) -> SourceFile {
        self.context = true;
        self
    }

    /// Whether another has the same text and is seen in the same light.
    pub fn is_same(&self, other: &SourceFile) -> bool {
        self.path == other.path
            && self.absolute == other.absolute
            && self.dialect == other.dialect
            && self.role == other.role
            && self.context == other.context
            && self.cells == other.cells
            && self.text == other.text
    }

    /// The cell that holds a line of the joined text; a line between cells belongs to the
    /// one before. `None` for files that are no notebooks.
    pub fn cell(&self, line: u32) -> Option<&Cell> {
        let after = self.cells.partition_point(|cell| cell.first_line <= line);
        self.cells.get(after.saturating_sub(1))
    }

    /// The lines, found at first use.
    pub fn lines(&self) -> &LineIndex {
        self.lines.get_or_init(|| LineIndex::new(&self.text))
    }

    /// Line and columns of a byte offset.
    pub fn position(&self, offset: u32) -> Position {
        self.lines().position(&self.text, offset)
    }

    /// A line as people wrote it: in notebooks magics stand there, and not what they are read as.
    pub fn written_line(&self, line: u32) -> &str {
        self.cell(line).and_then(|cell| cell.written(line)).unwrap_or_else(|| self.line(line))
    }

    /// The text of a line, counted from 1, without its end; empty past the last one.
    pub fn line(&self, line: u32) -> &str {
        self.text.get(self.lines().range(&self.text, line)).unwrap_or("")
    }
}
