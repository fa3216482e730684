//! The second wave: files that never mention Claude and yet decide about code that does.
//!
//! `from llm import client` names no API, and the function that retries lives in a file
//! that knows nothing but sleeping. So the files around those of the first wave are
//! taken in: who imports them, up to two steps away, and what they import. A package
//! file that only passes names on (`__init__.py`, `index.ts`, `mod.rs`) is no step.

mod neighbours;

use rustc_hash::{FxHashMap, FxHashSet};

use super::imports::{Reference, placed_modules, references};
use super::role::Role;
use super::{FileId, SourceFile};
use crate::lang::Language;
use crate::model::Modules;
use crate::packages::{ConfigFile, Packages};
pub use neighbours::Neighbours;

/// Steps from a file of the first wave to those that import it.
const MAX_STEPS: usize = 2;

/// A module that more files import is part of the furniture: its importers come last. One of the first wave is
/// what this is about, so there it takes more.
const COMMON_IMPORTERS: usize = 20;
const COMMON_FIRST_IMPORTERS: usize = 60;

/// How many files may be added: some for small projects, and in proportion for large ones.
const EXTRA_BASE: usize = 100;
const EXTRA_PER_FILE: usize = 2;

/// How many of those nearest by may be added whatever the number of the others: who calls nothing of the first
/// wave is concluded from them, so that one that is left out makes that wrong.
const MAX_NEAR: usize = 600;

/// Who imports whom, by index into the files of the walk.
#[derive(Debug, Default)]
pub(super) struct ImportGraph {
    imports: Vec<Vec<u32>>,
    importers: Vec<Vec<u32>>,
    passes_on: Vec<bool>,
    tests: Vec<bool>,
    /// The files that declare what types of a file are derived from.
    bases: FxHashMap<u32, Vec<u32>>,
}

/// The files of one walk, by which imports are resolved.
pub(super) struct Tree {
    modules: Modules,
    languages: Vec<Language>,
    passes_on: Vec<bool>,
    tests: Vec<bool>,
}

/// What a text says of other files.
#[derive(Debug, Default)]
pub(super) struct Said {
    /// The files it imports.
    imports: Vec<u32>,
    /// Modules whose files it names.
    places: Vec<(String, String)>,
}

/// The index of imports over texts in memory.
pub fn index(files: &[SourceFile], configs: &[ConfigFile]) -> Modules {
    let paths: Vec<(&str, Language)> =
        files.iter().filter_map(|f| Some((&*f.path, f.dialect?.language()))).collect();
    let mut tree = Tree::new(&paths, Packages::new(configs).0);
    for (file, source) in files.iter().enumerate() {
        tree.place(file, &tree.places(file, source.text.as_bytes()));
    }
    tree.modules
}

impl Tree {
    /// Indexes paths with their languages.
    pub(super) fn new(files: &[(&str, Language)], packages: Packages) -> Tree {
        let stem = |path: &str| {
            let name = path.rsplit('/').next().unwrap_or(path);
            matches!(name.split('.').next(), Some("__init__" | "index" | "mod"))
        };
        Tree {
            modules: Modules::new(files.iter().copied(), packages),
            languages: files.iter().map(|f| f.1).collect(),
            passes_on: files.iter().map(|f| stem(f.0)).collect(),
            tests: files.iter().map(|f| Role::of(f.0).is_test).collect(),
        }
    }

    /// What a text says of other files.
    pub(super) fn read(&self, file: usize, bytes: &[u8]) -> Said {
        Said { imports: self.imports(file, bytes), places: self.places(file, bytes) }
    }

    fn places(&self, file: usize, bytes: &[u8]) -> Vec<(String, String)> {
        match self.languages[file] {
            Language::Rust => placed_modules(bytes),
            Language::Python | Language::TypeScript => Vec::new(),
        }
    }

    /// Whether texts must be read again since some say where modules are.
    pub(super) fn learn(&mut self, said: &[Said]) -> bool {
        for (file, said) in said.iter().enumerate() {
            self.place(file, &said.places);
        }
        self.modules.places_modules()
    }

    fn place(&mut self, file: usize, places: &[(String, String)]) {
        for (module, path) in places {
            self.modules.place_module(FileId(file as u32), module, path);
        }
    }

    /// Whether modules of a file's language can be in files of other names.
    pub(super) fn is_placed(&self, file: usize) -> bool {
        self.languages[file] == Language::Rust
    }

    /// The index, for the model.
    pub(super) fn into_modules(self) -> Modules {
        self.modules
    }

    /// The files that a text imports.
    fn imports(&self, file: usize, bytes: &[u8]) -> Vec<u32> {
        let mut out = Vec::new();
        let mut seen: FxHashSet<(String, u32)> = FxHashSet::default();
        let from = FileId(file as u32);
        for alternatives in references(self.languages[file], bytes) {
            let Some(first) = alternatives.first() else { continue };
            if !seen.insert((first.module.clone(), first.level)) {
                continue;
            }
            let resolve = |r: &Reference| self.modules.resolve(from, &r.module, r.level);
            out.extend(alternatives.iter().find_map(resolve).map(|found| found.0));
        }
        out.retain(|&target| target as usize != file);
        out.sort_unstable();
        out.dedup();
        out
    }

    /// The graph, from the imports of every file.
    pub(super) fn graph(&self, said: Vec<Said>) -> ImportGraph {
        let imports: Vec<Vec<u32>> = said.into_iter().map(|s| s.imports).collect();
        let mut importers = vec![Vec::new(); imports.len()];
        for (file, targets) in imports.iter().enumerate() {
            for &target in targets {
                importers[target as usize].push(file as u32);
            }
        }
        ImportGraph {
            imports,
            importers,
            passes_on: self.passes_on.clone(),
            tests: self.tests.clone(),
            bases: FxHashMap::default(),
        }
    }
}

/// How urgently a file is wanted; smaller comes first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Want {
    /// Imported by a file of the first wave.
    Helper,
    /// Imports a file of the first wave.
    Importer,
    /// Imports one of those.
    FarImporter,
    /// Imported by one of those.
    HelperOfHelper,
    /// Imported by one of those that only passes names on.
    PassedOn,
    /// Imports what half the project imports.
    Crowd,
}

impl ImportGraph {
    /// The files to add to those of the first wave, the most urgent first.
    pub(super) fn related(&self, first_wave: &[u32]) -> Vec<u32> {
        let mut wanted: FxHashMap<u32, Want> = FxHashMap::default();
        for &file in first_wave {
            for &helper in &self.imports[file as usize] {
                want(&mut wanted, helper, Want::Helper);
            }
        }
        self.want_importers(first_wave, MAX_STEPS, &mut wanted);
        // Those who are given an object by the type that it is derived from.
        let bases = first_wave.iter().filter_map(|file| self.bases.get(file)).flatten();
        let bases: Vec<u32> = bases.copied().filter(|base| !first_wave.contains(base)).collect();
        self.want_importers(&bases, 1, &mut wanted);
        let near: Vec<u32> = wanted.iter().filter(|w| *w.1 < Want::Crowd).map(|w| *w.0).collect();
        for file in near {
            for &helper in &self.imports[file as usize] {
                want(&mut wanted, helper, Want::HelperOfHelper);
                if self.passes_on[helper as usize] {
                    for &passed in &self.imports[helper as usize] {
                        want(&mut wanted, passed, Want::PassedOn);
                    }
                }
            }
        }
        for file in first_wave {
            wanted.remove(file);
        }
        // Tests call what production code calls, and decide about none of it.
        let urgency = |(&file, &want): (&u32, &Want)| {
            (self.tests[file as usize], want, self.importers[file as usize].len(), file)
        };
        let mut list: Vec<_> = wanted.iter().map(urgency).collect();
        list.sort_unstable();
        let near = list.iter().take_while(|(test, want, ..)| !test && *want <= Want::FarImporter).count();
        let rest = EXTRA_BASE + EXTRA_PER_FILE * first_wave.len();
        list.truncate(rest.max(near.min(MAX_NEAR)));
        list.into_iter().map(|(.., file)| file).collect()
    }

    /// Which of the targets the files import, directly or through a few others.
    pub(super) fn reached(&self, files: &[u32], targets: &[u32]) -> Vec<u32> {
        let mut seen: FxHashSet<u32> = files.iter().copied().collect();
        let mut level = files.to_vec();
        for _ in 0..=MAX_STEPS {
            let imports = level.iter().flat_map(|&file| &self.imports[file as usize]);
            level = imports.copied().filter(|&file| seen.insert(file)).collect();
        }
        targets.iter().copied().filter(|file| seen.contains(file)).collect()
    }

    /// Learns which files declare what the types of a file are derived from; `declares` says whether
    /// a file does.
    pub(super) fn find_bases(&mut self, file: u32, mut declares: impl FnMut(u32) -> bool) {
        let mut targets: Vec<u32> = Vec::new();
        for &target in &self.imports[file as usize] {
            targets.push(target);
            if self.passes_on[target as usize] {
                targets.extend(&self.imports[target as usize]);
            }
        }
        targets.sort_unstable();
        targets.dedup();
        targets.retain(|&target| target != file && declares(target));
        if !targets.is_empty() {
            self.bases.insert(file, targets);
        }
    }

    fn want_importers(&self, first_wave: &[u32], most: usize, wanted: &mut FxHashMap<u32, Want>) {
        let mut steps: FxHashMap<u32, usize> = first_wave.iter().map(|&f| (f, 0)).collect();
        let mut level: Vec<u32> = first_wave.to_vec();
        for step in 1..=most {
            let mut next = Vec::new();
            while let Some(file) = level.pop() {
                let importers = &self.importers[file as usize];
                let many = if steps[&file] == 0 { COMMON_FIRST_IMPORTERS } else { COMMON_IMPORTERS };
                let crowd = importers.iter().filter(|&&i| !self.tests[i as usize]).count() > many;
                for &importer in importers {
                    let near = if step == 1 { Want::Importer } else { Want::FarImporter };
                    want(wanted, importer, if crowd { Want::Crowd } else { near });
                    if crowd || steps.contains_key(&importer) {
                        continue;
                    }
                    steps.insert(importer, step);
                    let same_step = self.passes_on[importer as usize];
                    if same_step { level.push(importer) } else { next.push(importer) }
                }
            }
            level = next;
        }
    }
}

fn want(wanted: &mut FxHashMap<u32, Want>, file: u32, want: Want) {
    wanted.entry(file).and_modify(|w| *w = want.min(*w)).or_insert(want);
}
