//! Queries that users write: compiled for a grammar, and run over the tree of a file.
//!
//! Predicates about text are answered by the query engine; what asks the model is handed on with
//! each match, as an [`Ask`].

mod ask;
mod compile;
mod run;
mod scan;

use smallvec::SmallVec;

pub use ask::{Ask, Inside, Question};
pub use compile::{Flaw, compile};
pub(super) use run::run;

use crate::source::Span;

/// The capture whose node a finding is about.
pub const FINDING: &str = "finding";

/// A query, compiled for one grammar.
#[derive(Debug)]
pub struct Pattern {
    query: tree_sitter::Query,
    /// By pattern of the query: what the model is asked.
    asks: Box<[Box<[Ask]>]>,
}

impl Pattern {
    /// The names of its captures; [`Match::captures`] holds indexes of these.
    pub fn captures(&self) -> &[&str] {
        self.query.capture_names()
    }

    /// What a match has to be asked of the model.
    pub fn asks(&self, found: &Match) -> &[Ask] {
        self.asks.get(found.pattern as usize).map_or(&[], |asks| asks)
    }

    /// Where the first node of a capture stands.
    pub fn place(&self, found: &Match, capture: &str) -> Option<Span> {
        let index = self.captures().iter().position(|name| *name == capture)? as u32;
        found.captures.iter().find(|(of, _)| *of == index).map(|(_, span)| *span)
    }
}

/// One place that a pattern matches.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Match {
    /// Which pattern of the query.
    pub pattern: u32,
    /// Captured nodes, in the order of the text: the index of the capture and where the node stands.
    pub captures: SmallVec<[(u32, Span); 4]>,
}

/// What a query matches in a file.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Matches {
    /// In the order in which they are found.
    pub found: Vec<Match>,
    /// Whether the query was stopped, so that matches may be missing.
    pub is_cut: bool,
}
