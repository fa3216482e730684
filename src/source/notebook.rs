//! Notebooks: the code cells of an `.ipynb` file as one Python text.

use std::ops::Range;

use serde_json::value::RawValue;

use super::Span;
use super::cells::Cell;
use super::ipynb::{File, is_python};
use super::{magics, read};

/// The code of a notebook, and where each piece of it stands in the file.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Notebook {
    /// The Python cells in order, each ending with a line end. Line ends are `\n`; magics and
    /// shell commands are written over.
    pub text: String,
    /// The cells that were joined. Their numbers count all cells from 1, prose and skipped
    /// ones included, as they stand below each other on the page.
    pub cells: Vec<Cell>,
    /// The language of the kernel, where it is not Python: then there are no cells.
    pub other_language: Option<String>,
    /// Where text and file run side by side from, in order.
    marks: Vec<Mark>,
}

/// Where a place in the joined text is in the notebook. Everything counts from 1, columns
/// in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotebookPlace {
    /// Cell, among all cells.
    pub cell: u32,
    /// Line within the cell.
    pub line: u32,
    /// Column within the cell's line.
    pub column: u32,
    /// Line of the `.ipynb` file.
    pub file_line: u32,
    /// Column in that line.
    pub file_column: u32,
}

/// Why a file is not a notebook.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("is not a notebook: {message}")]
pub struct NotebookError {
    /// What is wrong, with the line and column of the file where they are known.
    pub message: String,
}

/// From `offset` of the joined text on, characters stand in the file from `line` and
/// `column` on, up to the next mark.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Mark {
    offset: u32,
    line: u32,
    column: u32,
    /// The same place as a byte of the file's text.
    byte: usize,
}

impl From<serde_json::Error> for NotebookError {
    fn from(error: serde_json::Error) -> NotebookError {
        NotebookError { message: error.to_string() }
    }
}

impl Notebook {
    /// Reads the bytes of an `.ipynb` file.
    pub fn from_bytes(bytes: &[u8]) -> Result<Notebook, NotebookError> {
        let text = read::decode(bytes).map_err(|reason| NotebookError { message: reason.message() })?;
        Notebook::from_text(&text)
    }

    /// Reads the text of an `.ipynb` file.
    pub fn from_text(json: &str) -> Result<Notebook, NotebookError> {
        let file: File<'_> = serde_json::from_str(json)?;
        let Some(cells) = file.cells() else {
            return Err(NotebookError { message: "it has no cells".into() });
        };
        let mut notebook = Notebook::default();
        if let Some(language) = file.language().filter(|language| !is_python(language)) {
            notebook.other_language = Some(language.to_string());
            return Ok(notebook);
        }
        let mut cursor = Cursor { json, at: 0, line: 1, column: 1 };
        for (number, cell) in (1..).zip(cells) {
            if let Some(source) = cell.python_source() {
                notebook.add(number, source, &mut cursor)?;
            }
        }
        Ok(notebook)
    }

    /// Where a byte of the joined text stands. `None` when there are no cells.
    pub fn place(&self, offset: u32) -> Option<NotebookPlace> {
        let mut at = (offset as usize).min(self.text.len());
        while !self.text.is_char_boundary(at) {
            at -= 1;
        }
        let line = self.text[..at].matches('\n').count() as u32 + 1;
        let cell = &self.cells[self.cells.partition_point(|c| c.first_line <= line).checked_sub(1)?];
        let line_start = self.text[..at].rfind('\n').map_or(0, |end| end + 1);
        let (file_line, file_column) = self.file_place(at);
        Some(NotebookPlace {
            cell: cell.number,
            line: cell.line_within(line),
            column: self.text[line_start..at].chars().count() as u32 + 1,
            file_line,
            file_column,
        })
    }

    /// The bytes of the file's text that say a span of the joined text, from within one string to
    /// within one of the same cell; `None` where they say anything else too.
    pub(crate) fn file_range(&self, json: &str, span: Span) -> Option<Range<usize>> {
        let byte = |at: u32, marks: usize| {
            let mark = marks.checked_sub(1).and_then(|index| self.marks.get(index))?;
            let (mut offset, mut byte) = (mark.offset, mark.byte);
            while offset < at {
                let left = json.get(byte..)?;
                let c = left.chars().next()?;
                let (c, width) = if c == '\\' { unescape(left) } else { (c, c.len_utf8()) };
                offset += c.len_utf8() as u32;
                byte += width;
            }
            Some(byte)
        };
        let start = byte(span.start, self.marks.partition_point(|mark| mark.offset <= span.start))?;
        if span.is_empty() {
            return Some(start..start);
        }
        // The end belongs to what is before it: the next string may begin right there.
        let end = byte(span.end, self.marks.partition_point(|mark| mark.offset < span.end))?;
        let lines: Vec<String> = serde_json::from_str(&format!("[\"{}\"]", json.get(start..end)?)).ok()?;
        (self.text.get(span.range()) == Some(&*lines.concat())).then_some(start..end)
    }

    fn file_place(&self, at: usize) -> (u32, u32) {
        let index = self.marks.partition_point(|m| m.offset as usize <= at);
        let Some(mark) = index.checked_sub(1).and_then(|i| self.marks.get(i)) else { return (1, 1) };
        let between = self.text.get(mark.offset as usize..at).unwrap_or("");
        (mark.line, mark.column + between.chars().count() as u32)
    }

    /// Joins a code cell, unless it holds another language.
    fn add(&mut self, number: u32, source: &RawValue, cursor: &mut Cursor<'_>) -> Result<(), NotebookError> {
        let start = self.text.len();
        let marks = self.marks.len();
        if source.get().starts_with('[') {
            for piece in serde_json::from_str::<Vec<&RawValue>>(source.get())? {
                self.decode(piece, cursor)?;
            }
        } else {
            self.decode(source, cursor)?;
        }
        let Some(python) = magics::neutralize(&self.text[start..]).filter(|text| !text.is_empty()) else {
            self.text.truncate(start);
            self.marks.truncate(marks);
            return Ok(());
        };
        let first_line = self.text[..start].matches('\n').count() as u32 + 1;
        let lines = self.text[start..].lines().zip(python.lines()).zip(first_line..);
        let written = lines.filter(|((own, python), _)| own != python);
        let written = written.map(|((own, _), line)| (line, own.into())).collect();
        self.text.replace_range(start.., &python);
        if !self.text.ends_with('\n') {
            self.text.push('\n');
        }
        let starts = self.text[start..].split_inclusive('\n').scan(start, |at, line| {
            let start = *at;
            *at += line.len();
            Some(start)
        });
        let file_lines = starts.map(|at| self.file_place(at).0).collect();
        self.cells.push(Cell { number, first_line, file_lines, written });
        Ok(())
    }

    /// Appends what a JSON string says.
    fn decode(&mut self, string: &RawValue, cursor: &mut Cursor<'_>) -> Result<(), NotebookError> {
        let raw = string.get();
        let Some(inner) = raw.strip_prefix('"').and_then(|s| s.strip_suffix('"')) else {
            return Err(NotebookError {
                message: "the source of a cell is neither a string nor a list of them".into(),
            });
        };
        // A raw value borrows from the text it was read from.
        let start = (inner.as_ptr() as usize).saturating_sub(cursor.json.as_ptr() as usize);
        let mut at = 0;
        self.mark(cursor.seek(start));
        while let Some(c) = inner[at..].chars().next() {
            if c != '\\' {
                self.text.push(c);
                at += c.len_utf8();
                continue;
            }
            let (c, width) = unescape(&inner[at..]);
            match c {
                // `\r\n` is one line end, and so is a lone `\r`.
                '\r' if inner[at + width..].starts_with("\\n") => {}
                '\r' => self.text.push('\n'),
                c => self.text.push(c),
            }
            at += width;
            self.mark(cursor.seek(start + at));
        }
        Ok(())
    }

    fn mark(&mut self, (line, column, byte): (u32, u32, usize)) {
        let offset = self.text.len() as u32;
        // A later mark for the same byte is the better one: an empty piece may stand before it.
        if self.marks.last().is_some_and(|last| last.offset == offset) {
            self.marks.pop();
        }
        self.marks.push(Mark { offset, line, column, byte });
    }
}

/// A place in the file that only moves forward.
struct Cursor<'a> {
    json: &'a str,
    at: usize,
    line: u32,
    column: u32,
}

impl Cursor<'_> {
    /// Line and column of a byte that is not before the last one asked for.
    fn seek(&mut self, to: usize) -> (u32, u32, usize) {
        let passed = self.json.get(self.at..to).unwrap_or("");
        self.line += passed.bytes().filter(|&b| b == b'\n').count() as u32;
        match passed.rfind('\n') {
            Some(end) => self.column = passed[end + 1..].chars().count() as u32 + 1,
            None => self.column += passed.chars().count() as u32,
        }
        self.at = self.at.max(to);
        (self.line, self.column, to)
    }
}

/// The character an escape at the start of `text` says, and how many bytes it takes.
fn unescape(text: &str) -> (char, usize) {
    let simple = match text.as_bytes().get(1) {
        Some(b'b') => '\u{8}',
        Some(b'f') => '\u{c}',
        Some(b'n') => '\n',
        Some(b'r') => '\r',
        Some(b't') => '\t',
        Some(b'u') => {
            let unit = |at: usize| text.get(at..at + 4).and_then(|hex| u16::from_str_radix(hex, 16).ok());
            let Some(first) = unit(2) else { return (char::REPLACEMENT_CHARACTER, 2) };
            let second = if text.get(6..8) == Some("\\u") { unit(8) } else { None };
            let units = std::iter::once(first).chain(second);
            // A surrogate half alone says nothing.
            let c = char::decode_utf16(units).next().and_then(Result::ok);
            let width = c.map_or(6, |c| 6 * c.len_utf16());
            return (c.unwrap_or(char::REPLACEMENT_CHARACTER), width);
        }
        // Quotes, slashes: themselves.
        Some(&other) if other.is_ascii() => char::from(other),
        _ => return ('\\', 1),
    };
    (simple, 2)
}
