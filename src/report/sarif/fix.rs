//! Fixes that a viewer may apply.

use serde_json::{Value, json};

use super::super::Report;
use super::super::notebooks::{Notebooks, Replacement};
use super::{artifact, text};
use crate::finding::Fix;

/// A fix that needs no second look; `None` for others.
pub(super) fn fix(report: &Report<'_>, fix: &Fix, notebooks: &Notebooks) -> Option<Value> {
    let changes: Vec<Value> = notebooks
        .safe_edits(report, fix)?
        .into_iter()
        .map(|(_, file, edits)| {
            let replacements: Vec<Value> = edits.into_iter().map(replacement).collect();
            json!({ "artifactLocation": artifact(file, report.root), "replacements": replacements })
        })
        .collect();
    Some(json!({ "description": { "text": text::sentence(&fix.title) }, "artifactChanges": changes }))
}

fn replacement(edit: Replacement) -> Value {
    json!({
        "deletedRegion": {
            "startLine": edit.start.line,
            "startColumn": edit.start.utf16_column,
            "endLine": edit.end.line,
            "endColumn": edit.end.utf16_column,
        },
        "insertedContent": { "text": edit.text },
    })
}
