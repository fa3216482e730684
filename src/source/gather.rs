//! From paths to the files worth parsing.

use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use super::judge::{Verdict, judge, judge_bytes, judge_related};
use super::manifest::Manifests;
use super::prefilter::Mention;
use super::problem::{Note, Problem};
use super::related::Tree;
use super::surroundings;
use super::walk::{BadGlob, Found, WalkLog, WalkOptions, walk};
use super::{SourceFile, read, skip};
use crate::lang::{Dialect, Language};
use crate::parallel;

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
}

/// A text that is given rather than read from disk.
#[derive(Debug, Clone)]
pub struct GivenText {
    /// The path it stands for.
    pub path: PathBuf,
    /// Its bytes.
    pub bytes: Vec<u8>,
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
    let (mut entries, log) = look(options, usize::MAX, seen)?;
    let mut gathered = Gathered { notes: log.notes, problems: log.problems, ..Default::default() };
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
    add_surroundings(options, &mut entries, seen)?;
    if entries.iter().any(Entry::holds_code) {
        gathered.files = second_wave(options.threads, &entries);
    }
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
    gathered.notes.sort();
    gathered.notes.dedup();
    gathered.problems.sort();
    gathered.problems.dedup();
    Ok(gathered)
}

/// Reads everything below the paths, up to a number of files.
fn look(options: &WalkOptions, limit: usize, seen: &AtomicUsize) -> Result<(Vec<Entry>, WalkLog), BadGlob> {
    let entries = Mutex::new(Vec::new());
    let log = walk(options, &|found, buffer| {
        seen.fetch_add(1, Ordering::Relaxed);
        let verdict = judge(&found, buffer);
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
    Ok((entries, log))
}

fn given_entry(options: &WalkOptions, given: &GivenText) -> Result<Entry, Note> {
    let shown = given.path.to_string_lossy().replace('\\', "/");
    let extension = given.path.extension().and_then(|e| e.to_str()).unwrap_or_default();
    let Some(dialect) = Dialect::from_extension(extension) else {
        return Err(Note::unsupported(shown));
    };
    let absolute = options.directory.join(&given.path);
    let absolute = absolute.canonicalize().unwrap_or(absolute);
    let found = Found { absolute, place: shown.clone(), shown, dialect, named: true };
    let verdict = judge_bytes(&found, &given.bytes);
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
    entries: &mut Vec<Entry>,
    seen: &AtomicUsize,
) -> Result<(), BadGlob> {
    let anchors = entries.iter().filter(|e| e.draws_in() || e.found.named);
    let anchors = anchors.map(|e| e.found.absolute.as_path());
    let paths = surroundings::roots(options, anchors);
    if paths.is_empty() {
        return Ok(());
    }
    let around = WalkOptions { paths, ..options.clone() };
    let (mut more, _) = look(&around, MAX_SURROUNDINGS, seen)?;
    // A walk that was broken off saw files by chance.
    if more.len() > MAX_SURROUNDINGS {
        return Ok(());
    }
    more.iter_mut().for_each(|entry| entry.context = true);
    entries.append(&mut more);
    // A stable sort keeps what was asked for in front of the same file as context.
    entries.sort_by(|a, b| a.found.absolute.cmp(&b.found.absolute));
    entries.dedup_by(|a, b| a.found.absolute == b.found.absolute);
    Ok(())
}

/// The files around those of the first wave.
fn second_wave(threads: usize, entries: &[Entry]) -> Vec<SourceFile> {
    let mut languages: Vec<Language> =
        entries.iter().filter(|e| e.holds_code()).map(Entry::language).collect();
    languages.sort_unstable();
    languages.dedup();
    let entries: Vec<&Entry> = entries.iter().filter(|e| languages.contains(&e.language())).collect();
    // Shown paths may stand above the working directory, where they do not line up.
    let mixed = entries.iter().any(|e| e.context);
    let path = |found: &Found| {
        if mixed { found.absolute.to_string_lossy().into_owned() } else { found.shown.clone() }
    };
    let paths: Vec<String> = entries.iter().map(|e| path(&e.found)).collect();
    let files: Vec<(&str, Language)> =
        paths.iter().zip(&entries).map(|(path, entry)| (&**path, entry.language())).collect();
    let tree = Tree::new(&files);

    let indexes: Vec<usize> = (0..entries.len()).collect();
    let imports = parallel::map(threads, &indexes, |&index| match &entries[index].verdict {
        Verdict::Lint(file, _) => tree.imports(index, file.text.as_bytes()),
        Verdict::Silent => {
            let mut buffer = Vec::new();
            match read::read(&entries[index].found.absolute, skip::MAX_SOURCE_BYTES, &mut buffer) {
                Ok(Ok(())) => tree.imports(index, &buffer),
                _ => Vec::new(),
            }
        }
        Verdict::Note(_) | Verdict::Problem(_) => Vec::new(),
    });
    let graph = tree.graph(imports.into_iter().map(Option::unwrap_or_default).collect());
    let every = |what: fn(&Entry) -> bool| -> Vec<u32> {
        (0..entries.len() as u32).filter(|&index| what(entries[index as usize])).collect()
    };
    let mut first = every(Entry::draws_in);
    let mut wanted = Vec::new();
    if mixed {
        // Whoever asks for a file alone sees the same in it as whoever asks for the project.
        let around = every(|entry| entry.holds_code() && entry.context);
        wanted = graph.related(&around);
        wanted.retain(|&index| entries[index as usize].waits());
        wanted.extend(graph.reached(&wanted, &around));
        first.extend(&wanted);
    }
    wanted.extend(graph.related(&first));
    let files = parallel::map(threads, &wanted, |&index| {
        let entry = entries[index as usize];
        let file = match &entry.verdict {
            Verdict::Silent => judge_related(&entry.found)?,
            Verdict::Lint(file, _) if entry.context => file.clone(),
            _ => return None,
        };
        Some(if entry.context { file.as_context() } else { file })
    });
    files.into_iter().flatten().flatten().collect()
}
