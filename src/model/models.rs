//! Models: where their ids are written, what they can do and which fields they are sent.

pub(in crate::model) mod abilities;
pub(in crate::model) mod model_guard;
pub(in crate::model) mod model_id;
pub(in crate::model) mod output_limit;
pub(in crate::model) mod sampling_default;
pub(in crate::model) mod spared_models;
