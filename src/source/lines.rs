//! Lines and columns.

use std::ops::Range;

/// Where the lines of a text begin. A line ends with `\n`, `\r\n` or a lone `\r`.
#[derive(Debug, Clone)]
pub struct LineIndex {
    starts: Vec<u32>,
    /// Within long lines, columns at distances of about `STRIDE` bytes; by offset.
    marks: Vec<Mark>,
}

/// Lines with more bytes are not counted through from their start for each position.
const STRIDE: usize = 1024;

/// The columns at an offset, counted from 0.
#[derive(Debug, Clone, Copy)]
struct Mark {
    offset: u32,
    utf16: u32,
    characters: u32,
}

/// A place as people and editors count; everything from 1.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Position {
    /// Line.
    pub line: u32,
    /// Column in bytes of UTF-8.
    pub byte_column: u32,
    /// Column in units of UTF-16, as editors and SARIF count.
    pub utf16_column: u32,
    /// Column in characters, as terminals and most tools show.
    pub column: u32,
}

impl LineIndex {
    /// Finds the lines of a text.
    pub fn new(text: &str) -> LineIndex {
        let bytes = text.as_bytes();
        let mut starts = vec![0];
        for (at, &byte) in bytes.iter().enumerate() {
            let ends = byte == b'\n' || (byte == b'\r' && bytes.get(at + 1) != Some(&b'\n'));
            if ends {
                starts.push(at as u32 + 1);
            }
        }
        let ends = starts.iter().skip(1).map(|&end| end as usize).chain([text.len()]);
        let mut marks = Vec::new();
        for (&start, end) in starts.iter().zip(ends) {
            if end - start as usize > STRIDE {
                mark_line(&mut marks, start, &text[start as usize..end]);
            }
        }
        LineIndex { starts, marks }
    }

    /// How many lines there are; the empty one after a final line end counts.
    pub fn count(&self) -> u32 {
        self.starts.len() as u32
    }

    /// The line of a byte offset, counted from 1.
    pub fn line(&self, offset: u32) -> u32 {
        self.starts.partition_point(|&start| start <= offset) as u32
    }

    /// The bytes of a line, counted from 1, without its end; empty past the last one.
    pub fn range(&self, text: &str, line: u32) -> Range<usize> {
        let end_of_text = text.len();
        let index = line.max(1) as usize - 1;
        let Some(&start) = self.starts.get(index) else { return end_of_text..end_of_text };
        let end = self.starts.get(index + 1).map_or(end_of_text, |&next| next as usize);
        let start = start as usize;
        let line = &text[start..end];
        start..start + line.trim_end_matches(['\n', '\r']).len()
    }

    /// Line and columns of a byte offset. One past the end, or inside a character, is
    /// brought back to the character before.
    pub fn position(&self, text: &str, offset: u32) -> Position {
        let mut at = (offset as usize).min(text.len());
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        let line = self.line(at as u32);
        let start = self.starts[line as usize - 1];
        let line_start = Mark { offset: start, utf16: 0, characters: 0 };
        let marked = self.marks.partition_point(|mark| mark.offset as usize <= at).checked_sub(1);
        let mark = marked.map(|index| self.marks[index]).filter(|mark| mark.offset > start);
        let mark = mark.unwrap_or(line_start);
        let before = &text[mark.offset as usize..at];
        Position {
            line,
            byte_column: at as u32 - start + 1,
            utf16_column: mark.utf16 + utf16_units(before) + 1,
            column: mark.characters + before.chars().count() as u32 + 1,
        }
    }
}

fn utf16_units(text: &str) -> u32 {
    text.chars().map(|c| c.len_utf16() as u32).sum()
}

/// Adds the marks within a line that begins at `start`.
fn mark_line(marks: &mut Vec<Mark>, start: u32, line: &str) {
    let mut mark = Mark { offset: start, utf16: 0, characters: 0 };
    let mut at = 0;
    while line.len() - at > STRIDE {
        let mut next = at + STRIDE;
        while !line.is_char_boundary(next) {
            next += 1;
        }
        let passed = &line[at..next];
        mark.offset = start + next as u32;
        mark.utf16 += utf16_units(passed);
        mark.characters += passed.chars().count() as u32;
        marks.push(mark);
        at = next;
    }
}

#[cfg(test)]
mod tests {
    use super::LineIndex;

    #[track_caller]
    fn check(text: &str, offset: u32, expected: (u32, u32, u32, u32)) {
        let p = LineIndex::new(text).position(text, offset);
        assert_eq!((p.line, p.byte_column, p.utf16_column, p.column), expected);
    }

    #[test]
    fn columns_differ_by_unit() {
        // "a", an umlaut of two bytes, an emoji of four bytes and two UTF-16 units.
        check("x\naä😀b", 9, (2, 8, 5, 4));
    }

    #[test]
    fn long_lines_are_counted_from_their_start() {
        let text = format!("x\n{}b\nc", "ä😀".repeat(1_000));
        // Each pair is six bytes, two characters and three units.
        check(&text, 2 + 6 * 700, (2, 6 * 700 + 1, 3 * 700 + 1, 2 * 700 + 1));
        check(&text, 2 + 6_000, (2, 6_001, 3_001, 2_001));
        check(&text, 2 + 6_002, (3, 1, 1, 1));
    }

    #[test]
    fn every_line_end_counts_once() {
        let text = "a\r\nb\rc\nd";
        check(text, 3, (2, 1, 1, 1));
        check(text, 5, (3, 1, 1, 1));
        check(text, 7, (4, 1, 1, 1));
        let index = LineIndex::new(text);
        let lines: Vec<_> = (1..=5).map(|n| &text[index.range(text, n)]).collect();
        assert_eq!(lines, ["a", "b", "c", "d", ""]);
    }

    #[test]
    fn offsets_off_the_text_are_brought_back() {
        check("", 7, (1, 1, 1, 1));
        check("ä", 1, (1, 1, 1, 1));
        check("a\n", 99, (2, 1, 1, 1));
    }
}
