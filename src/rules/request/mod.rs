//! Rules about requests that the API turns away.

pub mod blocking_long_request;
pub mod hardcoded_media_type;
pub mod invalid_cache_control;
pub mod invalid_content_block;
pub mod invalid_message;
pub mod invalid_output_schema;
pub mod invalid_thinking;
pub mod low_max_tokens;
pub mod missing_required_field;
pub mod unbounded_payload;
pub mod unsupported_parameter;
