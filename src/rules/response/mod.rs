//! Stop reasons, context window, refusals.

pub mod blind_content_index;
pub mod closed_stop_reason;
pub mod dropped_assistant_blocks;
pub mod incomplete_stop_reason;
pub mod refusal_by_text;
pub mod unbounded_history;
pub mod unchecked_stop_reason;
pub mod unguarded_model_json;
pub mod unhandled_pause_turn;
pub mod unhandled_refusal;
pub mod wrong_tokenizer;
