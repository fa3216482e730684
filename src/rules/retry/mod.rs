//! 429, 529, 5xx, connection errors.

pub mod blocking_call_in_async;
pub mod client_per_request;
pub mod missing_jitter;
pub mod missing_retry;
pub mod missing_timeout;
pub mod unbounded_concurrency;
pub mod uncancelled_hedge;
