//! Fixes as edits of files, for services that make them there.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

use super::Report;
use crate::finding::{Fix, Safety};
use crate::fix::{Draft, line_ends_as};
use crate::source::{FileId, LineIndex, Position, SourceFile, Span};

/// Text of a file that another stands for.
pub(super) struct Replacement {
    /// First character.
    pub(super) start: Position,
    /// One past the last character.
    pub(super) end: Position,
    /// What stands there afterwards.
    pub(super) text: String,
}

/// Notebooks as they stand on disk: what was linted is the code in their strings.
#[derive(Default)]
pub(super) struct Notebooks(FxHashMap<FileId, Option<(Draft, LineIndex)>>);

impl Notebooks {
    /// What a fix changes in which files; `None` where it needs a second look, or cannot be made
    /// without touching anything else.
    pub(super) fn safe_edits<'r>(
        &mut self,
        report: &Report<'r>,
        fix: &Fix,
    ) -> Option<Vec<(FileId, &'r SourceFile, Vec<Replacement>)>> {
        if fix.safety != Safety::Safe {
            return None;
        }
        let mut by_file: BTreeMap<FileId, Vec<(Span, &str)>> = BTreeMap::new();
        for edit in &fix.edits {
            by_file.entry(edit.at.file).or_default().push((edit.at.span, &edit.text));
        }
        let in_file = |(id, mut edits): (FileId, Vec<(Span, &str)>)| {
            let file = report.file(id)?;
            edits.sort();
            let replacements = match file.cells.is_empty() {
                true => edits.iter().map(|&(span, text)| in_text(file, span, text)).collect(),
                false => self.in_strings(id, file, &edits)?,
            };
            Some((id, file, replacements))
        };
        by_file.into_iter().map(in_file).collect()
    }

    fn in_strings(
        &mut self,
        id: FileId,
        file: &SourceFile,
        edits: &[(Span, &str)],
    ) -> Option<Vec<Replacement>> {
        let opened = self.0.entry(id).or_insert_with(|| {
            // What was read from standard input is no file.
            let bytes = Some(&file.absolute).filter(|path| path.has_root());
            let draft = Draft::open(std::fs::read(bytes?).ok()?, file)?;
            let lines = LineIndex::new(draft.text());
            Some((draft, lines))
        });
        let (draft, lines) = opened.as_ref()?;
        let place = |offset| lines.position(draft.text(), offset);
        let replacement = |(span, text): (Span, String)| Replacement {
            start: place(span.start),
            end: place(span.end),
            text,
        };
        Some(draft.in_file(edits)?.into_iter().map(replacement).collect())
    }
}

fn in_text(file: &SourceFile, span: Span, text: &str) -> Replacement {
    Replacement {
        start: file.position(span.start),
        end: file.position(span.end),
        text: line_ends_as(&file.text, text).into_owned(),
    }
}
