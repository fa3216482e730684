//! Whole sessions of an editor with the language server.
#![allow(clippy::unwrap_used, reason = "tests")]

mod sandbox;

use std::io::{BufReader, Write as _};
use std::process::{Child, ChildStdin, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

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
        let address = json!(self.address(path));
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
