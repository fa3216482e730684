//! For coding agents: everything needed to fix a finding, nothing twice.

use std::io;

use rustc_hash::FxHashMap;

use super::Report;
use super::neutral::{guard_line_start, neutralize};
use super::place::Place;
use crate::finding::{Finding, Severity};

/// Characters of a line of code that are shown.
const MAX_CODE: usize = 160;

/// Writes the findings file by file and what to do next.
pub(super) fn render(report: &Report<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    // Where a help was given first.
    let mut helps: FxHashMap<&str, String> = FxHashMap::default();
    for finding in report.findings {
        let Some(place) = Place::of(report, finding.primary.at) else { continue };
        for line in lines(report, finding, &place, &mut helps) {
            writeln!(out, "{}", guard_line_start(&line))?;
        }
    }
    for problem in report.problems {
        let line = format!("not linted: {}: {}", neutralize(&problem.path), neutralize(&problem.message));
        writeln!(out, "{}", guard_line_start(&line))?;
    }
    writeln!(out, "{}", conclusion(report))
}

fn lines<'a>(
    report: &Report<'_>,
    finding: &'a Finding,
    place: &Place<'_>,
    helps: &mut FxHashMap<&'a str, String>,
) -> Vec<String> {
    let at = shown(place);
    let message = neutralize(&finding.message);
    let mut lines = vec![format!("{at} {} {}: {message}", finding.severity.name(), finding.rule.id)];
    // Cut first: a line may be as long as the file, and hold as many findings.
    let code = place.file.line(place.start.line).trim();
    let end = code.char_indices().nth(MAX_CODE).map_or(code.len(), |(at, _)| at);
    lines.push(format!("  code: {}", neutralize(&code[..end])));
    if !finding.primary.text.is_empty() {
        lines.push(format!("  here: {}", neutralize(&finding.primary.text)));
    }
    for label in &finding.related {
        let Some(place) = Place::of(report, label.at) else { continue };
        lines.push(format!("  see: {} {}", shown(&place), neutralize(&label.text)));
    }
    match helps.get(finding.help.as_str()) {
        _ if finding.help.is_empty() => {}
        Some(first) => lines.push(format!("  fix: as for {first}")),
        None => {
            let help = finding.help.lines().map(neutralize).collect::<Vec<_>>().join(" ");
            lines.push(format!("  fix: {help}"));
            helps.insert(&finding.help, at);
        }
    }
    lines
}

fn shown(place: &Place<'_>) -> String {
    format!("{}:{}:{}", place.shown_path(), place.shown_line(place.start.line), place.start.column)
}

fn conclusion(report: &Report<'_>) -> String {
    let count = |severity| report.findings.iter().filter(|f| f.severity == severity).count();
    let counts = format!(
        "{} errors, {} warnings, {} infos in {} files",
        count(Severity::Error),
        count(Severity::Warning),
        count(Severity::Info),
        report.files_linted
    );
    if report.findings.is_empty() {
        return counts;
    }
    format!(
        "{counts}. `claude-lint explain RULE` shows why and how to fix it. Where a finding does not hold, \
         say why in a comment on its line: `claude-lint: ignore[RULE] reason`."
    )
}
