//! Files: finding, reading, and positions in them.

mod file;
mod lines;
mod role;
mod span;

pub use file::{FileId, SourceFile};
pub use lines::{LineIndex, Position};
pub use role::Role;
pub use span::Span;
