//! The language-neutral model rules are written against.

mod modules;
mod scope;
mod value;

use crate::facts::FileFacts;
use crate::source::SourceFile;

pub use scope::{Def, Origin, Scopes, Step, enclosing_function};
pub use value::{Client, External, Field, Hop, NodeRef, Response, Text, Value};

/// Every candidate file of a run with its facts, linked.
#[derive(Debug)]
pub struct Project {
    /// Files and their facts; `FileId` is the index.
    pub files: Vec<(SourceFile, FileFacts)>,
}

impl Project {
    /// Links files.
    pub fn new(files: Vec<(SourceFile, FileFacts)>) -> Project {
        Project { files }
    }
}
