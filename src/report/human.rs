//! Findings with their code, for people.

use std::fmt;
use std::io;

use miette::{Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, SourceCode};

use super::Report;
use super::frame::Frames;
use super::neutral::{guard_line_start, neutralize};
use crate::finding::{Finding, Safety, Severity};
use crate::fix::is_wanted;

/// Writes one framed report per finding, and where to read more at the end.
pub(super) fn render(report: &Report<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    let theme = if report.color { GraphicalTheme::unicode() } else { GraphicalTheme::unicode_nocolor() };
    let width = report.width.max(40);
    let handler = GraphicalReportHandler::new_themed(theme)
        .with_width(width)
        .with_urls(false)
        .with_break_words(false)
        .without_syntax_highlighting()
        .with_context_lines(1)
        .tab_width(4);
    for finding in report.findings {
        let view = View::new(report, finding, width);
        let mut text = String::new();
        handler.render_report(&mut text, &view).map_err(io::Error::other)?;
        for line in text.lines() {
            writeln!(out, "{}", guard_line_start(line.trim_end()))?;
        }
        writeln!(out)?;
    }
    if let Some(hint) = hint(report) {
        writeln!(out, "{hint}")?;
    }
    Ok(())
}

/// Where to read more, once for all findings.
fn hint(report: &Report<'_>) -> Option<String> {
    let mut ids: Vec<&str> = report.findings.iter().map(|finding| finding.rule.id).collect();
    ids.sort_unstable();
    ids.dedup();
    match ids[..] {
        [] => None,
        [id] => Some(format!("for more on it: claude-lint explain {id}")),
        _ => Some("for more on a rule: claude-lint explain RULE".into()),
    }
}

/// What to do, and whether the program can do it.
fn help(report: &Report<'_>, finding: &Finding) -> String {
    let mut lines: Vec<String> = finding.help.lines().map(|line| neutralize(line).into_owned()).collect();
    if let Some(fix) = finding.fix.as_ref().filter(|fix| is_wanted(fix, report.unsafe_fixes)) {
        let options = match fix.safety {
            Safety::Safe => "--fix",
            Safety::Unsafe => "--fix --unsafe-fixes",
        };
        lines.push(format!("{options} can do it: {}", neutralize(&fix.title)));
    }
    lines.join("\n")
}

/// A finding as miette sees it.
#[derive(Debug)]
struct View {
    code: String,
    severity: Severity,
    message: String,
    help: String,
    frames: Frames,
}

impl View {
    fn new(report: &Report<'_>, finding: &Finding, width: usize) -> View {
        View {
            code: format!("{}[{}]", finding.severity.name(), finding.rule.id),
            severity: finding.severity,
            message: neutralize(&finding.message).into_owned(),
            help: help(report, finding),
            frames: Frames::new(report, finding, width),
        }
    }
}

impl fmt::Display for View {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for View {}

impl Diagnostic for View {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(&self.code))
    }

    fn severity(&self) -> Option<miette::Severity> {
        Some(match self.severity {
            Severity::Error => miette::Severity::Error,
            Severity::Warning => miette::Severity::Warning,
            Severity::Info => miette::Severity::Advice,
        })
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        if self.help.is_empty() { None } else { Some(Box::new(&self.help)) }
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(&self.frames)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(self.frames.labels()))
    }
}
