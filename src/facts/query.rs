//! Query files, read as tables.
//!
//! Every pattern in `queries/` is flat: one node kind and captures on its direct
//! children. That subset of the tree-sitter query language needs no matching
//! engine: a table from node kind to fact, and from child to part, says the same
//! and is applied while the tree is walked once. `tests/queries.rs` proves that
//! the real query engine captures the same nodes.

use rustc_hash::FxHashMap;
use smallvec::SmallVec;
use tree_sitter::{Language, Node as Syntax};

use super::query_parser::Parser;
use super::vocabulary::{Fact, Part, part_name};

/// What one language's query files say.
#[derive(Debug)]
pub struct Table {
    /// By node kind id.
    pub(super) rules: Vec<Option<Rule>>,
}

/// How one node kind is read.
#[derive(Debug)]
pub(super) struct Rule {
    pub(super) fact: Fact,
    pub(super) selectors: Vec<Selector>,
}

/// Which child plays a part.
#[derive(Debug, PartialEq)]
pub(super) struct Selector {
    pub(super) field: Option<u16>,
    pub(super) kinds: Kinds,
    pub(super) position: Option<usize>,
    pub(super) part: Part,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Kinds {
    /// `(_)`.
    Named,
    /// `_`.
    Any,
    /// Listed ones.
    Of(Vec<u16>),
    /// `[(_) "x"]`.
    NamedOr(Vec<u16>),
}

/// A mistake in a query file.
#[derive(Debug, thiserror::Error)]
#[error("{file}:{line}: {message}")]
pub struct QueryError {
    /// Which file.
    pub file: String,
    /// Which line, from 1.
    pub line: usize,
    /// What is wrong.
    pub message: String,
}

impl Kinds {
    /// Whether a kind is accepted by name.
    fn lists(&self, kind: u16) -> bool {
        matches!(self, Kinds::Of(kinds) | Kinds::NamedOr(kinds) if kinds.contains(&kind))
    }
}

impl Selector {
    fn accepts(&self, field: Option<u16>, kind: u16, named: bool, position: usize) -> bool {
        if self.field.is_some() && self.field != field {
            return false;
        }
        if self.position.is_some_and(|p| p != position || !(named || self.kinds.lists(kind))) {
            return false;
        }
        match &self.kinds {
            Kinds::Any => true,
            Kinds::Named => named,
            Kinds::Of(kinds) => kinds.contains(&kind),
            Kinds::NamedOr(kinds) => named || kinds.contains(&kind),
        }
    }
}

impl Table {
    /// Reads query files, given as `(name, text)`, for a grammar.
    pub fn new(language: &Language, files: &[(&str, &str)]) -> Result<Table, QueryError> {
        let mut rules: Vec<Option<Rule>> = Vec::new();
        rules.resize_with(language.node_kind_count() + 1, || None);
        let mut table = Table { rules };
        let mut named: FxHashMap<&str, Vec<u16>> = FxHashMap::default();
        for id in 0..language.node_kind_count() as u16 {
            if language.node_kind_is_named(id)
                && !language.node_kind_is_supertype(id)
                && let Some(kind) = language.node_kind_for_id(id)
            {
                named.entry(kind).or_default().push(id);
            }
        }
        for (file, text) in files {
            Parser::new(language, &named, file, text).patterns(&mut table)?;
        }
        Ok(table)
    }

    pub(super) fn rule(&self, kind: u16) -> Option<&Rule> {
        self.rules.get(kind as usize)?.as_ref()
    }

    /// The children of a node that play a part under its rule, in source order.
    /// A child plays the first part that accepts it. Comments and line continuations never do.
    /// `left_out` is told of them, and of other children that play no part under a rule that names parts.
    pub(super) fn select<'t>(&self, node: Syntax<'t>, mut left_out: impl FnMut(Syntax<'t>)) -> Selected<'t> {
        let mut selected = SmallVec::new();
        let Some(rule) = self.rule(node.kind_id()) else { return selected };
        let mut cursor = node.walk();
        let mut more = cursor.goto_first_child();
        let mut position = 0;
        while more {
            let child = cursor.node();
            if child.is_extra() && !child.is_error() {
                left_out(child);
            } else {
                let field = cursor.field_id().map(|f| f.get());
                let named = child.is_named();
                let kind = child.kind_id();
                match rule.selectors.iter().find(|s| s.accepts(field, kind, named, position)) {
                    Some(selector) => selected.push((selector.part, child)),
                    None if !rule.selectors.is_empty() && child.named_child_count() > 0 => left_out(child),
                    None => {}
                }
                position += usize::from(named);
            }
            more = cursor.goto_next_sibling();
        }
        selected
    }

    /// What the query files capture at this node: itself and its children, by capture name.
    pub fn captures<'t>(&self, node: Syntax<'t>) -> Vec<(String, Syntax<'t>)> {
        let Some(rule) = self.rule(node.kind_id()) else { return Vec::new() };
        let fact = rule.fact.name();
        let parts = self.select(node, |_| {}).into_iter();
        let parts = parts.map(|(part, child)| (format!("{fact}.{}", part_name(rule.fact, part)), child));
        std::iter::once((fact.to_string(), node)).chain(parts).collect()
    }
}

/// Children by the part they play.
pub(super) type Selected<'t> = SmallVec<[(Part, Syntax<'t>); 8]>;
