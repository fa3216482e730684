//! The few things that may fail as a whole. A finding is never an error, and neither is
//! a file that cannot be read: see [`crate::source::Problem`].

use std::path::PathBuf;

use miette::Diagnostic;

use crate::config::BadConfig;
use crate::source::BadGlob;

/// Why a command could not run.
#[derive(Debug, thiserror::Error, Diagnostic)]
pub enum Error {
    /// `--select`, `--ignore` or `explain` with a name that nothing has.
    #[error("there is no rule `{name}`")]
    UnknownRule {
        /// As given.
        name: String,
        /// What to do.
        #[help]
        help: String,
    },
    /// `--exclude` with something that is not a glob.
    #[error(transparent)]
    #[diagnostic(help("globs are written as in .gitignore: `legacy/**`, `*_pb2.py`"))]
    Glob(#[from] BadGlob),
    /// A configuration that cannot be understood.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Config(#[from] Box<BadConfig>),
    /// `-` without a name for it.
    #[error("standard input has no name, so its language is unknown")]
    #[diagnostic(help("say which file it stands for: `--stdin-filename src/app.py`"))]
    UnnamedStdin,
    /// `--stdin-filename` without `-`.
    #[error("`--stdin-filename` is given, but standard input is not read")]
    #[diagnostic(help("give `-` as path"))]
    UnreadStdin,
    /// The working directory is gone or forbidden.
    #[error("the current directory cannot be read")]
    Directory(#[source] std::io::Error),
    /// Reading standard input failed.
    #[error("standard input cannot be read")]
    Stdin(#[source] std::io::Error),
    /// `--output-file` where it is not clear which report is meant.
    #[error("it is not clear which report goes to `--output-file`")]
    #[diagnostic(help("name the file with its format: `--output-format sarif=claude-lint.sarif`"))]
    UnclearOutputFile,
    /// Several reports for one place.
    #[error("two reports for {place}")]
    #[diagnostic(help("name a file with one of them: `--output-format sarif=claude-lint.sarif`"))]
    TwoReports {
        /// Where both would go.
        place: String,
    },
    /// A baseline that cannot be used.
    #[error("the baseline `{path}` cannot be read: {reason}", path = path.display())]
    #[diagnostic(help("`claude-lint baseline write` writes it anew"))]
    Baseline {
        /// Where it is.
        path: PathBuf,
        /// Why not.
        reason: String,
    },
    /// `--changed-since` with something that git does not know.
    #[error("the lines changed since `{reference}` are not known: {reason}")]
    Changes {
        /// What to do.
        #[help]
        help: Option<&'static str>,
        /// As given.
        reference: String,
        /// Why not.
        reason: String,
    },
    /// Writing the report failed.
    #[error("cannot write to `{path}`", path = path.display())]
    Output {
        /// Where to.
        path: PathBuf,
        /// Why not.
        #[source]
        source: std::io::Error,
    },
    /// Writing to standard output failed; a closed pipe among others.
    #[error("cannot write to standard output")]
    Stdout(#[source] std::io::Error),
}

impl Error {
    /// An unknown name with the nearest known one.
    pub(crate) fn unknown_rule(name: &str, known: impl Iterator<Item = &'static str>) -> Error {
        Error::UnknownRule { name: name.into(), help: unknown_rule_help(name, known) }
    }

    /// Whether the reader of standard output has gone away, which is no failure.
    pub fn is_broken_pipe(&self) -> bool {
        matches!(self, Error::Stdout(e) if e.kind() == std::io::ErrorKind::BrokenPipe)
    }
}

/// What to do about a name that no rule has.
pub(crate) fn unknown_rule_help(name: &str, known: impl Iterator<Item = &'static str>) -> String {
    match nearest(name, known) {
        Some(near) => format!("did you mean `{near}`? `claude-lint rules` lists all rules"),
        None => "`claude-lint rules` lists all rules".into(),
    }
}

/// The known name most like the given one, if any is like it at all.
pub fn nearest<'k>(name: &str, known: impl Iterator<Item = &'k str>) -> Option<&'k str> {
    let name = name.to_lowercase().replace('_', "-");
    let likeness = |known: &str| strsim::jaro_winkler(&name, known);
    known
        .map(|k| (likeness(k), k))
        .filter(|(likeness, _)| *likeness > 0.75)
        .max_by(|(a, _), (b, _)| a.total_cmp(b))
        .map(|(_, k)| k)
}
