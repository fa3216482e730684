//! Configuration: files, what is given with a run, and what follows from both for each file.
//!
//! - [`document`]: a file as it is written, and its JSON Schema.
//! - [`load`]: finding and reading files; [`written`]: `extend`; [`recover`], [`problem`]: all that is wrong
//!   in them.
//! - [`rulebook`]: which rules hold in which file, and with which options.
//! - [`wrappers`]: names that stand for what an SDK offers.

pub mod document;
pub mod load;
mod problem;
mod recover;
pub mod rulebook;
mod rules;
mod schema;
mod wrappers;
mod written;

pub use document::Document;
pub use load::Config;
pub use problem::BadConfig;
pub(crate) use recover::understood;
pub use rulebook::{Given, Rulebook};
pub use rules::{Rules, RulesOfFiles};
pub use schema::json_schema;
pub(crate) use wrappers::NearerNeedles;
pub use wrappers::{WrapperNeedles, Wrappers};
