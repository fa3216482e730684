//! What runs, how often and under which conditions: calls, branches, loops.

pub(in crate::model) mod branch;
pub(in crate::model) mod called_limit;
pub(in crate::model) mod calls;
pub(in crate::model) mod counter;
pub(in crate::model) mod decorator;
pub(in crate::model) mod guarded;
pub(in crate::model) mod guarded_number;
pub(in crate::model) mod loop_bound;
pub(in crate::model) mod loop_input;
mod no_return;
pub(in crate::model) mod reach;
pub(in crate::model) mod region;
