//! Parsing with a bound on the work.
//!
//! Some texts make a parser do far more work than their size justifies: alternatives that
//! never settle, scanners that look ahead to the end of the file at every token. Work is
//! counted, not timed, so that the answer is the same on every machine.

use std::cell::Cell;
use std::ops::{ControlFlow, Range};

use tree_sitter::{ParseOptions, ParseState, Parser, Tree};

use super::{Dialect, Language};

/// The parser reports its progress once in so many steps.
const STEPS_PER_REPORT: u64 = 100;

/// Steps that any text may take, and how many more by the time so many bytes are parsed. Real
/// code takes about one for two bytes; minified code, two for one.
const STEPS_BASE: u64 = 500_000;
const STEPS_PER_2_BYTES: u64 = 5;

/// The text is handed out in pieces of so many bytes, which tells how much of it is read again.
const PIECE: usize = 256;

/// Bytes that may be read of any text, and for each of its bytes. Real code is read about
/// twice; long runs of comments, once for each comment.
const READ_BASE: u64 = 128 << 20;
const READ_PER_BYTE: u64 = 64;

/// Python itself gives up at 100 levels of indentation. The scanner of the grammar, which
/// aborts the process where it cannot store its levels, holds more than this.
const MAX_INDENTS: usize = 300;

/// Parses a text; `None` when that takes too much work.
pub(super) fn parse(dialect: Dialect, text: &str) -> Option<Tree> {
    if dialect.language() == Language::Python && indents(text) > MAX_INDENTS {
        return None;
    }
    let mut parser = Parser::new();
    parser.set_language(&dialect.grammar()).expect("grammar and runtime versions are pinned together");
    parse_range(&mut parser, 0..text.len(), &mut |at| text.as_bytes().get(at..).unwrap_or_default())
}

/// Parses the bytes of a range, given by a function; `None` when that takes too much work.
pub(super) fn parse_range<'t>(
    parser: &mut Parser,
    range: Range<usize>,
    text: &mut dyn FnMut(usize) -> &'t [u8],
) -> Option<Tree> {
    let (mut steps, mut parsed, read) = (0, 0, Cell::new(0_u64));
    let read_limit = READ_BASE + range.len() as u64 * READ_PER_BYTE;
    let over = || read.get() > read_limit;
    let mut watch = |state: &ParseState| {
        steps += STEPS_PER_REPORT;
        parsed = state.current_byte_offset().saturating_sub(range.start).max(parsed);
        // Measured against what is parsed by now, so that texts of any size are given up early.
        if over() || steps > STEPS_BASE + parsed as u64 * STEPS_PER_2_BYTES / 2 {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    };
    let mut piece = |at: usize, _| {
        read.set(read.get() + PIECE as u64);
        // Past the limit the text seems to end, which also ends a scanner that never reports.
        let rest = if over() { &[] } else { text(at) };
        &rest[..rest.len().min(PIECE)]
    };
    let options = ParseOptions::new().progress_callback(&mut watch);
    let tree = parser.parse_with_options(&mut piece, None, Some(options));
    if tree.is_none() {
        // Else it would go on with this text next time.
        parser.reset();
    }
    tree.filter(|_| !over())
}

/// How many nodes of a tree are errors or missing.
pub(super) fn errors(tree: &Tree) -> usize {
    let mut cursor = tree.walk();
    let mut count = 0;
    loop {
        let node = cursor.node();
        count += usize::from(node.is_error() || node.is_missing());
        // Most of a tree is sound, and need not be entered.
        if node.has_error() && cursor.goto_first_child() {
            continue;
        }
        while !cursor.goto_next_sibling() {
            if !cursor.goto_parent() {
                return count;
            }
        }
    }
}

/// How many levels of indentation a text can have at most: the longest series of lines of which
/// each is indented deeper than the one before.
fn indents(text: &str) -> usize {
    // The least width at which a series of each length can end.
    let mut ends: Vec<u16> = Vec::new();
    let mut width = 0_u16;
    for line in text.split('\n') {
        let rest = line.trim_start_matches([' ', '\t', '\r', '\x0c']);
        for blank in line[..line.len() - rest.len()].bytes() {
            width = match blank {
                b' ' => width.wrapping_add(1),
                b'\t' => width.wrapping_add(8),
                _ => 0,
            };
        }
        match rest {
            // A line that only continues in the next one does not end its indentation.
            "\\" | "\\\r" => continue,
            "" => {}
            _ => {
                let at = ends.partition_point(|&end| end < width);
                match ends.get_mut(at) {
                    Some(end) => *end = width,
                    None => ends.push(width),
                }
            }
        }
        width = 0;
    }
    ends.len()
}

#[cfg(test)]
mod tests {
    use super::indents;

    #[test]
    fn levels_of_indentation() {
        assert_eq!(indents("a\n\n        \nb\n"), 1);
        assert_eq!(indents("a\n  b\n    c\n  d\n\te\n"), 4);
        let deep: String = (0..500).map(|depth| format!("{}x\n", " ".repeat(depth))).collect();
        assert_eq!(indents(&deep), 500);
        let joined: String = (0..500).map(|depth| format!("{}x\n", " \\\n".repeat(depth))).collect();
        assert_eq!(indents(&joined), 500);
        assert_eq!(indents(&"  x = (\n      y)\n".repeat(500)), 2);
    }
}
