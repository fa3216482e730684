//! Log commands of Azure Pipelines.

use std::io;

use super::neutral::neutralize;
use super::place::Place;
use super::{Report, path};
use crate::finding::Severity;

/// Writes one `##vso[task.logissue …]` per finding. Azure knows errors and warnings only.
pub(super) fn render(report: &Report<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    for finding in report.findings {
        let Some(place) = Place::of(report, finding.primary.at) else { continue };
        let kind = if finding.severity == Severity::Error { "error" } else { "warning" };
        let (line, _) = place.file_lines();
        let file = path::from_root(place.file, report.root);
        let mut properties =
            format!("type={kind};sourcepath={};linenumber={line};", property(&neutralize(&file)));
        if place.cell.is_none() {
            properties.push_str(&format!("columnnumber={};", place.start.column));
        }
        let message = data(&neutralize(&finding.message));
        writeln!(out, "##vso[task.logissue {properties}code={};]{message}", property(finding.rule.id))?;
    }
    Ok(())
}

/// Text behind the bracket.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// Text of a property.
fn property(text: &str) -> String {
    data(text).replace(']', "%5D").replace(';', "%3B")
}
