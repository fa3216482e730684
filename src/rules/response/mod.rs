//! Stop reasons, context window, refusals.

pub mod blind_content_index;
pub mod unchecked_stop_reason;
pub mod unguarded_model_json;
