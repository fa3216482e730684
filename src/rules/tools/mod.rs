//! Tool use.

pub mod invalid_tool_definition;
pub mod unbounded_tool_loop;
pub mod unmatched_tool_use_id;
