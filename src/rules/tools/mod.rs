//! Tool use.

pub mod unbounded_tool_loop;
pub mod unmatched_tool_use_id;
