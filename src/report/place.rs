//! Where a finding is, as people and programs are told.

use super::Report;
use crate::finding::Location;
use crate::source::{Cell, Position, SourceFile};

/// A location with its file and its lines and columns.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    /// The location.
    pub(super) at: Location,
    /// The file.
    pub(super) file: &'a SourceFile,
    /// First character, in the text that was linted.
    pub(super) start: Position,
    /// One past the last character.
    pub(super) end: Position,
    /// The cell, in notebooks.
    pub(super) cell: Option<&'a Cell>,
}

impl<'a> Place<'a> {
    /// Looks a location up; `None` when its file is not among the linted ones.
    pub(super) fn of(report: &Report<'a>, at: Location) -> Option<Place<'a>> {
        let file = report.file(at.file)?;
        let start = file.position(at.span.start);
        let end = file.position(at.span.end.max(at.span.start));
        Some(Place { at, file, start, end, cell: file.cell(start.line) })
    }

    /// A line of the linted text as it is shown: in notebooks counted within the cell.
    pub(super) fn shown_line(&self, line: u32) -> u32 {
        self.cell.map_or(line, |cell| cell.line_within(line))
    }

    /// First and last line in the file on disk.
    pub(super) fn file_lines(&self) -> (u32, u32) {
        let line = |line| self.cell.map_or(line, |cell| cell.file_line(line));
        let start = line(self.start.line);
        (start, line(self.end.line).max(start))
    }

    /// The text that is marked.
    pub(super) fn matched(&self, at: Location) -> &'a str {
        self.file.text.get(at.span.range()).unwrap_or_default()
    }

    /// The path, in notebooks with the cell.
    pub(super) fn shown_path(&self) -> String {
        let path = super::neutralize(&self.file.path);
        match self.cell {
            Some(cell) => format!("{path}:cell {}", cell.number),
            None => path.into_owned(),
        }
    }
}
