//! Files: finding, reading, and positions in them.

mod cells;
mod config;
mod file;
mod gather;
mod ignore_file;
mod imports;
mod ipynb;
mod judge;
mod lines;
mod magics;
pub mod manifest;
mod notebook;
mod prefilter;
mod problem;
mod read;
mod related;
mod role;
mod settings;
mod skip;
mod span;
mod surroundings;
mod walk;

pub use cells::Cell;
pub use file::{FileId, SourceFile};
pub use gather::{Gathered, GivenText, gather};
pub use lines::{LineIndex, Position};
pub use notebook::{Notebook, NotebookError, NotebookPlace};
pub use problem::{Note, Problem, io_reason};
pub use related::index;
pub use role::Role;
pub use settings::{Setting, SettingsFile, SettingsKind, settings_kind};
pub use span::Span;
pub use walk::{BadGlob, Found, FoundConfig, Visit, WalkLog, WalkOptions, walk};
