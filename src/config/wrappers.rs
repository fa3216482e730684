//! Names of the project's own that stand for what an SDK offers.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use aho_corasick::AhoCorasick;
use rustc_hash::{FxHashMap, FxHashSet};

use super::load::{Config, below_bounds};

/// By the name as it is imported, dots between its parts: what it is like.
#[derive(Clone, Debug, Default)]
pub struct Wrappers {
    like: FxHashMap<String, String>,
    /// The last parts of the names.
    ends: FxHashSet<String>,
}

impl Wrappers {
    /// From what tables say; later ones win.
    pub(super) fn new<'t>(said: impl Iterator<Item = (&'t str, &'t str)>) -> Wrappers {
        let mut wrappers = Wrappers::default();
        for (name, like) in said {
            let name = dotted(name);
            wrappers.ends.insert(last(&name).to_string());
            wrappers.like.insert(name.into_owned(), dotted(like).into_owned());
        }
        wrappers
    }

    /// What a path of a foreign package is called where it, or what it begins with, is like another.
    pub fn like(&self, path: &str) -> Option<String> {
        if self.like.is_empty() {
            return None;
        }
        let ends = path.match_indices('.').map(|(at, _)| at).chain([path.len()]);
        let longest = ends.filter_map(|end| Some((end, self.like.get(&path[..end])?))).next_back()?;
        Some(format!("{}{}", longest.1, &path[longest.0..]))
    }

    /// Whether some name ends in that one.
    pub fn end_in(&self, name: &str) -> bool {
        self.ends.contains(name)
    }
}

/// What tells that a file uses one of the names: both its head and its last part.
#[derive(Clone, Debug, Default)]
pub struct WrapperNeedles {
    words: Option<AhoCorasick>,
    /// Which two of the words belong to each name.
    pairs: Vec<[usize; 2]>,
    /// Where files may have a configuration nearer to them, whose names count as well: the folders
    /// above which none is looked for.
    bounds: Option<Vec<PathBuf>>,
    /// The folder whose configuration said the names.
    home: Option<PathBuf>,
}

/// Those of configurations nearer to files, by the folders in which they stand.
#[derive(Debug, Default)]
pub(crate) struct NearerNeedles(BTreeMap<PathBuf, WrapperNeedles>);

impl NearerNeedles {
    /// Whether none of them names anything.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.values().all(|needles| needles.words.is_none())
    }

    /// Those for a file, if there are any.
    pub(crate) fn of(&self, file: &Path) -> Option<&WrapperNeedles> {
        let nearest = file.ancestors().skip(1).find_map(|folder| self.0.get(folder))?;
        nearest.words.is_some().then_some(nearest)
    }
}

impl WrapperNeedles {
    /// Of names as a table says them.
    pub(super) fn new<'t>(names: impl Iterator<Item = &'t str>) -> WrapperNeedles {
        let mut words: Vec<String> = Vec::new();
        let mut place = |word: &str| {
            words.iter().position(|known| known == word).unwrap_or_else(|| {
                words.push(word.to_string());
                words.len() - 1
            })
        };
        let pairs = names.map(dotted).map(|name| {
            let head = name.split('.').next().unwrap_or(&name);
            [place(head), place(last(&name))]
        });
        let pairs = pairs.collect();
        let words = (!words.is_empty()).then(|| AhoCorasick::new(words).ok()).flatten();
        WrapperNeedles { words, pairs, ..WrapperNeedles::default() }
    }

    /// With those of configurations nearer to files than the one in a folder.
    #[must_use]
    pub(super) fn with_nearer(self, home: Option<PathBuf>, bounds: Option<Vec<PathBuf>>) -> WrapperNeedles {
        WrapperNeedles { home, bounds, ..self }
    }

    /// Those of the configurations in some folders. What is wrong with one of them is told where the
    /// rules of its files are asked for.
    pub(crate) fn nearer<'p>(&self, folders: impl Iterator<Item = &'p Path>) -> NearerNeedles {
        let Some(bounds) = &self.bounds else { return NearerNeedles::default() };
        let read = |folder: &'p Path| {
            // These count already.
            let needles = match self.home.as_deref() == Some(folder) {
                true => WrapperNeedles::default(),
                false => Config::of_folder(folder, bounds).ok()??.needles(),
            };
            Some((folder.to_path_buf(), needles))
        };
        NearerNeedles(folders.filter_map(read).collect())
    }

    /// The folders above some files or folders in which a configuration nearer to them may stand.
    pub(crate) fn above<'p>(&self, path: &'p Path) -> Vec<&'p Path> {
        self.bounds.as_ref().map(|bounds| below_bounds(path, bounds)).unwrap_or_default()
    }

    /// Whether bytes use one of the names.
    pub(crate) fn are_in(&self, bytes: &[u8]) -> bool {
        let Some(words) = &self.words else { return false };
        let found: FxHashSet<usize> =
            words.find_overlapping_iter(bytes).map(|found| found.pattern().as_usize()).collect();
        self.pairs.iter().any(|pair| pair.iter().all(|word| found.contains(word)))
    }
}

/// A path of Rust or of another language, in the form of the data.
pub(super) fn dotted(path: &str) -> Cow<'_, str> {
    if path.contains("::") { path.replace("::", ".").into() } else { path.into() }
}

fn last(path: &str) -> &str {
    path.rsplit('.').next().unwrap_or(path)
}
