//! Comments that address the linter itself.

pub(crate) mod invalid_suppression;
pub(crate) mod unused_suppression;
