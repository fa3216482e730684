//! The formats and their names.

use std::fmt;

/// What a report looks like.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub enum OutputFormat {
    /// With code frames, for people.
    #[default]
    Full,
    /// One line per finding.
    Concise,
    /// For programs; see `docs/json-output.md`.
    Json,
    /// The findings of [`OutputFormat::Json`], one document a line.
    JsonLines,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
    /// Annotations of GitHub Actions.
    Github,
    /// Code Quality report of GitLab.
    Gitlab,
    /// JUnit XML, for test reports.
    Junit,
    /// Checkstyle XML.
    Checkstyle,
    /// Diagnostics of reviewdog.
    Rdjson,
    /// Log commands of Azure Pipelines.
    Azure,
    /// Short and whole, for coding agents.
    Agent,
}

impl OutputFormat {
    /// All of them, as they are listed.
    pub const ALL: &[OutputFormat] = &[
        OutputFormat::Full,
        OutputFormat::Concise,
        OutputFormat::Json,
        OutputFormat::JsonLines,
        OutputFormat::Sarif,
        OutputFormat::Github,
        OutputFormat::Gitlab,
        OutputFormat::Junit,
        OutputFormat::Checkstyle,
        OutputFormat::Rdjson,
        OutputFormat::Azure,
        OutputFormat::Agent,
    ];

    /// As it is given on the command line.
    pub fn name(self) -> &'static str {
        match self {
            OutputFormat::Full => "full",
            OutputFormat::Concise => "concise",
            OutputFormat::Json => "json",
            OutputFormat::JsonLines => "json-lines",
            OutputFormat::Sarif => "sarif",
            OutputFormat::Github => "github",
            OutputFormat::Gitlab => "gitlab",
            OutputFormat::Junit => "junit",
            OutputFormat::Checkstyle => "checkstyle",
            OutputFormat::Rdjson => "rdjson",
            OutputFormat::Azure => "azure",
            OutputFormat::Agent => "agent",
        }
    }

    /// The format of that name.
    pub fn find(name: &str) -> Option<OutputFormat> {
        OutputFormat::ALL.iter().copied().find(|format| format.name() == name)
    }

    /// Whether people read it: only then are colours of use.
    pub fn is_for_people(self) -> bool {
        matches!(self, OutputFormat::Full | OutputFormat::Concise)
    }
}

impl fmt::Display for OutputFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
