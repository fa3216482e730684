//! Files: finding, reading, and positions in them.

mod file;
mod span;

pub use file::{FileId, SourceFile};
pub use span::Span;
