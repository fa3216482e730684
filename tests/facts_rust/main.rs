//! Rust sources and the trees they are lowered to.
#![allow(clippy::unwrap_used, reason = "tests")]

mod definitions;
mod expressions;
mod hostile;
mod macros;
mod patterns;

use claude_lint::facts::{FileFacts, Kind, NodeId};
use claude_lint::lang::Dialect;

fn facts(source: &str) -> FileFacts {
    Dialect::Rust.facts(source)
}

/// Checks the outline of a source, without the line of the file itself. Indentation
/// common to all expected lines does not count.
#[track_caller]
fn check(source: &str, expected: &str) {
    let facts = facts(source);
    assert!(facts.errors.is_empty(), "the test source is broken: {source}");
    let outline = facts.outline();
    let got: Vec<_> = outline.lines().skip(1).map(|l| &l[2..]).collect();
    let lines: Vec<_> = expected.lines().filter(|l| !l.trim().is_empty()).collect();
    let indent = lines.iter().map(|l| l.len() - l.trim_start().len()).min().unwrap_or(0);
    let expected: Vec<_> = lines.iter().map(|l| &l[indent..]).collect();
    assert_eq!(got.join("\n"), expected.join("\n"), "for {source}");
}

/// Checks several sources whose trees are small.
#[track_caller]
fn check_all(cases: &[(&str, &str)]) {
    for (source, expected) in cases {
        check(source, expected);
    }
}

/// The source text of every node that `wanted` picks, in order.
fn texts(source: &str, wanted: impl Fn(&FileFacts, NodeId) -> bool) -> Vec<&str> {
    let facts = facts(source);
    facts.ids().filter(|&id| wanted(&facts, id)).map(|id| &source[facts.span(id).range()]).collect()
}

fn is_name(facts: &FileFacts, id: NodeId) -> bool {
    matches!(facts.kind(id), Kind::Name(_))
}
