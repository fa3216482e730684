//! From paths to the files worth parsing.

use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use super::config::ConfigFiles;
use super::given::GivenText;
use super::judge::{Verdict, judge, judge_bytes, judge_related};
use super::manifest::Manifests;
use super::nearer;
use super::prefilter::Mention;
use super::problem::{Note, Problem};
use super::related::{ImportGraph, Neighbours, Said, Tree};
use super::surroundings;
use super::walk::{BadGlob, Found, WalkLog, WalkOptions, exclude, walk};
use super::{Buffers, SettingsFile, SourceFile, settings, skip};
use crate::lang::{Dialect, Language};
use crate::model::Modules;
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

/// Finds out which file an import means, and adds the files around those of the first wave.
fn link(threads: usize, buffers: &Buffers, entries: &[Entry], configs: ConfigFiles, gathered: &mut Gathered) {
    let linted = entries.iter().filter(|e| matches!(e.verdict, Verdict::Lint(..)));
    let mut languages: Vec<Language> = linted.map(Entry::language).collect();
    languages.sort_unstable();
    languages.dedup();
    if languages.is_empty() {
        return;
    }
    let entries: Vec<&Entry> = entries.iter().filter(|e| languages.contains(&e.language())).collect();
    // Shown paths may stand above the working directory, where they do not line up.
    gathered.absolute = entries.iter().any(|e| e.context);
    let path = |found: &Found| match gathered.absolute {
        true => found.absolute.to_string_lossy().into_owned(),
        false => found.shown.clone(),
    };
    let paths: Vec<String> = entries.iter().map(|e| path(&e.found)).collect();
    let files: Vec<(&str, Language)> =
        paths.iter().zip(&entries).map(|(path, entry)| (&**path, entry.language())).collect();
    let (packages, notes) = configs.read(gathered.absolute);
    gathered.notes.extend(notes);
    let mut tree = Tree::new(&files, packages);
    let (related, graph) = second_wave(threads, buffers, &entries, &mut tree);
    let files = parallel::map(threads, &related, |&index| {
        let entry = entries[index as usize];
        let file = match &entry.verdict {
            Verdict::Silent => judge_related(&entry.found, buffers)?,
            Verdict::Lint(file, _) if entry.context => file.clone(),
            _ => return None,
        };
        Some(if entry.context { file.as_context() } else { file })
    });
    gathered.files = files.into_iter().flatten().flatten().collect();
    gathered.modules = tree.into_modules();
    gathered.neighbours = Neighbours::new(graph, entries.iter().map(|entry| entry.found.absolute.clone()));
}

/// The files around those of the first wave.
fn second_wave(
    threads: usize,
    buffers: &Buffers,
    entries: &[&Entry],
    tree: &mut Tree,
) -> (Vec<u32>, ImportGraph) {
    let every = |what: fn(&Entry) -> bool| -> Vec<u32> {
        (0..entries.len() as u32).filter(|&index| what(entries[index as usize])).collect()
    };
    let all = entries.iter().any(|entry| entry.holds_code());
    let read = |tree: &Tree, index: usize| match &entries[index].verdict {
        Verdict::Lint(file, _) => tree.read(index, file.text.as_bytes()),
        Verdict::Silent if all => {
            let mut buffer = Vec::new();
            match buffers.read(&entries[index].found.absolute, skip::MAX_SOURCE_BYTES, &mut buffer) {
                Ok(Ok(())) => tree.read(index, &buffer),
                _ => Said::default(),
            }
        }
        Verdict::Silent | Verdict::Note(_) | Verdict::Problem(_) => Said::default(),
    };
    let indexes: Vec<usize> = (0..entries.len()).collect();
    let said = parallel::map(threads, &indexes, |&index| read(tree, index));
    let mut said: Vec<Said> = said.into_iter().map(Option::unwrap_or_default).collect();
    if tree.learn(&said) {
        let again: Vec<usize> = indexes.into_iter().filter(|&index| tree.is_placed(index)).collect();
        let more = parallel::map(threads, &again, |&index| read(tree, index));
        for (index, more) in again.into_iter().zip(more) {
            said[index] = more.unwrap_or_default();
        }
    }
    if !all {
        return Default::default();
    }
    let graph = tree.graph(said);
    let mut first = every(Entry::draws_in);
    let mut wanted = Vec::new();
    if entries.iter().any(|entry| entry.context) {
        // Whoever asks for a file alone sees the same in it as whoever asks for the project.
        let around = every(|entry| entry.holds_code() && entry.context);
        wanted = graph.related(&around);
        wanted.retain(|&index| entries[index as usize].waits());
        wanted.extend(graph.reached(&wanted, &around));
        first.extend(&wanted);
    }
    wanted.extend(graph.related(&first));
    (wanted, graph)
}
