//! Fixes that a viewer may apply.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::super::Report;
use super::super::place::Place;
use super::{artifact, text};
use crate::finding::{Fix, Safety};
use crate::source::FileId;

/// A fix that needs no second look; `None` for others, and in notebooks, where columns are not
/// those of the file.
pub(super) fn fix(report: &Report<'_>, fix: &Fix) -> Option<Value> {
    if fix.safety != Safety::Safe {
        return None;
    }
    let mut files: BTreeMap<FileId, (Value, Vec<Value>)> = BTreeMap::new();
    for edit in &fix.edits {
        let place = Place::of(report, edit.at).filter(|place| place.cell.is_none())?;
        let (_, replacements) =
            files.entry(edit.at.file).or_insert_with(|| (artifact(&place, report.root), Vec::new()));
        replacements.push(json!({
            "deletedRegion": {
                "startLine": place.start.line,
                "startColumn": place.start.utf16_column,
                "endLine": place.end.line,
                "endColumn": place.end.utf16_column,
            },
            "insertedContent": { "text": edit.text },
        }));
    }
    let changes: Vec<Value> = files
        .into_values()
        .map(|(artifact, replacements)| json!({ "artifactLocation": artifact, "replacements": replacements }))
        .collect();
    Some(json!({ "description": { "text": text::sentence(&fix.title) }, "artifactChanges": changes }))
}
