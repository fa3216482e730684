//! JUnit XML: a suite for each file, a failed test case for each finding.

use std::io;

use quick_xml::Writer;
use quick_xml::events::BytesText;

use super::place::Place;
use super::{Report, xml};
use crate::finding::Finding;

type Out<'a> = Writer<&'a mut dyn io::Write>;

/// Writes the suites, by path. A clean run holds one test case that passed: services take a
/// report without any for a broken one.
pub(super) fn render(report: &Report<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    let files = xml::by_file(report);
    let failures: usize = files.values().map(Vec::len).sum();
    let errors = report.problems.len();
    let passed = usize::from(failures + errors == 0);
    let mut writer = xml::writer(&mut *out)?;
    writer
        .create_element("testsuites")
        .with_attribute(("name", env!("CARGO_PKG_NAME")))
        .with_attribute(("tests", (failures + errors + passed).to_string().as_str()))
        .with_attribute(("failures", failures.to_string().as_str()))
        .with_attribute(("errors", errors.to_string().as_str()))
        .write_inner_content(|writer| {
            for (path, findings) in &files {
                suite(writer, path, findings.len(), 0, |writer| {
                    findings.iter().try_for_each(|(finding, place)| failure(writer, path, finding, place))
                })?;
            }
            if errors > 0 {
                suite(writer, "incomplete run", 0, errors, |writer| problems(writer, report))?;
            }
            if passed > 0 {
                suite(writer, env!("CARGO_PKG_NAME"), 0, 0, |writer| {
                    case(writer, "nothing found", env!("CARGO_PKG_NAME")).write_empty()?;
                    Ok(())
                })?;
            }
            Ok(())
        })?;
    writeln!(out)
}

fn suite<'a>(
    writer: &mut Out<'a>,
    name: &str,
    failures: usize,
    errors: usize,
    cases: impl FnOnce(&mut Out<'a>) -> io::Result<()>,
) -> io::Result<()> {
    writer
        .create_element("testsuite")
        .with_attribute(("name", xml::text(name).as_str()))
        .with_attribute(("tests", (failures + errors).max(1).to_string().as_str()))
        .with_attribute(("failures", failures.to_string().as_str()))
        .with_attribute(("errors", errors.to_string().as_str()))
        .write_inner_content(cases)?;
    Ok(())
}

/// A test case; its name and class are unique, since services merge those that are not. It has no other
/// attributes: the schema that Jenkins holds reports against knows none for places.
fn case<'w, 'a>(
    writer: &'w mut Out<'a>,
    name: &str,
    class: &str,
) -> quick_xml::writer::ElementWriter<'w, &'a mut dyn io::Write> {
    writer
        .create_element("testcase")
        .with_attribute(("name", xml::text(name).as_str()))
        .with_attribute(("classname", xml::text(class).as_str()))
}

fn failure(writer: &mut Out<'_>, path: &str, finding: &Finding, place: &Place<'_>) -> io::Result<()> {
    let (line, _) = place.file_lines();
    let column = place.start.column;
    let name = match place.cell {
        Some(cell) => format!(
            "{}:cell {}:{}:{column}",
            finding.rule.id,
            cell.number,
            place.shown_line(place.start.line)
        ),
        None => format!("{}:{line}:{column}", finding.rule.id),
    };
    case(writer, &name, path).write_inner_content(|writer| {
        writer
            .create_element("failure")
            .with_attribute(("type", finding.severity.name()))
            .with_attribute(("message", xml::text(&finding.message).as_str()))
            .write_text_content(BytesText::new(&body(path, line, finding)))?;
        Ok(())
    })?;
    Ok(())
}

fn body(path: &str, line: u32, finding: &Finding) -> String {
    let mut lines = vec![format!("{path}:{line}")];
    lines.extend(finding.help.lines().map(str::to_string));
    lines.iter().map(|line| xml::text(line)).collect::<Vec<_>>().join("\n")
}

fn problems(writer: &mut Out<'_>, report: &Report<'_>) -> io::Result<()> {
    for problem in report.problems {
        case(writer, &problem.message, &report.path_of(problem)).write_inner_content(|writer| {
            writer
                .create_element("error")
                .with_attribute(("message", xml::text(&problem.message).as_str()))
                .write_empty()?;
            Ok(())
        })?;
    }
    Ok(())
}
