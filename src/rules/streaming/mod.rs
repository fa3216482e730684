//! Streams.

pub mod done_sentinel;
pub mod incomplete_stream_accepted;
pub mod partial_tool_json;
pub mod split_sse_chunk;
pub mod sse_relay_buffering;
pub mod total_timeout_on_stream;
pub mod unclosed_stream;
pub mod unhandled_stream_error;
