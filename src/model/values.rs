//! What an expression may stand for, where its value comes from and where it goes.

pub(in crate::model) mod came_from;
pub(in crate::model) mod construct;
pub(in crate::model) mod element;
pub(in crate::model) mod eval;
pub(in crate::model) mod flow;
pub(in crate::model) mod json;
pub(in crate::model) mod keyed;
pub(in crate::model) mod keyword_rest;
pub(in crate::model) mod left_out;
pub(in crate::model) mod length;
pub(in crate::model) mod literal;
pub(in crate::model) mod look_up;
pub(in crate::model) mod loop_value;
pub(in crate::model) mod made_of;
pub(in crate::model) mod number;
pub(in crate::model) mod record_key;
pub(in crate::model) mod sifted;
pub(in crate::model) mod table;
pub(in crate::model) mod truth;
pub(in crate::model) mod value;
pub(in crate::model) mod way_out;
