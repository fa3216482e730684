//! What the tests of rules share.

pub(crate) mod markdown;

pub(crate) use claude_lint::custom::marks::Case;
