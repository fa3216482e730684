//! Stop reasons, context window, refusals.

pub(crate) mod blind_content_index;
pub(crate) mod closed_stop_reason;
pub(crate) mod dropped_assistant_blocks;
pub(crate) mod incomplete_stop_reason;
pub(crate) mod refusal_by_text;
pub(crate) mod unbounded_history;
pub(crate) mod unchecked_stop_reason;
pub(crate) mod unguarded_model_json;
pub(crate) mod unhandled_pause_turn;
pub(crate) mod unhandled_refusal;
pub(crate) mod wrong_tokenizer;
