//! JSON for programs; `docs/json-output.md` describes it.

use std::io;

use serde::Serialize;

use super::place::Place;
use super::{Report, accepted_counts};
use crate::finding::{Confidence, Edit, Finding, Fix, Label, Location, Safety, Severity};
use crate::rules::Category;
use crate::source::{Position, SourceFile};

/// Raised when a field changes its meaning or goes; new fields do not raise it.
const VERSION: u32 = 1;

#[derive(Serialize)]
struct Document<'a> {
    version: u32,
    tool: Tool,
    summary: Summary,
    findings: Vec<Entry<'a>>,
    problems: Vec<Trouble<'a>>,
}

#[derive(Serialize)]
struct Tool {
    name: &'static str,
    version: &'static str,
}

#[derive(Serialize)]
struct Summary {
    files_seen: usize,
    files_linted: usize,
    errors: usize,
    warnings: usize,
    infos: usize,
    suppressed: usize,
    baselined: usize,
    problems: usize,
}

#[derive(Serialize)]
struct Entry<'a> {
    rule: &'a str,
    category: Category,
    severity: Severity,
    confidence: Confidence,
    message: &'a str,
    help: Option<&'a str>,
    #[serde(flatten)]
    location: Region<'a>,
    related: Vec<Region<'a>>,
    fix: Option<Repair<'a>>,
}

#[derive(Serialize)]
struct Repair<'a> {
    title: &'a str,
    safety: Safety,
    edits: Vec<Change<'a>>,
}

#[derive(Serialize)]
struct Change<'a> {
    path: &'a str,
    cell: Option<u32>,
    start: Point,
    end: Point,
    text: &'a str,
}

#[derive(Serialize)]
struct Region<'a> {
    path: &'a str,
    cell: Option<u32>,
    start: Point,
    end: Point,
    label: Option<&'a str>,
}

#[derive(Serialize)]
struct Point {
    line: u32,
    column: u32,
    /// Absent in notebooks, whose text is not the text of the file.
    offset: Option<u32>,
    /// In notebooks the line of the file.
    #[serde(skip_serializing_if = "Option::is_none")]
    file_line: Option<u32>,
}

#[derive(Serialize)]
struct Trouble<'a> {
    path: &'a str,
    message: &'a str,
}

/// Writes the document.
pub(super) fn render(report: &Report<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    let count = |severity| report.findings.iter().filter(|finding| finding.severity == severity).count();
    let (suppressed, baselined) = accepted_counts(report.accepted);
    let document = Document {
        version: VERSION,
        tool: Tool { name: env!("CARGO_PKG_NAME"), version: env!("CARGO_PKG_VERSION") },
        summary: Summary {
            files_seen: report.files_seen,
            files_linted: report.files_linted,
            errors: count(Severity::Error),
            warnings: count(Severity::Warning),
            infos: count(Severity::Info),
            suppressed,
            baselined,
            problems: report.problems.len(),
        },
        findings: report.findings.iter().filter_map(|finding| entry(report, finding)).collect(),
        problems: report.problems.iter().map(|p| Trouble { path: &p.path, message: &p.message }).collect(),
    };
    serde_json::to_writer_pretty(&mut *out, &document)?;
    writeln!(out)
}

/// Writes each finding as a document of its own, one a line, then the problems.
pub(super) fn render_lines(report: &Report<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    for entry in report.findings.iter().filter_map(|finding| entry(report, finding)) {
        serde_json::to_writer(&mut *out, &entry)?;
        writeln!(out)?;
    }
    for problem in report.problems {
        let trouble = Trouble { path: &problem.path, message: &problem.message };
        serde_json::to_writer(&mut *out, &serde_json::json!({ "problem": trouble }))?;
        writeln!(out)?;
    }
    Ok(())
}

fn entry<'a>(report: &Report<'a>, finding: &'a Finding) -> Option<Entry<'a>> {
    Some(Entry {
        rule: finding.rule.id,
        category: finding.rule.category,
        severity: finding.severity,
        confidence: finding.confidence,
        message: &finding.message,
        help: non_empty(&finding.help),
        location: region(report, &finding.primary)?,
        related: finding.related.iter().filter_map(|label| region(report, label)).collect(),
        fix: finding.fix.as_ref().and_then(|fix| repair(report, fix)),
    })
}

fn repair<'a>(report: &Report<'a>, fix: &'a Fix) -> Option<Repair<'a>> {
    let change = |edit: &'a Edit| {
        let (file, cell, start, end) = points(report, edit.at)?;
        Some(Change { path: &file.path, cell, start, end, text: &edit.text })
    };
    let edits = fix.edits.iter().map(change).collect::<Option<_>>()?;
    Some(Repair { title: &fix.title, safety: fix.safety, edits })
}

fn region<'a>(report: &Report<'a>, label: &'a Label) -> Option<Region<'a>> {
    let (file, cell, start, end) = points(report, label.at)?;
    Some(Region { path: &file.path, cell, start, end, label: non_empty(&label.text) })
}

/// Where a location begins and ends.
fn points<'a>(report: &Report<'a>, at: Location) -> Option<(&'a SourceFile, Option<u32>, Point, Point)> {
    let place = Place::of(report, at)?;
    let point = |position: Position, offset| Point {
        line: place.shown_line(position.line),
        column: position.column,
        offset: if place.cell.is_none() { Some(offset) } else { None },
        file_line: place.cell.map(|cell| cell.file_line(position.line)),
    };
    let (start, end) = (point(place.start, at.span.start), point(place.end, at.span.end));
    Some((place.file, place.cell.map(|cell| cell.number), start, end))
}

fn non_empty(text: &str) -> Option<&str> {
    Some(text).filter(|text| !text.is_empty())
}
