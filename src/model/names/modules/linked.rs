//! The index of modules as the model sees it: of all files, only some are in it.

use std::cell::RefCell;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::Modules;
use crate::facts::{Import, Name};
use crate::packages::normal;
use crate::source::FileId;

/// What an import means to the model.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::model) enum Meant {
    /// A file of the model.
    File(FileId),
    /// A file of the project that nobody has read.
    Unread,
    /// Another package.
    Foreign,
}

impl Meant {
    pub(in crate::model) fn file(self) -> Option<FileId> {
        match self {
            Meant::File(file) => Some(file),
            Meant::Unread | Meant::Foreign => None,
        }
    }
}

/// Modules, by the ids of the model.
#[derive(Debug, Default)]
pub(in crate::model) struct Linked {
    modules: Arc<Modules>,
    /// Ids in the index, by those of the model.
    outer: Vec<FileId>,
    /// Ids of the model, by those in the index.
    inner: FxHashMap<FileId, FileId>,
    /// What was asked before.
    known: RefCell<FxHashMap<(FileId, Name, u32), Meant>>,
}

impl Linked {
    /// Finds the files of the model, given by their paths, in the index.
    pub(in crate::model) fn new<'a>(modules: Arc<Modules>, paths: impl Iterator<Item = &'a str>) -> Linked {
        let mut by_path: FxHashMap<&str, FileId> = FxHashMap::default();
        for (i, place) in modules.files.iter().enumerate() {
            by_path.insert(&place.path, FileId(i as u32));
        }
        let find = |path| by_path.get(&*normal(path).unwrap_or_default()).copied();
        let outer: Vec<Option<FileId>> = paths.map(find).collect();
        let inner = outer.iter().enumerate().filter_map(|(i, outer)| Some(((*outer)?, FileId(i as u32))));
        let inner = inner.collect();
        // What is not in the index imports nothing.
        let outer = outer.into_iter().map(|o| o.unwrap_or(FileId(u32::MAX))).collect();
        Linked { modules, outer, inner, known: RefCell::default() }
    }

    fn outer(&self, file: FileId) -> Option<FileId> {
        self.outer.get(file.0 as usize).copied().filter(|f| f.0 != u32::MAX)
    }

    /// What an import means.
    pub(in crate::model) fn import(&self, from: FileId, import: &Import) -> Meant {
        self.meant(from, &import.module, import.level)
    }

    /// What a module path means, `level` dots in front of it.
    pub(in crate::model) fn meant(&self, from: FileId, module: &str, level: u32) -> Meant {
        let key = (from, Name::from(module), level);
        if let Some(known) = self.known.borrow().get(&key) {
            return *known;
        }
        let meant = match self.outer(from).and_then(|from| self.modules.resolve(from, module, level)) {
            None => Meant::Foreign,
            Some(found) => self.inner.get(&found).map_or(Meant::Unread, |f| Meant::File(*f)),
        };
        self.known.borrow_mut().insert(key, meant);
        meant
    }

    /// The file of a module path.
    pub(in crate::model) fn file(&self, from: FileId, module: &str, level: u32) -> Option<FileId> {
        self.meant(from, module, level).file()
    }

    /// What a package is called itself.
    pub(in crate::model) fn real_name(&self, from: FileId, module: &str) -> String {
        match self.outer(from) {
            Some(from) => self.modules.real_name(from, module),
            None => module.to_string(),
        }
    }

    /// The other file that a crate of the same folder begins in.
    pub(in crate::model) fn other_root(&self, file: FileId) -> Option<FileId> {
        let other = self.modules.other_root(self.outer(file)?)?;
        self.inner.get(&other).copied()
    }
}
