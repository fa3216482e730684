//! What the server and the editor tell each other that they can do.

use std::path::{Path, PathBuf};

use gen_lsp_types::CodeActionKind;
use serde_json::{Value, json};
use url::Url;

use super::actions::{EXPLAIN, FIX_ALL};
use super::position::Encoding;
use super::server::{path_of, resolved};

/// What the editor can do.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Abilities {
    pub(super) markdown: bool,
    pub(super) watches: bool,
    pub(super) shows_documents: bool,
    /// Takes edits that are tied to versions of texts.
    pub(super) changes_documents: bool,
}

/// What the server can do.
pub(super) fn capabilities(encoding: Encoding) -> Value {
    json!({
        "capabilities": {
            "positionEncoding": if encoding == Encoding::Utf8 { "utf-8" } else { "utf-16" },
            "textDocumentSync": { "openClose": true, "change": 2, "save": { "includeText": false } },
            "notebookDocumentSync": {
                "notebookSelector": [{ "notebook": "jupyter-notebook", "cells": [{ "language": "python" }] }],
                "save": true,
            },
            "hoverProvider": true,
            "codeActionProvider": { "codeActionKinds": [CodeActionKind::QuickFix, FIX_ALL] },
            "executeCommandProvider": { "commands": [EXPLAIN] },
            "workspace": { "workspaceFolders": { "supported": true, "changeNotifications": true } },
        },
        "serverInfo": { "name": "claude-lint", "version": env!("CARGO_PKG_VERSION") },
    })
}

/// What the editor can do, as it says.
pub(super) fn abilities(capabilities: &Value) -> Abilities {
    let formats = &capabilities["textDocument"]["hover"]["contentFormat"];
    let is = |value: &Value| value.as_bool().unwrap_or(false);
    Abilities {
        markdown: formats.as_array().is_some_and(|formats| formats.iter().any(|format| format == "markdown")),
        watches: is(&capabilities["workspace"]["didChangeWatchedFiles"]["dynamicRegistration"]),
        changes_documents: is(&capabilities["workspace"]["workspaceEdit"]["documentChanges"]),
        shows_documents: is(&capabilities["window"]["showDocument"]["support"]),
    }
}

/// The folders that are open: those listed, or the one root of older editors.
pub(super) fn folders(params: &Value) -> Vec<PathBuf> {
    let address = |value: &Value| Url::parse(value.as_str()?).ok();
    let listed = params["workspaceFolders"].as_array().map(Vec::as_slice).unwrap_or_default();
    let mut folders: Vec<PathBuf> =
        listed.iter().filter_map(|folder| path_of(&address(&folder["uri"])?)).collect();
    if folders.is_empty() {
        folders.extend(address(&params["rootUri"]).and_then(|address| path_of(&address)));
    }
    if folders.is_empty() {
        folders.extend(params["rootPath"].as_str().map(|path| resolved(Path::new(path))));
    }
    folders
}

/// What the editor is asked to tell when it changes on disk.
pub(super) fn watching() -> Value {
    let globs = [
        "**/*.{py,pyi,ipynb,ts,mts,cts,tsx,js,mjs,cjs,jsx,rs}",
        "**/*.{toml,json,yml,yaml,lock,env,scm}",
        "**/{.env*,.gitignore,.ignore,Dockerfile*,requirements*.txt,Pipfile,setup.cfg}",
    ];
    let watchers: Vec<Value> = globs.iter().map(|glob| json!({ "globPattern": glob })).collect();
    let registration = json!({
        "id": "watch",
        "method": "workspace/didChangeWatchedFiles",
        "registerOptions": { "watchers": watchers },
    });
    json!({ "registrations": [registration] })
}
