//! `claude-lint`: finds what will break in code that calls the Claude API.

pub mod baseline;
pub mod changes;
pub mod config;
pub mod custom;
pub mod error;
pub mod facts;
pub mod finding;
pub mod fix;
pub mod lang;
pub mod linter;
pub mod lsp;
pub mod model;
pub mod overview;
pub mod packages;
mod parallel;
pub mod report;
pub mod rules;
pub mod sdk;
pub mod selection;
pub mod source;
pub mod suppress;
