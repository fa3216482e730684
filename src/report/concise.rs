//! One line per finding, in the form editors and log viewers make links of.

use std::io;

use super::Report;
use super::neutral::{guard_line_start, neutralize};
use super::place::Place;

/// Writes `path:line:column: severity[rule] message` lines; in notebooks `path:cell n:line:column`.
pub(super) fn render(report: &Report<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    for finding in report.findings {
        let Some(place) = Place::of(report, finding.primary.at) else { continue };
        let line = format!(
            "{}:{}:{}: {}[{}] {}",
            place.shown_path(),
            place.shown_line(place.start.line),
            place.start.column,
            finding.severity.name(),
            finding.rule.id,
            neutralize(&finding.message),
        );
        writeln!(out, "{}", guard_line_start(&line))?;
    }
    Ok(())
}
