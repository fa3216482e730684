//! What can be wrong with files and folders.

use std::process::Command;
use std::time::{Duration, Instant};

use super::samples::samples;
use super::sandbox::{Run, Sandbox};

const REQUEST: &str = "import anthropic, json
client = anthropic.Anthropic()
\
                       r = client.messages.create(model=\"m\", max_tokens=900, messages=[])
\
                       print(json.loads(r.content[0].text))
";

/// Lints with one thread and with four; both must say the same.
#[track_caller]
fn same_for_all_threads(sandbox: &Sandbox, paths: &[&str]) -> Run {
    let run = |threads| {
        let arguments = ["--output-format", "json", "--pedantic", "--fail-on", "never", "--threads", threads];
        sandbox.run(&[&arguments[..], paths].concat())
    };
    let (one, four) = (run("1"), run("4"));
    assert_eq!(one.stdout, four.stdout);
    assert_eq!(one.code, four.code);
    assert!(!one.stderr.contains("internal error"), "{}", one.stderr);
    one
}

#[test]
fn samples_with_one_thread_and_with_four() {
    let sandbox = Sandbox::new(&[]);
    for (index, (extension, text)) in samples().iter().enumerate() {
        sandbox.write(&format!("src/app{}/m{index}.{extension}", index % 7), text.as_bytes());
    }
    let run = same_for_all_threads(&sandbox, &["."]);
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    assert!(run.stdout.contains("\"rule\""));
}

#[test]
fn bytes_that_are_no_text() {
    let sandbox = Sandbox::new(&[("good.py", REQUEST)]);
    sandbox.write("latin.py", b"import anthropic\nx = '\xe4'\n");
    sandbox.write("nul.py", b"import anthropic\n\0\0\0\n");
    sandbox.write("cut.py", b"\xff\xfea\0n\0t\0h\0r\0o\0p\0i\0c\0\xd8");
    sandbox.write("half.py", b"\xfe\xff\xd8\x00\x00a");
    sandbox.write("nothing.py", b"");
    sandbox.write("mark.py", b"\xef\xbb\xbf");
    let utf16: Vec<u8> = REQUEST.encode_utf16().flat_map(u16::to_le_bytes).collect();
    sandbox.write("wide.py", &[b"\xff\xfe", &utf16[..]].concat());
    let run = same_for_all_threads(&sandbox, &["."]);
    assert_eq!(run.code, Some(2), "{}", run.stdout);
    assert!(run.stdout.contains("good.py") && run.stdout.contains("wide.py"));
    let named = ["latin.py", "nul.py", "cut.py", "half.py", "nothing.py", "mark.py"];
    assert_eq!(same_for_all_threads(&sandbox, &named).code, Some(2));
}

#[test]
fn notebooks_that_are_broken() {
    let cell = |source: &str| format!("{{\"cell_type\": \"code\", \"source\": {source}}}");
    let notebook = |cells: &str| format!("{{\"nbformat\": 4, \"metadata\": {{}}, \"cells\": {cells}}}");
    let good = notebook(&format!("[{}]", cell("[\"import anthropic\\n\", \"x = 1\"]")));
    let mut texts: Vec<String> = (0..good.len()).step_by(3).map(|end| good[..end].to_string()).collect();
    let odd = [
        "null",
        "true",
        "7",
        "-1e999",
        "\"anthropic\"",
        "[]",
        "{}",
        "[[]]",
        "[null]",
        "\"\\ud800\"",
        "\"\\u0000\"",
    ];
    for value in odd {
        texts.push(value.to_string());
        texts.push(notebook(value));
        texts.push(notebook(&format!("[{value}]")));
        texts.push(notebook(&format!("[{}]", cell(value))));
        texts.push(format!(
            "{{\"cells\": [{}], \"metadata\": {value}, \"nbformat\": {value}}}",
            cell("\"anthropic\"")
        ));
        texts.push(format!("{{\"worksheets\": {value}, \"nbformat\": 3, \"x\": \"anthropic\"}}"));
    }
    texts.push("[".repeat(100_000));
    texts.push(format!("{{\"cells\": {}", "[{\"source\":".repeat(50_000)));
    texts.push(notebook(&format!("[{}]", vec![cell("\"import anthropic\\n%%bash\\n!x\""); 3_000].join(","))));
    texts.push(notebook(&format!("[{}]", cell(&format!("\"import anthropic\\n{}\"", "(".repeat(50_000))))));
    let sandbox = Sandbox::new(&[]);
    for (index, text) in texts.iter().enumerate() {
        sandbox.write(&format!("n{index}.ipynb"), format!("{text}\n\n").as_bytes());
    }
    let run = same_for_all_threads(&sandbox, &["."]);
    assert_eq!(run.code, Some(2), "{}", run.stderr);
}

#[test]
fn large_files_are_left_out() {
    let sandbox = Sandbox::new(&[("small.py", REQUEST)]);
    sandbox.write("large.py", REQUEST.repeat(20_000).as_bytes());
    let run = same_for_all_threads(&sandbox, &["."]);
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    assert_eq!(same_for_all_threads(&sandbox, &["large.py"]).code, Some(2));
}

#[cfg(unix)]
#[test]
fn links_in_a_circle() {
    use std::os::unix::fs::symlink;
    let sandbox = Sandbox::new(&[("app/a.py", REQUEST)]);
    let at = |path: &str| sandbox.path().join(path);
    symlink("..", at("app/up")).unwrap();
    symlink("self.py", at("self.py")).unwrap();
    symlink("ping.py", at("pong.py")).unwrap();
    symlink("pong.py", at("ping.py")).unwrap();
    symlink("nowhere.py", at("dangling.py")).unwrap();
    symlink("a.py", at("app/same.py")).unwrap();
    let run = same_for_all_threads(&sandbox, &["."]);
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    for path in ["self.py", "ping.py", "dangling.py"] {
        assert_eq!(same_for_all_threads(&sandbox, &[path]).code, Some(2), "{path}");
    }
    assert_eq!(same_for_all_threads(&sandbox, &["app/up", "app/up/app/up", "."]).code, Some(0));
}

/// A pipe in the sandbox; false where there are none.
#[cfg(unix)]
fn pipe(sandbox: &Sandbox, name: &str) -> bool {
    let made = Command::new("mkfifo").arg(sandbox.path().join(name)).status();
    made.is_ok_and(|status| status.success())
}

/// The exit code of a run; it must end although there are pipes.
#[cfg(unix)]
#[track_caller]
fn ends(sandbox: &Sandbox, paths: &[&str]) -> Option<i32> {
    let mut child = sandbox
        .command(paths)
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::null())
        .spawn()
        .unwrap();
    // Not a measure of speed: waiting for ever has to end some time.
    let start = Instant::now();
    while start.elapsed() < Duration::from_secs(60) {
        if let Some(status) = child.try_wait().unwrap() {
            return status.code();
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    panic!("waits for a pipe: {paths:?}");
}

/// Reading a pipe that nobody writes to would wait for ever.
#[cfg(unix)]
#[test]
fn pipes_are_not_waited_for() {
    let sandbox = Sandbox::new(&[("a.py", REQUEST)]);
    if ["pipe.py", "package.json", "requirements.txt"].iter().all(|name| pipe(&sandbox, name)) {
        ends(&sandbox, &["."]);
        ends(&sandbox, &["pipe.py"]);
    }
}

/// What such a file leaves out is unknown: its folder is not linted, and the run is incomplete.
#[cfg(unix)]
#[test]
fn ignore_files_that_are_pipes_are_not_waited_for() {
    for name in [".gitignore", ".ignore", ".git/info/exclude"] {
        for folder in ["", "below/"] {
            let sandbox = Sandbox::new(&[("a.py", REQUEST), ("below/.git/info/x", ""), (".git/info/x", "")]);
            if !pipe(&sandbox, &format!("{folder}{name}")) {
                return;
            }
            assert_eq!(ends(&sandbox, &["."]), Some(2), "{folder}{name}");
            assert_eq!(ends(&sandbox, &[".", "--no-ignore"]), Some(1), "{folder}{name}");
            assert_eq!(ends(&sandbox, &["below"]), Some(2), "{folder}{name}");
        }
    }
}

#[cfg(unix)]
#[test]
fn what_cannot_be_read_is_said() {
    use std::os::unix::fs::PermissionsExt;
    let sandbox = Sandbox::new(&[("good.py", REQUEST), ("closed.py", REQUEST), ("shut/in.py", REQUEST)]);
    let set = |path: &str, mode| {
        std::fs::set_permissions(sandbox.path().join(path), std::fs::Permissions::from_mode(mode)).unwrap();
    };
    set("closed.py", 0o000);
    set("shut", 0o000);
    let readable = std::fs::read(sandbox.path().join("closed.py")).is_ok();
    let run = same_for_all_threads(&sandbox, &["."]);
    set("shut", 0o755);
    // Whoever may read everything meets no obstacle.
    assert_eq!(run.code, Some(if readable { 0 } else { 2 }), "{}", run.stderr);
    assert!(run.stdout.contains("good.py"));
}

#[test]
fn names_that_are_odd() {
    let sandbox = Sandbox::new(&[]);
    for name in
        ["a b.py", "ü.py", "-x.py", "\u{1b}[31m.py", "new\nline.py", "..py", "a..py", "[x].py", "%41.py"]
    {
        sandbox.write(name, REQUEST.as_bytes());
    }
    let deep = format!("{}a.py", "d/".repeat(400));
    sandbox.write(&deep, REQUEST.as_bytes());
    let run = same_for_all_threads(&sandbox, &["."]);
    assert_eq!(run.code, Some(0), "{}", run.stderr);
}
