//! Tool use.

pub mod dropped_parallel_tool_use;
pub mod history_trim_splits_tools;
pub mod invalid_tool_definition;
pub mod missing_assistant_turn;
pub mod split_tool_results;
pub mod tool_result_order;
pub mod truncated_tool_call;
pub mod unanswered_tool_use;
pub mod unbounded_tool_loop;
pub mod unguarded_tool_execution;
pub mod unmatched_tool_use_id;
pub mod unvalidated_tool_input;
