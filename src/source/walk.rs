//! Walking the tree: which files there are to look at.
//!
//! Order of decisions for an entry below a given folder: links are not followed;
//! ignore files and `--exclude` leave out; then hidden names; then the folders of
//! [`super::skip`]. A path that was named is never left out by any of these.

mod found;
mod shown;

use std::ffi::OsStr;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use ignore::overrides::{Override, OverrideBuilder};
use ignore::{DirEntry, WalkBuilder, WalkState};

use super::problem::{Note, Problem};
use super::{ignore_file, skip};
use crate::config::load::NAMES;
use crate::lang::Dialect;
use crate::packages;
pub use found::{BadGlob, Found, FoundConfig, WalkLog, WalkOptions};
use shown::{clean, display, shown, shown_file};

/// A folder to walk, and how its paths are shown.
struct Root {
    absolute: PathBuf,
    shown: PathBuf,
}

/// Called for every file, with a buffer to use again and again. May end the walk.
pub type Visit<'a> = dyn Fn(Found, &mut Vec<u8>) -> ControlFlow<()> + Sync + 'a;

/// Calls `visit` for every file, from several threads at once and in no order. A file
/// reached twice is visited twice.
pub fn walk(options: &WalkOptions, visit: &Visit<'_>) -> Result<WalkLog, BadGlob> {
    let exclude = exclude(options)?;
    let log = Mutex::new(WalkLog::default());
    let mut roots = Vec::new();
    let mut buffer = Vec::new();
    let by_config = options.excluded.matcher();
    // A folder above it may be what is left out.
    let left_out = |path: &Path, is_folder: bool| {
        let below = |path: &&Path| path.starts_with(&options.directory) && *path != options.directory;
        options.force_exclude
            && path.ancestors().take_while(below).enumerate().any(|(above, path)| {
                let is_folder = is_folder || above > 0;
                exclude.matched(path, is_folder).is_ignore() || by_config.matches(path, is_folder)
            })
    };
    let note = |path: &Path| Note::new(display(path), "is excluded, although it is named");
    for path in &options.paths {
        match locate(options, path) {
            Ok(Location::Folder(root)) if left_out(&root.absolute, true) => {
                lock(&log).notes.push(note(path));
            }
            Ok(Location::File(found)) if left_out(&found.absolute, false) => {
                lock(&log).notes.push(note(path));
            }
            Ok(Location::Folder(root)) => roots.push(root),
            Ok(Location::File(found)) => {
                if visit(found, &mut buffer).is_break() {
                    break;
                }
            }
            Err(Refused::Problem(problem)) => lock(&log).problems.push(problem),
            Err(Refused::Note(note)) => lock(&log).notes.push(note),
        }
    }
    for root in roots {
        walk_folder(options, &root, &exclude, &log, visit);
    }
    Ok(log.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner))
}

fn lock(log: &Mutex<WalkLog>) -> std::sync::MutexGuard<'_, WalkLog> {
    log.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

/// What `--exclude` leaves out.
pub(super) fn exclude(options: &WalkOptions) -> Result<Override, BadGlob> {
    let mut builder = OverrideBuilder::new(&options.directory);
    for glob in &options.exclude {
        let bad = |reason: String| BadGlob { glob: glob.clone(), reason };
        if glob.starts_with('!') {
            return Err(bad("give what to leave out, without `!`".into()));
        }
        builder.add(&format!("!{glob}")).map_err(|e| match e {
            // Its own words, not those about the glob with our `!` before it.
            ignore::Error::Glob { err, .. } => bad(err),
            other => bad(other.to_string()),
        })?;
    }
    builder.build().map_err(|e| BadGlob { glob: options.exclude.join(","), reason: e.to_string() })
}

enum Location {
    Folder(Root),
    File(Found),
}

enum Refused {
    Problem(Problem),
    Note(Note),
}

/// What a named path is.
fn locate(options: &WalkOptions, path: &Path) -> Result<Location, Refused> {
    let named = display(&clean(path));
    let problem = |error: &std::io::Error| Refused::Problem(Problem::io(&named, error));
    let absolute = options.directory.join(path).canonicalize().map_err(|e| problem(&e))?;
    let metadata = absolute.metadata().map_err(|e| problem(&e))?;
    let shown = absolute.strip_prefix(&options.directory).map_or_else(|_| clean(path), Path::to_path_buf);
    if metadata.is_dir() {
        return Ok(Location::Folder(Root { absolute, shown }));
    }
    if !metadata.is_file() {
        return Err(Refused::Problem(Problem::new(named, "is neither a file nor a folder")));
    }
    match dialect(path) {
        Some(dialect) => {
            let shown = shown_file(&options.directory, path);
            let place = shown.clone();
            Ok(Location::File(Found { absolute, shown, place, dialect, named: true }))
        }
        None => Err(Refused::Note(Note::unsupported(named))),
    }
}

fn walk_folder(
    options: &WalkOptions,
    root: &Root,
    exclude: &Override,
    log: &Mutex<WalkLog>,
    visit: &Visit<'_>,
) {
    let met = Arc::new(ignore_file::Met::default());
    let mut builder = WalkBuilder::new(&root.absolute);
    if options.ignore_files {
        // Those of the folders above count as well.
        if let Some(path) = root.absolute.ancestors().find_map(ignore_file::unreadable) {
            lock(log).problems.push(unreadable(root, &path));
            return;
        }
        let met = met.clone();
        let excluded = options.excluded.matcher();
        let rules = options.rule_folders.clone();
        builder.filter_entry(move |entry| {
            let is_folder = entry.file_type().is_some_and(|t| t.is_dir());
            !excluded.matches(entry.path(), is_folder)
                && (!is_folder || met.allows(entry.path()) && !holds_rules(&rules, entry))
        });
    } else {
        let excluded = options.excluded.matcher();
        let rules = options.rule_folders.clone();
        builder.filter_entry(move |entry| {
            !excluded.matches(entry.path(), entry.file_type().is_some_and(|t| t.is_dir()))
                && !holds_rules(&rules, entry)
        });
    }
    builder
        .overrides(exclude.clone())
        .hidden(false)
        .follow_links(false)
        .require_git(false)
        .parents(options.ignore_files)
        .ignore(options.ignore_files)
        .git_ignore(options.ignore_files)
        .git_global(options.ignore_files)
        .git_exclude(options.ignore_files)
        .current_dir(&options.directory)
        .threads(options.threads);
    builder.build_parallel().run(|| {
        let mut buffer = Vec::new();
        Box::new(move |entry| {
            match entry {
                Ok(entry) => {
                    if let Some(reason) = skipped(&entry) {
                        let note = Note::new(shown(root, entry.path()), reason);
                        lock(log).notes.push(note);
                        return WalkState::Skip;
                    }
                    if entry.file_name().to_str().is_some_and(|name| NAMES.contains(&name)) {
                        let folder = entry.path().parent().map(Path::to_path_buf);
                        lock(log).configured.extend(folder);
                    }
                    if let Some(found) = config(root, &entry) {
                        lock(log).configs.push(found);
                    }
                    if let Some(found) = candidate(root, entry)
                        && visit(found, &mut buffer).is_break()
                    {
                        return WalkState::Quit;
                    }
                }
                Err(error) => lock(log).problems.push(walk_problem(root, &error)),
            }
            WalkState::Continue
        })
    });
    for path in met.take() {
        lock(log).problems.push(unreadable(root, &path));
    }
}

/// Whether a folder that was not named holds custom rules.
fn holds_rules(folders: &[PathBuf], entry: &DirEntry) -> bool {
    entry.depth() > 0 && folders.iter().any(|folder| folder == entry.path())
}

/// An ignore file that cannot be read: nobody knows what to leave out.
fn unreadable(root: &Root, ignore_file: &Path) -> Problem {
    Problem::new(
        shown(root, ignore_file),
        "is neither a file nor a folder: nobody knows what to lint below it",
    )
}

/// Why an entry is passed over although something could be linted there, if it is.
fn skipped(entry: &DirEntry) -> Option<&'static str> {
    let kind = entry.file_type().filter(|_| entry.depth() > 0)?;
    let path = entry.path();
    if kind.is_dir()
        && let Some(reason) = skip::folder(path)
    {
        return Some(reason);
    }
    if kind.is_symlink() {
        return (dialect(path).is_some() || path.is_dir()).then_some("symbolic link");
    }
    let source = kind.is_dir() || dialect(path).is_some();
    (source && skip::is_hidden(entry.file_name())).then_some("hidden")
}

fn candidate(root: &Root, entry: DirEntry) -> Option<Found> {
    if !entry.file_type().is_some_and(|t| t.is_file()) {
        return None;
    }
    let dialect = dialect(entry.path())?;
    let shown = shown(root, entry.path());
    let outside = root.shown.is_absolute() || root.shown.starts_with("..");
    let place = match entry.path().strip_prefix(&root.absolute) {
        Ok(below) if outside => display(below),
        _ => shown.clone(),
    };
    Some(Found { absolute: entry.into_path(), shown, place, dialect, named: false })
}

fn config(root: &Root, entry: &DirEntry) -> Option<FoundConfig> {
    let is_file = entry.file_type().is_some_and(|t| t.is_file());
    let named = entry.file_name().to_str().is_some_and(packages::is_config);
    let found = || FoundConfig { absolute: entry.path().to_path_buf(), shown: shown(root, entry.path()) };
    (is_file && named).then(found)
}

fn dialect(path: &Path) -> Option<Dialect> {
    let extension = path.extension().and_then(OsStr::to_str)?;
    Dialect::from_extension(extension)
}

fn walk_problem(root: &Root, error: &ignore::Error) -> Problem {
    match error {
        ignore::Error::WithPath { path, err } => match err.io_error() {
            Some(io) => Problem::io(&shown(root, path), io),
            None => Problem::new(shown(root, path), err.to_string()),
        },
        ignore::Error::WithDepth { err, .. } => walk_problem(root, err),
        _ => Problem::new(display(&root.shown), error.to_string()),
    }
}
