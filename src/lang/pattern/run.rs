//! Running a query over a tree, with a bound on the work.
//!
//! Work is counted, not timed, so that the answer is the same on every machine and for any number of
//! threads. What a query is stopped at is far above what one that looks for something takes.

use std::cell::Cell;
use std::ops::ControlFlow;

use tree_sitter::{Node, QueryCursor, QueryCursorOptions, QueryCursorState, StreamingIterator as _, Tree};

use super::{Match, Matches, Pattern};
use crate::source::Span;

/// The engine reports its progress once in about so many steps; a step is a node entered or left,
/// or one look at a match that has begun.
const STEPS_PER_REPORT: u64 = 1000;

/// Steps that a query may take in any file, and for each of its bytes. A plain pattern takes about
/// two for a byte.
const STEPS_BASE: u64 = 2_000_000;
const STEPS_PER_BYTE: u64 = 30;

/// Bytes that predicates may look at in any file, and for each of its bytes.
const TEXT_BASE: u64 = 16 << 20;
const TEXT_PER_BYTE: u64 = 32;

/// Matches that may have begun at the same time. The engine compares them with one another.
const MAX_BEGUN: u32 = 256;

/// Matches of one query in one file, and nodes captured in them.
const MAX_FOUND: usize = 2_000;
const MAX_CAPTURED: usize = 50_000;

/// What a query matches in a tree.
pub(in crate::lang) fn run(pattern: &Pattern, tree: &Tree, text: &str) -> Matches {
    let steps_left = Cell::new((STEPS_BASE + text.len() as u64 * STEPS_PER_BYTE) / STEPS_PER_REPORT);
    let text_left = Cell::new(TEXT_BASE + text.len() as u64 * TEXT_PER_BYTE);
    let is_cut = Cell::new(false);
    let mut watch = |_: &QueryCursorState| {
        steps_left.set(steps_left.get().saturating_sub(1));
        if steps_left.get() > 0 && !is_cut.get() {
            return ControlFlow::Continue(());
        }
        is_cut.set(true);
        ControlFlow::Break(())
    };
    let text_of = |node: Node<'_>| {
        let bytes = text.as_bytes().get(node.byte_range()).unwrap_or_default();
        match text_left.get().checked_sub(bytes.len() as u64 + 1) {
            Some(left) => text_left.set(left),
            None => is_cut.set(true),
        }
        std::iter::once(bytes)
    };
    let mut cursor = QueryCursor::new();
    cursor.set_match_limit(MAX_BEGUN);
    let (mut found, mut captured) = (Vec::new(), 0);
    let options = QueryCursorOptions::new().progress_callback(&mut watch);
    let mut matches = cursor.matches_with_options(&pattern.query, tree.root_node(), text_of, options);
    while let Some(one) = matches.next() {
        captured += one.captures().len();
        if is_cut.get() || found.len() >= MAX_FOUND || captured > MAX_CAPTURED {
            is_cut.set(true);
            break;
        }
        let captures = one.captures().iter();
        let captures = captures.map(|c| (c.index, Span::new(c.node.start_byte(), c.node.end_byte())));
        found.push(Match { pattern: one.pattern_index as u32, captures: captures.collect() });
    }
    drop(matches);
    Matches { found, is_cut: is_cut.get() || cursor.did_exceed_match_limit() }
}
