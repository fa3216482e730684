//! Tool use.

pub(crate) mod dropped_parallel_tool_use;
pub(crate) mod history_trim_splits_tools;
pub(crate) mod invalid_tool_definition;
pub(crate) mod missing_assistant_turn;
pub(crate) mod split_tool_results;
pub(crate) mod tool_result_order;
pub(crate) mod truncated_tool_call;
pub(crate) mod unanswered_tool_use;
pub(crate) mod unbounded_tool_loop;
pub(crate) mod unguarded_tool_execution;
pub(crate) mod unmatched_tool_use_id;
pub(crate) mod unvalidated_tool_input;
