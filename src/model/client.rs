//! Clients: how often they are made and where they are kept.

pub(in crate::model) mod built;
pub(in crate::model) mod kept;
