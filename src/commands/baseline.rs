//! `claude-lint baseline`.

use claude_lint::baseline::{self, Baseline};
use claude_lint::error::Error;
use claude_lint::linter::{self, Progress};
use claude_lint::report::{neutralize, root_of};
use claude_lint::rules::find;

use super::check::say_skipped;
use super::progress::with_progress;
use super::settings::{self, Settings};
use super::terminal::{print, say};
use super::{CLEAN, FAILED};
use crate::cli::{BaselineAction, BaselineArgs};

/// Writes, prunes or shows the baseline.
pub(crate) fn run(args: &BaselineArgs) -> Result<u8, Error> {
    let check = &args.check;
    let Settings { config, .. } = settings::settings(check)?;
    let root = root_of(&config.walk.directory, &config.walk.paths);
    let path = check.rules.baseline.clone().unwrap_or_else(|| root.join(baseline::FILE));
    let writes = args.action == BaselineAction::Write;
    // What is broken is written anew.
    let old =
        Baseline::read(&path).or_else(|error| if writes { Ok(Baseline::default()) } else { Err(error) })?;
    let progress = Progress::default();
    let outcome = with_progress(!check.output.quiet, &progress, || linter::lint(&config, &progress))?;
    say_skipped(&outcome.notes, &outcome.problems, check.output.verbose);
    if !outcome.problems.is_empty() {
        // What was not read may hold what is accepted, or what should be.
        say("error: not everything was linted; the baseline is left as it is");
        return Ok(FAILED);
    }
    let found = Baseline::of(&outcome.findings, &outcome.project, &root);
    let old = old.after_renames(&found, &root);
    let directory = &config.walk.directory;
    let looked_at = config.walk.paths.iter().filter_map(|path| directory.join(path).canonicalize().ok());
    // Nothing is known now of what stands elsewhere, and of rules that did not run.
    let runs = |rule: &str| outcome.rules.iter().any(|r| r.id == rule) || find(rule).is_none();
    let (old, elsewhere) = old.split(&root, &looked_at.collect::<Vec<_>>(), &runs);
    if writes {
        let more = match elsewhere.count() {
            0 => String::new(),
            n => format!(", {n} of other files or rules kept"),
        };
        let accepted = count(found.count());
        found.and(elsewhere).write(&path)?;
        say(&format!("{accepted} accepted in {}{more}", path.display()));
        return Ok(CLEAN);
    }
    let still = old.both(&found);
    let gone = old.count() - still.count();
    if args.action == BaselineAction::Prune {
        let left = still.and(elsewhere);
        left.write(&path)?;
        say(&format!("{gone} dropped, {} left in {}", left.count(), path.display()));
        return Ok(CLEAN);
    }
    print(&listed(&old, &still))?;
    say(&format!("{} accepted, {gone} of them not found any more", count(old.count())));
    Ok(CLEAN)
}

fn count(findings: usize) -> String {
    format!("{findings} finding{}", if findings == 1 { "" } else { "s" })
}

fn listed(old: &Baseline, still: &Baseline) -> String {
    let line = |entry: &baseline::Entry| {
        let found = still.count_of(entry);
        let times = if entry.count > 1 { format!(" ({} times)", entry.count) } else { String::new() };
        let gone = match entry.count - found {
            0 => String::new(),
            n if n == entry.count => " - not found any more".into(),
            n => format!(" - {n} not found any more"),
        };
        format!(
            "{}: {} {}{times}{gone}\n",
            neutralize(&entry.path),
            neutralize(&entry.rule),
            neutralize(&entry.message)
        )
    };
    old.entries().iter().map(line).collect()
}
