//! Lines and columns as editors count them, from 0.

use gen_lsp_types::{Position, Range};

use crate::source::{Cell, SourceFile, Span};

/// What a column counts.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Encoding {
    /// Bytes.
    Utf8,
    /// Units of UTF-16, which every client knows.
    #[default]
    Utf16,
}

impl Encoding {
    fn length(self, c: char) -> usize {
        match self {
            Encoding::Utf8 => c.len_utf8(),
            Encoding::Utf16 => c.len_utf16(),
        }
    }

    /// Where a span of a file stands. In notebooks columns mean nothing: there it is whole lines.
    pub(super) fn range(self, file: &SourceFile, span: Span) -> Range {
        let position = |offset| {
            let at = file.position(offset);
            match file.cell(at.line) {
                Some(cell) => Position { line: cell.file_line(at.line).saturating_sub(1), character: 0 },
                None => {
                    let column = if self == Encoding::Utf8 { at.byte_column } else { at.utf16_column };
                    Position { line: at.line - 1, character: column - 1 }
                }
            }
        };
        let (start, mut end) = (position(span.start), position(span.end.max(span.start)));
        if !file.cells.is_empty() {
            end = Position { line: end.line.max(start.line) + 1, character: 0 };
        }
        Range { start, end }
    }

    /// Where a span of a notebook's joined text stands in the cell in which it begins, which ends it.
    pub(super) fn range_in_cell(self, file: &SourceFile, cell: &Cell, span: Span) -> Range {
        let position = |offset| {
            let at = file.position(offset);
            let last = cell.end_line().saturating_sub(1);
            let at = if at.line > last {
                let line = file.lines().range(&file.text, last);
                file.position(line.end as u32)
            } else {
                at
            };
            let column = if self == Encoding::Utf8 { at.byte_column } else { at.utf16_column };
            Position { line: cell.line_within(at.line) - 1, character: column - 1 }
        };
        Range { start: position(span.start), end: position(span.end.max(span.start)) }
    }

    /// The position of a byte offset; `None` for one within a character or past the end.
    pub(super) fn position(self, text: &str, offset: usize) -> Option<Position> {
        let before = text.get(..offset)?;
        let line = before.rfind(['\n', '\r']).map_or(0, |at| at + 1);
        let count = before[..line].replace("\r\n", "\n").matches(['\n', '\r']).count();
        let character = before.get(line..)?.chars().map(|c| self.length(c)).sum::<usize>();
        Some(Position { line: count as u32, character: character as u32 })
    }

    /// The byte offset of a position. One past the end of its line or of the text is brought back
    /// to that end, one inside a character to its start.
    pub fn offset(self, text: &str, position: Position) -> usize {
        let mut start = 0;
        for _ in 0..position.line {
            match line_end(text, start) {
                (_, Some(next)) => start = next,
                (end, None) => return end,
            }
        }
        let line = &text[start..line_end(text, start).0];
        let mut units = position.character as usize;
        for (at, c) in line.char_indices() {
            let length = self.length(c);
            if units < length {
                return start + at;
            }
            units -= length;
        }
        start + line.len()
    }
}

/// Where the line that starts at an offset ends, and where the next one starts.
fn line_end(text: &str, start: usize) -> (usize, Option<usize>) {
    let rest = &text[start..];
    let Some(at) = rest.find(['\n', '\r']) else { return (text.len(), None) };
    let length = if rest[at..].starts_with("\r\n") { 2 } else { 1 };
    (start + at, Some(start + at + length))
}

#[cfg(test)]
mod tests {
    use super::Encoding;
    use gen_lsp_types::Position;

    #[test]
    fn columns_are_units_of_the_encoding() {
        let text = "é😀b\r\nx\ry";
        let at = |encoding: Encoding, line, character| encoding.offset(text, Position { line, character });
        assert_eq!(at(Encoding::Utf16, 0, 3), 6);
        assert_eq!(at(Encoding::Utf8, 0, 6), 6);
        assert_eq!(at(Encoding::Utf16, 0, 2), 2, "within a pair it is the start of the character");
        assert_eq!(at(Encoding::Utf16, 0, 99), 7, "past the end of the line it is that end");
        assert_eq!(at(Encoding::Utf16, 1, 0), 9);
        assert_eq!(at(Encoding::Utf16, 2, 1), 12);
        assert_eq!(at(Encoding::Utf16, 99, 1), 12);
    }
}
