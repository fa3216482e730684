//! What the editor has open and what it is shown, for both threads of the server.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crossbeam_channel::Sender;
use gen_lsp_types::{Diagnostic, PublishDiagnosticsParams};
use lsp_server::{Message, Notification};
use rustc_hash::FxHashMap;
use serde::Serialize;
use url::Url;

use super::convert::Shown;
use super::position::Encoding;
use crate::rules::Rule;

/// An open text.
#[derive(Debug, Clone)]
pub(super) struct Document {
    /// Its address, as the editor spells it.
    pub(super) address: Url,
    /// Its version.
    pub(super) version: i32,
    /// All of it.
    pub(super) text: Arc<str>,
}

/// Open texts and what is shown of files, by path with links resolved.
#[derive(Debug, Default)]
struct State {
    open: FxHashMap<PathBuf, Document>,
    shown: FxHashMap<PathBuf, (Option<i32>, Shown)>,
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

    pub(super) fn open(&self, path: PathBuf, document: Document) {
        self.state().open.insert(path, document);
    }

    pub(super) fn close(&self, path: &Path) {
        self.state().open.remove(path);
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
        let current = state.open.get(path).is_none_or(|document| is_text(&document.text, &shown.text));
        current.then(|| shown.clone())
    }

    /// The rule of that name: built-in, or one that found something that is shown.
    pub(super) fn rule(&self, id: &str) -> Option<&'static Rule> {
        let custom = || {
            let state = self.state();
            let mut rules = state.shown.values().flat_map(|(_, shown)| &shown.rules);
            rules.find(|rule| rule.id == id).copied()
        };
        crate::rules::find(id).or_else(custom)
    }

    /// Shows what is known of an open file for its version.
    pub(super) fn show_again(&self, path: &Path) {
        let Some(document) = self.document(path) else { return };
        let nothing = || Shown { text: document.text.clone(), ..Shown::default() };
        let known = self.shown(path).filter(|shown| !shown.diagnostics.is_empty());
        self.show(path, known.unwrap_or_else(nothing));
    }

    /// The files of which something is shown.
    pub(super) fn shown_paths(&self) -> Vec<PathBuf> {
        let state = self.state();
        state
            .shown
            .iter()
            .filter(|(_, s)| !s.1.diagnostics.is_empty())
            .map(|(path, _)| path.clone())
            .collect()
    }

    /// Shows the diagnostics of a file, unless the editor has gone on since or knows them.
    pub(super) fn show(&self, path: &Path, shown: Shown) {
        let mut state = self.state();
        let (address, version) = match state.open.get(path) {
            // A notebook is linted in another form than it is open in.
            Some(document) if path.extension().is_none_or(|extension| extension != "ipynb") => {
                let current = is_text(&document.text, &shown.text) || shown.text.is_empty();
                if !current {
                    return;
                }
                (document.address.clone(), Some(document.version))
            }
            Some(document) => (document.address.clone(), Some(document.version)),
            None => match Url::from_file_path(path) {
                Ok(address) => (address, None),
                Err(()) => return,
            },
        };
        let known = state.shown.get(path);
        let same = |(before, known): &(Option<i32>, Shown)| {
            *before == version && known.diagnostics == shown.diagnostics
        };
        let nothing = shown.diagnostics.is_empty() && version.is_none();
        if known.map_or(nothing, same) {
            return;
        }
        let diagnostics: Vec<Diagnostic> = shown.diagnostics.clone();
        state.shown.insert(path.to_path_buf(), (version, shown));
        // Sent while locked, so that what is older cannot overtake.
        self.notify(
            "textDocument/publishDiagnostics",
            PublishDiagnosticsParams { uri: address, version, diagnostics },
        );
    }
}

/// Whether an open text is the one that was linted, which has no byte order mark.
pub(super) fn is_text(open: &str, linted: &str) -> bool {
    open.strip_prefix('\u{feff}').unwrap_or(open) == linted
}
