//! Reading what the API says.

pub(crate) mod error_matched_by_message;
pub(crate) mod foreign_error_class;
pub(crate) mod handler_misses_connection_errors;
pub(crate) mod logged_api_key;
pub(crate) mod missing_request_id;
pub(crate) mod shadowed_error_handler;
pub(crate) mod swallowed_api_error;
pub(crate) mod unchecked_http_status;
