//! Ids of models: where the code and its settings name one, and what it knows of the model.

mod alias;
mod fallback;
mod limit;
mod mention;
mod setting;
mod settings_file;

pub use mention::{ModelMention, ModelUse};
