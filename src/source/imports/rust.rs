//! What Rust files name.

use std::sync::OnceLock;

use aho_corasick::AhoCorasick;
use rustc_hash::FxHashSet;

use super::{PATH_BYTES, Reference, is_dotted, line_start, scanner, text_from, text_within};

pub(super) fn rust(bytes: &[u8]) -> Vec<Vec<Reference>> {
    static WORDS: OnceLock<Option<AhoCorasick>> = OnceLock::new();
    let mut out = Vec::new();
    let Some(words) = scanner(&WORDS, &["use ", "mod ", "crate::", "super::"]) else { return out };
    let mut done = 0;
    let mut seen = FxHashSet::default();
    for hit in words.find_iter(bytes) {
        if hit.start() < done {
            continue;
        }
        if hit.pattern().as_usize() >= 2 {
            let path = text_within(bytes, hit.start(), PATH_BYTES);
            let end = path.find(|c: char| !(c.is_alphanumeric() || c == '_' || c == ':'));
            let path = &path[..end.unwrap_or(path.len())];
            if seen.insert(path) {
                rust_path(path, &mut out);
                within_inline_module(path, &mut out);
            }
            continue;
        }
        let start = line_start(bytes, hit.start());
        let line = text_from(bytes, start);
        let line = line.trim_start();
        let line = line.strip_prefix("pub").map_or(line, |rest| {
            let rest = rest.trim_start();
            rest.strip_prefix('(').and_then(|r| r.split_once(')')).map_or(rest, |(_, r)| r).trim_start()
        });
        let Some((statement, _)) = line.split_once(';') else { continue };
        if let Some(name) = statement.strip_prefix("mod ") {
            if is_dotted(name.trim()) {
                out.push(vec![Reference::new(format!("self.{}", name.trim()))]);
            }
        } else if let Some(tree) = statement.strip_prefix("use ") {
            let mut budget = 200;
            use_tree("", tree, &mut budget, &mut out);
            done = start + statement.len();
        }
    }
    out
}

/// The paths of `a::{b, c::{d, e}}`.
pub(super) fn use_tree(prefix: &str, tree: &str, budget: &mut u32, out: &mut Vec<Vec<Reference>>) {
    *budget = budget.saturating_sub(1);
    if *budget == 0 {
        return;
    }
    let tree = tree.trim().trim_start_matches("::");
    let Some((head, inside)) = tree.split_once('{') else {
        let path = tree.split_whitespace().next().unwrap_or_default();
        rust_path(&format!("{prefix}{path}"), out);
        within_inline_module(&format!("{prefix}{path}"), out);
        return;
    };
    let prefix = format!("{prefix}{}", head.trim());
    let inside = inside.strip_suffix('}').unwrap_or(inside);
    let (mut depth, mut start) = (0_u32, 0);
    for (at, c) in inside.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => {
                use_tree(&prefix, &inside[start..at], budget, out);
                start = at + 1;
            }
            _ => {}
        }
    }
    if !inside[start..].trim().is_empty() {
        use_tree(&prefix, &inside[start..], budget, out);
    }
}

/// A path ends in names of items, so its beginnings are offered too.
pub(super) fn rust_path(path: &str, out: &mut Vec<Vec<Reference>>) {
    let parts: Vec<&str> = path.split("::").filter(|p| !p.is_empty() && *p != "*").collect();
    if matches!(parts.first(), None | Some(&("std" | "core" | "alloc"))) {
        return;
    }
    let lengths = (1..=parts.len().min(8)).rev();
    out.push(lengths.map(|n| Reference::new(parts[..n].join("."))).collect());
}

/// Inside `mod m { … }` of a file, `super` may be the file itself.
pub(super) fn within_inline_module(path: &str, out: &mut Vec<Vec<Reference>>) {
    if let Some(rest) = path.strip_prefix("super::").filter(|rest| !rest.starts_with(['*', '{'])) {
        let first = rest.split("::").next().unwrap_or_default();
        if !first.is_empty() && first != "super" {
            out.push(vec![Reference::new(format!("self.{first}"))]);
        }
    }
}

/// Modules whose file is said: `#[path = "other.rs"] mod name;`, as name and path.
pub(in crate::source) fn placed_modules(bytes: &[u8]) -> Vec<(String, String)> {
    static WORDS: OnceLock<Option<AhoCorasick>> = OnceLock::new();
    let Some(words) = scanner(&WORDS, &["#[path"]) else { return Vec::new() };
    words.find_iter(bytes).take(1000).filter_map(|hit| placed_module(text_from(bytes, hit.end()))).collect()
}

pub(super) fn placed_module(text: &str) -> Option<(String, String)> {
    let (path, rest) =
        text.trim_start().strip_prefix('=')?.trim_start().strip_prefix('"')?.split_once('"')?;
    let mut rest = rest.trim_start().strip_prefix(']')?.trim_start();
    while let Some((_, after)) = rest.strip_prefix("#[").and_then(|r| r.split_once(']')) {
        rest = after.trim_start();
    }
    if let Some(after) = rest.strip_prefix("pub") {
        let after = after.trim_start();
        rest = after.strip_prefix('(').and_then(|r| r.split_once(')')).map_or(after, |(_, r)| r).trim_start();
    }
    let (name, _) = rest.strip_prefix("mod ")?.split_once(';')?;
    let name = name.trim();
    (is_dotted(name) && path.len() <= PATH_BYTES).then(|| (name.to_string(), path.to_string()))
}
