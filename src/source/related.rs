//! The second wave: files that never mention Claude and yet decide about code that does.
//!
//! `from llm import client` names no API, and the function that retries lives in a file
//! that knows nothing but sleeping. So the files around those of the first wave are
//! taken in: who imports them, up to two steps away, and what they import. A package
//! file that only passes names on (`__init__.py`, `index.ts`, `mod.rs`) is no step.

use rustc_hash::{FxHashMap, FxHashSet};

use super::FileId;
use super::imports::{Reference, references};
use crate::lang::Language;
use crate::model::Modules;

/// Steps from a file of the first wave to those that import it.
const MAX_STEPS: usize = 2;

/// A module that more files import is part of the furniture: its importers come last.
const COMMON_IMPORTERS: usize = 20;

/// How many files may be added: some for small projects, and in proportion for large ones.
const EXTRA_BASE: usize = 100;
const EXTRA_PER_FILE: usize = 2;

/// Who imports whom, by index into the files of the walk.
#[derive(Debug, Default)]
pub(super) struct ImportGraph {
    imports: Vec<Vec<u32>>,
    importers: Vec<Vec<u32>>,
    passes_on: Vec<bool>,
}

/// The files of one walk, by which imports are resolved.
pub(super) struct Tree {
    modules: Modules,
    languages: Vec<Language>,
    passes_on: Vec<bool>,
}

impl Tree {
    /// Indexes paths as shown, with their languages.
    pub(super) fn new(files: &[(&str, Language)]) -> Tree {
        let stem = |path: &str| {
            let name = path.rsplit('/').next().unwrap_or(path);
            matches!(name.split('.').next(), Some("__init__" | "index" | "mod"))
        };
        Tree {
            modules: Modules::new(files.iter().copied()),
            languages: files.iter().map(|f| f.1).collect(),
            passes_on: files.iter().map(|f| stem(f.0)).collect(),
        }
    }

    /// The files that a text imports.
    pub(super) fn imports(&self, file: usize, bytes: &[u8]) -> Vec<u32> {
        let language = self.languages[file];
        let mut out = Vec::new();
        let mut seen: FxHashMap<(String, u32), ()> = FxHashMap::default();
        for alternatives in references(language, bytes) {
            let Some(first) = alternatives.first() else { continue };
            if seen.insert((first.module.clone(), first.level), ()).is_some() {
                continue;
            }
            out.extend(alternatives.iter().find_map(|r| self.resolve(file, language, r)));
        }
        out.retain(|&target| target as usize != file);
        out.sort_unstable();
        out.dedup();
        out
    }

    fn resolve(&self, file: usize, language: Language, reference: &Reference) -> Option<u32> {
        let from = FileId(file as u32);
        let found = match language {
            Language::Python => self.modules.python(from, &reference.module, reference.level),
            Language::TypeScript => self.modules.typescript(from, &reference.module),
            Language::Rust => self.modules.rust(from, &reference.module),
        };
        found.map(|id| id.0)
    }

    /// The graph, from the imports of every file.
    pub(super) fn graph(self, imports: Vec<Vec<u32>>) -> ImportGraph {
        let mut importers = vec![Vec::new(); imports.len()];
        for (file, targets) in imports.iter().enumerate() {
            for &target in targets {
                importers[target as usize].push(file as u32);
            }
        }
        ImportGraph { imports, importers, passes_on: self.passes_on }
    }
}

/// How urgently a file is wanted; smaller comes first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Want {
    /// Imported by a file of the first wave.
    Helper,
    /// Imports a file of the first wave, directly or in one more step.
    Importer,
    /// Imported by one of those.
    HelperOfHelper,
    /// Imports what half the project imports.
    Crowd,
}

impl ImportGraph {
    /// The files to add to those of the first wave, in no order.
    pub(super) fn related(&self, first_wave: &[u32]) -> Vec<u32> {
        let mut wanted: FxHashMap<u32, Want> = FxHashMap::default();
        for &file in first_wave {
            for &helper in &self.imports[file as usize] {
                want(&mut wanted, helper, Want::Helper);
            }
        }
        self.want_importers(first_wave, &mut wanted);
        let near: Vec<u32> = wanted.iter().filter(|w| *w.1 < Want::Crowd).map(|w| *w.0).collect();
        for file in near {
            for &helper in &self.imports[file as usize] {
                want(&mut wanted, helper, Want::HelperOfHelper);
            }
        }
        for file in first_wave {
            wanted.remove(file);
        }
        let mut list: Vec<(Want, usize, u32)> = wanted
            .into_iter()
            .map(|(file, want)| (want, self.importers[file as usize].len(), file))
            .collect();
        list.sort_unstable();
        list.truncate(EXTRA_BASE + EXTRA_PER_FILE * first_wave.len());
        list.into_iter().map(|(_, _, file)| file).collect()
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

    fn want_importers(&self, first_wave: &[u32], wanted: &mut FxHashMap<u32, Want>) {
        let mut steps: FxHashMap<u32, usize> = first_wave.iter().map(|&f| (f, 0)).collect();
        let mut level: Vec<u32> = first_wave.to_vec();
        for step in 1..=MAX_STEPS {
            let mut next = Vec::new();
            while let Some(file) = level.pop() {
                let importers = &self.importers[file as usize];
                let crowd = importers.len() > COMMON_IMPORTERS;
                for &importer in importers {
                    want(wanted, importer, if crowd { Want::Crowd } else { Want::Importer });
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
