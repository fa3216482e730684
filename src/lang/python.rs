//! Python.

use tree_sitter::Node as Syntax;

use super::Grammar;
use crate::facts::Import;

pub(super) const QUERIES: &[(&str, &str)] =
    &[("queries/python/expressions.scm", include_str!("../../queries/python/expressions.scm"))];

/// Hooks for Python.
pub(super) struct Python;

impl Grammar for Python {
    fn unescape(&self, literal: &str, piece: &str) -> String {
        let _ = literal;
        piece.to_string()
    }

    fn number(&self, literal: &str) -> Option<f64> {
        literal.replace('_', "").parse().ok()
    }

    fn bare_keys_are_variables(&self) -> bool {
        true
    }

    fn imports(&self, _node: Syntax<'_>, _text: &str) -> Vec<Import> {
        Vec::new()
    }
}
