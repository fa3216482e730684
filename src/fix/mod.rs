//! Fixes: applied in memory, linted again, until nothing more changes; then written, or not.
//!
//! [`mod@bench`] does that; which fixes can be made together is decided in [`choose`]; [`draft`] knows how the text that is
//! linted stands in the file; [`mod@write`] replaces files.

mod bench;
mod choose;
mod diff;
mod done;
mod draft;
mod write;

use std::path::PathBuf;
use std::time::Instant;

use crate::config::RulesOfFiles;
use crate::error::Error;
use crate::finding::{Accepted, Finding, Fix, Safety};
use crate::linter::{self, Checked, Config, Outcome, Progress, Reading};
use crate::model::Project;
use crate::selection::Selection;
use crate::source::{Problem, SourceFile, io_reason};

use bench::Bench;
pub(crate) use draft::{Draft, line_ends_as};

/// What came of fixing.
#[derive(Debug)]
pub struct Fixed {
    /// What remains, as if the changes were written.
    pub outcome: Outcome,
    /// The files that change, by path.
    pub changes: Vec<Change>,
    /// How many findings were fixed.
    pub count: usize,
}

/// A file that changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Path as shown.
    pub path: String,
    /// Where it is on disk.
    pub absolute: PathBuf,
    /// Its bytes as they were read.
    pub before: Vec<u8>,
    /// Its bytes with the fixes.
    pub after: Vec<u8>,
    /// Whether it is the text from standard input, which is not written.
    pub given: bool,
}

impl Change {
    /// Replaces the file, unless it changed since it was read.
    pub fn write(&self) -> Result<(), Problem> {
        let written = write::replace(&self.absolute, &self.before, &self.after);
        written.map_err(|reason| Problem::new(&self.path, reason))
    }
}

impl Fixed {
    /// What came of a run that fixes nothing.
    pub fn nothing(outcome: Outcome) -> Fixed {
        Fixed { outcome, changes: Vec::new(), count: 0 }
    }

    /// Replaces the files that change. What cannot be replaced is a problem of the run.
    pub fn write(&mut self) {
        let changes = self.changes.iter().filter(|change| !change.given);
        self.outcome.problems.extend(changes.filter_map(|change| change.write().err()));
    }
}

/// Whether a fix is among those asked for.
pub fn is_wanted(fix: &Fix, unsafe_too: bool) -> bool {
    unsafe_too || fix.safety == Safety::Safe
}

/// Takes findings away that are not to be seen, and gives those that a baseline accepts.
pub type Narrow<'n> = &'n dyn Fn(&mut Vec<Finding>, &Project) -> Vec<Accepted>;

/// Lints, and applies fixes in memory until nothing more changes. Only what `narrow` leaves is fixed,
/// and only in files that can be replaced where that is wanted.
pub fn fix(
    config: &Config,
    unsafe_too: bool,
    for_writing: bool,
    progress: &Progress,
    narrow: Narrow<'_>,
) -> Result<Fixed, Error> {
    let start = Instant::now();
    let Reading { models, background, seen, notes, problems, .. } = linter::prepare(config, progress)?;
    let rules = background.rules.rules();
    let given = config.given.as_ref().map(|given| (given.absolute(&config.walk.directory), &*given.bytes));
    let given = |file: &SourceFile| given.as_ref().filter(|(path, _)| *path == file.absolute).map(|g| g.1);
    let read = |file: &SourceFile| match given(file) {
        Some(bytes) => Ok(bytes.to_vec()),
        None => match write::refusal(&file.absolute).filter(|_| for_writing) {
            Some(reason) => Err(reason),
            None => {
                std::fs::read(&file.absolute).map_err(|error| format!("not fixed: {}", io_reason(&error)))
            }
        },
    };
    let mut bench = Bench::new(&read, config.walk.threads, unsafe_too);
    let (checked, accepted) = bench.rounds(models, background, narrow);
    let mut outcome = Outcome::new(start, rules, seen, notes, problems, checked);
    outcome.accepted.extend(accepted);
    outcome.problems.extend(bench.closed.values().cloned());
    let mut changes = bench.changes(&outcome.project);
    for change in &mut changes {
        let mut files = outcome.project.source_files();
        change.given = files.any(|file| file.absolute == change.absolute && given(file).is_some());
    }
    Ok(Fixed { outcome, changes, count: bench.count })
}

/// Fixes texts in memory as one project, as [`linter::lint_sources`] lints them: what remains, the
/// texts that change, and how many findings were fixed.
pub fn fix_sources<'t>(
    sources: impl IntoIterator<Item = (&'t str, &'t str)>,
    selection: &Selection,
    unsafe_too: bool,
) -> (Checked, Vec<Change>, usize) {
    let (models, background) = linter::load(sources, RulesOfFiles::alike(selection.clone()));
    let read = |file: &SourceFile| Ok(file.text.as_bytes().to_vec());
    let mut bench = Bench::new(&read, 1, unsafe_too);
    let (checked, _) = bench.rounds(models, background, &|_, _| Vec::new());
    let changes = bench.changes(&checked.project);
    (checked, changes, bench.count)
}
