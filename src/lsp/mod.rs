//! The language server: findings in texts as they are typed.
//!
//! The main loop ([`server`]) answers the editor and keeps the open texts ([`board`]); a second thread lints
//! ([`linting`]) what is kept in memory ([`workspace`]), told by [`mail`] what has changed. While keys
//! follow each other it looks only around the file that is typed in ([`amendment`] corrects what cannot
//! be seen from there); everything is linted beside that ([`root`]).

mod actions;
mod amendment;
mod board;
mod convert;
mod correction;
mod document;
mod handshake;
mod linting;
mod mail;
pub mod position;
mod root;
mod server;
mod settings;
pub mod workspace;

pub use server::{Ended, serve};
pub use settings::Options;
pub use workspace::{Change, Said, Task, Workspace};
