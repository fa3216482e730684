//! Findings as editors show them.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use gen_lsp_types::{
    Code, CodeDescription, Diagnostic, DiagnosticRelatedInformation, DiagnosticSeverity, DiagnosticTag,
    Location, Message, TextEdit,
};
use miette::Diagnostic as _;
use rustc_hash::FxHashMap;
use url::Url;

use super::position::Encoding;
use super::workspace::Said;
use crate::error::Error;
use crate::finding::{Edit, Finding, Safety, Severity};
use crate::report::neutralize;
use crate::rules::{Rule, page};

/// The name under which findings are shown.
pub(super) const SOURCE: &str = "claude-lint";

/// What is shown of one file.
#[derive(Debug, Default, Clone)]
pub(super) struct Shown {
    /// The text it is about.
    pub(super) text: Arc<str>,
    /// One for each finding.
    pub(super) diagnostics: Vec<Diagnostic>,
    /// The rule of each of them.
    pub(super) rules: Vec<&'static Rule>,
    /// What makes them go away, for each of them.
    pub(super) fixes: Vec<Option<Correction>>,
}

/// A fix within one file.
#[derive(Debug, Clone)]
pub(super) struct Correction {
    /// What it does.
    pub(super) title: String,
    /// Whether it may be applied without a second look.
    pub(super) is_safe: bool,
    /// What is changed.
    pub(super) edits: Vec<TextEdit>,
}

/// How paths become addresses: an open file keeps the one its editor gave it.
pub(super) type Addresses<'a> = dyn Fn(&Path) -> Option<Url> + 'a;

/// What the linter said, by file.
pub(super) fn by_file(
    said: &Said,
    encoding: Encoding,
    addresses: &Addresses<'_>,
) -> FxHashMap<PathBuf, Shown> {
    // What has no finding says so.
    let linted = said.project.source_files().filter(|file| !file.context);
    let none = |text: &Arc<str>| Shown { text: text.clone(), ..Shown::default() };
    let mut files: FxHashMap<PathBuf, Shown> =
        linted.map(|file| (file.absolute.clone(), none(&file.text))).collect();
    for finding in &said.findings {
        let file = said.project.source_file(finding.primary.at.file);
        let shown = files.entry(file.absolute.clone()).or_insert_with(|| none(&file.text));
        shown.diagnostics.push(diagnostic(said, finding, encoding, addresses));
        shown.rules.push(finding.rule);
        shown.fixes.push(correction(said, finding, encoding));
    }
    files
}

fn diagnostic(said: &Said, finding: &Finding, encoding: Encoding, addresses: &Addresses<'_>) -> Diagnostic {
    let file = said.project.source_file(finding.primary.at.file);
    let related = finding.related.iter().filter_map(|label| {
        let file = said.project.source_file(label.at.file);
        let location =
            Location { uri: addresses(&file.absolute)?, range: encoding.range(file, label.at.span) };
        let message = if label.text.is_empty() { "see here" } else { &label.text };
        Some(DiagnosticRelatedInformation { location, message: neutralize(message).into_owned() })
    });
    let related: Vec<_> = related.collect();
    let mut message = neutralize(&finding.message).into_owned();
    if !finding.help.is_empty() {
        message = format!("{message}\nhelp: {}", neutralize(&finding.help));
    }
    Diagnostic {
        range: encoding.range(file, finding.primary.at.span),
        severity: Some(match finding.severity {
            Severity::Error => DiagnosticSeverity::Error,
            Severity::Warning => DiagnosticSeverity::Warning,
            Severity::Info => DiagnosticSeverity::Information,
        }),
        code: Some(Code::String(finding.rule.id.into())),
        code_description: page_of(finding.rule).map(|href| CodeDescription { href }),
        source: Some(SOURCE.into()),
        message: Message::String(message),
        tags: tag(finding.rule).map(|tag| vec![tag]),
        related_information: (!related.is_empty()).then_some(related),
        data: None,
    }
}

/// The fix of a finding. One that reaches into other files, whose texts may be others by now, is left
/// to the command line, and so is one in a notebook.
fn correction(said: &Said, finding: &Finding, encoding: Encoding) -> Option<Correction> {
    let fix = finding.fix.as_ref()?;
    let file = said.project.source_file(finding.primary.at.file);
    if !file.cells.is_empty() || fix.edits.iter().any(|edit| edit.at.file != finding.primary.at.file) {
        return None;
    }
    let edit =
        |edit: &Edit| TextEdit { range: encoding.range(file, edit.at.span), new_text: edit.text.clone() };
    let edits = fix.edits.iter().map(edit).collect();
    Some(Correction { title: fix.title.clone(), is_safe: fix.safety == Safety::Safe, edits })
}

/// Editors strike out what is deprecated and fade what is of no use.
fn tag(rule: &Rule) -> Option<DiagnosticTag> {
    match rule.id {
        "deprecated-model" | "removed-sdk-api" => Some(DiagnosticTag::Deprecated),
        "unused-suppression" => Some(DiagnosticTag::Unnecessary),
        _ => None,
    }
}

/// Where the page of a rule can be read; `None` where the program was built without an address.
pub(super) fn page_of(rule: &Rule) -> Option<Url> {
    Url::parse(&page::address(rule)?).ok()
}

/// The name of the rule that a diagnostic is about, if it is one of ours.
pub(super) fn rule_of(diagnostic: &Diagnostic) -> Option<&str> {
    match (&diagnostic.source, &diagnostic.code) {
        (Some(source), Some(Code::String(id))) if source == SOURCE => Some(id),
        _ => None,
    }
}

/// An error in one line.
pub(super) fn said(error: &Error) -> String {
    let mut line = format!("claude-lint: {error}");
    let labels = error.labels().into_iter().flatten();
    for label in labels.filter_map(|label| label.label().map(str::to_string)) {
        line.push_str(&format!(": {label}"));
    }
    if let Some(help) = error.help() {
        line.push_str(&format!("; {help}"));
    }
    line
}
