//! What `--fix` and `--diff` show.

use claude_lint::error::Error;
use claude_lint::finding::{Edit, Finding, Fix, Location, Safety};
use claude_lint::fix::Fixed;
use claude_lint::linter::Config;
use claude_lint::model::Project;
use claude_lint::source::Span;
use claude_lint::suppress::Insertion;

use super::check::plural;
use super::terminal::{print, say};
use super::{CLEAN, FAILED, FOUND};
use crate::cli::FixArgs;

/// Prints what would change.
pub(super) fn show_diff(fixed: &Fixed, args: &FixArgs, quiet: bool) -> Result<u8, Error> {
    print(&fixed.changes.iter().map(|change| change.diff()).collect::<String>())?;
    if !quiet {
        let mut line = format!(
            "would {} {} in {}",
            if args.add_ignore.is_some() { "suppress" } else { "fix" },
            plural(fixed.count, "finding"),
            plural(fixed.changes.len(), "file")
        );
        if let Some(more) = more_unsafe(fixed, args) {
            line.push_str(&format!(", {more}"));
        }
        say(&line);
    }
    Ok(match (fixed.outcome.problems.is_empty(), fixed.changes.is_empty()) {
        (false, _) => FAILED,
        (true, false) => FOUND,
        (true, true) => CLEAN,
    })
}

/// Prints the text from standard input with its fixes; `false` where there is none.
pub(super) fn print_given(config: &Config, fixed: &Fixed) -> Result<bool, Error> {
    let Some(given) = &config.given else { return Ok(false) };
    let change = fixed.changes.iter().find(|change| change.given);
    super::terminal::print_bytes(change.map_or(&given.bytes, |change| &change.after))?;
    Ok(true)
}

/// What was fixed, and what else could be.
pub(super) fn summary(fixed: &Fixed, args: &FixArgs) -> Option<String> {
    if args.add_ignore.is_some() {
        return (fixed.count > 0).then(|| format!("{} suppressed now", fixed.count));
    }
    let more = more_unsafe(fixed, args);
    if args.fix {
        let done = (fixed.count > 0 || more.is_some()).then(|| format!("fixed {}", fixed.count));
        return done.map(|done| [Some(done), more].into_iter().flatten().collect::<Vec<_>>().join(", "));
    }
    let (safe, risky) = (count(fixed, Safety::Safe), count(fixed, Safety::Unsafe));
    match (safe + risky, more) {
        (0, _) => None,
        (all, _) if safe == 0 || args.unsafe_fixes => {
            Some(format!("{all} fixable with --fix --unsafe-fixes"))
        }
        (_, None) => Some(format!("{safe} fixable with --fix")),
        (_, Some(more)) => Some(format!("{safe} fixable with --fix, {more}")),
    }
}

/// `M more with --unsafe-fixes`, where it is not given.
fn more_unsafe(fixed: &Fixed, args: &FixArgs) -> Option<String> {
    let more = count(fixed, Safety::Unsafe);
    (!args.unsafe_fixes && more > 0).then(|| format!("{more} more with --unsafe-fixes"))
}

fn count(fixed: &Fixed, safety: Safety) -> usize {
    let fixes = fixed.outcome.findings.iter().filter_map(|finding| finding.fix.as_ref());
    fixes.filter(|fix| fix.safety == safety).count()
}

/// Makes the fix of every finding a comment that suppresses it, where there is a place for one.
pub(super) fn suppress_instead(findings: &mut [Finding], project: &Project, reason: &str) {
    for finding in findings {
        let file = finding.primary.at.file;
        let comment = Insertion::for_finding(project.source_file(file), finding, reason);
        finding.fix = comment.map(|comment| {
            let at = Location { file, span: Span::new(comment.offset, comment.offset) };
            Fix::safe("suppress it here", vec![Edit { at, text: comment.text }])
        });
    }
}
