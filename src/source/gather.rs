//! From paths to the files worth parsing.

mod link;

use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use super::config::ConfigFiles;
use super::given::GivenText;
use super::judge::{Verdict, judge, judge_bytes};
use super::manifest::Manifests;
use super::nearer;
use super::prefilter::Mention;
use super::problem::{Note, Problem};
use super::related::Neighbours;
use super::surroundings;
use super::walk::{BadGlob, Found, WalkLog, WalkOptions, exclude, walk};
use super::{Buffers, SettingsFile, SourceFile, settings};
use crate::lang::{Dialect, Language};
use crate::model::Modules;
use link::link;

/// The files of a run.
#[derive(Debug, Default)]
pub struct Gathered {
    /// Files to parse, in path order; those that are only [`SourceFile::context`] too.
    pub files: Vec<SourceFile>,
    /// How many source files were looked at.
    pub seen: usize,
    /// Left out on purpose, in path order.
    pub notes: Vec<Note>,
    /// Not readable, in path order.
    pub problems: Vec<Problem>,
    /// Which versions of packages the files use.
    pub manifests: Manifests,
    /// Files of settings around the code, in path order.
    pub settings: Vec<SettingsFile>,
    /// Which file an import means, by paths as shown or, where [`Self::absolute`], on disk.
    pub modules: Modules,
    /// Which files import which.
    pub neighbours: Neighbours,
    /// Whether paths as shown would not line up: some may stand above the working directory.
    pub absolute: bool,
}

/// A file of the walk and what became of it.
struct Entry {
    found: Found,
    verdict: Verdict,
    /// Outside what was asked for.
    context: bool,
}

/// Walks, reads and filters. `seen` counts along, for a progress display.
pub fn gather(
    options: &WalkOptions,
    given: Option<&GivenText>,
    seen: &AtomicUsize,
) -> Result<Gathered, BadGlob> {
    gather_over(options, given, &Buffers::default(), seen)
}

/// Gathers as [`gather`] does, with buffers in the place of what is on disk.
pub fn gather_over(
    options: &WalkOptions,
    given: Option<&GivenText>,
    buffers: &Buffers,
    seen: &AtomicUsize,
) -> Result<Gathered, BadGlob> {
    let (mut entries, log) = look(options, buffers, usize::MAX, seen)?;
    entries.extend(unsaved(options, buffers));
    let mut gathered = Gathered { notes: log.notes, problems: log.problems, ..Default::default() };
    let mut configs = ConfigFiles::new(options, log.configs);
    if let Some(given) = given {
        match given_entry(options, given) {
            Ok(entry) => {
                // What is given stands for what is on disk.
                entries.retain(|other| other.found.absolute != entry.found.absolute);
                entries.push(entry);
            }
            Err(note) => gathered.notes.push(note),
        }
    }
    gathered.seen = entries.len();
    add_surroundings(options, buffers, &mut entries, &mut configs, seen)?;
    link(options.threads, buffers, &entries, configs, &mut gathered);
    for entry in entries.into_iter().filter(|entry| !entry.context) {
        match entry.verdict {
            Verdict::Lint(file, _) => gathered.files.push(file),
            Verdict::Note(note) => gathered.notes.push(note),
            Verdict::Problem(problem) => gathered.problems.push(problem),
            Verdict::Silent => {}
        }
    }
    gathered.files.sort_by(|a, b| a.path.cmp(&b.path));
    let places = gathered.files.iter().map(|file| file.absolute.as_path());
    gathered.manifests = Manifests::read(places, &surroundings::bounds(options));
    let (excluded, by_config) = (exclude(options)?, options.excluded.matcher());
    gathered.settings = settings::read(
        gathered.files.iter().filter(|file| !file.context),
        &surroundings::bounds(options),
        &|path| excluded.matched(path, false).is_ignore() || by_config.matches(path, false),
    );
    gathered.notes.sort();
    gathered.notes.dedup();
    gathered.problems.sort();
    gathered.problems.dedup();
    Ok(gathered)
}

/// Reads everything below the paths, up to a number of files.
fn look(
    options: &WalkOptions,
    buffers: &Buffers,
    limit: usize,
    seen: &AtomicUsize,
) -> Result<(Vec<Entry>, WalkLog), BadGlob> {
    let entries = Mutex::new(Vec::new());
    let log = walk(options, &|found, buffer| {
        seen.fetch_add(1, Ordering::Relaxed);
        let verdict = judge(&found, buffers, &options.wrappers, buffer);
        let mut entries = entries.lock().unwrap_or_else(PoisonError::into_inner);
        entries.push(Entry { found, verdict, context: false });
        if entries.len() > limit { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    })?;
    let mut entries = entries.into_inner().unwrap_or_else(PoisonError::into_inner);
    // Named files come first, so that a file both named and found counts as named.
    entries.sort_by(|a: &Entry, b| {
        a.found.absolute.cmp(&b.found.absolute).then(b.found.named.cmp(&a.found.named))
    });
    entries.dedup_by(|a, b| a.found.absolute == b.found.absolute);
    let nearer = nearer::needles(options, &log.configured);
    let mut buffer = Vec::new();
    let silent = |entry: &&mut Entry| !nearer.is_empty() && matches!(entry.verdict, Verdict::Silent);
    for entry in entries.iter_mut().filter(silent) {
        if let Some(needles) = nearer.of(&entry.found.absolute) {
            entry.verdict = judge(&entry.found, buffers, needles, &mut buffer);
        }
    }
    Ok((entries, log))
}

/// Buffers below the folders of the walk whose files are not there yet.
fn unsaved(options: &WalkOptions, buffers: &Buffers) -> Vec<Entry> {
    let roots: Vec<PathBuf> = options.paths.iter().map(|path| options.directory.join(path)).collect();
    // One of them may be such a file itself.
    let roots: Vec<PathBuf> = roots.into_iter().map(|path| path.canonicalize().unwrap_or(path)).collect();
    let mut entries = Vec::new();
    for (path, text) in buffers.iter().filter(|(path, _)| !path.exists()) {
        let extension = path.extension().and_then(|e| e.to_str()).unwrap_or_default();
        let below = path.strip_prefix(&options.directory);
        if let (Some(dialect), Ok(below)) = (Dialect::from_extension(extension), below)
            && roots.iter().any(|root| path.starts_with(root))
        {
            let shown = below.to_string_lossy().replace('\\', "/");
            let found =
                Found { absolute: path.to_path_buf(), place: shown.clone(), shown, dialect, named: false };
            let verdict = judge_bytes(&found, &nearer::needles_at(options, path), text.as_bytes());
            entries.push(Entry { found, verdict, context: false });
        }
    }
    entries
}

fn given_entry(options: &WalkOptions, given: &GivenText) -> Result<Entry, Note> {
    let shown = given.path.to_string_lossy().replace('\\', "/");
    let extension = given.path.extension().and_then(|e| e.to_str()).unwrap_or_default();
    let Some(dialect) = Dialect::from_extension(extension) else {
        return Err(Note::unsupported(shown));
    };
    let absolute = given.absolute(&options.directory);
    let found = Found { absolute, place: shown.clone(), shown, dialect, named: true };
    let needles = nearer::needles_at(options, &found.absolute);
    let verdict = judge_bytes(&found, &needles, &given.bytes);
    Ok(Entry { found, verdict, context: false })
}

impl Entry {
    /// Whether it holds Claude code that is more than a test.
    fn holds_code(&self) -> bool {
        matches!(&self.verdict, Verdict::Lint(file, Mention::Code) if !file.role.is_test)
    }

    /// Whether the files around it matter.
    fn draws_in(&self) -> bool {
        self.holds_code() && !self.context
    }

    /// Whether it was asked for and is only of interest if files with Claude code are near.
    fn waits(&self) -> bool {
        matches!(self.verdict, Verdict::Silent) && !self.context
    }

    fn language(&self) -> Language {
        self.found.dialect.language()
    }
}

/// More files than this around a named one are not looked through for its sake.
const MAX_SURROUNDINGS: usize = 50_000;

/// When only a part of a project was asked for, the rest of it is looked at as well: what
/// a call is wrapped in may be there, or the client it goes through. Nothing is reported in it.
fn add_surroundings(
    options: &WalkOptions,
    buffers: &Buffers,
    entries: &mut Vec<Entry>,
    configs: &mut ConfigFiles,
    seen: &AtomicUsize,
) -> Result<(), BadGlob> {
    let anchors = entries.iter().filter(|e| e.draws_in() || e.found.named);
    let anchors = anchors.map(|e| e.found.absolute.as_path());
    let paths = surroundings::roots(options, anchors);
    if paths.is_empty() {
        return Ok(());
    }
    let around = WalkOptions { paths, ..options.clone() };
    let (mut more, log) = look(&around, buffers, MAX_SURROUNDINGS, seen)?;
    // A walk that was broken off saw files by chance.
    if more.len() > MAX_SURROUNDINGS {
        return Ok(());
    }
    configs.add_context(&around, log.configs);
    more.iter_mut().for_each(|entry| entry.context = true);
    entries.append(&mut more);
    // A stable sort keeps what was asked for in front of the same file as context.
    entries.sort_by(|a, b| a.found.absolute.cmp(&b.found.absolute));
    entries.dedup_by(|a, b| a.found.absolute == b.found.absolute);
    Ok(())
}
