//! The query files: real queries, read as tables, and described in `queries/README.md`.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::collections::BTreeSet;

use claude_lint::facts::vocabulary::FACTS;
use claude_lint::lang::Dialect;
use tree_sitter::{Node, Parser, Query, QueryCursor, StreamingIterator as _, Tree};

const DIALECTS: [Dialect; 4] = [Dialect::Python, Dialect::TypeScript, Dialect::Tsx, Dialect::Rust];

/// A source that holds every construct the dialect's queries name.
fn sample(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::Python => include_str!("syntax/python.py"),
        Dialect::TypeScript => include_str!("syntax/typescript.ts"),
        Dialect::Tsx => include_str!("syntax/tsx.tsx"),
        Dialect::Rust => include_str!("syntax/rust.rs"),
    }
}

fn parse(dialect: Dialect, text: &str) -> Tree {
    let mut parser = Parser::new();
    parser.set_language(&dialect.grammar()).unwrap();
    parser.parse(text, None).unwrap()
}

/// A capture as something that can be compared and read.
fn describe(name: &str, node: Node<'_>) -> (usize, usize, String) {
    let at = node.start_position();
    (at.row + 1, at.column + 1, format!("@{name} {} ..{}", node.kind(), node.end_byte()))
}

/// Whether the table leaves it out by design: comments never play a part.
fn is_left_out(name: &str, node: Node<'_>) -> bool {
    name.contains('.') && node.is_extra()
}

fn captured_by_engine(dialect: Dialect, text: &str) -> BTreeSet<(usize, usize, String)> {
    let tree = parse(dialect, text);
    let mut found = BTreeSet::new();
    for (file, source) in dialect.queries() {
        let query = Query::new(&dialect.grammar(), source).unwrap_or_else(|e| panic!("{file}: {e}"));
        let mut cursor = QueryCursor::new();
        let mut matches = cursor.matches(&query, tree.root_node(), text.as_bytes());
        while let Some(hit) = matches.next() {
            for capture in hit.captures() {
                let name = query.capture_names()[capture.index as usize];
                if !is_left_out(name, capture.node) {
                    found.insert(describe(name, capture.node));
                }
            }
        }
    }
    found
}

fn selected_by_table(dialect: Dialect, text: &str) -> BTreeSet<(usize, usize, String)> {
    let tree = parse(dialect, text);
    let mut found = BTreeSet::new();
    let mut pending = vec![tree.root_node()];
    while let Some(node) = pending.pop() {
        for (name, node) in dialect.table().captures(node) {
            found.insert(describe(&name, node));
        }
        let mut cursor = node.walk();
        pending.extend(node.children(&mut cursor));
    }
    found
}

#[test]
fn samples_are_sound() {
    for dialect in DIALECTS {
        let facts = dialect.facts(sample(dialect));
        let text = |span: claude_lint::facts::Span| &sample(dialect)[span.range()];
        let errors: Vec<_> = facts.errors.iter().map(|&e| text(e)).collect();
        assert!(errors.is_empty(), "{dialect:?}: {errors:?}");
    }
}

#[test]
fn tables_select_what_the_query_engine_captures() {
    for dialect in DIALECTS {
        let engine = captured_by_engine(dialect, sample(dialect));
        let table = selected_by_table(dialect, sample(dialect));
        let missed: Vec<_> = engine.difference(&table).take(20).collect();
        let invented: Vec<_> = table.difference(&engine).take(20).collect();
        assert!(missed.is_empty(), "{dialect:?}: only the engine captures {missed:#?}");
        assert!(invented.is_empty(), "{dialect:?}: only the table selects {invented:#?}");
    }
}

#[test]
fn every_pattern_matches_in_the_sample() {
    for dialect in DIALECTS {
        let tree = parse(dialect, sample(dialect));
        for (file, source) in dialect.queries() {
            let query = Query::new(&dialect.grammar(), source).unwrap_or_else(|e| panic!("{file}: {e}"));
            let mut unmatched: BTreeSet<_> = (0..query.pattern_count()).collect();
            let mut cursor = QueryCursor::new();
            let mut matches = cursor.matches(&query, tree.root_node(), sample(dialect).as_bytes());
            while let Some(hit) = matches.next() {
                unmatched.remove(&hit.pattern_index);
            }
            let pattern = |i: &usize| source[query.start_byte_for_pattern(*i)..].lines().next();
            let unmatched: Vec<_> = unmatched.iter().filter_map(pattern).collect();
            assert!(unmatched.is_empty(), "{dialect:?}: {file}: nothing in the sample is {unmatched:#?}");
        }
    }
}

/// Every capture name the code knows.
fn vocabulary() -> BTreeSet<String> {
    let names = |&(_, fact, parts): &(_, &str, &[&str])| {
        let parts: Vec<_> = parts.iter().map(|part| format!("{fact}.{part}")).collect();
        std::iter::once(fact.to_string()).chain(parts).collect::<Vec<_>>()
    };
    FACTS.iter().flat_map(names).collect()
}

#[test]
fn every_word_is_used() {
    let mut unused = vocabulary();
    for dialect in DIALECTS {
        for (file, source) in dialect.queries() {
            let query = Query::new(&dialect.grammar(), source).unwrap_or_else(|e| panic!("{file}: {e}"));
            query.capture_names().iter().for_each(|name| {
                unused.remove(*name);
            });
        }
    }
    assert!(unused.is_empty(), "no query file uses {unused:#?}");
}

#[test]
fn readme_explains_exactly_the_vocabulary() {
    let readme = include_str!("../queries/README.md");
    let mut explained = BTreeSet::new();
    for line in readme.lines() {
        let Some(rest) = line.trim_start().strip_prefix("- `@") else { continue };
        let (name, explanation) = rest.split_once('`').unwrap();
        assert!(explanation.trim().len() > 3, "`@{name}` is named without an explanation");
        assert!(explained.insert(name.to_string()), "`@{name}` is explained twice");
    }
    let known = vocabulary();
    let missing: Vec<_> = known.difference(&explained).collect();
    let unknown: Vec<_> = explained.difference(&known).collect();
    assert!(missing.is_empty(), "queries/README.md does not explain {missing:?}");
    assert!(unknown.is_empty(), "queries/README.md explains what is not in the vocabulary: {unknown:?}");
}
