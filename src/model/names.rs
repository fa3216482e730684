//! What a name stands for: scopes, imports, modules, types and their members.

pub(in crate::model) mod enclosing;
pub(in crate::model) mod imports;
pub(in crate::model) mod index;
pub(in crate::model) mod inherit;
pub(in crate::model) mod locate;
pub(in crate::model) mod member;
pub(in crate::model) mod modules;
pub(in crate::model) mod scope;
pub(in crate::model) mod wire;
pub(in crate::model) mod words;
