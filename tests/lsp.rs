//! Whole sessions of an editor with the language server.
#![allow(clippy::unwrap_used, reason = "tests")]

mod sandbox;

use std::io::{BufReader, Write as _};
use std::process::{Child, ChildStdin, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use lsp_server::Message;
use serde_json::{Value, json};
use url::Url;

use sandbox::Sandbox;

/// However busy the machine is.
const PATIENCE: Duration = Duration::from_secs(60);

/// An editor with the server it started.
struct Editor {
    sandbox: Sandbox,
    child: Child,
    stdin: Option<ChildStdin>,
    messages: Receiver<Message>,
    asked: i32,
}

impl Editor {
    fn new(files: &[(&str, &str)]) -> Editor {
        let sandbox = Sandbox::new(files);
        let mut command = sandbox.command(&["lsp"]);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let (sender, messages) = channel();
        std::thread::spawn(move || {
            while let Ok(Some(message)) = Message::read(&mut stdout) {
                if sender.send(message).is_err() {
                    break;
                }
            }
        });
        let stdin = child.stdin.take();
        Editor { sandbox, child, stdin, messages, asked: 0 }
    }

    /// Started, with the sandbox as its folder.
    fn started(files: &[(&str, &str)], capabilities: &Value) -> (Editor, Value) {
        let mut editor = Editor::new(files);
        let folders = json!([{ "uri": editor.address(""), "name": "sandbox" }]);
        let params = json!({ "processId": null, "rootUri": null, "capabilities": capabilities, "workspaceFolders": folders });
        let answer = editor.ask("initialize", params).unwrap();
        editor.tell("initialized", json!({}));
        (editor, answer)
    }

    fn address(&self, path: &str) -> Url {
        Url::from_file_path(self.sandbox.path().canonicalize().unwrap().join(path)).unwrap()
    }

    fn write(&mut self, message: &Value) {
        let text = message.to_string();
        self.write_raw(&format!("Content-Length: {}\r\n\r\n{text}", text.len()));
    }

    fn write_raw(&mut self, text: &str) {
        let stdin = self.stdin.as_mut().unwrap();
        stdin.write_all(text.as_bytes()).unwrap();
        stdin.flush().unwrap();
    }

    fn tell(&mut self, method: &str, params: Value) {
        self.write(&json!({ "jsonrpc": "2.0", "method": method, "params": params }));
    }

    /// Asks, and waits for the answer.
    fn ask(&mut self, method: &str, params: Value) -> Result<Value, i32> {
        self.asked += 1;
        let id = self.asked;
        self.write(&json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params }));
        loop {
            if let Message::Response(response) = self.messages.recv_timeout(PATIENCE).unwrap()
                && response.id == id.into()
            {
                return response.response_result.map_err(|error| error.code);
            }
        }
    }

    fn open(&mut self, path: &str, text: &str) {
        let document =
            json!({ "uri": self.address(path), "languageId": "python", "version": 1, "text": text });
        self.tell("textDocument/didOpen", json!({ "textDocument": document }));
    }

    /// Replaces what stands between two places of a line.
    fn change(&mut self, path: &str, version: i32, line: u32, columns: [u32; 2], text: &str) {
        let [start, end] = columns.map(|character| json!({ "line": line, "character": character }));
        let change = json!({ "range": { "start": start, "end": end }, "text": text });
        let document = json!({ "uri": self.address(path), "version": version });
        self.tell("textDocument/didChange", json!({ "textDocument": document, "contentChanges": [change] }));
    }

    /// Waits until the codes shown for a file are these.
    #[track_caller]
    fn shows(&mut self, path: &str, codes: &[&str]) -> Vec<Value> {
        let address = self.address(path);
        self.shows_at(&address, codes)
    }

    /// Waits until the codes shown for a text are these.
    #[track_caller]
    fn shows_at(&mut self, address: &Url, codes: &[&str]) -> Vec<Value> {
        let (path, address) = (address, json!(address));
        let mut last = Value::Null;
        loop {
            let message = self.messages.recv_timeout(PATIENCE);
            let message = message.unwrap_or_else(|_| panic!("{path} shows {last}, not {codes:?}"));
            let Message::Notification(said) = message else { continue };
            if said.method != "textDocument/publishDiagnostics" || said.params["uri"] != address {
                continue;
            }
            last = said.params["diagnostics"].clone();
            let list = last.as_array().unwrap();
            if list.iter().map(|diagnostic| &diagnostic["code"]).eq(codes.iter()) {
                return list.clone();
            }
        }
    }

    /// The titles and edits of what can be done about a diagnostic.
    fn actions(&mut self, address: &Url, shown: &Value) -> Vec<(String, Value)> {
        let params = json!({ "textDocument": { "uri": address }, "range": shown["range"], "context": { "diagnostics": [shown] } });
        let actions = self.ask("textDocument/codeAction", params).unwrap();
        let action = |a: &Value| (a["title"].as_str().unwrap().to_string(), a["edit"].clone());
        actions.as_array().unwrap().iter().map(action).collect()
    }

    /// Waits until the first thing to do about a diagnostic also removes something from a second file.
    fn offers_removal(&mut self, address: &Url, shown: &Value, removal: &Value) {
        let start = Instant::now();
        loop {
            let actions = self.actions(address, shown);
            if actions[0].0.ends_with("and remove what it rejects") {
                assert_eq!(actions[0].1["documentChanges"][1]["edits"], json!([removal]));
                return;
            }
            assert!(start.elapsed() < PATIENCE, "{actions:?}");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// The address of a cell of a notebook.
    fn cell(&self, path: &str, name: &str) -> Url {
        let address = self.address(path).as_str().replacen("file:", "vscode-notebook-cell:", 1);
        Url::parse(&format!("{address}#{name}")).unwrap()
    }

    /// Opens a notebook with Python cells, each with a name.
    fn open_notebook(&mut self, path: &str, cells: &[(&str, &str)]) {
        let texts = cells.iter().map(|(name, text)| {
            json!({ "uri": self.cell(path, name), "languageId": "python", "version": 1, "text": text })
        });
        let texts: Vec<Value> = texts.collect();
        let cells: Vec<Value> =
            texts.iter().map(|text| json!({ "kind": 2, "document": text["uri"] })).collect();
        let notebook = json!({ "uri": self.address(path), "notebookType": "jupyter-notebook", "version": 1, "cells": cells });
        let params = json!({ "notebookDocument": notebook, "cellTextDocuments": texts });
        self.tell("notebookDocument/didOpen", params);
    }

    fn change_notebook(&mut self, path: &str, version: i32, cells: Value) {
        let notebook = json!({ "uri": self.address(path), "version": version });
        let params = json!({ "notebookDocument": notebook, "change": { "cells": cells } });
        self.tell("notebookDocument/didChange", params);
    }

    /// Waits for a message to whoever sits there.
    fn message(&mut self) -> String {
        loop {
            if let Message::Notification(said) = self.messages.recv_timeout(PATIENCE).unwrap()
                && said.method == "window/showMessage"
            {
                return said.params["message"].as_str().unwrap().to_string();
            }
        }
    }

    fn leave(mut self) {
        assert_eq!(self.ask("shutdown", Value::Null), Ok(Value::Null));
        assert_eq!(self.ask("textDocument/hover", json!({})), Err(-32600), "nothing is served any more");
        self.tell("exit", Value::Null);
        assert_eq!(self.child.wait().unwrap().code(), Some(0));
    }
}

const APP: &str = "from llm import client\nfrom names import MODEL\n\n\ndef ask(question):\n    return client.messages.create(\n        model=MODEL, max_tokens=1000, messages=[{\"role\": \"user\", \"content\": question}]\n    )\n";
const LLM: &str = "import anthropic\n\nclient = anthropic.Anthropic(max_retries=4, timeout=30)\n";
const OLD: &str = "# é😀\nNAME = \"é😀\"; MODEL = \"claude-2.1\"\n";

#[test]
fn a_whole_session() {
    let files = [("app.py", APP), ("llm.py", LLM), ("names.py", OLD), ("other.py", "print(1)\n")];
    let (mut editor, answer) = Editor::started(&files, &json!({}));
    assert_eq!(answer["capabilities"]["positionEncoding"], "utf-16");
    assert_eq!(answer["serverInfo"]["name"], "claude-lint");

    // What is on disk is shown without being open.
    let shown = editor.shows("names.py", &["retired-model"]);
    let range = |start: u32, end: u32| json!({ "start": { "line": 1, "character": start }, "end": { "line": 1, "character": end } });
    assert_eq!(shown[0]["range"], range(22, 34));
    assert_eq!(shown[0]["severity"], 1);
    assert_eq!(shown[0]["source"], "claude-lint");
    assert!(
        shown[0]["relatedInformation"][0]["location"]["uri"].as_str().unwrap().ends_with("app.py"),
        "{shown:?}"
    );

    // Typing in a buffer that is not saved.
    editor.open("names.py", OLD);
    editor.change("names.py", 2, 1, [30, 33], "opus-4-5");
    editor.shows("names.py", &[]);
    editor.change("names.py", 3, 1, [30, 38], "2.1");
    let shown = editor.shows("names.py", &["retired-model"]);
    assert_eq!(shown[0]["range"], range(22, 34));

    // What can be done about it.
    let address = editor.address("names.py");
    let params = json!({ "textDocument": { "uri": address }, "range": range(23, 24), "context": { "diagnostics": shown } });
    let actions = editor.ask("textDocument/codeAction", params).unwrap();
    let titles: Vec<&str> =
        actions.as_array().unwrap().iter().map(|a| a["title"].as_str().unwrap()).collect();
    assert_eq!(titles[1..], ["Suppress retired-model here", "Explain retired-model"]);
    let fix = &actions[0]["edit"]["changes"][address.as_str()][0];
    assert_eq!(fix["range"]["start"]["line"], 1, "{actions}");
    assert!(fix["newText"].as_str().unwrap().starts_with("claude-"), "{actions}");
    let edit = &actions[1]["edit"]["changes"][address.as_str()][0];
    assert_eq!(edit["range"], range(34, 34));
    assert_eq!(edit["newText"], "  # claude-lint: ignore[retired-model] TODO: say why");
    let command = &actions[2]["command"];
    let command = json!({ "command": command["command"], "arguments": command["arguments"] });
    let page = editor.ask("workspace/executeCommand", command).unwrap();
    assert!(page.as_str().unwrap().starts_with("# retired-model"), "{page}");
    let at = json!({ "textDocument": { "uri": address }, "position": { "line": 1, "character": 25 } });
    let hover = editor.ask("textDocument/hover", at).unwrap();
    assert!(hover["contents"]["value"].as_str().unwrap().starts_with("# retired-model"), "{hover}");
    assert_eq!(hover["range"], range(22, 34));
    let at = json!({ "textDocument": { "uri": address }, "position": { "line": 0, "character": 0 } });
    assert_eq!(editor.ask("textDocument/hover", at), Ok(Value::Null));

    // The edit does what it says.
    editor.change("names.py", 4, 1, [34, 34], "  # claude-lint: ignore[retired-model] TODO: say why");
    editor.shows("names.py", &[]);

    // A change in one file is seen in another that is not open, in both directions.
    editor.open("llm.py", LLM);
    editor.shows("llm.py", &[]);
    editor.change("names.py", 5, 1, [34, 86], "");
    editor.shows("names.py", &["retired-model"]);
    editor.open("app.py", APP);
    editor.change("llm.py", 2, 2, [41, 42], "0");
    editor.shows("llm.py", &["missing-retry"]);
    editor.change("app.py", 2, 5, [11, 33], "print");
    editor.shows("llm.py", &[]);
    editor.change("app.py", 3, 5, [11, 16], "client.messages.create");
    editor.shows("llm.py", &["missing-retry"]);

    // What is closed unsaved is as on disk; what is deleted is gone.
    editor.tell("textDocument/didClose", json!({ "textDocument": { "uri": address } }));
    std::fs::remove_file(editor.sandbox.path().join("names.py")).unwrap();
    let event = json!({ "changes": [{ "uri": address, "type": 3 }] });
    editor.tell("workspace/didChangeWatchedFiles", event);
    editor.shows("names.py", &[]);
    editor.leave();
}

#[test]
fn columns_are_bytes_where_that_is_agreed() {
    let capabilities = json!({ "general": { "positionEncodings": ["utf-16", "utf-8"] } });
    let files = [("app.py", APP), ("llm.py", LLM), ("names.py", OLD)];
    let (mut editor, answer) = Editor::started(&files, &capabilities);
    assert_eq!(answer["capabilities"]["positionEncoding"], "utf-8");
    let shown = editor.shows("names.py", &["retired-model"]);
    assert_eq!(shown[0]["range"]["start"], json!({ "line": 1, "character": 25 }));
    editor.leave();
}

const WARM: &str = "import anthropic\nfrom names import MODEL\n\nclient = anthropic.Anthropic()\n\n\ndef ask(question):\n    return client.messages.create(\n        model=MODEL,\n        max_tokens=1000,\n        temperature=0.2,\n        messages=[{\"role\": \"user\", \"content\": question}],\n    )\n";

#[test]
fn fixes_that_reach_into_other_files_are_made_in_all_of_them() {
    let files = [("app.py", WARM), ("names.py", "MODEL = \"claude-3-opus-20240229\"\n")];
    let capabilities = json!({ "workspace": { "workspaceEdit": { "documentChanges": true } } });
    let (mut editor, _) = Editor::started(&files, &capabilities);
    editor.open("names.py", files[1].1);
    let shown = editor.shows("names.py", &["retired-model"]);
    let (names, app) = (editor.address("names.py"), editor.address("app.py"));
    let removal = json!({ "newText": "", "range": { "start": { "line": 10, "character": 0 }, "end": { "line": 11, "character": 0 } } });

    // One is open, one is as on disk.
    let actions = editor.actions(&names, &shown[0]);
    assert!(actions[0].0.ends_with("and remove what it rejects"), "{actions:?}");
    let changes = &actions[0].1["documentChanges"];
    assert_eq!(changes[0]["textDocument"], json!({ "uri": names, "version": 1 }));
    assert_eq!(changes[0]["edits"].as_array().unwrap().len(), 1);
    assert_eq!(changes[1]["textDocument"], json!({ "uri": app, "version": null }));
    assert_eq!(changes[1]["edits"], json!([removal]));

    // The other is open as well, and another text than was linted.
    editor.open("app.py", WARM);
    editor.shows("app.py", &[]);
    let actions = editor.actions(&names, &shown[0]);
    assert_eq!(actions[0].1["documentChanges"][1]["textDocument"], json!({ "uri": app, "version": 1 }));
    editor.change("app.py", 2, 0, [0, 0], " ");
    let actions = editor.actions(&names, &shown[0]);
    // Unless that is linted already, too.
    let current = json!({ "uri": app, "version": 2 });
    let tied = actions[0].1["documentChanges"][1]["textDocument"] == current;
    assert!(tied || actions[0].0 == "Suppress retired-model here", "{actions:?}");
    editor.change("app.py", 3, 0, [0, 1], "");
    editor.tell("textDocument/didClose", json!({ "textDocument": { "uri": app } }));

    // Once that is linted, it is offered again.
    editor.offers_removal(&names, &shown[0], &removal);

    // On disk it is another text, which the editor has not told.
    editor.sandbox.write("app.py", WARM.replace("question", "text").as_bytes());
    let actions = editor.actions(&names, &shown[0]);
    assert_eq!(actions[0].0, "Suppress retired-model here", "{actions:?}");

    // Told, it is linted, and nothing that is shown changes but the fix.
    editor.tell("workspace/didChangeWatchedFiles", json!({ "changes": [{ "uri": app, "type": 2 }] }));
    editor.offers_removal(&names, &shown[0], &removal);
    editor.leave();
}

#[test]
fn fixes_of_several_files_know_older_editors() {
    let text = "MODEL = \"claude-3-opus-20240229\"\r\n";
    let (mut editor, _) = Editor::started(&[("app.py", WARM), ("names.py", text)], &json!({}));
    editor.open("names.py", text);
    let shown = editor.shows("names.py", &["retired-model"]);
    let (names, app) = (editor.address("names.py"), editor.address("app.py"));
    let actions = editor.actions(&names, &shown[0]);
    let changes = actions[0].1["changes"].as_object().unwrap();
    assert_eq!(changes.len(), 2, "{actions:?}");
    assert!(changes[names.as_str()][0]["newText"].as_str().unwrap().starts_with("claude-"));
    assert_eq!(changes[app.as_str()][0]["newText"], "");
    editor.leave();
}

#[test]
fn all_safe_fixes_are_made_at_once() {
    let old = "import anthropic\n\nclient = anthropic.Anthropic()\nFAST = \"claude-3-haiku-20240307\"\nDEEP = \"claude-2.1\"\n\n\n\
               def ask(model, question):\n    content = [{\"role\": \"user\", \"content\": question}]\n    return client.messages.create(model=model, \
               max_tokens=99, messages=content)\n\n\nprint(ask(FAST, \"a\"), ask(DEEP, \"b\"))\n";
    let (mut editor, answer) = Editor::started(&[("app.py", old), ("names.py", OLD)], &json!({}));
    let kinds = &answer["capabilities"]["codeActionProvider"]["codeActionKinds"];
    assert_eq!(kinds, &json!(["quickfix", "source.fixAll.claude-lint"]));
    editor.open("app.py", old);
    editor.shows("app.py", &["retired-model", "retired-model"]);
    let address = editor.address("app.py");
    let end = json!({ "line": 0, "character": 0 });
    let mut ask = |only: &str| {
        let context = json!({ "diagnostics": [], "only": [only] });
        let params = json!({ "textDocument": { "uri": address }, "range": { "start": end, "end": end }, "context": context });
        editor.ask("textDocument/codeAction", params).unwrap()
    };
    for only in ["source", "source.fixAll", "source.fixAll.claude-lint"] {
        let actions = ask(only);
        let edits = actions[0]["edit"]["changes"][address.as_str()].as_array().unwrap();
        let lines: Vec<_> = edits.iter().map(|edit| &edit["range"]["start"]["line"]).collect();
        assert_eq!(lines, [3, 4], "{actions}");
        assert_eq!(actions.as_array().unwrap().len(), 1);
    }
    for only in ["quickfix", "source.fixAll.ruff", "source.organizeImports", "sourc"] {
        assert_eq!(ask(only), json!([]));
    }
    editor.leave();
}

const FIRST: &str = "import anthropic\n%matplotlib inline\nclient = anthropic.Anthropic()";
const SECOND: &str = "m = \"é😀\"; client.messages.create(\n    model=\"claude-3-opus-20240229\", max_tokens=9,\n    messages=[{\"role\": \"user\", \"content\": m}],\n)";

/// A notebook on disk that says what is opened.
fn notebook(cells: &[&str]) -> String {
    let cells: Vec<Value> = cells
        .iter()
        .map(|text| json!({ "cell_type": "code", "metadata": {}, "outputs": [], "source": text }))
        .collect();
    json!({ "cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5 }).to_string()
}

#[test]
fn notebooks_are_linted_by_cell() {
    let on_disk = notebook(&[FIRST, SECOND]);
    let files = [("a b#.ipynb", &*on_disk), ("other.py", "print(1)\n")];
    let (mut editor, answer) = Editor::started(&files, &json!({}));
    assert_eq!(answer["capabilities"]["notebookDocumentSync"]["save"], true);
    let path = "a b#.ipynb";
    let file = editor.address(path);
    editor.shows(path, &["retired-model"]);

    // What was shown of the file is shown in its cell.
    editor.open_notebook(path, &[("one", FIRST), ("two", SECOND)]);
    editor.shows(path, &[]);
    let (one, two) = (editor.cell(path, "one"), editor.cell(path, "two"));
    let shown = editor.shows_at(&two, &["retired-model"]);
    let range = |line: u32, start: u32, end: u32| json!({ "start": { "line": line, "character": start }, "end": { "line": line, "character": end } });
    assert_eq!(shown[0]["range"], range(1, 10, 34));
    let at = json!({ "textDocument": { "uri": two }, "position": { "line": 1, "character": 12 } });
    let hover = editor.ask("textDocument/hover", at).unwrap();
    assert_eq!(hover["range"], range(1, 10, 34), "{hover}");
    let at = json!({ "textDocument": { "uri": one }, "position": { "line": 1, "character": 12 } });
    assert_eq!(editor.ask("textDocument/hover", at), Ok(Value::Null));
    let actions = editor.actions(&two, &shown[0]);
    let edit = &actions[0].1["changes"][two.as_str()][0];
    assert!(edit["newText"].as_str().unwrap().starts_with("claude-"), "{actions:?}");
    let edit = &actions[1].1["changes"][two.as_str()][0];
    assert_eq!(edit["range"], range(1, 49, 49), "{actions:?}");

    // Typing in a cell; columns count after what is wide.
    let typed = |line: u32, start: u32, end: u32, text: &str| json!({ "range": range(line, start, end), "text": text });
    let content = |changes: Value, version: i32| json!({ "textContent": [{ "document": { "uri": two, "version": version }, "changes": changes }] });
    editor.change_notebook(path, 2, content(json!([typed(1, 11, 33, "claude-opus-4-5")]), 2));
    editor.shows_at(&two, &[]);
    editor.change_notebook(path, 3, content(json!([typed(0, 8, 8, " print(\"claude-2.1\");")]), 3));
    editor.change_notebook(path, 4, content(json!([typed(1, 11, 26, "claude-2.1")]), 4));
    editor.shows_at(&two, &["retired-model"]);

    // Cells come, move and go.
    let three = editor.cell(path, "three");
    let new = json!({ "uri": three, "languageId": "python", "version": 1, "text": "client.messages.create(model=\"claude-2.0\", max_tokens=9, messages=[])" });
    let array = json!({ "start": 1, "deleteCount": 0, "cells": [{ "kind": 2, "document": three }] });
    editor.change_notebook(path, 5, json!({ "structure": { "array": array, "didOpen": [new] } }));
    editor.shows_at(&three, &["retired-model", "invalid-message"]);
    let array = json!({ "start": 1, "deleteCount": 2, "cells": [{ "kind": 2, "document": two }] });
    let structure = json!({ "structure": { "array": array, "didClose": [{ "uri": three }] } });
    editor.change_notebook(path, 6, structure);
    editor.shows_at(&three, &[]);
    editor.shows_at(&two, &["retired-model"]);
    let at = json!({ "textDocument": { "uri": two }, "position": { "line": 1, "character": 12 } });
    assert_ne!(editor.ask("textDocument/hover", at), Ok(Value::Null));

    // Closed, it is as on disk.
    editor.tell(
        "notebookDocument/didClose",
        json!({ "notebookDocument": { "uri": file }, "cellTextDocuments": [{ "uri": one }, { "uri": two }] }),
    );
    editor.shows_at(&two, &[]);
    editor.shows(path, &["retired-model"]);
    editor.leave();
}

#[test]
fn notebooks_are_linted_with_the_files_around_them_and_before_they_are_saved() {
    let (mut editor, _) = Editor::started(&[("names.py", OLD)], &json!({}));
    let shown = editor.shows("names.py", &["retired-model"]);
    assert_eq!(shown[0]["relatedInformation"], Value::Null);
    let call = "from anthropic import Anthropic\nfrom names import MODEL\nclient = Anthropic()\nprint(client.messages.create(model=MODEL, max_tokens=9, messages=[]))";
    // A cell of another language is none of ours, and moves nothing.
    editor.open_notebook("new.ipynb", &[("shell", "%%bash\nls"), ("one", "x = 1"), ("two", call)]);
    let two = editor.cell("new.ipynb", "two");
    let shown = editor.shows("names.py", &["retired-model"]);
    let related = &shown[0]["relatedInformation"][0]["location"];
    assert_eq!(related["uri"], json!(two), "{shown:?}");
    assert_eq!(related["range"]["start"], json!({ "line": 3, "character": 22 }));
    editor.shows_at(&two, &["invalid-message"]);
    for version in 2..6 {
        let range = json!({ "start": { "line": 0, "character": 0 }, "end": { "line": 0, "character": 0 } });
        let one = editor.cell("new.ipynb", "one");
        let text = json!([{ "document": { "uri": one, "version": version }, "changes": [{ "range": range, "text": "\n" }] }]);
        editor.change_notebook("new.ipynb", version, json!({ "textContent": text }));
    }
    // What is no notebook, or none of ours, changes nothing.
    for params in [Value::Null, json!({ "notebookDocument": { "uri": "untitled:x.ipynb" } }), json!([1])] {
        for method in ["didOpen", "didChange", "didClose", "didSave"] {
            editor.tell(&format!("notebookDocument/{method}"), params.clone());
        }
    }
    let everything = json!({ "structure": { "array": { "start": 9, "deleteCount": 4_000_000_000_u32 } } });
    editor.change_notebook("new.ipynb", 9, everything);
    let all = json!({ "structure": { "array": { "start": 0, "deleteCount": 4_000_000_000_u32 } } });
    editor.change_notebook("new.ipynb", 10, all);
    editor.shows_at(&two, &[]);
    editor.leave();
}

#[test]
fn files_that_are_new_or_mention_claude_only_now_are_linted() {
    let (mut editor, _) = Editor::started(&[("app.py", "print(1)\n"), ("llm.py", LLM)], &json!({}));
    editor.open("app.py", "print(1)\n");
    let call =
        "from llm import client\nclient.messages.create(model=\"claude-2.1\", max_tokens=9, messages=[])\n";
    editor.change("app.py", 2, 0, [0, 0], call);
    let codes = ["retired-model", "invalid-message"];
    let shown = editor.shows("app.py", &codes);
    assert_eq!(shown[0]["range"]["start"]["line"], 1);
    editor.open("new.py", call);
    editor.shows("new.py", &codes);
    editor.leave();
}

#[test]
fn a_file_that_is_not_there_yet_is_linted_without_a_folder() {
    let mut editor = Editor::new(&[]);
    let params = json!({ "processId": null, "rootUri": null, "capabilities": {} });
    editor.ask("initialize", params).unwrap();
    editor.tell("initialized", json!({}));
    let call = "import anthropic\nanthropic.Anthropic().messages.create(model=\"claude-2.1\", max_tokens=9, messages=[])\n";
    editor.open("new.py", call);
    editor.shows("new.py", &["retired-model", "invalid-message"]);
    editor.change("new.py", 2, 1, [46, 56], "claude-opus-4-5");
    editor.shows("new.py", &["invalid-message"]);
    editor.leave();
}

#[test]
fn settings_that_do_not_count_are_told() {
    let (mut editor, _) = Editor::started(&[("names.py", OLD)], &json!({}));
    editor.open("names.py", OLD);
    editor.shows("names.py", &["retired-model"]);
    let mut set = |settings: Value| {
        let params = json!({ "settings": { "claude-lint": settings } });
        editor.tell("workspace/didChangeConfiguration", params);
    };
    set(Value::Null);
    set(json!({ "ignore": ["retired-model"], "pedantic": "yes" }));
    assert!(editor.message().contains("the settings do not count: invalid type: string \"yes\""));
    let settings = json!({ "settings": { "claude-lint": { "ignore": ["retired-model"], "later": 1 } } });
    editor.tell("workspace/didChangeConfiguration", settings);
    editor.shows("names.py", &[]);
    editor.leave();
}

#[test]
fn configuration_counts_and_follows_changes() {
    let files = [
        ("app.py", APP),
        ("llm.py", LLM),
        ("names.py", OLD),
        ("claude-lint.toml", "ignore = [\"retired-model\"]\n"),
    ];
    let (mut editor, _) = Editor::started(&files, &json!({}));
    editor.open("names.py", OLD);
    editor.shows("names.py", &[]);
    editor.sandbox.write("claude-lint.toml", b"");
    let event = json!({ "changes": [{ "uri": editor.address("claude-lint.toml"), "type": 2 }] });
    editor.tell("workspace/didChangeWatchedFiles", event);
    editor.shows("names.py", &["retired-model"]);
    editor.sandbox.write("claude-lint.toml", b"ignore = [\"retired-modle\"]\n");
    let address = editor.address("claude-lint.toml");
    editor.tell("textDocument/didSave", json!({ "textDocument": { "uri": address } }));
    assert!(editor.message().contains("retired-modle"));
    editor.leave();
}

#[test]
fn what_the_baseline_accepts_is_not_shown() {
    let sandbox = Sandbox::new(&[("names.py", OLD)]);
    let written = sandbox.run(&["baseline", "write"]);
    assert_eq!(written.code, Some(0), "{}", written.stderr);
    let baseline = std::fs::read_to_string(sandbox.path().join("claude-lint-baseline.json")).unwrap();
    let files = [("names.py", OLD), ("claude-lint-baseline.json", &*baseline)];
    let (mut editor, _) = Editor::started(&files, &json!({}));
    editor.open("names.py", OLD);
    editor.shows("names.py", &[]);
    std::fs::remove_file(editor.sandbox.path().join("claude-lint-baseline.json")).unwrap();
    let event = json!({ "changes": [{ "uri": editor.address("claude-lint-baseline.json"), "type": 3 }] });
    editor.tell("workspace/didChangeWatchedFiles", event);
    editor.shows("names.py", &["retired-model"]);
    editor.leave();
}

#[test]
fn custom_rules_count_and_follow_changes() {
    let query = |name: &str| format!("((identifier) @finding (#eq? @finding {name}))");
    let files = [
        ("llm.py", LLM),
        ("claude-lint.toml", "custom-rules = ['rules']\nselect = ['custom']\n"),
        ("rules/no-client/rule.toml", "message = '`{finding}` here'\nhelp = 'none'\n"),
        ("rules/no-client/python.scm", &query("client")),
    ];
    let (mut editor, _) = Editor::started(&files, &json!({}));
    editor.open("llm.py", LLM);
    let shown = editor.shows("llm.py", &["no-client"]);
    assert_eq!(shown[0]["message"], "`client` here\nhelp: none");
    let address = editor.address("llm.py");
    let at = json!({ "textDocument": { "uri": address }, "position": { "line": 2, "character": 2 } });
    let hover = editor.ask("textDocument/hover", at).unwrap();
    assert!(hover["contents"]["value"].as_str().unwrap().starts_with("# no-client"), "{hover}");
    let params = json!({ "textDocument": { "uri": address }, "range": shown[0]["range"], "context": { "diagnostics": shown } });
    let actions = editor.ask("textDocument/codeAction", params).unwrap();
    assert_eq!(actions[0]["title"], "Suppress no-client here");
    let command = json!({ "command": "claude-lint.explain", "arguments": ["no-client"] });
    let page = editor.ask("workspace/executeCommand", command).unwrap();
    assert!(page.as_str().unwrap().contains("## How to fix\n\nnone"), "{page}");

    // Typing keeps them, and so does what they are made of.
    editor.change("llm.py", 2, 0, [0, 0], "client = 1\n");
    editor.shows("llm.py", &["no-client", "no-client"]);
    editor.sandbox.write("rules/no-client/python.scm", query("Anthropic").as_bytes());
    let event = json!({ "changes": [{ "uri": editor.address("rules/no-client/python.scm"), "type": 2 }] });
    editor.tell("workspace/didChangeWatchedFiles", event.clone());
    let shown = editor.shows("llm.py", &["no-client"]);
    assert_eq!(shown[0]["message"], "`Anthropic` here\nhelp: none");
    editor.sandbox.write("rules/no-client/python.scm", b"(cal) @finding");
    editor.tell("workspace/didChangeWatchedFiles", event);
    assert!(editor.message().contains("did you mean `call`?"));
    editor.leave();
}

#[test]
fn what_is_wrong_at_the_start_can_be_mended() {
    let files = [
        ("names.py", OLD),
        ("claude-lint.toml", "custom-rules = ['rules']\n"),
        ("rules/no-name/rule.toml", "message = 'x'\n"),
        ("rules/no-name/python.scm", "(identifer) @finding"),
    ];
    let (mut editor, _) = Editor::started(&files, &json!({}));
    assert!(editor.message().contains("did you mean `identifier`?"));
    editor.open("names.py", OLD);
    editor.sandbox.write("rules/no-name/python.scm", b"((identifier) @finding (#eq? @finding NAME))");
    let event = json!({ "changes": [{ "uri": editor.address("rules/no-name/python.scm"), "type": 2 }] });
    editor.tell("workspace/didChangeWatchedFiles", event);
    editor.shows("names.py", &["no-name", "retired-model"]);
    editor.leave();
}

#[test]
fn what_is_not_understood_does_no_harm() {
    let mut editor = Editor::new(&[("names.py", OLD)]);
    assert_eq!(editor.ask("textDocument/hover", json!({})), Err(-32002));
    let root = editor.address("");
    editor
        .ask("initialize", json!({ "capabilities": 7, "rootUri": root, "initializationOptions": [] }))
        .unwrap();
    editor.tell("initialized", json!({}));
    for params in [
        Value::Null,
        json!([]),
        json!({ "textDocument": 1 }),
        json!({ "textDocument": { "uri": "no address" } }),
    ] {
        for method in ["didOpen", "didChange", "didClose", "didSave"] {
            editor.tell(&format!("textDocument/{method}"), params.clone());
        }
        editor.tell("workspace/didChangeWatchedFiles", params.clone());
        assert_eq!(editor.ask("textDocument/hover", params.clone()), Err(-32602));
        assert_eq!(editor.ask("workspace/executeCommand", params), Err(-32602));
    }
    assert_eq!(editor.ask("textDocument/rename", json!({})), Err(-32601));
    editor.open("names.py", OLD);
    editor.change("names.py", 2, 4_000_000_000, [9, 4], "x");
    editor.shows("names.py", &["retired-model"]);
    // What is no message at all ends the session, in order.
    editor.write_raw("Content-Length: 3\r\n\r\n{{{");
    drop(editor.stdin.take());
    assert_eq!(editor.child.wait().unwrap().code(), Some(1));
}

#[test]
fn an_editor_that_leaves_without_a_word_is_not_waited_for() {
    let (mut editor, _) = Editor::started(&[("names.py", OLD)], &json!({}));
    editor.tell("exit", Value::Null);
    assert_eq!(editor.child.wait().unwrap().code(), Some(1));
}
