//! Which versions of packages a project uses, from its manifests and lock files.

mod cargo;
mod host;
mod npm;
mod python;
mod range;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use super::read::plain_text;
use crate::sdk::packages::{Registry, Version, packages};

use host::Host;
pub use range::Range;

/// What a manifest or lock file says of one package.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Requirement {
    /// Where the package comes from.
    pub registry: Registry,
    /// Its name, normalised as its registry does.
    pub package: String,
    /// The versions it may be.
    pub range: Range,
    /// Said by a lock file: exactly what is installed.
    pub locked: bool,
    /// The file, as given to [`Manifests::add`].
    pub file: PathBuf,
    /// Line in it, from 1; 0 where it is not known.
    pub line: u32,
}

/// The manifests around the files of a run, by folder.
#[derive(Clone, Debug, Default)]
pub struct Manifests {
    folders: BTreeMap<PathBuf, Vec<Requirement>>,
    hosts: BTreeMap<PathBuf, Host>,
}

/// Files that name packages, and how they are read.
type Reader = fn(&str) -> Vec<Entry>;

/// A package as one file names it.
struct Entry {
    registry: Registry,
    package: String,
    range: Range,
    locked: bool,
    place: Place,
}

/// Where an entry stands.
enum Place {
    /// On this line, from 1.
    Line(u32),
    /// Where this text first stands; looked for only when it matters.
    Text(String),
}

/// No more packages of interest are taken from one file.
const MAX_ENTRIES: usize = 256;

const READERS: &[(&str, Reader)] = &[
    ("pyproject.toml", python::pyproject),
    ("uv.lock", python::toml_lock),
    ("poetry.lock", python::toml_lock),
    ("pdm.lock", python::toml_lock),
    ("Pipfile", python::pipfile),
    ("Pipfile.lock", python::pipfile_lock),
    ("setup.cfg", python::setup_cfg),
    ("package.json", npm::package_json),
    ("package-lock.json", npm::package_lock),
    ("npm-shrinkwrap.json", npm::package_lock),
    ("pnpm-lock.yaml", npm::pnpm_lock),
    ("yarn.lock", npm::yarn_lock),
    ("bun.lock", npm::bun_lock),
    ("deno.json", npm::deno_json),
    ("Cargo.toml", cargo::manifest),
    ("Cargo.lock", cargo::lock),
];

/// Larger files are left unread; what they would say stays unknown.
const MAX_BYTES: u64 = 16 << 20;

/// No more files called `requirements….txt` are read in one folder.
const MAX_REQUIREMENT_FILES: usize = 16;

fn reader(name: &str) -> Option<Reader> {
    if name.starts_with("requirements") && name.ends_with(".txt") {
        return Some(python::requirements);
    }
    READERS.iter().find(|r| r.0 == name).map(|r| r.1)
}

/// Whether a file of that name says which packages are used.
pub fn is_manifest(name: &str) -> bool {
    reader(name).is_some()
}

/// Whether a file of that name tells where a program runs.
pub fn tells_host(name: &str) -> bool {
    Host::of(name).is_some()
}

impl Manifests {
    /// Reads the manifests in the folders of the files and in those above, up to a root:
    /// `roots` are folders that nothing is read above of. What cannot be read says nothing.
    pub fn read<'a>(files: impl Iterator<Item = &'a Path>, roots: &[PathBuf]) -> Manifests {
        let mut manifests = Manifests::default();
        let mut seen: BTreeMap<PathBuf, ()> = BTreeMap::new();
        for file in files {
            let Some(root) = roots.iter().filter(|r| file.starts_with(r)).min_by_key(|r| r.as_os_str().len())
            else {
                continue;
            };
            for folder in file.ancestors().skip(1).take_while(|f| f.starts_with(root)) {
                if seen.insert(folder.to_path_buf(), ()).is_some() {
                    break;
                }
                manifests.read_folder(folder);
            }
        }
        manifests
    }

    fn read_folder(&mut self, folder: &Path) {
        for (name, _) in READERS {
            if let Some(text) = plain_text(&folder.join(name), MAX_BYTES) {
                self.add(&folder.join(name), &text);
            }
        }
        self.look_for_hosts(folder);
        for place in [folder.to_path_buf(), folder.join("requirements")] {
            let Ok(entries) = fs::read_dir(&place) else { continue };
            let inside = place != folder;
            let mut names: Vec<String> = entries
                .take(10_000)
                .filter_map(|e| e.ok()?.file_name().into_string().ok())
                .filter(|n| n.ends_with(".txt") && (inside || n.starts_with("requirements")))
                .collect();
            names.sort();
            for name in names.into_iter().take(MAX_REQUIREMENT_FILES) {
                if let Some(text) = plain_text(&place.join(&name), MAX_BYTES) {
                    self.add_as(folder, &place.join(&name), &text, python::requirements);
                }
            }
        }
    }

    /// Adds a file by its path and text; one of another name says nothing.
    pub fn add(&mut self, path: &Path, text: &str) {
        let name = path.file_name().and_then(|n| n.to_str()).unwrap_or_default();
        let folder = path.parent().unwrap_or(Path::new(""));
        self.add_host(folder, name, text);
        if let Some(reader) = reader(name) {
            self.add_as(folder, path, text, reader);
        }
    }

    fn add_as(&mut self, folder: &Path, path: &Path, text: &str, reader: Reader) {
        let known = |e: &Entry| packages().iter().any(|p| p.registry == e.registry && p.name == e.package);
        let entries = reader(text).into_iter().filter(known).take(MAX_ENTRIES);
        let requirements = entries.map(|e| Requirement {
            registry: e.registry,
            package: e.package,
            range: e.range,
            locked: e.locked,
            file: path.to_path_buf(),
            line: match e.place {
                Place::Line(line) => line,
                Place::Text(needle) => line_with(text, &needle),
            },
        });
        self.folders.entry(folder.to_path_buf()).or_default().extend(requirements);
    }

    /// What is said of a package for the code in a file: by the nearest folder that says
    /// anything, made exact by the nearest lock file where the two agree.
    pub fn version(&self, file: &Path, registry: Registry, package: &str) -> Option<Requirement> {
        let of = |folder: &Path, locked: bool| -> Option<Requirement> {
            let all = self.folders.get(folder)?.iter();
            let mut fitting =
                all.filter(|r| r.locked == locked && r.registry == registry && r.package == package);
            let first = fitting.next()?.clone();
            // Several sets of requirements, or several copies in one lock file: any of them.
            Some(fitting.fold(first, |mut sum, next| {
                sum.range = sum.range.hull(&next.range);
                sum
            }))
        };
        let folders = || file.ancestors().skip(1);
        let asked = folders().find_map(|f| of(f, false));
        let locked = folders().find_map(|f| of(f, true));
        match (asked, locked) {
            (Some(asked), Some(locked)) => {
                Some(if asked.range.overlaps(&locked.range) { locked } else { asked })
            }
            (asked, locked) => asked.or(locked),
        }
    }

    /// Everything that is said, by folder.
    pub fn requirements(&self) -> impl Iterator<Item = &Requirement> {
        self.folders.values().flatten()
    }
}

/// The line on which a byte offset lies, from 1.
fn line_of(text: &str, offset: usize) -> u32 {
    text.as_bytes()[..offset.min(text.len())].iter().filter(|&&b| b == b'\n').count() as u32 + 1
}

/// The first line that holds a text; 0 when none does.
fn line_with(text: &str, needle: &str) -> u32 {
    text.find(needle).map_or(0, |at| line_of(text, at))
}

fn exactly(version: &str) -> Range {
    Version::parse(version).map_or(Range::ANY, Range::exactly)
}
