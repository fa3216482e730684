//! Python, lowered.
#![allow(clippy::unwrap_used, reason = "tests")]

mod definitions;
mod expressions;
mod hostile;
mod statements;

use claude_lint::facts::FileFacts;
use claude_lint::lang::Dialect;

fn lower(source: &str) -> FileFacts {
    let facts = Dialect::Python.facts(source);
    let errors: Vec<_> = facts.errors.iter().map(|e| &source[e.range()]).collect();
    assert!(errors.is_empty(), "{source}: {errors:?}");
    facts
}

/// Compares the outline of a source, without its root, with lines that share an indent.
#[track_caller]
fn check(source: &str, expected: &str) {
    let outline = lower(source).outline();
    let found: String = outline.lines().skip(1).map(|line| format!("{}\n", &line[2..])).collect();
    let lines: Vec<_> = expected.lines().filter(|line| !line.trim().is_empty()).collect();
    let indent = lines.iter().map(|line| line.len() - line.trim_start().len()).min().unwrap_or(0);
    let expected: String = lines.iter().map(|line| format!("{}\n", &line[indent..])).collect();
    assert_eq!(found, expected, "\n{source}\n--- found\n{found}");
}

/// The text of the first string.
#[track_caller]
fn text(literal: &str, expected: &str) {
    check(literal, &format!("str {expected:?}"));
}
