//! The pipeline, from paths to findings.

mod check;
mod copies;
mod texts;

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use rustc_hash::FxHashMap;

pub use check::Checked;
pub(crate) use check::{check, check_until};
pub use texts::lint_sources;
pub(crate) use texts::load;

use crate::config::{Rulebook, Rules};
use crate::custom::{CustomRule, Matched};
use crate::error::Error;
use crate::finding::{Accepted, Finding};
use crate::lang::pattern::Pattern;
use crate::model::{Background, FileModel, Project};
use crate::overview::{self, Overview};
use crate::parallel;
use crate::rules::Rule;
use crate::sdk::date::Date;
use crate::source::{self, Buffers, GivenText, Neighbours, Note, Problem, SourceFile, WalkOptions};

/// What to lint and how.
#[derive(Debug, Clone)]
pub struct Config {
    /// Paths, ignore rules, threads.
    pub walk: WalkOptions,
    /// A text from standard input, linted with the files.
    pub given: Option<GivenText>,
    /// Which rules, and where.
    pub rulebook: Rulebook,
    /// The day for which dates are judged.
    pub as_of: Date,
}

/// What came of a run.
#[derive(Debug)]
pub struct Outcome {
    /// The linted files; a finding's `FileId` is the index.
    pub project: Project,
    /// The rules that ran, in the order of the catalogue.
    pub rules: Vec<&'static Rule>,
    /// By path, then place, then rule.
    pub findings: Vec<Finding>,
    /// Findings that comments suppress, or a baseline, which is no part of [`lint`].
    pub accepted: Vec<Accepted>,
    /// How many source files were looked at.
    pub files_seen: usize,
    /// How many of them were linted, context aside.
    pub files_linted: usize,
    /// What was left out on purpose.
    pub notes: Vec<Note>,
    /// What should have been linted and was not: the run is incomplete.
    pub problems: Vec<Problem>,
    /// How long it took.
    pub elapsed: Duration,
}

/// How far a run has come; read by whoever shows it.
#[derive(Debug, Default)]
pub struct Progress {
    /// Files looked at.
    pub seen: AtomicUsize,
    /// Files to parse; zero until that is known.
    pub total: AtomicUsize,
    /// Files parsed.
    pub parsed: AtomicUsize,
}

/// What was read for a run.
pub(crate) struct Reading {
    pub(crate) models: Vec<Arc<FileModel>>,
    pub(crate) background: Background,
    pub(crate) neighbours: Neighbours,
    pub(crate) seen: usize,
    pub(crate) notes: Vec<Note>,
    pub(crate) problems: Vec<Problem>,
}

/// Lints. The findings are the same for any number of threads. What cannot be read is told in
/// [`Outcome::problems`]; an error means that nothing was linted: a bad glob or configuration.
pub fn lint(config: &Config, progress: &Progress) -> Result<Outcome, Error> {
    let start = Instant::now();
    let Reading { models, background, seen, notes, problems, .. } = prepare(config, progress)?;
    let rules = background.rules.rules();
    let checked = check(models, background);
    Ok(Outcome::new(start, rules, seen, notes, problems, checked))
}

impl Outcome {
    /// What was read, and what the rules say of it.
    pub(crate) fn new(
        start: Instant,
        rules: Vec<&'static Rule>,
        files_seen: usize,
        notes: Vec<Note>,
        mut problems: Vec<Problem>,
        checked: Checked,
    ) -> Outcome {
        let Checked { project, findings, suppressed, problems: failed } = checked;
        problems.extend(failed);
        let files_linted = project.files().iter().filter(|file| !file.source.context).count();
        Outcome {
            files_linted,
            rules,
            project,
            findings,
            accepted: suppressed,
            files_seen,
            notes,
            problems,
            elapsed: start.elapsed(),
        }
    }
}

/// What was understood of a project, without any rule.
#[derive(Debug)]
pub struct Survey {
    /// Clients, requests, models and so on.
    pub overview: Overview,
    /// What was left out on purpose.
    pub notes: Vec<Note>,
    /// What should have been read and was not: the overview is incomplete.
    pub problems: Vec<Problem>,
}

/// Reads and links as [`lint`] does, fails as it does, and says what was understood.
pub fn survey(config: &Config, progress: &Progress) -> Result<Survey, Error> {
    let Reading { models, background, notes, mut problems, .. } = read(config, progress, &Held::default())?;
    let overview = parallel::on_large_stack(|| overview::overview(&Project::new(models, background)));
    let overview = overview.unwrap_or_else(|| {
        problems.push(Problem::new(".", "internal error while linking the files"));
        Overview::default()
    });
    Ok(Survey { overview, notes, problems })
}

/// Walks, reads and parses, with the rules that hold where.
pub(crate) fn prepare(config: &Config, progress: &Progress) -> Result<Reading, Error> {
    read(config, progress, &Held::default())
}

/// What is at hand already when a project is read again.
#[derive(Debug, Default)]
pub(crate) struct Held {
    /// Texts that stand for what is on disk.
    pub(crate) buffers: Buffers,
    /// Files as they were understood the last time.
    pub(crate) models: FxHashMap<PathBuf, Arc<FileModel>>,
}

/// Walks, finds out which rules hold where, and reads; what has not changed is not parsed again.
pub(crate) fn read(config: &Config, progress: &Progress, held: &Held) -> Result<Reading, Error> {
    let threads = config.walk.threads.max(1);
    let source::Gathered {
        files,
        seen,
        mut notes,
        mut problems,
        manifests,
        modules,
        absolute,
        settings,
        neighbours,
    } = source::gather_over(&config.walk, config.given.as_ref(), &held.buffers, &progress.seen)?;

    let places = files.iter().chain(settings.iter().map(|settings| &settings.source));
    let rules = config.rulebook.for_files(places.map(|file| file.absolute.as_path()))?;
    progress.total.store(files.len(), Ordering::Relaxed);
    let parsed = parallel::map(threads, &files, |file| {
        let rules = rules.of(&file.absolute);
        let same = |known: &&Arc<FileModel>| {
            known.source.is_same(file) && known.is_asked(queries(file, rules).map(|(rule, _)| rule))
        };
        let known = held.models.get(&file.absolute).filter(same);
        let model = known.cloned().or_else(|| understood(file.clone(), rules));
        progress.parsed.fetch_add(1, Ordering::Relaxed);
        model
    });
    let mut models: Vec<Arc<FileModel>> = Vec::new();
    for (file, model) in files.iter().zip(parsed) {
        match model {
            Some(Some(model)) => models.push(model),
            _ if file.context => {}
            Some(None) => problems.push(Problem::new(&file.path, "too costly to parse; not linted")),
            None => problems.push(Problem::new(&file.path, "internal error while reading its syntax")),
        }
    }
    notes.extend(models.iter().filter(|model| !model.source.context).filter_map(|model| {
        let line = model.source.lines().line(model.facts.errors.first()?.start);
        let place = match model.source.cell(line) {
            Some(cell) => format!("cell {}, line {}", cell.number, cell.line_within(line)),
            None => format!("line {line}"),
        };
        Some(Note::new(&model.source.path, format!("a part with errors in its syntax, first at {place}")))
    }));
    notes.sort();
    let background = Background {
        as_of: config.as_of,
        manifests,
        settings,
        modules: Some(modules.into()),
        rules,
        absolute,
    };
    Ok(Reading { models, background, neighbours, seen, notes, problems })
}

/// A file with what can be said of it alone; `None` where it is too costly to parse.
pub(crate) fn understood(file: SourceFile, rules: &Rules) -> Option<Arc<FileModel>> {
    let patterns = queries(&file, rules).map(|(_, pattern)| pattern);
    let (facts, matches) = file.dialect?.read(&file.text, patterns)?;
    let rules = queries(&file, rules).map(|(rule, _)| rule.clone());
    let matched = rules.zip(matches).map(|(rule, matches)| Matched { rule, matches }).collect();
    Some(Arc::new(FileModel::new(file, facts).with_matches(matched)))
}

/// The custom rules that are asked of a file, with their queries.
fn queries<'r>(
    file: &SourceFile,
    rules: &'r Rules,
) -> impl Iterator<Item = (&'r Arc<CustomRule>, &'r Pattern)> + use<'r> {
    // Nothing is reported in what is read for other files only.
    let dialect = file.dialect.filter(|_| !file.context);
    rules.custom().iter().filter_map(move |rule| Some((rule, rule.pattern(dialect?)?)))
}
