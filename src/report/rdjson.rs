//! Diagnostics of reviewdog. Columns count bytes of UTF-8.

use std::io;

use serde_json::{Value, json};

use super::notebooks::Notebooks;
use super::place::Place;
use super::{Report, path};
use crate::finding::{Finding, Fix, Label, Severity};
use crate::source::Position;

/// Writes the document.
pub(super) fn render(report: &Report<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    let mut source = json!({ "name": env!("CARGO_PKG_NAME") });
    if !env!("CARGO_PKG_REPOSITORY").is_empty() {
        source["url"] = env!("CARGO_PKG_REPOSITORY").into();
    }
    let notebooks = Notebooks::default();
    let findings = report.findings.iter();
    let diagnostics: Vec<Value> =
        findings.filter_map(|finding| diagnostic(report, finding, &notebooks)).collect();
    let document = json!({ "source": source, "diagnostics": diagnostics });
    serde_json::to_writer_pretty(&mut *out, &document)?;
    writeln!(out)
}

fn diagnostic(report: &Report<'_>, finding: &Finding, notebooks: &Notebooks) -> Option<Value> {
    let message = match finding.help.as_str() {
        "" => finding.message.clone(),
        help => format!("{}\n{help}", finding.message),
    };
    let related: Vec<Value> = finding
        .related
        .iter()
        .filter_map(|label| {
            Some(json!({ "message": label.text, "location": location(report, label, notebooks)? }))
        })
        .collect();
    let mut diagnostic = json!({
        "message": message,
        "location": location(report, &finding.primary, notebooks)?,
        "severity": severity(finding.severity),
        "code": { "value": finding.rule.id },
    });
    if !related.is_empty() {
        diagnostic["related_locations"] = related.into();
    }
    if let Some(suggestion) = finding.fix.as_ref().and_then(|fix| suggestion(report, finding, fix, notebooks))
    {
        diagnostic["suggestions"] = json!([suggestion]);
    }
    Some(diagnostic)
}

/// A safe fix of one edit in the file of the finding: several suggestions would be alternatives.
fn suggestion(report: &Report<'_>, finding: &Finding, fix: &Fix, notebooks: &Notebooks) -> Option<Value> {
    let [(id, _, edits)] = &notebooks.safe_edits(report, fix)?[..] else { return None };
    let [edit] = &edits[..] else { return None };
    let fits = *id == finding.primary.at.file;
    fits.then(|| json!({ "range": range(edit.start, edit.end), "text": edit.text }))
}

fn location(report: &Report<'_>, label: &Label, notebooks: &Notebooks) -> Option<Value> {
    let place = Place::of(report, label.at)?;
    let range = match notebooks.ends(&place) {
        Some((start, end)) => range(start, end),
        None => {
            let (start, end) = place.file_lines();
            json!({ "start": { "line": start }, "end": { "line": end } })
        }
    };
    Some(json!({ "path": path::from_root(place.file, report.root), "range": range }))
}

fn range(start: Position, end: Position) -> Value {
    json!({
        "start": { "line": start.line, "column": start.byte_column },
        "end": { "line": end.line, "column": end.byte_column },
    })
}

fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "ERROR",
        Severity::Warning => "WARNING",
        Severity::Info => "INFO",
    }
}
