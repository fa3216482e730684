//! Reading what the API says.

pub mod error_matched_by_message;
pub mod foreign_error_class;
pub mod handler_misses_connection_errors;
pub mod logged_api_key;
pub mod missing_request_id;
pub mod shadowed_error_handler;
pub mod swallowed_api_error;
pub mod unchecked_http_status;
