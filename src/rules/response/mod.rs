//! Stop reasons, context window, refusals.

pub mod unchecked_stop_reason;
