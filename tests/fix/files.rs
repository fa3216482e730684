//! Files as they are: line ends, marks, encodings, notebooks, standard input.

use std::io::Write as _;
use std::process::Stdio;

use crate::sandbox::{Run, Sandbox};

const OLD: &str = "claude-3-opus-20240229";
const NEW: &str = "claude-opus-5-5";

fn program(id: &str) -> String {
    format!(
        "# é 😀\nimport anthropic\n\nclient = anthropic.Anthropic()\nif True:\n\tclient.messages.create(model=\"{id}\", \
         max_tokens=512, messages=[{{\"role\": \"user\", \"content\": \"é 😀\"}}])\n"
    )
}

const ARGS: &[&str] = &["--select", "retired-model", "--as-of", "2026-11-28"];

fn args<'a>(more: &[&'a str]) -> Vec<&'a str> {
    [ARGS, more].concat()
}

#[track_caller]
fn bytes_become(path: &str, before: &[u8], after: &[u8]) {
    let sandbox = Sandbox::new(&[]);
    sandbox.write(path, before);
    let run = sandbox.run(&args(&["--fix", "."]));
    assert_eq!(run.code, Some(0), "{}{}", run.stdout, run.stderr);
    let found = std::fs::read(sandbox.path().join(path)).unwrap();
    assert_eq!(String::from_utf8_lossy(&found), String::from_utf8_lossy(after));
    assert_eq!(found, after);
    let run = sandbox.run(&args(&["--diff", "."]));
    assert_eq!((run.code, &*run.stdout), (Some(0), ""), "{}", run.stderr);
}

#[test]
fn line_ends_marks_and_encodings_survive() {
    let crlf = |id: &str| program(id).replace('\n', "\r\n");
    bytes_become("a b#é.py", program(OLD).as_bytes(), program(NEW).as_bytes());
    bytes_become("a.py", crlf(OLD).as_bytes(), crlf(NEW).as_bytes());
    bytes_become(
        "a.py",
        ["\u{feff}", &*crlf(OLD)].concat().as_bytes(),
        ["\u{feff}", &*crlf(NEW)].concat().as_bytes(),
    );
    let utf16 = |id: &str, big: bool| -> Vec<u8> {
        let units = std::iter::once(0xfeff).chain(program(id).encode_utf16().collect::<Vec<u16>>());
        units.flat_map(|u: u16| if big { u.to_be_bytes() } else { u.to_le_bytes() }).collect()
    };
    bytes_become("a.py", &utf16(OLD, true), &utf16(NEW, true));
    bytes_become("a.py", &utf16(OLD, false), &utf16(NEW, false));
}

#[test]
fn notebooks_are_changed_within_their_strings() {
    bytes_become("a.ipynb", notebook(&program(OLD)).as_bytes(), notebook(&program(NEW)).as_bytes());
}

/// A notebook of one cell, its lines as strings of a list.
fn notebook(program: &str) -> String {
    let lines: Vec<String> = program
        .lines()
        .map(|line| format!("    {}", serde_json::to_string(&format!("{line}\n")).unwrap()))
        .collect();
    format!(
        "{{\n \"cells\": [{{\n   \"cell_type\": \"code\", \"execution_count\": 1, \"metadata\": {{}}, \"outputs\": [],\n   \
         \"source\": [\n{}\n   ]\n  }}],\n \"metadata\": {{}}, \"nbformat\": 4, \"nbformat_minor\": 5\n}}\n",
        lines.join(",\n")
    )
}

#[test]
fn lines_of_notebooks_go_with_their_strings() {
    let text = |lines: &str| {
        notebook(&format!(
            "import anthropic\n\nclient = anthropic.Anthropic()\nreply = client.messages.create(\n{lines}    \
             messages=[{{\"role\": \"user\", \"content\": \"é\"}}],\n)\n"
        ))
    };
    let alone = text("    model=\"claude-opus-5-5\",\n    temperature=0.2,\n    max_tokens=4096,\n");
    let shared = text("    model=\"claude-opus-5-5\", max_tokens=4096,\n    temperature=\n    0.2,\n");
    let select = ["--select", "unsupported-parameter", "--as-of", "2026-11-28", "--fix", "."];
    for (before, after) in [
        (alone, text("    model=\"claude-opus-5-5\",\n    max_tokens=4096,\n")),
        (shared, text("    model=\"claude-opus-5-5\", max_tokens=4096,\n")),
    ] {
        let sandbox = Sandbox::new(&[("a.ipynb", &before)]);
        let run = sandbox.run(&select);
        assert_eq!(run.code, Some(0), "{}{}", run.stdout, run.stderr);
        assert_eq!(std::fs::read_to_string(sandbox.path().join("a.ipynb")).unwrap(), after);
    }
}

#[test]
fn what_is_suppressed_in_a_notebook_stays_where_another_place_is_fixed() {
    let text = |first: &str, last: &str| {
        let ask = "reply = client.messages.create(model=\"claude-opus-5-5\", max_tokens=512, messages=[])\n";
        notebook(&format!(
            "import anthropic\n\nclient = anthropic.Anthropic()\n\n\ndef one():\n    {ask}    return {first}.text\n\n\n\
             def two():\n    {ask}    return {last}.text\n\n\ndef three():\n    {ask}    return \
             reply.content[0].text  # claude-lint: ignore[blind-content-index]\n"
        ))
    };
    let (blind, first) =
        ("reply.content[0]", "[block for block in reply.content if block.type == \"text\"][0]");
    let sandbox = Sandbox::new(&[("a.ipynb", &text(blind, blind))]);
    let run = sandbox.run(&["--select", "blind-content-index", "--as-of", "2026-11-28", "--fix", "."]);
    let after = std::fs::read_to_string(sandbox.path().join("a.ipynb")).unwrap();
    assert!(after.contains("ignore[") && after == text(first, first), "{after}{}", run.stderr);
}

fn with_input(sandbox: &Sandbox, arguments: &[&str], input: &str) -> Run {
    let mut command = sandbox.command(arguments);
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    Run::of(child.wait_with_output().unwrap())
}

#[test]
fn standard_input_is_printed_fixed() {
    let sandbox = Sandbox::new(&[("a.py", "untouched")]);
    let run = with_input(&sandbox, &args(&["--fix", "--stdin-filename", "a.py", "-"]), &program(OLD));
    assert_eq!((run.code, run.stdout), (Some(0), program(NEW)), "{}", run.stderr);
    assert!(run.stderr.contains("fixed 1"), "{}", run.stderr);
    assert_eq!(std::fs::read_to_string(sandbox.path().join("a.py")).unwrap(), "untouched");
    let run = with_input(&sandbox, &args(&["--fix", "--stdin-filename", "a.py", "-"]), "print('é')\r\n");
    assert_eq!((run.code, &*run.stdout), (Some(0), "print('é')\r\n"), "{}", run.stderr);
}

#[test]
fn a_diff_is_shown_and_nothing_is_written() {
    let sandbox = Sandbox::new(&[("src/a.py", &program(OLD))]);
    let run = sandbox.run(&args(&["--diff", "."]));
    assert_eq!(run.code, Some(1), "{}", run.stderr);
    assert!(run.stdout.starts_with("--- a/src/a.py\n+++ b/src/a.py\n@@ -3,4 +3,4 @@\n"), "{}", run.stdout);
    assert!(run.stdout.contains(&format!("+\tclient.messages.create(model=\"{NEW}\"")), "{}", run.stdout);
    run.says(1, "would fix 1 finding in 1 file");
    assert_eq!(std::fs::read_to_string(sandbox.path().join("src/a.py")).unwrap(), program(OLD));
    let run = sandbox.run(&args(&["--diff", "--output-format", "sarif=x.sarif", "."]));
    run.says(1, "warning: `--diff` makes no reports: `x.sarif` is not written");
    assert!(!sandbox.path().join("x.sarif").exists());
    assert_eq!(sandbox.run(&args(&["--diff", "--fix", "."])).code, Some(2));
}

#[test]
fn unsafe_fixes_are_made_only_when_asked_for() {
    let shown = "\tshow(reply)\n\n\ndef show(reply):\n\tprint(reply.content[0].text)\n";
    let text = program(NEW).replace("\tclient", "\treply = client") + shown;
    let sandbox = Sandbox::new(&[("a.py", &text)]);
    let select = ["--select", "blind-content-index", "--as-of", "2026-11-28"];
    let run = |more: &[&str]| sandbox.run(&[&select[..], more].concat());
    run(&["--fix", "."]).says(1, "fixed 0, 1 more with --unsafe-fixes");
    assert!(!run(&["."]).stdout.contains("can do it"));
    assert!(run(&["--unsafe-fixes", "."]).stdout.contains("--fix --unsafe-fixes can do it: take"));
    let fixed = run(&["--fix", "--unsafe-fixes", "."]);
    fixed.says(0, "nothing found");
    assert!(fixed.stderr.contains("fixed 1"), "{}", fixed.stderr);
    assert!(std::fs::read_to_string(sandbox.path().join("a.py")).unwrap().contains("[block for block"));
}

#[test]
fn what_is_suppressed_is_not_fixed() {
    let text =
        program(OLD).replace("\"}])\n", "\"}])  # claude-lint: ignore[retired-model] kept for the test\n");
    let sandbox = Sandbox::new(&[("a.py", &text)]);
    assert_eq!(sandbox.run(&args(&["--fix", "."])).code, Some(0));
    assert_eq!(std::fs::read_to_string(sandbox.path().join("a.py")).unwrap(), text);
}

#[cfg(unix)]
#[test]
fn what_cannot_be_written_is_said() {
    use std::os::unix::fs::PermissionsExt as _;
    let sandbox = Sandbox::new(&[("a.py", &program(OLD))]);
    let path = sandbox.path().join("a.py");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o444)).unwrap();
    let run = sandbox.run(&args(&["--fix", "--output-format", "concise", "."]));
    run.says(2, "a.py: not fixed: it is read-only");
    // What was not fixed is still found.
    run.says(2, "1 error (1 file looked at, 1 linted");
    assert!(!run.stderr.contains("fixed 1"), "{}", run.stderr);
    assert!(run.stdout.starts_with("a.py:6:"), "{}", run.stdout);
    assert_eq!(std::fs::read_to_string(&path).unwrap(), program(OLD));
    let run = sandbox.run(&["--add-ignore", "why", "--output-format", "concise", "."]);
    run.says(2, "a.py: not fixed: it is read-only");
    assert!(!run.stderr.contains("suppressed"), "{}", run.stderr);
    // A diff changes nothing.
    sandbox.run(&args(&["--diff", "."])).says(1, "would fix 1 finding in 1 file");
}
