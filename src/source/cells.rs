//! The code cells of a notebook within its joined text.

/// One code cell. Its lines in the joined text run from `first_line` on, one for each
/// entry of `file_lines`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    /// Number among all cells of the notebook, prose included, from 1.
    pub number: u32,
    /// First line in the joined text, from 1.
    pub first_line: u32,
    /// For every line of the cell, the line of the notebook file on which its string stands.
    pub file_lines: Box<[u32]>,
    /// Lines of the joined text that are no Python and were written over, with what people wrote there, which is as
    /// long in bytes.
    pub written: Box<[(u32, Box<str>)]>,
}

impl Cell {
    /// One past the last line in the joined text.
    pub fn end_line(&self) -> u32 {
        self.first_line + self.file_lines.len() as u32
    }

    /// A line of the joined text as a line of this cell, from 1.
    pub fn line_within(&self, line: u32) -> u32 {
        line.saturating_sub(self.first_line) + 1
    }

    /// What people wrote on a line of the joined text, where something else stands there.
    pub fn written(&self, line: u32) -> Option<&str> {
        let at = self.written.binary_search_by_key(&line, |(line, _)| *line).ok()?;
        self.written.get(at).map(|(_, text)| &**text)
    }

    /// The line of the notebook file for a line of the joined text.
    pub fn file_line(&self, line: u32) -> u32 {
        let index = line.saturating_sub(self.first_line) as usize;
        self.file_lines.get(index).or(self.file_lines.last()).copied().unwrap_or(1)
    }
}
