//! Streams.

pub(crate) mod done_sentinel;
pub(crate) mod incomplete_stream_accepted;
pub(crate) mod partial_tool_json;
pub(crate) mod split_sse_chunk;
pub(crate) mod sse_relay_buffering;
pub(crate) mod total_timeout_on_stream;
pub(crate) mod unclosed_stream;
pub(crate) mod unhandled_stream_error;
