//! 401, 403, keys.

pub mod empty_api_key_default;
pub mod exposed_api_key;
pub mod hardcoded_api_key;
pub mod lazy_api_key;
pub mod missing_api_headers;
pub mod wrong_endpoint;
