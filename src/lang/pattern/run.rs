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

/// Steps that a query may take in any file, and for each of its bytes. A plain pattern takes one for
/// two bytes; one that pairs the statements of a long block with one another, four for a byte.
const STEPS_BASE: u64 = 100_000;
const STEPS_PER_BYTE: u64 = 4;

/// Bytes that predicates may look at in any file, and for each of its bytes.
const TEXT_BASE: u64 = 16 << 20;
const TEXT_PER_BYTE: u64 = 32;

/// Matches that may have begun at the same time. The engine compares them with one another, so that
/// a step takes the longer the more there are.
const MAX_BEGUN: u32 = 64;

/// Nodes that all matches may capture in any file, and for each of its bytes: of every call, which
/// the model is asked about later, that is one for ten.
const CAPTURED_BASE: usize = 50_000;
const CAPTURED_PER_BYTE: usize = 1;

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
    let mut found: Vec<Match> = Vec::new();
    let mut captures_left = CAPTURED_BASE + text.len() * CAPTURED_PER_BYTE;
    let options = QueryCursorOptions::new().progress_callback(&mut watch);
    let mut matches = cursor.matches_with_options(&pattern.query, tree.root_node(), text_of, options);
    while let Some(one) = matches.next() {
        let left = captures_left.checked_sub(one.captures().len());
        captures_left = left.unwrap_or_default();
        if is_cut.get() || left.is_none() {
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
