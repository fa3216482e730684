//! 429, 529, 5xx, connection errors.

pub mod missing_jitter;
pub mod missing_retry;
