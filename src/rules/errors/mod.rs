//! Reading what the API says.

pub mod logged_api_key;
