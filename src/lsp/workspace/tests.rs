//! What is said of a project while it is edited is what is said of it on disk afterwards.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::fs;
use std::path::{Path, PathBuf};

use super::super::Options;
use super::super::settings::config;
use super::{AROUND_BYTES, Said, Workspace};
use crate::finding::Finding;
use crate::linter::{self, Config, Progress};
use crate::model::Project;

/// Parts of the project: each a client, requests that go through it, and callers further out, some of
/// which retry or look at why the answer ended.
const PARTS: usize = 9;

fn service(part: usize) -> String {
    let limit = 400 + 300 * part;
    format!(
        "import json\nfrom clients.client{part} import client\n\n\n\
         def ask{part}(question):\n    \
         answer = client.messages.create(model=\"claude-opus-4-6\", max_tokens={limit}, \
         messages=[{{\"role\": \"user\", \"content\": question}}])\n    \
         return json.loads(answer.content[0].text)\n"
    )
}

fn project(folder: &Path) {
    let write = |path: String, text: String| {
        let path = folder.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    for part in 0..PARTS {
        let retries = if part % 3 == 0 { "max_retries=0" } else { "timeout=30.0" };
        write(
            format!("clients/client{part}.py"),
            format!("import anthropic\n\nclient = anthropic.Anthropic({retries})\n"),
        );
        write(format!("services/service{part}.py"), service(part));
        write(
            format!("routes/route{part}.py"),
            format!(
                "from services.service{part} import ask{part}\n\n\n\
                 def route{part}(question):\n    return ask{part}(question)\n"
            ),
        );
        let waits = if part % 2 == 0 { "time.sleep(2 ** turn)" } else { "time.sleep(5)" };
        write(
            format!("jobs/job{part}.py"),
            format!(
                "import time\nimport anthropic\nfrom routes.route{part} import route{part}\n\n\n\
                 def job{part}(questions):\n    for question in questions:\n        \
                 for turn in range(4):\n            try:\n                route{part}(question)\n                \
                 break\n            except anthropic.APIError:\n                {waits}\n"
            ),
        );
        write(
            format!("web/ask{part}.ts"),
            format!(
                "import Anthropic from \"@anthropic-ai/sdk\";\nconst client = new Anthropic({{ maxRetries: {} }});\n\
                 export async function ask(text: string) {{\n  \
                 const answer = await client.messages.create({{ model: \"claude-opus-4-6\", max_tokens: 900, \
                 messages: [{{ role: \"user\", content: text }}] }});\n  \
                 return JSON.parse(answer.content[0].text);\n}}\n",
                part % 2
            ),
        );
    }
}

fn lints(folder: &Path) -> Config {
    config(folder, None, &Options { pedantic: true, ..Options::default() }).unwrap()
}

/// Everything that is said, with paths for files.
fn told(project: &Project, findings: &[Finding]) -> Vec<String> {
    let told = |finding: &Finding| {
        let of = |at: crate::finding::Location| {
            let file = project.source_file(at.file);
            format!("{}:{}", file.path, file.position(at.span.start).line)
        };
        let related: Vec<String> =
            finding.related.iter().map(|label| format!("{} {}", of(label.at), label.text)).collect();
        format!("{} {} {} {related:?}", of(finding.primary.at), finding.rule.id, finding.message)
    };
    findings.iter().map(told).collect()
}

fn of(said: &Said) -> Vec<String> {
    told(&said.project, &said.findings)
}

/// What somebody types, one after the other.
fn edits(folder: &Path) -> Vec<(PathBuf, String)> {
    let read = |path: &str| fs::read_to_string(folder.join(path)).unwrap();
    let mut edits = Vec::new();
    for part in 0..PARTS {
        let mut edit = |path: String, change: &dyn Fn(&str) -> String| {
            let text = change(&read(&path));
            edits.push((folder.join(path), text));
        };
        match part {
            // Lines above, a word in the middle, half a line, a client that retries, callers that do not.
            0 => edit("services/service0.py".into(), &|text| format!("# more\n\n{text}")),
            1 => edit("services/service1.py".into(), &|text| text.replace("claude-opus-4-6", "claude-2.1")),
            2 => edit("services/service2.py".into(), &|text| format!("{text}\n\ndef half(")),
            3 => edit("clients/client3.py".into(), &|text| text.replace("max_retries=0", "max_retries=4")),
            4 => edit("jobs/job4.py".into(), &|text| text.replace("2 ** turn", "7")),
            5 => edit("services/service5.py".into(), &|text| {
                text.replace(
                    "    return",
                    "    if answer.stop_reason != \"end_turn\":\n        raise ValueError\n    return",
                )
            }),
            6 => edit("routes/route6.py".into(), &|_| "def route6(question):\n    return question\n".into()),
            7 => edit("jobs/job7.py".into(), &|_| String::new()),
            _ => edit(format!("web/ask{part}.ts"), &|text| text.replace("JSON.parse", "String")),
        }
    }
    edits
}

#[test]
fn what_is_typed_is_linted_as_it_would_be_on_disk() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path().canonicalize().unwrap();
    project(&folder);
    let mut workspace = Workspace::new(lints(&folder));
    workspace.read().unwrap();
    let edits = edits(&folder);
    let mut changed = 0;
    let mut before = of(&workspace.all().run(&|| false).unwrap());
    for (path, text) in edits {
        workspace.set_text(&path, Some(text.as_str().into()));
        if workspace.is_stale() {
            workspace.read().unwrap();
        }
        let said = of(&workspace.all().run(&|| false).unwrap());
        fs::write(&path, text).unwrap();
        let outcome = linter::lint(&lints(&folder), &Progress::default()).unwrap();
        assert_eq!(said, told(&outcome.project, &outcome.findings), "after {}", path.display());
        changed += usize::from(said != before);
        before = said;
    }
    assert!(changed >= PARTS - 1, "only {changed} edits matter to any finding");
}

#[test]
fn what_is_linted_at_a_key_is_the_file_and_the_nearest_around_it() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path().canonicalize().unwrap();
    project(&folder);
    let heavy =
        format!("from services.service1 import ask1\n{}\nask1(\"\")\n", "x = 1\n".repeat(AROUND_BYTES / 6));
    fs::write(folder.join("heavy.py"), heavy).unwrap();
    let mut workspace = Workspace::new(lints(&folder));
    workspace.read().unwrap();
    let said = workspace.near(&folder.join("services/service1.py")).run(&|| false).unwrap();
    let files: Vec<&str> = said.project.files().iter().map(|file| &*file.source.path).collect();
    assert!(workspace.holds(&folder.join("heavy.py")));
    assert_eq!(files, ["clients/client1.py", "jobs/job1.py", "routes/route1.py", "services/service1.py"]);
}
