//! Comments that address the linter itself.

pub mod invalid_suppression;
pub mod unused_suppression;
