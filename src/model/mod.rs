//! The language-neutral model rules are written against.

use crate::facts::FileFacts;
use crate::source::SourceFile;

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
