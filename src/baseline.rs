//! Findings that are accepted for now: the gate fails at new ones only.
//!
//! An entry knows the rule, the path and the marked code, and no line: code may move without
//! becoming new. What is marked several times alike in a file is counted. A file that is gone and has
//! another one in its place, with the same findings, has been renamed.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::fs;
use std::io::{self, ErrorKind::NotFound};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::error::Error;
use crate::finding::Finding;
use crate::model::Project;
use crate::report::{from_root, key};
use crate::source::io_reason;

/// Name of the file at the root of a repository that counts where none is named.
pub const FILE: &str = "claude-lint-baseline.json";

/// Raised when old files are not understood any more.
const VERSION: u32 = 1;

/// Bytes of a baseline, far above what a repository needs.
const MAX_BYTES: u64 = 64 << 20;

/// What is accepted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Baseline {
    entries: BTreeMap<Key, Kept>,
}

/// What makes a finding one that is known.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    path: String,
    rule: String,
    code: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Kept {
    count: usize,
    message: String,
}

/// The file.
#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Document {
    version: u32,
    findings: Vec<Entry>,
}

/// A finding that is accepted.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// From the root of the repository.
    pub path: String,
    /// Id of the rule.
    pub rule: String,
    /// Hash of the marked code, blanks aside.
    pub code: String,
    /// How often it is found.
    pub count: usize,
    /// What was said, for readers.
    pub message: String,
}

impl Baseline {
    /// Reads a file. One that cannot be read, is too large or has another form is an [`Error::Baseline`].
    pub fn read(path: &Path) -> Result<Baseline, Error> {
        let bad = |reason: String| Error::Baseline { path: path.to_path_buf(), reason };
        let size = fs::metadata(path).map_err(|e| bad(io_reason(&e)))?.len();
        if size > MAX_BYTES {
            return Err(bad(format!("it has {size} bytes")));
        }
        let text = fs::read_to_string(path).map_err(|e| bad(io_reason(&e)))?;
        let document: Document = serde_json::from_str(&text).map_err(|e| bad(e.to_string()))?;
        if document.version != VERSION {
            return Err(bad(format!("it has version {}, and {VERSION} is understood", document.version)));
        }
        let mut baseline = Baseline::default();
        for Entry { path, rule, code, count, message } in document.findings {
            let kept = baseline.entries.entry(Key { path, rule, code });
            kept.or_insert(Kept { count: 0, message }).count += count;
        }
        Ok(baseline)
    }

    /// The findings of a run.
    pub fn of(findings: &[Finding], project: &Project, root: &Path) -> Baseline {
        let mut baseline = Baseline::default();
        for finding in findings {
            let kept = baseline.entries.entry(key_of(finding, project, root));
            kept.or_insert(Kept { count: 0, message: finding.message.clone() }).count += 1;
        }
        baseline
    }

    /// Takes the known ones out of some findings.
    pub fn take(&self, findings: &mut Vec<Finding>, project: &Project, root: &Path) -> Vec<Finding> {
        let mut left = self.after_renames(&Baseline::of(findings, project, root), root).entries;
        let known = |finding: &mut Finding| match left.get_mut(&key_of(finding, project, root)) {
            Some(kept) if kept.count > 0 => {
                kept.count -= 1;
                true
            }
            _ => false,
        };
        findings.extract_if(.., known).collect()
    }

    /// This one with the present paths of files that were renamed.
    ///
    /// A file was renamed when it is gone and one that had no findings before has at least half of those it
    /// had, or some of them and the same name.
    #[must_use]
    pub fn after_renames(&self, found: &Baseline, root: &Path) -> Baseline {
        let (before, now) = (self.by_path(), found.by_path());
        let mut taken: BTreeMap<&str, &str> = BTreeMap::new();
        let gone = |path: &str| root.join(path).symlink_metadata().is_err_and(|e| e.kind() == NotFound);
        for (&old, had) in before.iter().filter(|(path, _)| gone(path)) {
            let all: usize = had.values().sum();
            let alike =
                now.iter().filter(|(path, _)| !before.contains_key(*path) && !taken.contains_key(*path));
            let alike = alike.filter_map(|(&new, has)| {
                let same = |(what, count): (_, &usize)| has.get(what).map_or(0, |c: &usize| *c.min(count));
                let kept: usize = had.iter().map(same).sum();
                let named = Path::new(new).file_name() == Path::new(old).file_name();
                (kept * 2 >= all || named && kept > 0).then_some((kept, named, Reverse(new)))
            });
            if let Some((.., Reverse(new))) = alike.max() {
                taken.insert(new, old);
            }
        }
        let renamed: BTreeMap<&str, &str> = taken.into_iter().map(|(new, old)| (old, new)).collect();
        let moved = |(key, kept): (&Key, &Kept)| {
            let path = renamed.get(&*key.path).map_or_else(|| key.path.clone(), ToString::to_string);
            (Key { path, ..key.clone() }, kept.clone())
        };
        Baseline { entries: self.entries.iter().map(moved).collect() }
    }

    /// How often which code is marked by which rule, by path.
    fn by_path(&self) -> BTreeMap<&str, BTreeMap<(&str, &str), usize>> {
        let mut out: BTreeMap<&str, BTreeMap<(&str, &str), usize>> = BTreeMap::new();
        for (key, kept) in &self.entries {
            out.entry(&key.path).or_default().insert((&key.rule, &key.code), kept.count);
        }
        out
    }

    /// What both hold: this one without what is not found any more.
    #[must_use]
    pub fn both(&self, found: &Baseline) -> Baseline {
        let both = |(key, kept): (&Key, &Kept)| {
            let count = kept.count.min(found.entries.get(key)?.count);
            Some((key.clone(), Kept { count, message: kept.message.clone() }))
        };
        Baseline { entries: self.entries.iter().filter_map(both).collect() }
    }

    /// What some rules found below some folders, or in one of them, and the rest. All paths are absolute.
    pub fn split(&self, root: &Path, below: &[PathBuf], runs: &dyn Fn(&str) -> bool) -> (Baseline, Baseline) {
        let (inside, outside) = self.entries.clone().into_iter().partition(|(key, _)| {
            let path = root.join(&key.path);
            runs(&key.rule) && below.iter().any(|folder| path.starts_with(folder))
        });
        (Baseline { entries: inside }, Baseline { entries: outside })
    }

    /// This one and another, about other files.
    #[must_use]
    pub fn and(mut self, other: Baseline) -> Baseline {
        self.entries.extend(other.entries);
        self
    }

    /// How often it accepts what an entry is about.
    pub fn count_of(&self, entry: &Entry) -> usize {
        let Entry { path, rule, code, .. } = entry.clone();
        self.entries.get(&Key { path, rule, code }).map_or(0, |kept| kept.count)
    }

    /// How many findings it accepts.
    pub fn count(&self) -> usize {
        self.entries.values().map(|kept| kept.count).sum()
    }

    /// Its entries, by path, rule and code.
    pub fn entries(&self) -> Vec<Entry> {
        let entry = |(key, kept): (&Key, &Kept)| Entry {
            path: key.path.clone(),
            rule: key.rule.clone(),
            code: key.code.clone(),
            count: kept.count,
            message: kept.message.clone(),
        };
        self.entries.iter().map(entry).collect()
    }

    /// Writes the file; where that fails, an [`Error::Output`].
    pub fn write(&self, path: &Path) -> Result<(), Error> {
        let document = Document { version: VERSION, findings: self.entries() };
        let failed = |source: io::Error| Error::Output { path: path.to_path_buf(), source };
        let mut text = serde_json::to_string_pretty(&document).map_err(|e| failed(e.into()))?;
        text.push('\n');
        fs::write(path, text).map_err(failed)
    }
}

fn key_of(finding: &Finding, project: &Project, root: &Path) -> Key {
    let at = finding.primary.at;
    let file = project.source_file(at.file);
    let code = file.text.get(at.span.range()).unwrap_or_default();
    Key { path: from_root(file, root), rule: finding.rule.id.to_string(), code: key(code) }
}

/// Where the baseline of a repository is: as named, or the usual place if there is one.
pub fn place(named: Option<&Path>, root: &Path) -> Option<PathBuf> {
    let usual = || Some(root.join(FILE)).filter(|path| path.is_file());
    named.map(Path::to_path_buf).or_else(usual)
}
