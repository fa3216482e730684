//! What the editor has open and what it is shown, for both threads of the server.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crossbeam_channel::Sender;
use gen_lsp_types::{Diagnostic, PublishDiagnosticsParams};
use lsp_server::{Message, Notification};
use rustc_hash::{FxHashMap, FxHashSet};
use serde::Serialize;
use url::Url;

use super::convert::{Item, Shown};
use super::document::{Document, OpenCell};
use super::position::Encoding;
use super::server::path_of;
use crate::rules::Rule;

/// Open texts and what is shown of files, by path with links resolved.
#[derive(Debug, Default)]
struct State {
    open: FxHashMap<PathBuf, Document>,
    shown: FxHashMap<PathBuf, (Option<i32>, Shown)>,
    /// Whose the open cells are.
    cells: FxHashMap<Url, PathBuf>,
    /// The cells of which something is shown.
    marked: FxHashSet<Url>,
}

/// Talks to the editor.
#[derive(Debug)]
pub(super) struct Board {
    sender: Sender<Message>,
    pub(super) encoding: Encoding,
    state: Mutex<State>,
}

impl Board {
    pub(super) fn new(sender: Sender<Message>, encoding: Encoding) -> Board {
        Board { sender, encoding, state: Mutex::default() }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sends whatever there is; an editor that has gone away ends the main loop, not this.
    pub(super) fn send(&self, message: impl Into<Message>) {
        let _ = self.sender.send(message.into());
    }

    /// Sends a notification.
    pub(super) fn notify(&self, method: &str, params: impl Serialize) {
        self.send(Notification::new(method.into(), params));
    }

    /// Says something to whoever sits there.
    pub(super) fn say(&self, kind: u32, text: &str) {
        self.notify("window/showMessage", serde_json::json!({ "type": kind, "message": text }));
    }

    /// Puts an open text in the place of a file, or of what was open before.
    pub(super) fn open(&self, path: PathBuf, document: Document) {
        let mut state = self.state();
        let cells = document.cells().unwrap_or_default();
        let had_cells = state.open.get(&path).is_some_and(|before| before.cells().is_some());
        if document.cells().is_some() && !had_cells {
            // What was shown of the file is shown in its cells now.
            self.take_back(&mut state, &path);
        }
        self.leave_cells(&mut state, &path, cells);
        state.cells.extend(cells.iter().map(|cell| (cell.address.clone(), path.clone())));
        state.open.insert(path, document);
    }

    pub(super) fn close(&self, path: &Path) {
        let mut state = self.state();
        self.leave_cells(&mut state, path, &[]);
        let closed = state.open.remove(path);
        if closed.is_some_and(|document| document.cells().is_some()) {
            state.shown.remove(path);
        }
    }

    /// Takes back what is shown of a file.
    fn take_back(&self, state: &mut State, path: &Path) {
        let shown = state.shown.remove(path).filter(|(_, shown)| !shown.items.is_empty());
        if shown.is_some()
            && let Ok(address) = Url::from_file_path(path)
        {
            self.publish(address, None, Vec::new());
        }
    }

    /// Forgets the cells of a notebook that it has no more.
    fn leave_cells(&self, state: &mut State, path: &Path, kept: &[OpenCell]) {
        let before = state.open.get(path).and_then(Document::cells).unwrap_or_default();
        let gone = before.iter().filter(|cell| !kept.iter().any(|kept| kept.address == cell.address));
        let gone: Vec<Url> = gone.map(|cell| cell.address.clone()).collect();
        for address in gone {
            state.cells.remove(&address);
            if state.marked.remove(&address) {
                self.publish(address, None, Vec::new());
            }
        }
    }

    fn publish(&self, uri: Url, version: Option<i32>, diagnostics: Vec<Diagnostic>) {
        let params = PublishDiagnosticsParams { uri, version, diagnostics };
        self.notify("textDocument/publishDiagnostics", params);
    }

    /// The file that an address is about: itself, or the notebook that an open cell is of.
    pub(super) fn path_of(&self, address: &Url) -> Option<PathBuf> {
        let of_cell = self.state().cells.get(address).cloned();
        of_cell.or_else(|| path_of(address))
    }

    pub(super) fn document(&self, path: &Path) -> Option<Document> {
        self.state().open.get(path).cloned()
    }

    /// The address of a file.
    pub(super) fn address(&self, path: &Path) -> Option<Url> {
        let open = self.state().open.get(path).map(|document| document.address.clone());
        open.or_else(|| Url::from_file_path(path).ok())
    }

    /// What is shown of a file, if it is about the text as it is now.
    pub(super) fn shown(&self, path: &Path) -> Option<Shown> {
        let state = self.state();
        let (_, shown) = state.shown.get(path)?;
        let current = state.open.get(path).is_none_or(|document| document.is_text(&shown.text));
        current.then(|| shown.clone())
    }

    /// The rule of that name: built-in, or one that found something that is shown.
    pub(super) fn rule(&self, id: &str) -> Option<&'static Rule> {
        let custom = || {
            let state = self.state();
            let mut items = state.shown.values().flat_map(|(_, shown)| &shown.items);
            items.find(|item| item.rule.id == id).map(|item| item.rule)
        };
        crate::rules::find(id).or_else(custom)
    }

    /// Shows what is known of an open file for its version.
    pub(super) fn show_again(&self, path: &Path) {
        let Some(document) = self.document(path) else { return };
        let nothing = || Shown { text: document.linted(), ..Shown::default() };
        let known = self.shown(path).filter(|shown| !shown.items.is_empty());
        self.show(path, known.unwrap_or_else(nothing));
    }

    /// The files of which something is shown.
    pub(super) fn shown_paths(&self) -> Vec<PathBuf> {
        let state = self.state();
        state.shown.iter().filter(|(_, s)| !s.1.items.is_empty()).map(|(path, _)| path.clone()).collect()
    }

    /// Shows the diagnostics of a file, unless the editor has gone on since or knows them.
    pub(super) fn show(&self, path: &Path, shown: Shown) {
        let mut guard = self.state();
        let state = &mut *guard;
        let open = state.open.get(path);
        if open.is_some_and(|document| !shown.text.is_empty() && !document.is_text(&shown.text)) {
            return;
        }
        // What was linted before a notebook was opened or closed comes again.
        let cells = open.and_then(Document::cells);
        if shown.items.iter().any(|item| item.cell.is_some() != cells.is_some()) {
            return;
        }
        let version = open.map(|document| document.version);
        let known = state.shown.get(path);
        let same = |(before, known): &(Option<i32>, Shown)| {
            let alike = |(a, b): (&Item, &Item)| a.is_like(b);
            *before == version
                && known.items.len() == shown.items.len()
                && known.items.iter().zip(&shown.items).all(alike)
        };
        let is_known = known.is_some();
        if known.map_or(shown.items.is_empty() && version.is_none(), same) {
            // Fixes may be for other texts now, of this file or of others.
            if is_known {
                state.shown.insert(path.to_path_buf(), (version, shown));
            }
            return;
        }
        // Sent while locked, so that what is older cannot overtake.
        if let Some(cells) = cells {
            for cell in cells {
                let of_cell = shown.items.iter().filter(|item| item.cell.as_ref() == Some(&cell.address));
                let diagnostics: Vec<_> = of_cell.map(|item| item.diagnostic.clone()).collect();
                let was_marked = match diagnostics.is_empty() {
                    true => state.marked.remove(&cell.address),
                    false => !state.marked.insert(cell.address.clone()),
                };
                if was_marked || !diagnostics.is_empty() {
                    self.publish(cell.address.clone(), Some(cell.version), diagnostics);
                }
            }
        } else {
            let address = open.map(|document| document.address.clone());
            let Some(address) = address.or_else(|| Url::from_file_path(path).ok()) else { return };
            let diagnostics = shown.items.iter().map(|item| item.diagnostic.clone()).collect();
            self.publish(address, version, diagnostics);
        }
        state.shown.insert(path.to_path_buf(), (version, shown));
    }
}
