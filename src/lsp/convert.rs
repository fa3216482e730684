//! Findings as editors show them.

use std::path::PathBuf;
use std::sync::Arc;

use gen_lsp_types::{
    Code, CodeDescription, Diagnostic, DiagnosticRelatedInformation, DiagnosticSeverity, DiagnosticTag,
    Message, Range,
};
use rustc_hash::FxHashMap;
use url::Url;

use super::board::Board;
use super::correction::Correction;
use super::document::{Document, OpenCell};
use super::position::Encoding;
use super::workspace::Said;
use crate::error::Error;
use crate::finding::{Finding, Location, Severity};
use crate::report::neutralize;
use crate::rules::{Rule, page};
use crate::source::{FileId, SourceFile};

/// The name under which findings are shown.
pub(super) const SOURCE: &str = "claude-lint";

/// What is shown of one file.
#[derive(Debug, Default, Clone)]
pub(super) struct Shown {
    /// The text it is about.
    pub(super) text: Arc<str>,
    /// One for each finding.
    pub(super) items: Vec<Item>,
}

/// What is shown of one finding.
#[derive(Debug, Clone)]
pub(super) struct Item {
    /// The cell it is in, where a notebook is open by cells.
    pub(super) cell: Option<Url>,
    /// What the editor is told.
    pub(super) diagnostic: Diagnostic,
    /// Its rule.
    pub(super) rule: &'static Rule,
    /// What makes it go away.
    pub(super) fix: Option<Correction>,
}

impl Item {
    /// Whether another looks the same.
    pub(super) fn is_like(&self, other: &Item) -> bool {
        self.cell == other.cell && self.diagnostic == other.diagnostic
    }
}

/// Findings as the editor of a board shows them.
pub(super) struct Converter<'a> {
    said: &'a Said,
    board: &'a Board,
    /// What is open of the files of the project.
    open: FxHashMap<FileId, Document>,
}

/// What the linter said, by file.
pub(super) fn by_file(said: &Said, board: &Board) -> FxHashMap<PathBuf, Shown> {
    let documents = said
        .project
        .source_files()
        .zip(0..)
        .filter_map(|(file, index)| Some((FileId(index), board.document(&file.absolute)?)));
    let converter = Converter { said, board, open: documents.collect() };
    // What has no finding says so.
    let linted = said.project.source_files().filter(|file| !file.context);
    let none = |text: &Arc<str>| Shown { text: text.clone(), ..Shown::default() };
    let mut files: FxHashMap<PathBuf, Shown> =
        linted.map(|file| (file.absolute.clone(), none(&file.text))).collect();
    for finding in &said.findings {
        let file = said.project.source_file(finding.primary.at.file);
        let shown = files.entry(file.absolute.clone()).or_insert_with(|| none(&file.text));
        shown.items.push(converter.item(finding));
    }
    files
}

impl<'a> Converter<'a> {
    pub(super) fn file(&self, id: FileId) -> &'a SourceFile {
        self.said.project.source_file(id)
    }

    pub(super) fn encoding(&self) -> Encoding {
        self.board.encoding
    }

    /// The cell that a place is in, where its notebook is open by cells, and the range there or in
    /// its file.
    pub(super) fn place(&self, at: Location) -> (Option<&OpenCell>, Range) {
        let (file, encoding) = (self.file(at.file), self.board.encoding);
        let line = file.position(at.span.start).line;
        match self.open.get(&at.file).and_then(|document| document.cell(file, line)) {
            Some((open, cell)) => (Some(open), encoding.range_in_cell(file, cell, at.span)),
            None => (None, encoding.range(file, at.span)),
        }
    }

    fn item(&self, finding: &Finding) -> Item {
        let (cell, range) = self.place(finding.primary.at);
        Item {
            cell: cell.map(|cell| cell.address.clone()),
            diagnostic: self.diagnostic(finding, range),
            rule: finding.rule,
            fix: Correction::of(finding, self),
        }
    }

    fn diagnostic(&self, finding: &Finding, range: Range) -> Diagnostic {
        let related = finding.related.iter().filter_map(|label| {
            let (cell, range) = self.place(label.at);
            let address = cell.map(|cell| cell.address.clone());
            let uri = address.or_else(|| self.board.address(&self.file(label.at.file).absolute))?;
            let location = gen_lsp_types::Location { uri, range };
            let message = if label.text.is_empty() { "see here" } else { &label.text };
            Some(DiagnosticRelatedInformation { location, message: neutralize(message).into_owned() })
        });
        let related: Vec<_> = related.collect();
        let mut message = neutralize(&finding.message).into_owned();
        if !finding.help.is_empty() {
            message = format!("{message}\nhelp: {}", neutralize(&finding.help));
        }
        Diagnostic {
            range,
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
    let line = match error {
        Error::Config(bad) => bad.each().map(|mistake| line_of(mistake)).collect::<Vec<_>>().join("; "),
        _ => line_of(error),
    };
    format!("claude-lint: {line}")
}

fn line_of(error: &dyn miette::Diagnostic) -> String {
    let mut line = error.to_string();
    let labels = error.labels().into_iter().flatten();
    for label in labels.filter_map(|label| label.label().map(str::to_string)) {
        line.push_str(&format!(": {label}"));
    }
    if let Some(help) = error.help() {
        line.push_str(&format!("; {help}"));
    }
    line
}
