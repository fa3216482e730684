//! What a run has to say about files besides findings.

use std::io;

/// A path that could not be linted although it should have been: the run is incomplete.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// Path as shown.
    pub path: String,
    /// What is wrong; lower case, no full stop.
    pub message: String,
}

impl Problem {
    /// A problem in words.
    pub fn new(path: impl Into<String>, message: impl Into<String>) -> Problem {
        Problem { path: path.into(), message: message.into() }
    }

    /// A rule that failed, and is about no file.
    pub(crate) fn of_rule(rule: &str) -> Problem {
        Problem::new(".", format!("internal error in the rule `{rule}`"))
    }

    /// A problem the operating system reports, without its error number.
    pub fn io(path: &str, error: &io::Error) -> Problem {
        let message = match error.kind() {
            io::ErrorKind::NotFound => "does not exist".into(),
            io::ErrorKind::PermissionDenied => "cannot be read: permission denied".into(),
            _ => format!("cannot be read: {}", io_reason(error)),
        };
        Problem::new(path, message)
    }
}

/// What the operating system says, in the style of messages and without its error number.
pub fn io_reason(error: &io::Error) -> String {
    let text = error.to_string();
    text.split(" (os error").next().unwrap_or_default().to_lowercase()
}

/// A path that was left out on purpose.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Note {
    /// Path as shown.
    pub path: String,
    /// Why; lower case, no full stop.
    pub reason: String,
    /// The user asked for this very file and should hear of it without `-v`.
    pub important: bool,
}

impl Note {
    /// A note shown with `-v` only.
    pub fn new(path: impl Into<String>, reason: impl Into<String>) -> Note {
        Note { path: path.into(), reason: reason.into(), important: false }
    }

    /// A named file in a language that is not linted.
    pub(super) fn unsupported(path: String) -> Note {
        let reason = "not a Python, TypeScript, JavaScript or Rust file".into();
        Note { path, reason, important: true }
    }
}
