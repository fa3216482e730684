//! The languages: grammars, query files and what only a language can read.

mod parse;
pub mod pattern;
mod python;
mod rust;
mod typescript;
mod write;

pub(crate) use write::BlockTest;

use std::sync::OnceLock;

use tree_sitter::Node as Syntax;

use crate::facts::{self, FileFacts, Import, Kind, Lowerer, NodeId, Table};
use pattern::{Matches, Pattern};

/// A language the linter reads.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// Python, stubs and notebooks.
    Python,
    /// TypeScript and JavaScript; both are read with the TSX grammar, plain `.ts` with its own.
    TypeScript,
    /// Rust.
    Rust,
}

impl Language {
    /// All of them.
    pub const ALL: &[Language] = &[Language::Python, Language::TypeScript, Language::Rust];

    /// Lower-case name.
    pub fn name(self) -> &'static str {
        match self {
            Language::Python => "python",
            Language::TypeScript => "typescript",
            Language::Rust => "rust",
        }
    }

    /// The grammars that read it.
    pub fn dialects(self) -> &'static [Dialect] {
        match self {
            Language::Python => &[Dialect::Python],
            Language::TypeScript => &[Dialect::TypeScript, Dialect::Tsx],
            Language::Rust => &[Dialect::Rust],
        }
    }
}

/// What only a language can read: literals, imports and macros.
pub trait Grammar: Sync {
    /// The text of a string literal between its quotes, escapes resolved. `piece` is one
    /// text piece of `literal`, the whole literal as written; where the queries name no pieces,
    /// it is the literal, quotes included.
    fn unescape(&self, literal: &str, piece: &str) -> String;

    /// The value of a number literal.
    fn number(&self, literal: &str) -> Option<f64>;

    /// A name without what only says that it is one: `r#type`.
    fn bare_name<'t>(&self, text: &'t str) -> &'t str {
        text
    }

    /// What a plain name is.
    fn name(&self, text: &str) -> Kind {
        Kind::Name(self.bare_name(text).into())
    }

    /// The names an import statement brings in; several when a statement holds several modules.
    fn imports(&self, node: Syntax<'_>, text: &str) -> Vec<Import>;

    /// Whether a bare name as the key of a record literal reads a variable.
    fn bare_keys_are_variables(&self) -> bool {
        false
    }

    /// Whether members, `|` and `&` behind a cast without parentheses belong to its type: `x as A.B | C`.
    fn casts_reach_on(&self) -> bool {
        false
    }

    /// An export statement.
    fn export(&self, lowerer: &mut Lowerer<'_>, node: Syntax<'_>, id: NodeId) -> Kind {
        Kind::Opaque(lowerer.children(node, id))
    }

    /// The arguments of an attribute, given its token tree.
    fn attribute_arguments(
        &self,
        lowerer: &mut Lowerer<'_>,
        tokens: Syntax<'_>,
        id: NodeId,
    ) -> Box<[facts::Arg]> {
        self.macro_call(lowerer, "", tokens, id)
    }

    /// Whether a macro gives a list of its arguments (`vec!`).
    fn is_list_macro(&self, _name: &str, _tokens: Syntax<'_>) -> bool {
        false
    }

    /// The arguments of a macro invocation, given its token tree.
    fn macro_call(
        &self,
        lowerer: &mut Lowerer<'_>,
        name: &str,
        tokens: Syntax<'_>,
        id: NodeId,
    ) -> Box<[facts::Arg]> {
        let _ = name;
        let values = lowerer.children(tokens, id);
        values
            .iter()
            .map(|&value| facts::Arg {
                name: None,
                value,
                spread: false,
                keyword_spread: false,
                span: crate::source::Span::default(),
            })
            .collect()
    }
}

/// Which grammar reads a file.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Dialect {
    /// Python.
    Python,
    /// TypeScript without JSX.
    TypeScript,
    /// TypeScript with JSX; also all of JavaScript.
    Tsx,
    /// Rust.
    Rust,
}

impl Dialect {
    /// The dialect for a file extension (without dot), `None` when it is not linted.
    pub fn from_extension(extension: &str) -> Option<Dialect> {
        Some(match extension {
            "py" | "pyi" | "ipynb" => Dialect::Python,
            "ts" | "mts" | "cts" => Dialect::TypeScript,
            "tsx" | "js" | "mjs" | "cjs" | "jsx" => Dialect::Tsx,
            "rs" => Dialect::Rust,
            _ => return None,
        })
    }

    /// The language of the dialect.
    pub fn language(self) -> Language {
        match self {
            Dialect::Python => Language::Python,
            Dialect::TypeScript | Dialect::Tsx => Language::TypeScript,
            Dialect::Rust => Language::Rust,
        }
    }

    /// The tree-sitter grammar.
    pub fn grammar(self) -> tree_sitter::Language {
        match self {
            Dialect::Python => tree_sitter_python::LANGUAGE.into(),
            Dialect::TypeScript => tree_sitter_typescript::LANGUAGE_TYPESCRIPT.into(),
            Dialect::Tsx => tree_sitter_typescript::LANGUAGE_TSX.into(),
            Dialect::Rust => tree_sitter_rust::LANGUAGE.into(),
        }
    }

    /// The query files of the dialect as `(path, text)`.
    pub fn queries(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Dialect::Python => python::QUERIES,
            Dialect::TypeScript => typescript::QUERIES,
            Dialect::Tsx => typescript::TSX_QUERIES,
            Dialect::Rust => rust::QUERIES,
        }
    }

    fn hooks(self) -> &'static dyn Grammar {
        match self {
            Dialect::Python => &python::Python,
            Dialect::TypeScript | Dialect::Tsx => &typescript::TypeScript,
            Dialect::Rust => &rust::Rust,
        }
    }

    /// The table made from the query files, built at first use.
    pub fn table(self) -> &'static Table {
        static TABLES: [OnceLock<Table>; 4] = [const { OnceLock::new() }; 4];
        TABLES[self as usize].get_or_init(|| {
            Table::new(&self.grammar(), self.queries())
                .unwrap_or_else(|e| unreachable!("tests/queries.rs checks every query file: {e}"))
        })
    }

    /// Parses a text and lowers it. A text too costly to parse gives no facts.
    pub fn facts(self, text: &str) -> FileFacts {
        self.try_facts(text).unwrap_or_default()
    }

    /// Parses a text and lowers it; `None` when parsing takes far more work than the size of
    /// the text justifies, as input made to hang a parser does.
    pub fn try_facts(self, text: &str) -> Option<FileFacts> {
        self.read(text, std::iter::empty()).map(|(facts, _)| facts)
    }

    /// Parses a text once and says what some patterns match in it besides; `None` as in
    /// [`Self::try_facts`]. The patterns are compiled for this dialect.
    pub fn read<'p>(
        self,
        text: &str,
        patterns: impl Iterator<Item = &'p Pattern>,
    ) -> Option<(FileFacts, Vec<Matches>)> {
        let tree = parse::parse(self, text)?;
        let matches = patterns.map(|pattern| pattern::run(pattern, &tree, text)).collect();
        Some((facts::lower(tree.root_node(), text, self.table(), self.hooks()), matches))
    }

    /// How many nodes of the syntax tree are errors or missing; `None` when parsing takes too much.
    pub fn syntax_errors(self, text: &str) -> Option<usize> {
        Some(parse::errors(&parse::parse(self, text)?))
    }
}
