//! Findings in, text out: one pure function per format.
//!
//! Reporters know findings and source files and nothing else. They read no terminal,
//! no environment, and no file but those whose text on disk is not what was linted: what else they need
//! to know is in [`Report`].

mod agent;
mod azure;
mod checkstyle;
mod concise;
mod fingerprint;
mod format;
mod frame;
mod github;
mod gitlab;
mod human;
mod json;
mod junit;
mod neutral;
mod notebooks;
mod path;
mod place;
mod rdjson;
mod sarif;
mod xml;

use std::io;
use std::path::Path;

use crate::finding::{Acceptance, Accepted, Finding};
use crate::rules::Rule;
use crate::source::{FileId, Problem, SourceFile};

pub(crate) use fingerprint::key;
pub use fingerprint::line_hashes;
pub use format::OutputFormat;
pub use neutral::neutralize;
pub(crate) use path::from_root;
pub use path::{repository_root, root_of};

/// Everything a report is made of.
#[derive(Debug)]
pub struct Report<'a> {
    /// What was found, in the order in which it is shown; nothing suppressed.
    pub findings: &'a [Finding],
    /// The files of the project; [`FileId`] is the index.
    pub files: Vec<&'a SourceFile>,
    /// The rules that ran, in the order of the catalogue.
    pub rules: &'a [&'static Rule],
    /// Whether text for people also speaks of fixes that need a second look.
    pub unsafe_fixes: bool,
    /// Findings that comments or the baseline accept.
    pub accepted: &'a [Accepted],
    /// Whether SARIF holds those as well, marked as such.
    pub show_accepted: bool,
    /// Whether there is a baseline.
    pub has_baseline: bool,
    /// How many source files were looked at.
    pub files_seen: usize,
    /// How many of them were linted.
    pub files_linted: usize,
    /// What should have been linted and was not.
    pub problems: &'a [Problem],
    /// Where it ran, absolute: what the paths of problems are relative to.
    pub directory: &'a Path,
    /// Root of the repository, absolute: what paths for services are relative to.
    pub root: &'a Path,
    /// What tells the logs of one repository apart in code scanning.
    pub category: &'a str,
    /// Whether text for people is coloured.
    pub color: bool,
    /// Columns that text for people may take.
    pub width: usize,
}

impl<'a> Report<'a> {
    fn file(&self, id: FileId) -> Option<&'a SourceFile> {
        self.files.get(id.0 as usize).copied()
    }

    /// The path of a problem as services want it.
    fn path_of(&self, problem: &Problem) -> String {
        path::shown_from_root(&problem.path, self.directory, self.root)
    }
}

/// How many findings comments suppress, and how many the baseline accepts.
pub fn accepted_counts(accepted: &[Accepted]) -> (usize, usize) {
    let by_baseline = accepted.iter().filter(|accepted| accepted.by == Acceptance::Baseline).count();
    (accepted.len() - by_baseline, by_baseline)
}

/// Writes a report; fails where `out` does.
pub fn render(format: OutputFormat, report: &Report<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    match format {
        OutputFormat::Full => human::render(report, out),
        OutputFormat::Concise => concise::render(report, out),
        OutputFormat::Json => json::render(report, out),
        OutputFormat::JsonLines => json::render_lines(report, out),
        OutputFormat::Sarif => sarif::render(report, out),
        OutputFormat::Github => github::render(report, out),
        OutputFormat::Gitlab => gitlab::render(report, out),
        OutputFormat::Junit => junit::render(report, out),
        OutputFormat::Checkstyle => checkstyle::render(report, out),
        OutputFormat::Rdjson => rdjson::render(report, out),
        OutputFormat::Azure => azure::render(report, out),
        OutputFormat::Agent => agent::render(report, out),
    }
}

/// What the user has to know about a report besides its text, for standard error.
pub fn warning(format: OutputFormat, report: &Report<'_>) -> Option<String> {
    match format {
        OutputFormat::Sarif => sarif::cut_warning(report),
        OutputFormat::Github => github::limit_warning(report),
        _ => None,
    }
}
