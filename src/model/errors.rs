//! Failures: how code tells one error from another, and what stands between a failing call and the outside.

pub(in crate::model) mod boundary;
pub(in crate::model) mod error_class;
pub(in crate::model) mod error_test;
pub(in crate::model) mod error_words;
pub(in crate::model) mod handler;
pub(in crate::model) mod own_error;
pub(in crate::model) mod status;
mod unread_status;
