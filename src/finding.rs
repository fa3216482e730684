//! What a rule reports.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::rules::Rule;
use crate::source::{FileId, Span};

/// How bad it is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Costs money, latency or diagnosability.
    Info,
    /// Fails under ordinary production conditions.
    Warning,
    /// Fails when this line runs, or loses data without a trace.
    Error,
}

impl Severity {
    /// Lower-case name.
    pub fn name(self) -> &'static str {
        match self {
            Severity::Info => "info",
            Severity::Warning => "warning",
            Severity::Error => "error",
        }
    }
}

/// How sure it is, from the evidence.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Confidence {
    /// A name heuristic; shown with `--pedantic` only.
    Low,
    /// Resolved through an assignment, a parameter or an import.
    Medium,
    /// Literal, or resolved without doubt.
    High,
}

impl Confidence {
    /// Lower-case name.
    pub fn name(self) -> &'static str {
        match self {
            Confidence::Low => "low",
            Confidence::Medium => "medium",
            Confidence::High => "high",
        }
    }
}

/// A place in a file.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Location {
    /// Which file.
    pub file: FileId,
    /// Where in it.
    pub span: Span,
}

/// A place with what is to be seen there.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Label {
    /// Where.
    pub at: Location,
    /// What is there; lower case, no full stop, code in backticks.
    pub text: String,
}

/// Whether a fix may be applied without a second look.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Safety {
    /// Changes nothing but the defect.
    Safe,
    /// Likely right, but somebody has to see whether it is meant so.
    Unsafe,
}

impl Safety {
    /// Lower-case name.
    pub fn name(self) -> &'static str {
        match self {
            Safety::Safe => "safe",
            Safety::Unsafe => "unsafe",
        }
    }
}

/// A place whose text is replaced; an empty place is where text is inserted.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Edit {
    /// What is replaced.
    pub at: Location,
    /// What stands there afterwards.
    pub text: String,
}

/// Edits that, applied together, make a finding go away.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fix {
    /// What it does, as an order: lower case, no full stop, code in backticks.
    pub title: String,
    /// What is changed; the places do not overlap.
    pub edits: Vec<Edit>,
    /// Whether it may be applied without a second look.
    pub safety: Safety,
}

impl Fix {
    /// A fix that changes nothing but the defect.
    pub fn safe(title: impl Into<String>, edits: Vec<Edit>) -> Fix {
        Fix { title: title.into(), edits, safety: Safety::Safe }
    }

    /// A fix that somebody has to look at.
    pub fn unsure(title: impl Into<String>, edits: Vec<Edit>) -> Fix {
        Fix { title: title.into(), edits, safety: Safety::Unsafe }
    }
}

/// One finding. Data, never an error.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The rule that made it.
    pub rule: &'static Rule,
    /// Severity of this finding; rules may decide it by evidence.
    pub severity: Severity,
    /// Confidence of this finding.
    pub confidence: Confidence,
    /// One sentence, lower case, no full stop, code in backticks.
    pub message: String,
    /// The place where the fix goes.
    pub primary: Label,
    /// Where the evidence is.
    pub related: Vec<Label>,
    /// The concrete fix, and the API error the user would meet.
    pub help: String,
    /// The same as edits, where they are certain.
    pub fix: Option<Fix>,
}

impl Finding {
    /// A finding at a rule's own severity and full confidence.
    pub fn new(rule: &'static Rule, at: Location, message: impl Into<String>) -> Finding {
        Finding {
            rule,
            severity: rule.severity,
            confidence: Confidence::High,
            message: message.into(),
            primary: Label { at, text: String::new() },
            related: Vec::new(),
            help: String::new(),
            fix: None,
        }
    }

    /// Says what the primary place shows.
    #[must_use]
    pub fn label(mut self, text: impl Into<String>) -> Finding {
        self.primary.text = text.into();
        self
    }

    /// Adds a place that explains the finding.
    #[must_use]
    pub fn related(mut self, at: Location, text: impl Into<String>) -> Finding {
        self.related.push(Label { at, text: text.into() });
        self
    }

    /// Says how to fix it.
    #[must_use]
    pub fn help(mut self, text: impl Into<String>) -> Finding {
        self.help = text.into();
        self
    }

    /// Adds the edits that fix it, where there are any.
    #[must_use]
    pub fn fix(mut self, fix: impl Into<Option<Fix>>) -> Finding {
        self.fix = fix.into().filter(|fix| !fix.edits.is_empty());
        self
    }

    /// Replaces the rule's severity.
    #[must_use]
    pub fn severity(mut self, severity: Severity) -> Finding {
        self.severity = severity;
        self
    }

    /// Sets how sure it is.
    #[must_use]
    pub fn confidence(mut self, confidence: Confidence) -> Finding {
        self.confidence = confidence;
        self
    }

    /// Whether it is shown without `--pedantic`.
    pub fn is_default(&self) -> bool {
        !self.rule.pedantic && self.confidence > Confidence::Low
    }
}

/// A finding that is known and does not count.
#[derive(Clone, Debug)]
pub struct Accepted {
    /// What was found.
    pub finding: Finding,
    /// Who accepts it.
    pub by: Acceptance,
}

/// Who accepts a finding.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Acceptance {
    /// A comment in the code, with the reason it gives.
    Comment(String),
    /// The baseline.
    Baseline,
}
