//! TypeScript.

use tree_sitter::Node as Syntax;

use super::Grammar;
use crate::facts::Import;

pub(super) const QUERIES: &[(&str, &str)] =
    &[("queries/typescript/expressions.scm", include_str!("../../queries/typescript/expressions.scm"))];

pub(super) const TSX_QUERIES: &[(&str, &str)] = QUERIES;

/// Hooks for TypeScript.
pub(super) struct TypeScript;

impl Grammar for TypeScript {
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
