//! Places and edits as they are in files, where what was linted is not the text of the file.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use rustc_hash::FxHashMap;

use super::Report;
use super::place::Place;
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

/// The text of a file, and its lines.
type Opened = Rc<(Draft, LineIndex)>;

/// Notebooks as they stand on disk: what was linted is the code in their strings.
#[derive(Default)]
pub(super) struct Notebooks(RefCell<FxHashMap<FileId, Option<Opened>>>);

impl Notebooks {
    /// What a fix changes in which files; `None` where it needs a second look, or cannot be made
    /// without touching anything else.
    pub(super) fn safe_edits<'r>(
        &self,
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

    /// Where a place begins and ends in its file; `None` in notebooks where the string says something else.
    pub(super) fn ends(&self, place: &Place<'_>) -> Option<(Position, Position)> {
        if place.cell.is_none() {
            return Some((place.start, place.end));
        }
        let opened = self.open(place.at.file, place.file)?;
        let range = opened.0.place_in_file(place.at.span)?;
        let ends = [range.start, range.end].map(|at| opened.1.position(opened.0.text(), at as u32));
        (ends[0].line == place.file_lines().0).then_some((ends[0], ends[1]))
    }

    fn open(&self, id: FileId, file: &SourceFile) -> Option<Opened> {
        let open = || {
            // What was read from standard input is no file.
            let path = Some(&file.absolute).filter(|path| path.has_root())?;
            let draft = Draft::open(std::fs::read(path).ok()?, file)?;
            let lines = LineIndex::new(draft.text());
            Some(Rc::new((draft, lines)))
        };
        self.0.borrow_mut().entry(id).or_insert_with(open).clone()
    }

    fn in_strings(&self, id: FileId, file: &SourceFile, edits: &[(Span, &str)]) -> Option<Vec<Replacement>> {
        let opened = self.open(id, file)?;
        let (draft, lines) = &*opened;
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
