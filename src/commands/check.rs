//! `claude-lint check`, and `claude-lint` alone.

use std::collections::BTreeMap;
use std::io::IsTerminal as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicUsize;

use clap::CommandFactory as _;
use claude_lint::baseline::{self, Baseline};
use claude_lint::changes::Changes;
use claude_lint::config::document::FailOn;
use claude_lint::error::{Error, nearest};
use claude_lint::finding::{Acceptance, Accepted, Finding, Severity};
use claude_lint::fix::{self, Fixed};
use claude_lint::linter::{self, Config, Outcome, Progress};
use claude_lint::model::Project;
use claude_lint::report::{accepted_counts, neutralize, root_of};
use claude_lint::source::{self, Note, Problem};

use super::progress::with_progress;
use super::settings::{self, Settings};
use super::terminal::{print, say};
use super::{CLEAN, FAILED, FOUND};
use super::{fixes, output};
use crate::cli::{CheckArgs, Cli};

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
    let root = root_of(&config.walk.directory, &config.walk.paths);
    let baseline = match baseline::place(args.rules.baseline.as_deref(), &root) {
        Some(path) if !args.rules.no_baseline => Some(Baseline::read(&path)?),
        _ => None,
    };
    let changes = match &args.rules.changed_since {
        Some(reference) => Some(Changes::since(reference, &root)?),
        None => None,
    };
    if let Some(None) = changes {
        say("warning: this is no git repository: all findings are reported, changed or not");
    }
    // What is not reported is not fixed either.
    let narrow = |findings: &mut Vec<Finding>, project: &Project| {
        let known = baseline.as_ref().map(|b| b.take(findings, project, &root)).unwrap_or_default();
        if let Some(Some(changes)) = &changes {
            changes.keep(findings, project);
        }
        if let Some(reason) = &args.fixes.add_ignore {
            fixes::suppress_instead(findings, project, reason);
        }
        let by_baseline = |finding| Accepted { finding, by: Acceptance::Baseline };
        known.into_iter().map(by_baseline).collect::<Vec<Accepted>>()
    };
    let run = || {
        if args.fixes.writes() || args.fixes.diff {
            return fix::fix(&config, args.fixes.unsafe_fixes, args.fixes.writes(), &progress, &narrow);
        }
        let mut outcome = linter::lint(&config, &progress)?;
        let known = narrow(&mut outcome.findings, &outcome.project);
        outcome.accepted.extend(known);
        Ok(Fixed::nothing(outcome))
    };
    let mut fixed = with_progress(!args.output.quiet, &progress, run)?;
    if args.fixes.writes() {
        fixed.write();
    }
    say_skipped(&fixed.outcome.notes, &fixed.outcome.problems, args.output.verbose);
    if args.fixes.diff {
        for file in reports.iter().filter_map(|report| report.file.as_ref()) {
            say(&format!("warning: `--diff` makes no reports: `{}` is not written", file.display()));
        }
        return fixes::show_diff(&fixed, &args.fixes, args.output.quiet);
    }
    let printed = args.fixes.writes() && fixes::print_given(&config, &fixed)?;
    let outcome = &fixed.outcome;
    output::write(&reports, args, &config, baseline.is_some(), outcome, printed)?;
    if !args.output.quiet {
        let fixes = fixes::summary(&fixed, &args.fixes);
        say(&[summary(outcome)].into_iter().chain(fixes).collect::<Vec<_>>().join("; "));
    }
    Ok(exit_code(outcome, fail_on))
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
    // Whatever reads a pipe wants the names as they are.
    let shown = std::io::stdout().is_terminal();
    let line = |path: &str| if shown { format!("{}\n", neutralize(path)) } else { format!("{path}\n") };
    let lines: String =
        gathered.files.iter().filter(|file| !file.context).map(|file| line(&file.path)).collect();
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
    // `claude-lint --pedantic baseline write` asks for two paths.
    let program = Cli::command();
    let missing = || problems.iter().filter(|problem| !Path::new(&problem.path).exists());
    if let Some(problem) = missing().find(|problem| program.find_subcommand(&problem.path).is_some()) {
        say(&format!("help: a command comes before all options: `claude-lint {} …`", problem.path));
    } else {
        let commands = || program.get_subcommands().filter(|command| !command.is_hide_set());
        let near = |path: &str| nearest(path, commands().map(|command| command.get_name()));
        if let Some(command) = missing().find_map(|problem| near(&problem.path)) {
            say(&format!("help: is the command `{command}` meant?"));
        }
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
    let (suppressed, baselined) = accepted_counts(&outcome.accepted);
    if baselined > 0 {
        found.push_str(&format!(", {baselined} more in the baseline"));
    }
    if suppressed > 0 {
        found.push_str(&format!(", {suppressed} suppressed"));
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

pub(super) fn plural(count: usize, noun: &str) -> String {
    let s = if count == 1 { "" } else { "s" };
    format!("{count} {noun}{s}")
}
