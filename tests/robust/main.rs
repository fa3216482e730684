//! No input makes the linter panic, hang, or say something else with other threads.
//!
//! Every text goes through the whole pipeline with all rules, and its findings through every
//! format. Nothing here measures time: what is not bounded does not end.
#![allow(clippy::unwrap_used, reason = "tests")]

mod arbitrary;
mod broken;
mod classes;
mod disk;
mod large;
mod nested;
mod samples;
mod wide;

#[path = "../sandbox/mod.rs"]
mod sandbox;

use std::path::Path;

use claude_lint::finding::Severity;
use claude_lint::linter::{self, Checked};
use claude_lint::report::{self, OutputFormat, Report};
use claude_lint::selection::Selection;

/// Lints texts as one project and checks that everything said of them holds up; gives the
/// findings as JSON.
#[track_caller]
fn lint(sources: &[(&str, &str)]) -> String {
    let selection = Selection::new(&[], &[], true, Severity::Info).unwrap();
    let checked = linter::lint_sources(sources.iter().copied(), &selection);
    assert_eq!(checked.project.files().len(), sources.len(), "a file is lost: {}", head(sources));
    assert!(checked.problems.is_empty(), "{:?}: {}", checked.problems, head(sources));
    check_places(&checked);
    // What is given back comes last.
    let formats = OutputFormat::ALL.iter().copied().chain([OutputFormat::Json]);
    let mut text = Vec::new();
    for format in formats {
        text.clear();
        report::render(format, &report_of(&checked, &selection.rules()), &mut text).unwrap();
    }
    String::from_utf8(text).unwrap()
}

/// Lints one text as each kind of file.
#[track_caller]
fn lint_as(extensions: &[&str], text: &str) {
    for extension in extensions {
        lint(&[(&format!("app/main.{extension}"), text)]);
    }
}

fn report_of<'a>(checked: &'a Checked, rules: &'a [&'static claude_lint::rules::Rule]) -> Report<'a> {
    Report {
        category: "claude-lint",
        findings: &checked.findings,
        files: checked.project.files().iter().map(|file| &file.source).collect(),
        rules,
        unsafe_fixes: false,
        accepted: &checked.suppressed,
        show_accepted: true,
        has_baseline: true,
        files_seen: checked.project.files().len(),
        files_linted: checked.project.files().len(),
        problems: &checked.problems,
        directory: Path::new("/"),
        root: Path::new("/"),
        color: true,
        width: 80,
    }
}

/// Every place of a finding is a piece of its file.
#[track_caller]
fn check_places(checked: &Checked) {
    for finding in &checked.findings {
        for label in finding.related.iter().chain([&finding.primary]) {
            let file = checked.project.file(label.at.file);
            assert!(file.source.text.get(label.at.span.range()).is_some(), "{}: {label:?}", finding.rule.id);
        }
    }
}

/// The beginning of a project, for messages.
fn head(sources: &[(&str, &str)]) -> String {
    let start = |text: &str| text.chars().take(300).collect::<String>();
    sources.iter().take(3).map(|(path, text)| format!("\n--- {path}\n{}", start(text))).collect()
}
