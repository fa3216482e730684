//! Texts that are open: files, and notebooks cell by cell.

use std::path::Path;
use std::sync::Arc;

use gen_lsp_types::{
    DidChangeNotebookDocumentParams, DidOpenNotebookDocumentParams, LanguageKind, NotebookCell,
    NotebookCellKind, TextDocumentContentChangeEvent, TextDocumentItem,
};
use serde_json::json;
use url::Url;

use super::position::Encoding;
use crate::source::{Cell, Notebook, SourceFile};

/// An open text, or an open notebook.
#[derive(Debug, Clone)]
pub(super) struct Document {
    /// Its address, as the editor spells it.
    pub(super) address: Url,
    /// Its version.
    pub(super) version: i32,
    /// All of it, as it would be on disk.
    pub(super) text: Arc<str>,
    /// The text that is linted: that of a notebook is its code.
    linted: Arc<str>,
    /// The cells of a notebook that the editor keeps as texts of their own.
    cells: Option<Arc<Cells>>,
}

/// The cells of an open notebook.
#[derive(Debug)]
struct Cells {
    open: Vec<OpenCell>,
    /// Those that are linted, as they stand in the joined text.
    joined: Vec<Cell>,
}

/// A cell that the editor keeps as a text of its own.
#[derive(Debug, Clone)]
pub(super) struct OpenCell {
    /// Its address, as the editor spells it.
    pub(super) address: Url,
    /// Its version.
    pub(super) version: i32,
    /// All of it.
    pub(super) text: Arc<str>,
    is_python: bool,
}

impl Document {
    /// A file.
    pub(super) fn of_file(path: &Path, address: Url, version: i32, text: Arc<str>) -> Document {
        let is_notebook = path.extension().is_some_and(|extension| extension == "ipynb");
        let joined = || Notebook::from_text(&text).ok().map(|notebook| notebook.text.into());
        let plain = || text.strip_prefix('\u{feff}').map_or_else(|| text.clone(), Arc::from);
        let linted = if is_notebook { joined() } else { None }.unwrap_or_else(plain);
        Document { address, version, text, linted, cells: None }
    }

    /// A notebook, as it would be on disk.
    fn of_cells(address: Url, version: i32, open: Vec<OpenCell>) -> Document {
        let cells: Vec<_> = open
            .iter()
            .map(|cell| {
                let kind = if cell.is_python { "code" } else { "markdown" };
                json!({ "cell_type": kind, "source": &*cell.text })
            })
            .collect();
        let text = json!({ "cells": cells, "metadata": { "language_info": { "name": "python" } } });
        let text: Arc<str> = text.to_string().into();
        let Notebook { text: linted, cells: joined, .. } = Notebook::from_text(&text).unwrap_or_default();
        let cells = Some(Arc::new(Cells { open, joined }));
        Document { address, version, text, linted: linted.into(), cells }
    }

    /// A notebook that was opened.
    pub(super) fn of_notebook(params: DidOpenNotebookDocumentParams) -> Document {
        let notebook = params.notebook_document;
        let cells = opened(&notebook.cells, params.cell_text_documents);
        Document::of_cells(notebook.uri, notebook.version, cells)
    }

    /// The same notebook with changes; `None` where it is none.
    pub(super) fn with_changes(
        &self,
        params: DidChangeNotebookDocumentParams,
        encoding: Encoding,
    ) -> Option<Document> {
        let mut cells = self.cells.as_ref()?.open.clone();
        let changes = params.change.cells.unwrap_or_default();
        if let Some(structure) = changes.structure {
            let start = (structure.array.start as usize).min(cells.len());
            let end = start.saturating_add(structure.array.delete_count as usize).min(cells.len());
            let placed = structure.array.cells.unwrap_or_default();
            let mut new = opened(&placed, structure.did_open.unwrap_or_default());
            // What moves keeps its text.
            for cell in &mut new {
                if let Some(known) = cells.iter().find(|known| known.address == cell.address)
                    && cell.text.is_empty()
                {
                    *cell = known.clone();
                }
            }
            cells.splice(start..end, new);
        }
        for cell in changes.data.unwrap_or_default() {
            let open = cells.iter_mut().filter(|open| open.address == cell.document);
            open.for_each(|open| open.is_python &= cell.kind == NotebookCellKind::Code);
        }
        for change in changes.text_content.unwrap_or_default() {
            let identifier = change.document;
            let address = identifier.text_document_identifier.uri;
            if let Some(cell) = cells.iter_mut().find(|cell| cell.address == address) {
                cell.text = changed(&cell.text, change.changes, encoding).into();
                cell.version = identifier.version;
            }
        }
        Some(Document::of_cells(self.address.clone(), params.notebook_document.version, cells))
    }

    /// The same file with another text.
    pub(super) fn with_text(&self, path: &Path, version: i32, text: Arc<str>) -> Document {
        Document::of_file(path, self.address.clone(), version, text)
    }

    /// Whether a text that was linted is that of now.
    pub(super) fn is_text(&self, linted: &str) -> bool {
        *self.linted == *linted
    }

    /// The text that is linted.
    pub(super) fn linted(&self) -> Arc<str> {
        self.linted.clone()
    }

    /// Its cells, where it is a notebook that is open by cells.
    pub(super) fn cells(&self) -> Option<&[OpenCell]> {
        self.cells.as_ref().map(|cells| &*cells.open)
    }

    /// The open cell that holds a line of a file that was linted, with the cell's place in the
    /// joined text; `None` where it is not open by cells, or has other ones by now.
    pub(super) fn cell(&self, file: &SourceFile, line: u32) -> Option<(&OpenCell, &Cell)> {
        let cells = self.cells.as_ref()?;
        let index = file.cells.partition_point(|cell| cell.first_line <= line).checked_sub(1)?;
        let joined = cells.joined.get(index)?;
        let same = joined.first_line == file.cells[index].first_line && self.is_text(&file.text);
        let open = cells.open.get((joined.number as usize).checked_sub(1)?)?;
        same.then_some((open, joined))
    }
}

/// Cells with their texts. One whose text is not told holds none.
fn opened(cells: &[NotebookCell], texts: Vec<TextDocumentItem>) -> Vec<OpenCell> {
    let of = |cell: &NotebookCell| {
        let item = texts.iter().find(|item| item.uri == cell.document);
        OpenCell {
            address: cell.document.clone(),
            version: item.map_or(0, |item| item.version),
            text: item.map_or("", |item| &item.text).into(),
            is_python: cell.kind == NotebookCellKind::Code
                && item.is_none_or(|item| item.language_id == LanguageKind::Python),
        }
    };
    cells.iter().map(of).collect()
}

/// A text with changes, one after the other.
pub(super) fn changed(
    text: &str,
    changes: Vec<TextDocumentContentChangeEvent>,
    encoding: Encoding,
) -> String {
    let mut text = text.to_string();
    for change in changes {
        match change {
            TextDocumentContentChangeEvent::TextDocumentContentChangePartial(change) => {
                let start = encoding.offset(&text, change.range.start);
                let end = encoding.offset(&text, change.range.end);
                text.replace_range(start..end.max(start), &change.text);
            }
            TextDocumentContentChangeEvent::TextDocumentContentChangeWholeDocument(change) => {
                text = change.text;
            }
        }
    }
    text
}
