//! Stop reasons: where they are tested, handed on or put in other words, and what that leaves out.

pub(in crate::model) mod aside;
pub(in crate::model) mod closed_reason;
pub(in crate::model) mod raw_reason;
pub(in crate::model) mod stop_exit;
pub(in crate::model) mod stop_test;
pub(in crate::model) mod stop_values;
pub(in crate::model) mod stop_way;
pub(in crate::model) mod stop_word;
