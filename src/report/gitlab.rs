//! Code Quality report of GitLab: one JSON array.

use std::io;

use serde::Serialize;

use super::fingerprint::Fingerprints;
use super::place::Place;
use super::{Report, path};
use crate::finding::{Finding, Severity};

#[derive(Serialize)]
struct Issue<'a> {
    description: String,
    check_name: &'a str,
    fingerprint: String,
    severity: &'static str,
    location: Location,
}

#[derive(Serialize)]
struct Location {
    path: String,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: u32,
    end: u32,
}

/// Writes the array.
pub(super) fn render(report: &Report<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    let mut fingerprints = Fingerprints::default();
    let issues: Vec<Issue<'_>> =
        report.findings.iter().filter_map(|finding| issue(report, finding, &mut fingerprints)).collect();
    serde_json::to_writer_pretty(&mut *out, &issues)?;
    writeln!(out)
}

fn issue<'a>(
    report: &Report<'_>,
    finding: &'a Finding,
    fingerprints: &mut Fingerprints,
) -> Option<Issue<'a>> {
    let place = Place::of(report, finding.primary.at)?;
    let path = path::from_root(place.file, report.root);
    let (begin, end) = place.file_lines();
    Some(Issue {
        // The list shows nothing but the description.
        description: format!("{}: {}", finding.rule.id, finding.message),
        check_name: finding.rule.id,
        fingerprint: fingerprints.next(finding.rule.id, &path, place.matched(finding.primary.at)),
        severity: severity(finding.severity),
        location: Location { path, lines: Lines { begin, end } },
    })
}

fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "critical",
        Severity::Warning => "major",
        Severity::Info => "minor",
    }
}
