//! Findings in, text out: one pure function per format.
//!
//! Reporters know findings and source files and nothing else. They read no file,
//! no terminal and no environment: what they need to know of those is in [`Report`].

mod concise;
mod frame;
mod human;
mod json;
mod neutral;
mod place;
pub mod sarif;

use std::io;
use std::path::Path;

use crate::finding::Finding;
use crate::rules::Rule;
use crate::source::{FileId, Problem, SourceFile};

pub use neutral::neutralize;

/// Everything a report is made of.
#[derive(Debug)]
pub struct Report<'a> {
    /// What was found, in the order in which it is shown; nothing suppressed.
    pub findings: &'a [Finding],
    /// The files of the project; [`FileId`] is the index.
    pub files: Vec<&'a SourceFile>,
    /// The rules that ran, in the order of the catalogue.
    pub rules: &'a [&'static Rule],
    /// How many findings comments suppress.
    pub suppressed: usize,
    /// How many source files were looked at.
    pub files_seen: usize,
    /// How many of them were linted.
    pub files_linted: usize,
    /// What should have been linted and was not.
    pub problems: &'a [Problem],
    /// Root of the repository, absolute: what SARIF paths are relative to.
    pub root: &'a Path,
    /// Whether text for people is coloured.
    pub color: bool,
    /// Columns that text for people may take.
    pub width: usize,
}

impl<'a> Report<'a> {
    fn file(&self, id: FileId) -> Option<&'a SourceFile> {
        self.files.get(id.0 as usize).copied()
    }
}

/// The formats.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum OutputFormat {
    /// With code frames, for people.
    #[default]
    Full,
    /// One line per finding.
    Concise,
    /// For programs; see `docs/json-output.md`.
    Json,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
}

/// Writes a report.
pub fn render(format: OutputFormat, report: &Report<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    match format {
        OutputFormat::Full => human::render(report, out),
        OutputFormat::Concise => concise::render(report, out),
        OutputFormat::Json => json::render(report, out),
        OutputFormat::Sarif => sarif::render(report, out),
    }
}

/// What the user has to know about a report besides its text, for standard error.
pub fn warning(format: OutputFormat, report: &Report<'_>) -> Option<String> {
    match format {
        OutputFormat::Sarif => sarif::cut_warning(report),
        OutputFormat::Full | OutputFormat::Concise | OutputFormat::Json => None,
    }
}
