//! `claude-lint check`, and `claude-lint` alone.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::atomic::AtomicUsize;

use claude_lint::baseline::{self, Baseline};
use claude_lint::changes::Changes;
use claude_lint::config::document::FailOn;
use claude_lint::error::Error;
use claude_lint::finding::Severity;
use claude_lint::linter::{self, Config, Outcome, Progress};
use claude_lint::report::{neutralize, repository_root};
use claude_lint::source::{self, Note, Problem};

use super::output;
use super::progress::with_progress;
use super::settings::{self, Settings};
use super::terminal::{print, say};
use super::{CLEAN, FAILED, FOUND};
use crate::cli::CheckArgs;

/// Lints and reports.
pub(crate) fn run(args: &CheckArgs) -> Result<u8, Error> {
    let Settings { config, effective, fail_on } = settings::settings(args)?;
    if args.config.show_config {
        print(&settings::shown(&effective))?;
        return Ok(CLEAN);
    }
    if args.files.show_files {
        return show_files(&config, args.output.verbose);
    }
    let reports = output::reports(&args.output)?;
    let progress = Progress::default();
    let mut outcome = with_progress(!args.output.quiet, &progress, || linter::lint(&config, &progress))?;
    let root = repository_root(&config.walk.directory);
    if !args.rules.no_baseline
        && let Some(path) = baseline::place(args.rules.baseline.as_deref(), &root)
    {
        let baseline = Baseline::read(&path)?;
        outcome.accepted = baseline.take(&mut outcome.findings, &outcome.project, &root).len();
    }
    if let Some(reference) = &args.rules.changed_since {
        match Changes::since(reference, &config.walk.directory)? {
            Some(changes) => changes.keep(&mut outcome.findings, &outcome.project),
            None => say("warning: this is no git repository: all findings are reported, changed or not"),
        }
    }
    say_skipped(&outcome.notes, &outcome.problems, args.output.verbose);
    output::write(&reports, args.output.color, &config.walk.directory, &outcome.rules, &outcome)?;
    if !args.output.quiet {
        say(&summary(&outcome));
    }
    Ok(exit_code(&outcome, fail_on))
}

/// The folder from which paths are shown.
pub(super) fn directory() -> Result<PathBuf, Error> {
    std::env::current_dir().and_then(|directory| directory.canonicalize()).map_err(Error::Directory)
}

/// More threads only wait for each other, and with a thousand nothing else is done.
const MAX_THREADS: usize = 64;

/// As many threads as are asked for, or as there are processors.
pub(super) fn threads(asked: Option<u16>) -> usize {
    let available = || std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    asked.map_or_else(available, usize::from).min(MAX_THREADS)
}

/// The globs of a list with commas between them; those in `*.{js,ts}` belong to a glob.
pub(super) fn globs(list: &str) -> Vec<String> {
    let mut globs = vec![String::new()];
    let (mut depth, mut escaped) = (0_u32, false);
    for c in list.chars() {
        match c {
            _ if escaped => {}
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => {
                globs.push(String::new());
                continue;
            }
            _ => {}
        }
        escaped = c == '\\' && !escaped;
        if let Some(glob) = globs.last_mut() {
            glob.push(c);
        }
    }
    globs.retain(|glob| !glob.is_empty());
    globs
}

fn show_files(config: &Config, verbose: bool) -> Result<u8, Error> {
    let gathered = source::gather(&config.walk, config.given.as_ref(), &AtomicUsize::new(0))?;
    say_skipped(&gathered.notes, &gathered.problems, verbose);
    let lines: String =
        gathered.files.iter().filter(|file| !file.context).map(|file| format!("{}\n", file.path)).collect();
    print(&lines)?;
    Ok(if gathered.problems.is_empty() { CLEAN } else { FAILED })
}

pub(super) fn say_skipped(notes: &[Note], problems: &[Problem], verbose: bool) {
    for note in notes.iter().filter(|note| verbose || note.important) {
        say(&format!("skipped: {}: {}", neutralize(&note.path), note.reason));
    }
    for problem in problems {
        say(&format!("error: {}: {}", neutralize(&problem.path), problem.message));
    }
}

fn exit_code(outcome: &Outcome, fail_on: FailOn) -> u8 {
    let found = fail_on.threshold().is_some_and(|t| outcome.findings.iter().any(|f| f.severity >= t));
    match (outcome.problems.is_empty(), found) {
        (false, _) => FAILED,
        (true, true) => FOUND,
        (true, false) => CLEAN,
    }
}

/// One line: what was looked at and what was found.
fn summary(outcome: &Outcome) -> String {
    let mut counts: BTreeMap<Severity, usize> = BTreeMap::new();
    for finding in &outcome.findings {
        *counts.entry(finding.severity).or_default() += 1;
    }
    let counts: Vec<String> = counts
        .iter()
        .rev()
        .map(|(severity, &count)| match severity {
            Severity::Info => format!("{count} info"),
            other => plural(count, other.name()),
        })
        .collect();
    let mut found = if counts.is_empty() { "nothing found".to_string() } else { counts.join(", ") };
    if outcome.accepted > 0 {
        found.push_str(&format!(", {} more in the baseline", outcome.accepted));
    }
    if outcome.suppressed > 0 {
        found.push_str(&format!(", {} suppressed", outcome.suppressed));
    }
    let mut line = format!(
        "{found} ({} looked at, {} linted, {:.2} s)",
        plural(outcome.files_seen, "file"),
        outcome.files_linted,
        outcome.elapsed.as_secs_f64()
    );
    if !outcome.problems.is_empty() {
        line.push_str(&format!("; incomplete: {}", plural(outcome.problems.len(), "problem")));
    }
    line
}

fn plural(count: usize, noun: &str) -> String {
    let s = if count == 1 { "" } else { "s" };
    format!("{count} {noun}{s}")
}
