//! The main loop: what the editor says and asks.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use gen_lsp_types::{
    CodeActionParams, DidChangeNotebookDocumentParams, DidChangeTextDocumentParams,
    DidChangeWatchedFilesParams, DidChangeWorkspaceFoldersParams, DidCloseNotebookDocumentParams,
    DidCloseTextDocumentParams, DidOpenNotebookDocumentParams, DidOpenTextDocumentParams,
    ExecuteCommandParams, HoverParams, PositionEncodingKind,
};
use lsp_server::{Connection, ErrorCode, Message, Notification, Request, RequestId, Response};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use url::Url;

use super::actions::{self, Asked, EXPLAIN};
use super::board::Board;
use super::convert::page_of;
use super::document::{Document, changed};
use super::handshake::{self, Abilities};
use super::linting::Linting;
use super::mail::Mail;
use super::position::Encoding;
use super::settings::told_options;
use crate::rules::page;

/// How a session ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Ended {
    /// As agreed: `shutdown`, then `exit`.
    Properly,
    /// The editor has gone away, or left without a word.
    Abruptly,
}

struct Server<'c> {
    connection: &'c Connection,
    board: Arc<Board>,
    mail: Arc<Mail>,
    abilities: Abilities,
    folders: Vec<PathBuf>,
    /// How many requests were sent.
    asked: i32,
    is_shut_down: bool,
}

/// Serves one session.
pub fn serve(connection: &Connection) -> Ended {
    let Some((id, params)) = initialize(connection) else { return Ended::Abruptly };
    let encodings: Vec<PositionEncodingKind> =
        read(&params["capabilities"]["general"]["positionEncodings"]).unwrap_or_default();
    let utf8 = encodings.contains(&PositionEncodingKind::UTF8);
    let encoding = if utf8 { Encoding::Utf8 } else { Encoding::Utf16 };
    let board = Arc::new(Board::new(connection.sender.clone(), encoding));
    board.send(Response::new_ok(id, handshake::capabilities(encoding)));
    let options = told_options(&params["initializationOptions"], &board).unwrap_or_default();

    let mail = Arc::new(Mail::default());
    let linting = Linting::new(board.clone(), mail.clone(), options);
    let Ok(thread) = std::thread::Builder::new().spawn(move || linting.run()) else { return Ended::Abruptly };
    let mut server = Server {
        connection,
        board,
        mail,
        abilities: handshake::abilities(&params["capabilities"]),
        folders: handshake::folders(&params),
        asked: 0,
        is_shut_down: false,
    };
    server.tell_folders();
    let ended = server.run();
    server.mail.put(|inbox| inbox.quit = true);
    // It never panics on purpose, and there is nobody left to tell.
    let _ = thread.join();
    ended
}

/// Waits for the first request; before it nothing else is answered.
fn initialize(connection: &Connection) -> Option<(RequestId, Value)> {
    for message in &connection.receiver {
        match message {
            Message::Request(request) if request.method == "initialize" => {
                return Some((request.id, request.params));
            }
            Message::Request(request) => {
                let code = ErrorCode::ServerNotInitialized as i32;
                let answer = Response::new_err(request.id, code, "`initialize` comes first".into());
                connection.sender.send(answer.into()).ok()?;
            }
            Message::Notification(notification) if notification.method == "exit" => return None,
            Message::Notification(_) | Message::Response(_) => {}
        }
    }
    None
}

/// The file of an address, links resolved; `None` for what is no file.
pub(super) fn path_of(address: &Url) -> Option<PathBuf> {
    let path = (address.scheme() == "file").then(|| address.to_file_path().ok())??;
    Some(resolved(&path))
}

pub(super) fn resolved(path: &Path) -> PathBuf {
    let of_folder = || Some(path.parent()?.canonicalize().ok()?.join(path.file_name()?));
    path.canonicalize().ok().or_else(of_folder).unwrap_or_else(|| path.to_path_buf())
}

/// What a value says, where it is understood.
fn read<T: DeserializeOwned>(value: &Value) -> Option<T> {
    T::deserialize(value).ok()
}

impl Server<'_> {
    fn run(&mut self) -> Ended {
        for message in &self.connection.receiver {
            match message {
                Message::Request(request) => self.answer(&request),
                Message::Notification(notification) if notification.method == "exit" => {
                    return if self.is_shut_down { Ended::Properly } else { Ended::Abruptly };
                }
                Message::Notification(notification) => self.hear(&notification),
                Message::Response(_) => {}
            }
        }
        Ended::Abruptly
    }

    fn answer(&mut self, request: &Request) {
        let id = request.id.clone();
        let answer = match request.method.as_str() {
            _ if self.is_shut_down => Err((ErrorCode::InvalidRequest, "the server is shut down".into())),
            "shutdown" => {
                self.is_shut_down = true;
                Ok(Value::Null)
            }
            "textDocument/hover" => parameters(request).map(|params| self.hover(&params)),
            "textDocument/codeAction" => parameters(request).map(|params| self.code_actions(&params)),
            "workspace/executeCommand" => parameters(request).and_then(|params| self.execute(&params)),
            method => Err((ErrorCode::MethodNotFound, format!("`{method}` is not served"))),
        };
        self.board.send(match answer {
            Ok(result) => Response::new_ok(id, result),
            Err((code, message)) => Response::new_err(id, code as i32, message),
        });
    }

    /// What is not understood in a notification cannot be answered, and changes nothing.
    fn hear(&mut self, notification: &Notification) {
        let params = &notification.params;
        match notification.method.as_str() {
            "initialized" => self.watch(),
            "textDocument/didOpen" => drop(read(params).map(|params| self.opened(params))),
            "textDocument/didChange" => drop(read(params).map(|params| self.changed(params))),
            "textDocument/didClose" => {
                if let Some(params) = read::<DidCloseTextDocumentParams>(params) {
                    self.left(&params.text_document.uri);
                }
            }
            "notebookDocument/didOpen" => drop(read(params).map(|params| self.notebook_opened(params))),
            "notebookDocument/didChange" => drop(read(params).map(|params| self.notebook_changed(params))),
            "notebookDocument/didClose" => {
                if let Some(params) = read::<DidCloseNotebookDocumentParams>(params) {
                    self.left(&params.notebook_document.uri);
                }
            }
            "textDocument/didSave" | "notebookDocument/didSave" => {
                let uri = params["textDocument"]["uri"].as_str();
                let uri = uri.or_else(|| params["notebookDocument"]["uri"].as_str());
                let address = uri.and_then(|uri| Url::parse(uri).ok());
                let path = address.and_then(|address| path_of(&address));
                self.mail.put(|inbox| inbox.on_disk.extend(path));
            }
            "workspace/didChangeWatchedFiles" => {
                let params = read::<DidChangeWatchedFilesParams>(params);
                let changes = params.map(|params| params.changes).unwrap_or_default();
                let paths = changes.iter().filter_map(|change| path_of(&change.uri));
                self.mail.put(|inbox| inbox.on_disk.extend(paths));
            }
            "workspace/didChangeWorkspaceFolders" => {
                if let Some(params) = read::<DidChangeWorkspaceFoldersParams>(params) {
                    let removed: Vec<_> =
                        params.event.removed.iter().filter_map(|f| path_of(&f.uri)).collect();
                    self.folders.retain(|folder| !removed.contains(folder));
                    self.folders.extend(params.event.added.iter().filter_map(|f| path_of(&f.uri)));
                    self.tell_folders();
                }
            }
            "workspace/didChangeConfiguration" => {
                let options = told_options(&params["settings"]["claude-lint"], &self.board);
                self.mail.put(|inbox| inbox.options = options.or_else(|| inbox.options.take()));
            }
            _ => {}
        }
    }

    fn tell_folders(&self) {
        let folders = self.folders.clone();
        self.mail.put(|inbox| inbox.folders = Some(folders));
    }

    /// Asks to be told what changes on disk.
    fn watch(&mut self) {
        if !self.abilities.watches {
            return;
        }
        self.ask("client/registerCapability", handshake::watching());
    }

    /// Sends a request; the answer is of no interest.
    fn ask(&mut self, method: &str, params: Value) {
        self.asked += 1;
        self.board.send(Request::new(RequestId::from(self.asked), method.into(), params));
    }

    fn opened(&self, params: DidOpenTextDocumentParams) {
        let item = params.text_document;
        let Some(path) = path_of(&item.uri) else { return };
        let document = Document::of_file(&path, item.uri, item.version, item.text.into());
        self.put(path, document);
    }

    fn changed(&self, params: DidChangeTextDocumentParams) {
        let address = params.text_document.text_document_identifier.uri;
        let Some(path) = path_of(&address) else { return };
        let Some(document) = self.board.document(&path) else { return };
        let text = changed(&document.text, params.content_changes, self.board.encoding);
        let document = document.with_text(&path, params.text_document.version, text.into());
        self.put(path, document);
    }

    fn notebook_opened(&self, params: DidOpenNotebookDocumentParams) {
        let Some(path) = path_of(&params.notebook_document.uri) else { return };
        if path.extension().is_some_and(|extension| extension == "ipynb") {
            self.put(path, Document::of_notebook(params));
        }
    }

    fn notebook_changed(&self, params: DidChangeNotebookDocumentParams) {
        let Some(path) = path_of(&params.notebook_document.uri) else { return };
        let document = self.board.document(&path);
        if let Some(document) = document.and_then(|known| known.with_changes(params, self.board.encoding)) {
            self.put(path, document);
        }
    }

    /// A text stands in the place of its file from now on.
    fn put(&self, path: PathBuf, document: Document) {
        let text = document.text.clone();
        self.board.open(path.clone(), document);
        self.mail.put(|inbox| drop(inbox.texts.insert(path, Some(text))));
    }

    /// A file stands for itself again.
    fn left(&self, address: &Url) {
        let Some(path) = path_of(address) else { return };
        self.board.close(&path);
        self.mail.put(|inbox| drop(inbox.texts.insert(path, None)));
    }

    fn hover(&self, params: &HoverParams) -> Value {
        let params = &params.text_document_position_params;
        let hover = self.ask_about(&params.text_document.uri, |asked| actions::hover(asked, params.position));
        json!(hover.flatten())
    }

    fn code_actions(&self, params: &CodeActionParams) -> Value {
        let address = &params.text_document.uri;
        json!(self.ask_about(address, |asked| actions::actions(asked, params)).unwrap_or_default())
    }

    fn ask_about<T>(&self, address: &Url, answer: impl FnOnce(&Asked<'_>) -> T) -> Option<T> {
        let path = self.board.path_of(address)?;
        Some(answer(&Asked { board: &self.board, abilities: self.abilities, path: &path, address }))
    }

    /// Shows the page of a rule: in a browser where there is an address, or else in a message. The
    /// page is the result as well.
    fn execute(&mut self, params: &ExecuteCommandParams) -> Result<Value, (ErrorCode, String)> {
        let argument = params.arguments.as_ref().and_then(|arguments| arguments.first()?.as_str());
        let rule = argument.and_then(|id| self.board.rule(id)).filter(|_| params.command == EXPLAIN);
        let Some(rule) = rule else {
            let message = format!("`{EXPLAIN}` with the name of a rule is the only command");
            return Err((ErrorCode::InvalidParams, message));
        };
        let page = page::readable(rule.docs);
        match page_of(rule).filter(|_| self.abilities.shows_documents) {
            Some(address) => self.ask("window/showDocument", json!({ "uri": address, "external": true })),
            None => self.board.say(3, &page),
        }
        Ok(page.into())
    }
}

fn parameters<T: DeserializeOwned>(request: &Request) -> Result<T, (ErrorCode, String)> {
    T::deserialize(&request.params).map_err(|error| (ErrorCode::InvalidParams, error.to_string()))
}
