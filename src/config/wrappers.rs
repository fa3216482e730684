//! Names of the project's own that stand for what an SDK offers.

use std::borrow::Cow;

use aho_corasick::AhoCorasick;
use rustc_hash::{FxHashMap, FxHashSet};

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
        WrapperNeedles { words, pairs }
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
