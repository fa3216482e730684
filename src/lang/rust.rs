//! Rust.

use tree_sitter::Node as Syntax;

use super::Grammar;
use crate::facts::Import;

pub(super) const QUERIES: &[(&str, &str)] =
    &[("queries/rust/expressions.scm", include_str!("../../queries/rust/expressions.scm"))];

/// Hooks for Rust.
pub(super) struct Rust;

impl Grammar for Rust {
    fn unescape(&self, literal: &str, piece: &str) -> String {
        let _ = literal;
        piece.to_string()
    }

    fn number(&self, literal: &str) -> Option<f64> {
        literal.replace('_', "").parse().ok()
    }

    fn imports(&self, _node: Syntax<'_>, _text: &str) -> Vec<Import> {
        Vec::new()
    }
}
