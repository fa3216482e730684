//! Annotations of GitHub Actions: commands in the log of a job.

use std::borrow::Cow;
use std::cmp::Reverse;
use std::io;

use super::neutral::neutralize;
use super::place::Place;
use super::{Report, path};
use crate::finding::{Finding, Severity};

/// How many annotations of each level GitHub shows of a step.
const SHOWN: usize = 10;

/// Writes one command per finding; errors first, since GitHub shows the first ones only.
pub(super) fn render(report: &Report<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    let mut findings: Vec<&Finding> = report.findings.iter().collect();
    findings.sort_by_key(|finding| Reverse(finding.severity));
    for finding in findings {
        let Some(place) = Place::of(report, finding.primary.at) else { continue };
        let (line, end_line) = place.file_lines();
        let file = path::from_root(place.file, report.root);
        let mut properties = format!("file={},line={line},endLine={end_line}", property(&neutralize(&file)));
        // With columns, an annotation over several lines is drawn into the first one alone.
        if line == end_line && place.cell.is_none() {
            properties.push_str(&format!(",col={},endColumn={}", place.start.column, place.end.column));
        }
        let title = format!("claude-lint: {}", finding.rule.id);
        writeln!(
            out,
            "::{} {properties},title={}::{}",
            level(finding.severity),
            property(&title),
            data(&text(finding))
        )?;
    }
    Ok(())
}

/// What to say when GitHub will not show all of them.
pub(super) fn limit_warning(report: &Report<'_>) -> Option<String> {
    let hidden: usize = [Severity::Error, Severity::Warning, Severity::Info]
        .into_iter()
        .map(|severity| report.findings.iter().filter(|f| f.severity == severity).count())
        .map(|count| count.saturating_sub(SHOWN))
        .sum();
    (hidden > 0).then(|| {
        format!(
            "GitHub shows {SHOWN} annotations of each level for a step: {hidden} of {} findings stand in \
             the log only",
            report.findings.len()
        )
    })
}

fn text(finding: &Finding) -> String {
    let help: Vec<Cow<'_, str>> = finding.help.lines().map(neutralize).collect();
    let message = neutralize(&finding.message);
    if help.is_empty() { message.into_owned() } else { format!("{message}\n{}", help.join("\n")) }
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "notice",
    }
}

/// Text behind the second `::`.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// Text of a property.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
