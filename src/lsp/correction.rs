//! Fixes as editors make them: edits of one text or of several.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use gen_lsp_types::{
    DocumentChange, OptionalVersionedTextDocumentIdentifier, Position, TextDocumentEdit,
    TextDocumentIdentifier, TextEdit, WorkspaceEdit,
};
use url::Url;

use super::board::Board;
use super::convert::Converter;
use crate::finding::{Edit, Finding, Safety};
use crate::fix::line_ends_as;
use crate::source::plain_text;

/// A fix, with the texts that it is for.
#[derive(Debug, Clone)]
pub(super) struct Correction {
    /// What it does.
    pub(super) title: String,
    /// Whether it may be applied without a second look.
    pub(super) is_safe: bool,
    edits: Vec<Piece>,
    /// The files it reaches into, with what was linted.
    texts: Vec<(PathBuf, Arc<str>)>,
}

/// An edit of a file, or of an open cell of it.
#[derive(Debug, Clone)]
struct Piece {
    path: PathBuf,
    cell: Option<Url>,
    edit: TextEdit,
}

/// A text that is edited: its address, its version if it is open, and what is changed.
type Edited = (Url, Option<i32>, Vec<TextEdit>);

impl Correction {
    /// The fix of a finding; `None` where there is none, or where the editor cannot make it: a notebook
    /// that is not open by cells is no text to it.
    pub(super) fn of(finding: &Finding, converter: &Converter<'_>) -> Option<Correction> {
        let fix = finding.fix.as_ref()?;
        let edits = fix.edits.iter().map(|edit| piece(edit, converter)).collect::<Option<_>>()?;
        let mut texts: Vec<(PathBuf, Arc<str>)> = Vec::new();
        for edit in &fix.edits {
            let file = converter.file(edit.at.file);
            if !texts.iter().any(|(path, _)| *path == file.absolute) {
                texts.push((file.absolute.clone(), file.text.clone()));
            }
        }
        Some(Correction { title: fix.title.clone(), is_safe: fix.safety == Safety::Safe, edits, texts })
    }

    /// What the editor is to do, as long as all texts are those that were linted.
    pub(super) fn edit(&self, board: &Board, with_versions: bool) -> Option<WorkspaceEdit> {
        Some(workspace_edit(self.edited(board)?, with_versions))
    }

    fn edited(&self, board: &Board) -> Option<Vec<Edited>> {
        if !self.texts.iter().all(|(path, text)| is_current(board, path, text)) {
            return None;
        }
        let mut edited: Vec<Edited> = Vec::new();
        for piece in &self.edits {
            let document = board.document(&piece.path);
            let (address, version) = match &piece.cell {
                Some(address) => {
                    let cell = document.as_ref()?.cells()?.iter().find(|cell| cell.address == *address)?;
                    (cell.address.clone(), Some(cell.version))
                }
                None => (board.address(&piece.path)?, document.map(|document| document.version)),
            };
            match edited.iter_mut().find(|(known, ..)| *known == address) {
                Some((.., edits)) => edits.push(piece.edit.clone()),
                None => edited.push((address, version, vec![piece.edit.clone()])),
            }
        }
        Some(edited)
    }
}

/// What a text becomes when all of some fixes are made that keep to it and apart from each other:
/// what two of them ask for is done once.
pub(super) fn together<'c>(
    fixes: impl Iterator<Item = &'c Correction>,
    board: &Board,
    address: &Url,
    with_versions: bool,
) -> Option<WorkspaceEdit> {
    let mut all: Vec<TextEdit> = Vec::new();
    let mut version = None;
    for edited in fixes.filter_map(|fix| fix.edited(board)) {
        let [(place, of, edits)] = &edited[..] else { continue };
        let fits = |edit: &TextEdit| all.iter().all(|known| known == edit || are_apart(known, edit));
        if place == address && edits.iter().all(fits) {
            version = *of;
            for edit in edits {
                if !all.contains(edit) {
                    all.push(edit.clone());
                }
            }
        }
    }
    let edited = vec![(address.clone(), version, all)];
    (!edited[0].2.is_empty()).then(|| workspace_edit(edited, with_versions))
}

/// Whether edits touch different texts, and do not both insert at the same place.
fn are_apart(a: &TextEdit, b: &TextEdit) -> bool {
    let key = |edit: &TextEdit| {
        let at = |position: Position| (position.line, position.character);
        (at(edit.range.start), at(edit.range.end))
    };
    let (first, second) = if key(a) <= key(b) { (key(a), key(b)) } else { (key(b), key(a)) };
    second.0 >= first.1 && first.0 != second.0
}

fn piece(edit: &Edit, converter: &Converter<'_>) -> Option<Piece> {
    let file = converter.file(edit.at.file);
    let (cell, range) = converter.place(edit.at);
    if !file.cells.is_empty() {
        // Magics are linted as something else, and an edit over several cells is none of any.
        let text = &cell?.text;
        let at = |position| converter.encoding().offset(text, position);
        let there = text.get(at(range.start)..at(range.end))?.replace("\r\n", "\n");
        if there.trim_end_matches('\n') != file.text.get(edit.at.span.range())?.trim_end_matches('\n') {
            return None;
        }
    }
    let new_text = line_ends_as(&file.text, &edit.text).into_owned();
    Some(Piece {
        path: file.absolute.clone(),
        cell: cell.map(|cell| cell.address.clone()),
        edit: TextEdit { range, new_text },
    })
}

/// Whether a file still says what was linted: in the editor where it is open, or else on disk.
fn is_current(board: &Board, path: &Path, linted: &str) -> bool {
    if let Some(document) = board.document(path) {
        return document.is_text(linted);
    }
    let mark = '\u{feff}'.len_utf8();
    let on_disk = plain_text(path, (linted.len() + mark) as u64);
    on_disk.is_some_and(|text| text.strip_prefix('\u{feff}').unwrap_or(&text) == linted)
}

/// Edits of texts, tied to the versions they are for where the editor understands that.
pub(super) fn workspace_edit(edited: Vec<Edited>, with_versions: bool) -> WorkspaceEdit {
    if !with_versions {
        let changes = edited.into_iter().map(|(address, _, edits)| (address, edits)).collect();
        return WorkspaceEdit { changes: Some(changes), ..WorkspaceEdit::default() };
    }
    let of = |(uri, version, edits): Edited| {
        let text_document = OptionalVersionedTextDocumentIdentifier {
            version,
            text_document_identifier: TextDocumentIdentifier { uri },
        };
        let edits = edits.into_iter().map(Into::into).collect();
        DocumentChange::TextDocumentEdit(TextDocumentEdit { text_document, edits })
    };
    let changes = edited.into_iter().map(of).collect();
    WorkspaceEdit { document_changes: Some(changes), ..WorkspaceEdit::default() }
}
