//! Rust.

mod embedded;
mod format;
mod imports;
mod json;
mod literals;
mod macros;
mod select;
mod tokens;

use tree_sitter::Node as Syntax;

use super::Grammar;
use crate::facts::{Arg, Import, Kind, Lowerer, NodeId};

pub(super) const QUERIES: &[(&str, &str)] = &[
    ("queries/rust/comments.scm", include_str!("../../queries/rust/comments.scm")),
    ("queries/rust/definitions.scm", include_str!("../../queries/rust/definitions.scm")),
    ("queries/rust/expressions.scm", include_str!("../../queries/rust/expressions.scm")),
    ("queries/rust/imports.scm", include_str!("../../queries/rust/imports.scm")),
    ("queries/rust/literals.scm", include_str!("../../queries/rust/literals.scm")),
    ("queries/rust/patterns.scm", include_str!("../../queries/rust/patterns.scm")),
    ("queries/rust/statements.scm", include_str!("../../queries/rust/statements.scm")),
    ("queries/rust/types.scm", include_str!("../../queries/rust/types.scm")),
];

/// Hooks for Rust.
pub(super) struct Rust;

impl Grammar for Rust {
    fn unescape(&self, literal: &str, _piece: &str) -> String {
        literals::string(literal)
    }

    fn number(&self, literal: &str) -> Option<f64> {
        literals::number(literal)
    }

    fn bare_name<'t>(&self, text: &'t str) -> &'t str {
        text.strip_prefix("r#").unwrap_or(text)
    }

    /// `None` is the absent value, as in the other languages.
    fn name(&self, text: &str) -> Kind {
        if text == "None" { Kind::Null } else { Kind::Name(self.bare_name(text).into()) }
    }

    fn imports(&self, node: Syntax<'_>, text: &str) -> Vec<Import> {
        imports::imports(node, text)
    }

    fn is_list_macro(&self, name: &str, tokens: Syntax<'_>) -> bool {
        matches!(name, "vec" | "smallvec") && tokens::find(&tokens::inside(tokens), ";").is_none()
    }

    fn macro_call(
        &self,
        lowerer: &mut Lowerer<'_>,
        name: &str,
        tokens: Syntax<'_>,
        id: NodeId,
    ) -> Box<[Arg]> {
        let read = lowerer.embed(tokens, |lowerer| macros::arguments(lowerer, name, tokens, id));
        read.unwrap_or_default()
    }

    fn attribute_arguments(&self, lowerer: &mut Lowerer<'_>, tokens: Syntax<'_>, id: NodeId) -> Box<[Arg]> {
        let read = lowerer.embed(tokens, |lowerer| macros::attribute(lowerer, tokens, id, 0));
        read.unwrap_or_default()
    }
}
