//! The files around one that is asked for.

use std::path::{Path, PathBuf};

use rustc_hash::FxHashMap;

use super::ImportGraph;

/// Which files import which, by their paths on disk.
#[derive(Debug, Default)]
pub struct Neighbours {
    graph: ImportGraph,
    paths: Vec<PathBuf>,
    places: FxHashMap<PathBuf, u32>,
}

impl Neighbours {
    pub(in crate::source) fn new(graph: ImportGraph, paths: impl Iterator<Item = PathBuf>) -> Neighbours {
        let paths: Vec<PathBuf> = paths.take(graph.imports.len()).collect();
        Neighbours { graph, paths, places: FxHashMap::default() }
    }

    /// Makes [`Self::around`] ready to answer.
    #[must_use]
    pub fn indexed(mut self) -> Neighbours {
        self.places = self.paths.iter().cloned().zip(0..).collect();
        self
    }

    /// The files that are read when this one alone is asked for, nearest first: what it imports, who
    /// imports it up to two steps away, and what those import.
    pub fn around(&self, path: &Path) -> Vec<&Path> {
        let Some(&place) = self.places.get(path) else { return Vec::new() };
        self.graph.related(&[place]).into_iter().map(|file| &*self.paths[file as usize]).collect()
    }
}
