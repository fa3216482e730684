//! What `claude-lint show-project` says of small projects.
#![allow(clippy::unwrap_used, reason = "tests")]

mod sandbox;

use sandbox::Sandbox;
use serde_json::{Value, json};

fn document(sandbox: &Sandbox) -> Value {
    let run = sandbox.run(&["show-project", "--as-of", "2026-11-28", "--output-format", "json"]);
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    serde_json::from_str(&run.stdout).unwrap()
}

const LLM: &str = "\
import anthropic

client = anthropic.Anthropic(max_retries=0, api_key=\"made-up\")


class Writer:
    def ask(self, messages):
        return client.messages.create(
            model=\"claude-sonnet-5-5\", max_tokens=8192, messages=messages
        )
";

#[test]
fn lines_of_notebooks_count_within_the_cell() {
    let cell =
        |lines: &[&str]| json!({ "cell_type": "code", "metadata": {}, "outputs": [], "source": lines });
    let notebook = json!({
        "cells": [
            { "cell_type": "markdown", "metadata": {}, "source": ["# Notes\n", "and more"] },
            cell(&["import anthropic\n", "client = anthropic.Anthropic()"]),
            cell(&["m = []\n", "\n", "client.messages.create(model=\"claude-sonnet-5-5\", messages=m)"]),
        ],
        "metadata": { "language_info": { "name": "python" } }, "nbformat": 4, "nbformat_minor": 5,
    });
    let sandbox = Sandbox::new(&[("notes.ipynb", &serde_json::to_string_pretty(&notebook).unwrap())]);
    let place = |at: &Value| (at["cell"].as_u64(), at["line"].as_u64(), at["column"].as_u64());
    let document = document(&sandbox);
    assert_eq!(place(&document["clients"][0]), (Some(2), Some(2), Some(10)), "{document:#}");
    assert_eq!(place(&document["requests"][0]), (Some(3), Some(3), Some(17)));
    let run = sandbox.run(&["show-project"]);
    assert!(run.stdout.contains("notes.ipynb:cell 2:2:10"), "{}", run.stdout);
}

#[test]
fn a_client_its_request_and_who_asks_for_it() {
    let main = "from llm import Writer\n\nprint(Writer().ask([]))\n";
    let files = [("llm.py", LLM), ("main.py", main), ("requirements.txt", "httpx\nanthropic==0.40.0\n")];
    let document = document(&Sandbox::new(&files));
    let package = &document["packages"][0];
    assert_eq!(package["name"], "anthropic", "{document:#}");
    assert_eq!(
        (&package["versions"], &package["path"], &package["line"]),
        (&json!("0.40.0"), &json!("requirements.txt"), &json!(2))
    );

    let client = &document["clients"][0];
    assert_eq!(
        (&client["kind"], &client["line"], &client["requests"]),
        (&json!("anthropic.Anthropic"), &json!(3), &json!(1))
    );
    assert_eq!(
        client["options"],
        json!([{ "name": "max_retries", "value": "0" }, { "name": "api_key", "value": "(written here)" }]),
    );

    let request = &document["requests"][0];
    assert_eq!(request["function"], "Writer.ask");
    assert_eq!(request["models"], json!(["claude-sonnet-5-5"]));
    assert_eq!(request["max_tokens"], "8192");
    assert_eq!(request["retries"]["client"], "off");
    assert_eq!(request["timeout"], "default");
    assert_eq!(request["clients"][0]["line"], 3);

    let wrapper = &document["wrappers"][0];
    assert_eq!((&wrapper["function"], &wrapper["line"]), (&json!("Writer.ask"), &json!(7)));
    assert_eq!(wrapper["callers"][0]["path"], "main.py");
    assert_eq!(document["models"][0]["status"], "active");
}

#[test]
fn what_is_out_of_reach_is_unknown() {
    let source = "\
import anthropic

def ask(options, body):
    return anthropic.Anthropic(**options).messages.create(**body)
";
    let document = document(&Sandbox::new(&[("a.py", source)]));
    let request = &document["requests"][0];
    assert_eq!(request["models"], json!([]));
    for field in ["max_tokens", "streamed", "timeout"] {
        assert_eq!(request[field], "unknown", "{field}: {document:#}");
    }
    assert_eq!(request["retries"]["client"], "unknown");
    assert_eq!(request["api_version"], Value::Null);
    assert_eq!(document["clients"][0]["options"][0]["name"], "…");
}

#[test]
fn tool_loops_and_what_bounds_them() {
    let source = "\
import Anthropic from \"@anthropic-ai/sdk\";
const client = new Anthropic();
export async function run(messages, tools) {
  for (let turn = 0; turn < 10; turn++) {
    const reply = await client.messages.create({ model: \"claude-opus-5-5\", max_tokens: 8192, messages, tools });
    if (reply.stop_reason !== \"tool_use\") return reply;
    messages.push({ role: \"assistant\", content: reply.content });
    const results = [];
    for (const block of reply.content) {
      if (block.type === \"tool_use\") {
        results.push({ type: \"tool_result\", tool_use_id: block.id, content: await call(block) });
      }
    }
    messages.push({ role: \"user\", content: results });
  }
}
";
    let document = document(&Sandbox::new(&[("a.ts", source)]));
    let found = &document["tool_loops"][0];
    assert_eq!(
        (&found["form"], &found["line"], &found["bounded"]),
        (&json!("loop"), &json!(4), &json!("yes")),
        "{document:#}"
    );
}

#[test]
fn people_read_the_same_in_short() {
    let sandbox = Sandbox::new(&[("llm.py", LLM)]);
    let run = sandbox.run(&["show-project"]);
    run.says(0, "");
    for part in [
        "clients (1)\n  anthropic.Anthropic  llm.py:3:10\n      1 request; max_retries=0, api_key=(written here)\n",
        "  client.messages.create  llm.py:8:32 in Writer.ask\n",
        "model claude-sonnet-5-5; max_tokens 8192; streamed no; timeout default; retries of its client switched off",
        "models (1)\n  claude-sonnet-5-5  active\n",
    ] {
        assert!(run.stdout.contains(part), "{part}\n---\n{}", run.stdout);
    }
    assert!(!run.stdout.contains("made-up"), "{}", run.stdout);
}

#[test]
fn nothing_to_show_and_nothing_there() {
    let sandbox = Sandbox::new(&[("a.py", "print(1)\n")]);
    assert_eq!(sandbox.run(&["show-project"]).stdout, "no code that calls Claude\n");
    sandbox.run(&["show-project", "missing"]).says(2, "error: missing: does not exist");
}

#[test]
fn names_from_the_code_cannot_drive_the_terminal() {
    let source = "import anthropic\nclient = anthropic.Anthropic(base_url='\u{1b}[2J\u{202e}')\n";
    let sandbox = Sandbox::new(&[("a.py", source)]);
    for format in ["text", "json"] {
        let run = sandbox.run(&["show-project", "--output-format", format]);
        assert!(run.stdout.contains("base_url"), "{}", run.stdout);
        assert!(!run.stdout.contains(['\u{1b}', '\u{202e}']), "{:?}", run.stdout);
    }
}
