//! Which reports go where.

use std::io;
use std::path::PathBuf;

use claude_lint::error::Error;
use claude_lint::linter::{Config, Outcome};
use claude_lint::report::{self, OutputFormat, Report, root_of};

use super::terminal::{colored, print, say, width};
use crate::cli::{CheckArgs, ColorWhen, OutputArgs, Wanted};

/// The reports of a run, those for standard output last.
pub(super) fn reports(args: &OutputArgs) -> Result<Vec<Wanted>, Error> {
    let mut wanted = args.output_format.clone();
    if wanted.is_empty() {
        wanted = by_surroundings(args.output_file.is_some());
    }
    if let Some(path) = &args.output_file {
        match wanted.iter_mut().filter(|w| w.file.is_none()).collect::<Vec<_>>()[..] {
            [ref mut only] => only.file = Some(path.clone()),
            _ => return Err(Error::UnclearOutputFile),
        }
    }
    let mut places: Vec<&Option<PathBuf>> = wanted.iter().map(|w| &w.file).collect();
    places.sort();
    let together = go_together(&wanted);
    match places.windows(2).find(|pair| pair[0] == pair[1] && !(pair[0].is_none() && together)) {
        Some([None, ..]) => Err(Error::TwoReports { place: "standard output".into() }),
        Some([Some(path), ..]) => Err(Error::TwoReports { place: format!("`{}`", path.display()) }),
        _ => Ok(wanted),
    }
}

/// Whether what goes to standard output is told apart there: a text for people, and the commands of a
/// service, which are lines of their own kind.
fn go_together(wanted: &[Wanted]) -> bool {
    let is_commands = |format| matches!(format, OutputFormat::Github | OutputFormat::Azure);
    let is_text = |format| matches!(format, OutputFormat::Full | OutputFormat::Concise | OutputFormat::Agent);
    let formats: Vec<OutputFormat> = wanted.iter().filter(|w| w.file.is_none()).map(|w| w.format).collect();
    let (commands, texts): (Vec<_>, Vec<_>) = formats.into_iter().partition(|&format| is_commands(format));
    texts.len() == 1 && commands.len() == 1 && texts.iter().all(|&format| is_text(format))
}

/// What is of use where nothing is asked for: in GitHub Actions annotations besides the text.
fn by_surroundings(to_file: bool) -> Vec<Wanted> {
    let stdout = |format| Wanted { format, file: None };
    let in_actions = std::env::var_os("GITHUB_ACTIONS").is_some_and(|value| value == "true");
    if in_actions && !to_file {
        return vec![stdout(OutputFormat::Full), stdout(OutputFormat::Github)];
    }
    vec![stdout(OutputFormat::Full)]
}

/// Writes the reports; those for standard output to standard error where that is taken.
pub(super) fn write(
    wanted: &[Wanted],
    args: &CheckArgs,
    config: &Config,
    has_baseline: bool,
    outcome: &Outcome,
    stdout_is_taken: bool,
) -> Result<(), Error> {
    let root = root_of(&config.walk.directory, &config.walk.paths);
    let color = args.output.color;
    for wanted in wanted {
        let report = Report {
            findings: &outcome.findings,
            files: outcome.project.source_files().collect(),
            rules: &outcome.rules,
            unsafe_fixes: args.fixes.unsafe_fixes,
            accepted: &outcome.accepted,
            show_accepted: args.output.show_suppressed,
            has_baseline,
            files_seen: outcome.files_seen,
            files_linted: outcome.files_linted,
            problems: &outcome.problems,
            directory: &config.walk.directory,
            root: &root,
            category: &args.output.sarif_category,
            color: colored(color, &io::stdout()) && (wanted.file.is_none() || color == ColorWhen::Always),
            width: width(),
        };
        let mut text = Vec::new();
        report::render(wanted.format, &report, &mut text).map_err(Error::Stdout)?;
        if let Some(warning) = report::warning(wanted.format, &report) {
            say(&format!("warning: {warning}"));
        }
        match &wanted.file {
            Some(path) => {
                std::fs::write(path, text).map_err(|source| Error::Output { path: path.clone(), source })?
            }
            None if stdout_is_taken => say(String::from_utf8_lossy(&text).trim_end()),
            None => print(&String::from_utf8_lossy(&text))?,
        }
    }
    Ok(())
}
