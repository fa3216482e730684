//! Language-neutral facts: one arena of nodes per file.
//!
//! The grammars of Python, TypeScript and Rust are lowered into the same small
//! tree. Which syntax becomes which node is said in `queries/`; nothing above
//! this module knows a grammar.

mod build;
mod call;
mod cases;
mod children;
mod collection;
mod definition;
mod dump;
mod expression;
mod lower;
mod node;
mod part;
mod precedence;
mod query;
mod query_parser;
mod statement;
mod strings;
mod tuple;
pub mod vocabulary;

pub use crate::source::Span;
pub use lower::{Lowerer, MAX_DEPTH, lower, span_of};
pub use node::*;
pub use part::*;
pub use query::{QueryError, Table};
