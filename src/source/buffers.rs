//! Texts that are open somewhere and stand for what is on disk.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::imports::{Reference, placed_modules, references};
use super::prefilter::{Mention, scan};
use super::{read, skip};
use crate::lang::{Dialect, Language};

/// Texts by the paths of their files, links resolved.
#[derive(Debug, Default, Clone)]
pub struct Buffers {
    texts: FxHashMap<PathBuf, Arc<str>>,
}

impl Buffers {
    /// Puts a text in the place of a file.
    pub fn set(&mut self, path: PathBuf, text: Arc<str>) {
        self.texts.insert(path, text);
    }

    /// Lets a file stand for itself again.
    pub fn remove(&mut self, path: &Path) {
        self.texts.remove(path);
    }

    /// The text that stands for a file.
    pub fn get(&self, path: &Path) -> Option<&Arc<str>> {
        self.texts.get(path)
    }

    /// All of them, in no order.
    pub fn iter(&self) -> impl Iterator<Item = (&Path, &Arc<str>)> {
        self.texts.iter().map(|(path, text)| (&**path, text))
    }

    /// What stands for a file, or what it holds. `Err` of the inner result: too large, with its size.
    pub(super) fn read(&self, path: &Path, limit: u64, buffer: &mut Vec<u8>) -> io::Result<Result<(), u64>> {
        let Some(text) = self.texts.get(path) else { return read::read(path, limit, buffer) };
        let size = text.len() as u64;
        buffer.clear();
        if size > limit {
            return Ok(Err(size));
        }
        buffer.extend_from_slice(text.as_bytes());
        Ok(Ok(()))
    }
}

/// What decides, in a text, which files are read together with it: as long as two texts of a file
/// have this in common, a project holds the same files with either.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ties {
    mention: Mention,
    is_left_out: bool,
    references: Vec<Vec<Reference>>,
    places: Vec<(String, String)>,
}

impl Ties {
    /// Those of a text.
    pub fn of(path: &Path, dialect: Dialect, text: &str) -> Ties {
        let bytes = text.as_bytes();
        let language = dialect.language();
        Ties {
            mention: scan(bytes),
            is_left_out: bytes.len() as u64 > skip::MAX_SOURCE_BYTES
                || skip::text(&path.to_string_lossy(), text, dialect).is_some(),
            references: references(language, bytes),
            places: if language == Language::Rust { placed_modules(bytes) } else { Vec::new() },
        }
    }
}
