//! Which file an import means.
//!
//! One index over all files of a walk answers for the search of related files and for the
//! model, so that both mean the same file. Nothing here leaves the files that are known.

mod linked;
mod python;
mod rust;
mod typescript;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::lang::Language;
use crate::packages::{self, Packages, common, normal};
use crate::source::FileId;

pub(in crate::model) use linked::{Linked, Meant};

/// Paths of source files, indexed for imports.
#[derive(Debug, Default, Clone)]
pub struct Modules {
    files: Vec<Place>,
    /// By module path.
    by_module: FxHashMap<String, Vec<FileId>>,
    /// By the last component of the module path.
    by_stem: FxHashMap<String, Vec<FileId>>,
    packages: Packages,
    /// Folders with a file that a crate begins in.
    crate_folders: FxHashSet<String>,
    /// Modules of Rust whose file is said: `#[path = "…"] mod name;`.
    placed: FxHashMap<(FileId, String), FileId>,
    /// The file that says so.
    placed_by: FxHashMap<FileId, FileId>,
}

/// Where a file stands.
#[derive(Debug, Clone)]
struct Place {
    path: String,
    language: Language,
    /// The folder it is in.
    folder: String,
    /// The folder, and the stem unless the file stands for the folder.
    module: String,
    /// Of files with one module path, the one of the smallest rank is meant.
    rank: u8,
    /// A crate begins in it.
    is_root: bool,
}

impl Modules {
    /// Indexes files, given as path and language; their ids are their positions.
    pub fn new<'a>(paths: impl Iterator<Item = (&'a str, Language)>, packages: Packages) -> Modules {
        let mut modules = Modules { packages, ..Modules::default() };
        for (i, (path, language)) in paths.enumerate() {
            let place = modules.placed_at(path, language);
            let id = FileId(i as u32);
            if !path.ends_with(".ipynb") {
                let stem = packages::name(&place.module).to_string();
                modules.by_stem.entry(stem).or_default().push(id);
                modules.by_module.entry(place.module.clone()).or_default().push(id);
            }
            if place.is_root {
                modules.crate_folders.insert(place.folder.clone());
            }
            modules.files.push(place);
        }
        modules
    }

    fn placed_at(&self, path: &str, language: Language) -> Place {
        let path = normal(path).unwrap_or_default();
        let (folder, file) = (packages::folder(&path).to_string(), packages::name(&path));
        // `claude.test.ts` is no `./claude`.
        let (stem, extension) = match language {
            Language::TypeScript => file.rsplit_once('.').unwrap_or((file, "")),
            Language::Python | Language::Rust => file.split_once('.').unwrap_or((file, "")),
        };
        let mut is_root = false;
        let (package, rank) = match language {
            // Of a file and a folder of one name, Python means the folder, the others the file.
            Language::Python => {
                (stem == "__init__", u8::from(stem != "__init__") * 2 + u8::from(extension != "py"))
            }
            Language::TypeScript => {
                let index = stem == "index";
                (index, u8::from(index) * 2 + u8::from(!extension.contains("ts")))
            }
            Language::Rust => {
                is_root = self.is_crate_root(&path, &folder, stem);
                match stem {
                    "lib" => (true, 1),
                    "main" => (true, 2),
                    "mod" => (true, 3),
                    _ => (false, 0),
                }
            }
        };
        let module = match (package, folder.is_empty()) {
            (true, _) => folder.clone(),
            (false, true) => stem.to_string(),
            (false, false) => format!("{folder}/{stem}"),
        };
        Place { path, language, folder, module, rank, is_root }
    }

    fn place(&self, file: FileId) -> &Place {
        &self.files[file.0 as usize]
    }

    /// The file of a module path.
    fn exact(&self, language: Language, module: &str) -> Option<FileId> {
        let found = self.by_module.get(module)?;
        let of_language = found.iter().copied().filter(|&f| self.place(f).language == language);
        of_language.min_by_key(|&f| (self.place(f).rank, f))
    }

    /// The file whose module path ends with `tail`, nearest to `from`; `None` when two are equally
    /// near. `fits` is asked about the folder that the tail starts from.
    fn suffix(&self, from: FileId, tail: &str, fits: impl Fn(&str) -> bool) -> Option<FileId> {
        let here = self.place(from);
        let found = self.by_stem.get(packages::name(tail))?;
        let mut best: Option<(usize, FileId)> = None;
        let mut tie = false;
        for &f in found {
            let place = self.place(f);
            if f == from || place.language != here.language {
                continue;
            }
            let Some(root) = place.module.strip_suffix(tail) else { continue };
            let root = match root.strip_suffix('/') {
                Some(root) => root,
                None if root.is_empty() => root,
                None => continue,
            };
            if !fits(root) {
                continue;
            }
            let near = common(&here.folder, root);
            match best {
                Some((n, _)) if n > near => {}
                Some((n, other)) if n == near && self.place(other).module == place.module => {
                    if place.rank < self.place(other).rank {
                        best = Some((near, f));
                    }
                }
                Some((n, _)) if n == near => tie = true,
                _ => (best, tie) = (Some((near, f)), false),
            }
        }
        best.filter(|_| !tie).map(|b| b.1)
    }

    /// Of some folders, the one nearest to a file; `None` when two are equally near.
    fn nearest<'a>(&self, from: FileId, folders: &'a [String]) -> Option<&'a str> {
        let here = &self.place(from).folder;
        let near = |folder: &str| common(here, folder);
        let best = folders.iter().max_by_key(|f| near(f))?;
        let as_near = folders.iter().filter(|f| near(f) == near(best)).count();
        // Its own package is above a file; others that are as near are only beside it.
        let own = folders.iter().find(|f| near(f) == near(best) && near(f) == common(f, f));
        own.or((as_near == 1).then_some(best)).map(String::as_str)
    }

    /// The file a module path names, seen from a file; `None` for other packages. `level` is
    /// the number of leading dots in Python.
    pub fn resolve(&self, from: FileId, module: &str, level: u32) -> Option<FileId> {
        match self.place(from).language {
            Language::Python => self.python(from, module, level),
            Language::TypeScript => self.typescript(from, module),
            Language::Rust => self.rust(from, module),
        }
    }

    /// What a package is called itself that a file calls otherwise: `npm:`, renamed dependencies.
    pub fn real_name(&self, from: FileId, module: &str) -> String {
        let place = self.place(from);
        match place.language {
            Language::Python => module.to_string(),
            Language::TypeScript => self.packages.real_package(&place.folder, module),
            Language::Rust => {
                let (first, rest) = module.split_at(module.find('.').unwrap_or(module.len()));
                match self.packages.real_crate(&place.folder, first) {
                    Some(real) => format!("{real}{rest}"),
                    None => module.to_string(),
                }
            }
        }
    }
}

#[cfg(test)]
mod tests;
