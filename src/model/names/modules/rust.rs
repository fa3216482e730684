//! Modules of Rust.

use super::Modules;
use crate::lang::Language;
use crate::packages::{ancestors, folder, in_code, name};
use crate::source::FileId;

/// Paths of files that say where others are may go in circles.
const MAX_STEPS: usize = 64;

impl Modules {
    /// Whether a crate begins in a file.
    pub(super) fn is_crate_root(&self, path: &str, folder: &str, stem: &str) -> bool {
        if matches!(stem, "lib" | "main") {
            return true;
        }
        let above = super::packages::folder(folder);
        let beside = match name(folder) {
            "bin" => name(above) == "src",
            "examples" | "tests" | "benches" => self.has_manifest(above),
            _ => stem == "build" && self.has_manifest(folder),
        };
        let said = |(_, c): (_, &crate::packages::Crate)| {
            c.library.as_deref() == Some(path) || c.roots.iter().any(|r| r == path)
        };
        stem != "mod" && (beside || self.packages.crate_of(folder).is_some_and(said))
    }

    fn has_manifest(&self, path: &str) -> bool {
        self.packages.crate_of(path).is_some_and(|(folder, _)| folder == path)
    }

    /// `#[path = "…"] mod name;` in a file: the module is in the file at that path.
    pub fn place_module(&mut self, from: FileId, module: &str, path: &str) {
        let here = self.place(from);
        let Some(path) = crate::packages::join(&here.folder, path) else { return };
        let stem = path.strip_suffix(".rs").unwrap_or(&path);
        let stem = stem.strip_suffix("/mod").unwrap_or(stem);
        let found = self.by_module.get(stem).into_iter().flatten();
        if let Some(&found) = found.into_iter().find(|f| self.place(**f).path == path) {
            self.placed.insert((from, module.to_string()), found);
            self.placed_by.entry(found).or_insert(from);
        }
    }

    /// Whether any module is in a file of another name.
    pub fn places_modules(&self) -> bool {
        !self.placed.is_empty()
    }

    /// `crate.a.b`, `self.a`, `super.a`, a module beside, or a crate of the workspace.
    pub(super) fn rust(&self, from: FileId, module: &str) -> Option<FileId> {
        let parts: Vec<&str> = module.split('.').filter(|p| !p.is_empty()).collect();
        let (&first, mut rest) = parts.split_first()?;
        let mut start = match first {
            "crate" => Start { file: self.crate_root(from), children: self.crate_folder(from) },
            "self" => self.inside(from),
            "super" => self.above(from)?,
            name => {
                if let Some(found) = self.descend(self.inside(from), &parts).filter(|f| *f != from) {
                    return Some(found);
                }
                self.library(from, name)?
            }
        };
        while let Some((&part, more)) = rest.split_first() {
            match part {
                "self" => {}
                "super" => start = self.above_start(&start)?,
                _ => break,
            }
            rest = more;
        }
        match rest {
            [] => start.file.or_else(|| self.exact(Language::Rust, &start.children)),
            [inner @ .., "self"] if !inner.is_empty() => self.descend(start, inner),
            rest => self.descend(start, rest),
        }
    }

    /// The other file that a crate of the same folder begins in: `main.rs` beside `lib.rs`.
    pub fn other_root(&self, file: FileId) -> Option<FileId> {
        let place = self.place(file);
        if !place.is_root {
            return None;
        }
        let beside = self.by_module.get(&place.folder)?.iter().copied();
        let mut beside =
            beside.filter(|&f| self.place(f).is_root && self.place(f).language == Language::Rust);
        beside.find(|&f| f != file)
    }

    fn inside(&self, file: FileId) -> Start {
        let place = self.place(file);
        // What a file of another place declares is beside it.
        let beside = place.is_root || self.placed_by.contains_key(&file);
        let children = if beside { place.folder.clone() } else { place.module.clone() };
        Start { file: Some(file), children }
    }

    fn above(&self, file: FileId) -> Option<Start> {
        if let Some(&by) = self.placed_by.get(&file) {
            return Some(self.inside(by));
        }
        let place = self.place(file);
        if place.is_root {
            return None;
        }
        Some(self.at_module(folder(&place.module)))
    }

    fn above_start(&self, start: &Start) -> Option<Start> {
        match start.file {
            Some(file) => self.above(file),
            None => Some(self.at_module(folder(&start.children))),
        }
    }

    fn at_module(&self, module: &str) -> Start {
        match self.exact(Language::Rust, module) {
            Some(file) => self.inside(file),
            None => Start { file: None, children: module.to_string() },
        }
    }

    /// The module of a path below another.
    fn descend(&self, mut start: Start, parts: &[&str]) -> Option<FileId> {
        if self.places_modules() {
            for (i, part) in parts.iter().enumerate().take(MAX_STEPS) {
                let placed = start.file.and_then(|f| self.placed.get(&(f, (*part).to_string())));
                let child = join(&start.children, &[part]);
                start = match placed.copied().or_else(|| self.exact(Language::Rust, &child)) {
                    Some(file) if i + 1 == parts.len() => return Some(file),
                    Some(file) => self.inside(file),
                    None => Start { file: None, children: child },
                };
            }
            return None;
        }
        self.exact(Language::Rust, &join(&start.children, parts))
    }

    /// The folder that the modules of a file's crate are in.
    fn crate_folder(&self, from: FileId) -> String {
        let place = self.place(from);
        if place.is_root {
            return place.folder.clone();
        }
        let here = &*place.folder;
        if let Some(found) = ancestors(here).find(|f| self.crate_folders.contains(*f)) {
            return found.to_string();
        }
        let usual = |f: &&str| matches!(name(f), "src" | "examples" | "tests");
        match ancestors(here).find(usual) {
            Some(found) => found.to_string(),
            None => here.split('/').next().unwrap_or_default().to_string(),
        }
    }

    fn crate_root(&self, from: FileId) -> Option<FileId> {
        if self.place(from).is_root {
            return Some(from);
        }
        let folder = self.crate_folder(from);
        let found = self.exact(Language::Rust, &folder).filter(|&f| self.place(f).is_root);
        // `[lib] path = "src/other.rs"`
        found.or_else(|| {
            let library = self.packages.crate_of(&self.place(from).folder)?.1.library.as_deref()?;
            self.file_of(library).filter(|&f| self.place(f).folder == folder)
        })
    }

    fn file_of(&self, path: &str) -> Option<FileId> {
        let stem = path.strip_suffix(".rs")?;
        let module = match name(stem) {
            "lib" | "main" | "mod" => folder(stem),
            _ => stem,
        };
        self.by_module.get(module)?.iter().copied().find(|&f| self.place(f).path == path)
    }

    /// The library that code in a file calls by a name.
    fn library(&self, from: FileId, called: &str) -> Option<Start> {
        let here = &self.place(from).folder;
        let real = self.packages.real_crate(here, called).unwrap_or(called);
        let folders = self.packages.crate_folders(real);
        if let Some(root) = self.nearest(from, folders) {
            let said = self.packages.crate_of(root).and_then(|(_, c)| c.library.as_deref());
            let file = match said {
                Some(path) => self.file_of(path),
                None => self.exact(Language::Rust, &join(root, &["src"])),
            };
            return file.map(|f| self.inside(f));
        }
        if self.packages.crates().next().is_some() {
            return None;
        }
        // Without a manifest in sight: a folder of that name.
        let found = self.by_stem.get("src")?.iter().copied().find(|&f| {
            let place = self.place(f);
            let of = name(folder(&place.module));
            place.language == Language::Rust && place.is_root && in_code(of) == called && f != from
        });
        found.map(|f| self.inside(f))
    }
}

/// A module to go on from: its file, if there is one, and the folder of those inside it.
struct Start {
    file: Option<FileId>,
    children: String,
}

fn join(start: &str, parts: &[&str]) -> String {
    let tail = parts.join("/");
    match (start.is_empty(), tail.is_empty()) {
        (true, _) => tail,
        (_, true) => start.to_string(),
        _ => format!("{start}/{tail}"),
    }
}
