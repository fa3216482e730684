//! Checkstyle XML.

use std::io;

use quick_xml::Writer;

use super::place::Place;
use super::{Report, xml};
use crate::finding::{Finding, Severity};

/// Writes the files that have findings, by path.
pub(super) fn render(report: &Report<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    let files = xml::by_file(report);
    let mut writer = xml::writer(&mut *out)?;
    writer.create_element("checkstyle").with_attribute(("version", "4.3")).write_inner_content(|writer| {
        for (path, findings) in &files {
            let file = writer.create_element("file").with_attribute(("name", xml::text(path).as_str()));
            file.write_inner_content(|writer| {
                findings.iter().try_for_each(|(finding, place)| error(writer, finding, place))
            })?;
        }
        Ok(())
    })?;
    writeln!(out)
}

fn error(writer: &mut Writer<&mut dyn io::Write>, finding: &Finding, place: &Place<'_>) -> io::Result<()> {
    let (line, _) = place.file_lines();
    let mut element = writer.create_element("error").with_attribute(("line", line.to_string().as_str()));
    if place.cell.is_none() {
        element = element.with_attribute(("column", place.start.column.to_string().as_str()));
    }
    element
        .with_attribute(("severity", severity(finding.severity)))
        .with_attribute(("message", xml::text(&finding.message).as_str()))
        .with_attribute(("source", format!("claude-lint.{}", finding.rule.id).as_str()))
        .write_empty()?;
    Ok(())
}

fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "info",
    }
}
