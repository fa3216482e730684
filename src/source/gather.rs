//! From paths to the files worth parsing.

use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use super::prefilter::{Mention, scan};
use super::problem::{Note, Problem};
use super::walk::{BadGlob, Found, WalkOptions, walk};
use super::{SourceFile, read, skip};
use crate::lang::Dialect;

/// The files of a run.
#[derive(Debug, Default)]
pub struct Gathered {
    /// Files to lint, in path order.
    pub files: Vec<SourceFile>,
    /// How many source files were looked at.
    pub seen: usize,
    /// Left out on purpose, in path order.
    pub notes: Vec<Note>,
    /// Not readable, in path order.
    pub problems: Vec<Problem>,
}

/// A text that is given rather than read from disk.
#[derive(Debug, Clone)]
pub struct GivenText {
    /// The path it stands for.
    pub path: PathBuf,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// What one file turned out to be.
enum Verdict {
    /// To be linted.
    Lint(SourceFile, Mention),
    /// Does not mention Claude.
    Silent,
    Note(Note),
    Problem(Problem),
}

/// Walks, reads and filters. `seen` counts along, for a progress display.
pub fn gather(
    options: &WalkOptions,
    given: Option<&GivenText>,
    seen: &AtomicUsize,
) -> Result<Gathered, BadGlob> {
    let verdicts = Mutex::new(Vec::new());
    let log = walk(options, &|found, buffer| {
        seen.fetch_add(1, Ordering::Relaxed);
        let verdict = judge(&found, buffer);
        verdicts.lock().unwrap_or_else(PoisonError::into_inner).push((found, verdict));
    })?;
    let mut verdicts = verdicts.into_inner().unwrap_or_else(PoisonError::into_inner);
    // Named files come first, so that a file both named and found counts as named.
    verdicts.sort_by(|(a, _), (b, _)| a.absolute.cmp(&b.absolute).then(b.named.cmp(&a.named)));
    verdicts.dedup_by(|(a, _), (b, _)| a.absolute == b.absolute);

    let mut gathered =
        Gathered { seen: verdicts.len(), notes: log.notes, problems: log.problems, ..Default::default() };
    for (_, verdict) in verdicts {
        match verdict {
            Verdict::Lint(file, _) => gathered.files.push(file),
            Verdict::Note(note) => gathered.notes.push(note),
            Verdict::Problem(problem) => gathered.problems.push(problem),
            Verdict::Silent => {}
        }
    }
    if let Some(given) = given {
        gathered.add_given(options, given);
    }
    gathered.files.sort_by(|a, b| a.path.cmp(&b.path));
    gathered.notes.sort();
    gathered.notes.dedup();
    gathered.problems.sort();
    gathered.problems.dedup();
    Ok(gathered)
}

impl Gathered {
    fn add_given(&mut self, options: &WalkOptions, given: &GivenText) {
        let shown = given.path.to_string_lossy().replace('\\', "/");
        let extension = given.path.extension().and_then(|e| e.to_str()).unwrap_or_default();
        let Some(dialect) = Dialect::from_extension(extension) else {
            self.notes.push(Note::unsupported(shown));
            return;
        };
        self.seen += 1;
        let absolute = options.directory.join(&given.path);
        // What is given stands for what is on disk.
        self.files.retain(|file| file.absolute != absolute);
        let found = Found { absolute, shown, dialect, named: true };
        match judge_bytes(&found, &given.bytes) {
            Verdict::Lint(file, _) => self.files.push(file),
            Verdict::Problem(problem) => self.problems.push(problem),
            Verdict::Note(note) => self.notes.push(note),
            Verdict::Silent => {}
        }
    }
}

fn is_notebook(found: &Found) -> bool {
    found.absolute.extension().is_some_and(|e| e == "ipynb")
}

fn judge(found: &Found, buffer: &mut Vec<u8>) -> Verdict {
    let limit = if is_notebook(found) { skip::MAX_NOTEBOOK_BYTES } else { skip::MAX_SOURCE_BYTES };
    match read::read(&found.absolute, limit, buffer) {
        Ok(Ok(())) => judge_bytes(found, buffer),
        Ok(Err(size)) => {
            let message = format!("too large ({} KiB; the limit is {} KiB)", size >> 10, limit >> 10);
            if found.named {
                Verdict::Problem(Problem::new(&found.shown, message))
            } else {
                Verdict::Note(Note::new(&found.shown, message))
            }
        }
        Err(error) => Verdict::Problem(Problem::io(&found.shown, &error)),
    }
}

fn judge_bytes(found: &Found, bytes: &[u8]) -> Verdict {
    let mut mention = scan(bytes);
    // Files without a mention may be in any encoding: nobody asked for them.
    if mention == Mention::None && !found.named && !read::is_utf16(bytes) {
        return Verdict::Silent;
    }
    let text = match read::decode(bytes) {
        Ok(text) => text,
        Err(_) if mention == Mention::None && !found.named => return Verdict::Silent,
        Err(reason) => return Verdict::Problem(Problem::new(&found.shown, reason.message())),
    };
    if read::is_utf16(bytes) {
        mention = scan(text.as_bytes());
    }
    if mention == Mention::None {
        return Verdict::Silent;
    }
    if !found.named
        && let Some(reason) = skip::text(&found.shown, &text, found.dialect)
    {
        return Verdict::Note(Note::new(&found.shown, reason));
    }
    if is_notebook(found) {
        return Verdict::Note(Note::new(&found.shown, "notebooks are not read yet"));
    }
    Verdict::Lint(SourceFile::new(found.shown.clone(), &found.absolute, &text, found.dialect), mention)
}
