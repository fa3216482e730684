//! 401, 403, keys.

pub(crate) mod empty_api_key_default;
pub(crate) mod exposed_api_key;
pub(crate) mod hardcoded_api_key;
pub(crate) mod lazy_api_key;
pub(crate) mod missing_api_headers;
pub(crate) mod wrong_endpoint;
