//! The rules and their registry.

pub mod auth;
pub mod errors;
mod fixes;
pub mod once;
pub mod page;
pub mod request;
pub mod response;
pub mod retry;
pub mod streaming;
pub mod suppressions;
pub mod tools;

pub use fixes::fixes;

use crate::finding::{Finding, Severity};
use crate::lang::Language;
use crate::model::Project;

/// The group a rule belongs to.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Category {
    /// 429, 529, 5xx, connection errors.
    Retry,
    /// Reading what the API says.
    Errors,
    /// 401, 403, keys.
    Auth,
    /// 400, 404, 413 before they are sent.
    Request,
    /// Stop reasons, context window, refusals.
    Response,
    /// Tool use.
    Tools,
    /// Streams.
    Streaming,
    /// Comments that address the linter itself.
    Suppressions,
    /// Rules that a project brings along: queries of its own.
    Custom,
}

impl Category {
    /// All of them, in the order of the catalogue.
    pub const ALL: &[Category] = &[
        Category::Retry,
        Category::Errors,
        Category::Auth,
        Category::Request,
        Category::Response,
        Category::Tools,
        Category::Streaming,
        Category::Suppressions,
        Category::Custom,
    ];

    /// Lower-case name.
    pub fn name(self) -> &'static str {
        match self {
            Category::Retry => "retry",
            Category::Errors => "errors",
            Category::Auth => "auth",
            Category::Request => "request",
            Category::Response => "response",
            Category::Tools => "tools",
            Category::Streaming => "streaming",
            Category::Suppressions => "suppressions",
            Category::Custom => "custom",
        }
    }
}

/// Metadata and check of one rule.
#[derive(Debug)]
pub struct Rule {
    /// Name; never changes.
    pub id: &'static str,
    /// One line: what it finds.
    pub summary: &'static str,
    /// Its page.
    pub docs: &'static str,
    /// Group.
    pub category: Category,
    /// Usual severity.
    pub severity: Severity,
    /// Only with `--pedantic`.
    pub pedantic: bool,
    /// Languages it works in.
    pub languages: &'static [Language],
    /// Finds it in a project.
    pub check: fn(&Project, &mut Vec<Finding>),
}

/// All three languages.
pub const ALL_LANGUAGES: &[Language] = &[Language::Python, Language::TypeScript, Language::Rust];

/// Every rule, in the order of the catalogue.
pub static ALL: &[&Rule] = &[
    // One a line.
    &retry::missing_retry::RULE,
    &retry::retry_misses_overloaded::RULE,
    &retry::ineffective_retry::RULE,
    &retry::retry_after_partial_stream::RULE,
    &retry::missing_jitter::RULE,
    &retry::constant_backoff::RULE,
    &retry::unbounded_retry::RULE,
    &retry::retry_non_retryable::RULE,
    &retry::ignored_retry_after::RULE,
    &retry::stacked_retries::RULE,
    &retry::unbounded_concurrency::RULE,
    &retry::uncancelled_hedge::RULE,
    &retry::non_idempotent_retry::RULE,
    &retry::missing_timeout::RULE,
    &retry::client_per_request::RULE,
    &retry::blocking_call_in_async::RULE,
    &errors::unchecked_http_status::RULE,
    &errors::swallowed_api_error::RULE,
    &errors::error_matched_by_message::RULE,
    &errors::shadowed_error_handler::RULE,
    &errors::handler_misses_connection_errors::RULE,
    &errors::foreign_error_class::RULE,
    &errors::missing_request_id::RULE,
    &errors::logged_api_key::RULE,
    &auth::lazy_api_key::RULE,
    &auth::empty_api_key_default::RULE,
    &auth::hardcoded_api_key::RULE,
    &auth::exposed_api_key::RULE,
    &auth::missing_api_headers::RULE,
    &auth::wrong_endpoint::RULE,
    &request::missing_required_field::RULE,
    &request::unknown_model::RULE,
    &request::retired_model::RULE,
    &request::deprecated_model::RULE,
    &request::wrong_platform_model::RULE,
    &request::unsupported_parameter::RULE,
    &request::invalid_thinking::RULE,
    &request::max_tokens_over_limit::RULE,
    &request::blocking_long_request::RULE,
    &request::invalid_message::RULE,
    &request::invalid_content_block::RULE,
    &request::invalid_cache_control::RULE,
    &request::invalid_output_schema::RULE,
    &request::unbounded_payload::RULE,
    &request::hardcoded_media_type::RULE,
    &request::low_max_tokens::RULE,
    &request::removed_sdk_api::RULE,
    &response::unchecked_stop_reason::RULE,
    &response::incomplete_stop_reason::RULE,
    &response::unhandled_refusal::RULE,
    &response::unhandled_pause_turn::RULE,
    &response::refusal_by_text::RULE,
    &response::blind_content_index::RULE,
    &response::dropped_assistant_blocks::RULE,
    &response::unbounded_history::RULE,
    &response::wrong_tokenizer::RULE,
    &response::unguarded_model_json::RULE,
    &response::closed_stop_reason::RULE,
    &tools::unmatched_tool_use_id::RULE,
    &tools::unanswered_tool_use::RULE,
    &tools::dropped_parallel_tool_use::RULE,
    &tools::missing_assistant_turn::RULE,
    &tools::split_tool_results::RULE,
    &tools::tool_result_order::RULE,
    &tools::unbounded_tool_loop::RULE,
    &tools::unguarded_tool_execution::RULE,
    &tools::truncated_tool_call::RULE,
    &tools::history_trim_splits_tools::RULE,
    &tools::invalid_tool_definition::RULE,
    &tools::unvalidated_tool_input::RULE,
    &streaming::unhandled_stream_error::RULE,
    &streaming::incomplete_stream_accepted::RULE,
    &streaming::done_sentinel::RULE,
    &streaming::split_sse_chunk::RULE,
    &streaming::partial_tool_json::RULE,
    &streaming::unclosed_stream::RULE,
    &streaming::total_timeout_on_stream::RULE,
    &streaming::sse_relay_buffering::RULE,
    &suppressions::invalid_suppression::RULE,
    &suppressions::unused_suppression::RULE,
];

/// The rule of that name.
pub fn find(id: &str) -> Option<&'static Rule> {
    ALL.iter().copied().find(|r| r.id == id)
}
