//! Reading the configuration files that say what names mean.

use std::path::{Path, PathBuf};

use rustc_hash::FxHashMap;

use super::problem::Note;
use super::read;
use super::walk::{FoundConfig, WalkOptions};
use crate::packages::{ConfigFile, Packages, folder, join};

/// Larger ones are not read.
const MAX_BYTES: u64 = 1 << 20;

/// More are not read.
const MAX_CONFIGS: usize = 20_000;

/// More files of other names are not read for what extends them.
const MAX_FURTHER: usize = 200;

/// The configuration files of a run.
pub(super) struct ConfigFiles {
    /// Those of the paths that were asked for, then those around.
    found: Vec<FoundConfig>,
    asked: usize,
    /// Nothing outside of these is read.
    roots: Vec<PathBuf>,
}

impl ConfigFiles {
    /// Those found below the paths of a walk.
    pub(super) fn new(options: &WalkOptions, mut found: Vec<FoundConfig>) -> ConfigFiles {
        found.sort_unstable();
        found.dedup();
        found.truncate(MAX_CONFIGS);
        ConfigFiles { asked: found.len(), found, roots: roots(options).collect() }
    }

    /// Adds those around; nothing is said about them.
    pub(super) fn add_context(&mut self, options: &WalkOptions, mut found: Vec<FoundConfig>) {
        found.sort_unstable();
        self.found.extend(found);
        self.found.truncate(MAX_CONFIGS.max(self.asked));
        self.roots.extend(roots(options));
    }

    /// Reads them; their paths are absolute or as shown.
    pub(super) fn read(self, absolute: bool) -> (Packages, Vec<Note>) {
        let mut notes: Vec<Note> = Vec::new();
        let mut configs: Vec<ConfigFile> = Vec::new();
        let mut places: FxHashMap<String, (PathBuf, Option<String>)> = FxHashMap::default();
        for (i, found) in self.found.iter().enumerate() {
            let path = match absolute {
                true => found.absolute.to_string_lossy().into_owned(),
                false => found.shown.clone(),
            };
            if places.contains_key(&path) {
                continue;
            }
            let shown = (i < self.asked).then(|| found.shown.clone());
            match text(&found.absolute) {
                Ok(text) => {
                    places.insert(path.clone(), (found.absolute.clone(), shown));
                    configs.push(ConfigFile { path, text });
                }
                Err(reason) => notes.extend(shown.map(|shown| note(shown, &reason))),
            }
        }
        self.further(&mut configs, &mut places);
        let (packages, unreadable) = Packages::new(&configs);
        for bad in unreadable {
            let shown = places.remove(&bad.path).and_then(|(_, shown)| shown);
            notes.extend(shown.map(|shown| note(shown, &bad.reason)));
        }
        (packages, notes)
    }

    /// Adds what `tsconfig.json` files extend under other names, inside the roots only.
    fn further(
        &self,
        configs: &mut Vec<ConfigFile>,
        places: &mut FxHashMap<String, (PathBuf, Option<String>)>,
    ) {
        let limit = configs.len() + MAX_FURTHER;
        let mut next = 0;
        while let Some(config) = configs.get(next)
            && configs.len() < limit
        {
            next += 1;
            let here = folder(&config.path).to_string();
            let on_disk = places.get(&config.path).and_then(|(path, _)| path.parent()).map(Path::to_path_buf);
            for extended in Packages::further(config) {
                for spelled in [format!("{extended}.json"), extended] {
                    let Some(path) = join(&here, &spelled).filter(|path| !places.contains_key(path)) else {
                        continue;
                    };
                    let Some(file) = on_disk.as_ref().and_then(|folder| self.inside(&folder.join(&spelled)))
                    else {
                        continue;
                    };
                    if let Ok(text) = text(&file) {
                        places.insert(path.clone(), (file, None));
                        configs.push(ConfigFile { path, text });
                        break;
                    }
                }
            }
        }
    }

    /// A file on disk, links resolved, if it is inside the roots.
    fn inside(&self, path: &Path) -> Option<PathBuf> {
        let path = path.canonicalize().ok()?;
        (path.is_file() && self.roots.iter().any(|root| path.starts_with(root))).then_some(path)
    }
}

fn roots(options: &WalkOptions) -> impl Iterator<Item = PathBuf> {
    let absolute = |path: &PathBuf| options.directory.join(path).canonicalize().ok();
    options.paths.iter().filter_map(absolute).filter(|path| path.is_dir())
}

fn text(path: &Path) -> Result<String, String> {
    let mut buffer = Vec::new();
    match read::read(path, MAX_BYTES, &mut buffer) {
        Ok(Ok(())) => {}
        Ok(Err(size)) => return Err(format!("is too large ({} KiB)", size >> 10)),
        Err(_) => return Err("cannot be read".into()),
    }
    read::decode(&buffer).map(std::borrow::Cow::into_owned).map_err(|e| e.message())
}

fn note(shown: String, reason: &str) -> Note {
    Note::new(shown, format!("{reason}; what it says of imports does not count"))
}
