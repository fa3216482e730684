//! 401, 403, keys.

pub mod lazy_api_key;
