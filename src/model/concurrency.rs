//! What runs beside other code: requests sent all at once, races, calls that hold up an event loop.

pub(in crate::model) mod blocking;
pub(in crate::model) mod fan_out;
mod own_loop;
pub(in crate::model) mod race;
