//! What is accepted, and what is new: baselines and changed lines.
#![allow(clippy::unwrap_used, reason = "tests")]

mod sandbox;

use std::process::Command;

use sandbox::{Run, Sandbox};

const HEAD: &str = "import anthropic\n\nclient = anthropic.Anthropic()\n\n\n";

/// A function with a retired model.
fn ask(name: &str, model: &str) -> String {
    format!(
        "def {name}(messages):\n    return client.messages.create(model=\"{model}\", max_tokens=9999, \
         messages=messages)\n\n\n"
    )
}

fn code(functions: &[&str]) -> String {
    let functions: String = functions.iter().map(|name| ask(name, "claude-2.1")).collect();
    format!("{HEAD}{functions}")
}

const CONCISE: [&str; 2] = ["--output-format", "concise"];

#[test]
fn only_new_findings_fail() {
    let sandbox = Sandbox::new(&[("a.py", &code(&["one"])), ("sub/b.py", &code(&["two"]))]);
    assert_eq!(sandbox.run(&CONCISE).code, Some(1));
    sandbox.run(&["baseline", "write"]).says(0, "2 findings accepted in");
    let run = sandbox.run(&CONCISE);
    run.says(0, "nothing found, 2 more in the baseline (");
    assert_eq!(run.stdout, "");
    // From another folder, too, where that is one repository.
    sandbox.run(&[&CONCISE[..], &["--no-baseline"]].concat()).says(1, "2 errors (");
    // Code that moves stays known, a second one of its kind is new.
    sandbox.write("a.py", format!("\"\"\"Moved.\"\"\"\n\n{}", code(&["other", "one"])).as_bytes());
    let run = sandbox.run(&CONCISE);
    run.says(1, "1 error, 2 more in the baseline (");
    assert!(run.stdout.starts_with("a.py:13:"), "{}", run.stdout);
    // What was accepted in one file is not in another.
    sandbox.write("c.py", code(&["one"]).as_bytes());
    sandbox.run(&CONCISE).says(1, "2 errors, 2 more in the baseline (");
}

#[test]
fn a_renamed_file_is_no_new_one() {
    let sandbox = Sandbox::new(&[
        ("a.py", &code(&["one", "two"])),
        ("sub/b.py", &code(&["three"])),
        ("c.py", &format!("{HEAD}{}", ask("four", "claude-instant-1.2"))),
    ]);
    sandbox.run(&["baseline", "write"]).says(0, "4 findings accepted in");
    let rename = |from: &str, to: &str| {
        let text = std::fs::read(sandbox.path().join(from)).unwrap();
        sandbox.write(to, &text);
        std::fs::remove_file(sandbox.path().join(from)).unwrap();
    };
    rename("a.py", "deep/z.py");
    rename("sub/b.py", "b.py");
    sandbox.run(&CONCISE).says(0, "nothing found, 4 more in the baseline (");
    // Another file with another finding is none that was renamed.
    std::fs::remove_file(sandbox.path().join("c.py")).unwrap();
    sandbox.write("d.py", format!("{HEAD}{}", ask("five", "claude-2.0")).as_bytes());
    // Nor is a copy of one that is still there.
    sandbox.write("e.py", code(&["three"]).as_bytes());
    sandbox.run(&CONCISE).says(1, "2 errors, 3 more in the baseline (");
    let run = sandbox.run(&["baseline", "show"]);
    run.says(0, "4 findings accepted, 1 of them not found any more");
    assert!(run.stdout.contains("deep/z.py: retired-model "), "{}", run.stdout);
    sandbox.run(&["baseline", "prune"]).says(0, "1 dropped, 3 left");
    let written = std::fs::read_to_string(sandbox.path().join("claude-lint-baseline.json")).unwrap();
    assert!(written.contains("\"b.py\"") && !written.contains("sub/b.py"), "{written}");
}

#[test]
fn what_is_gone_can_be_seen_and_dropped() {
    let sandbox = Sandbox::new(&[("a.py", &code(&["one", "two"])), ("sub/b.py", &code(&["three"]))]);
    sandbox.run(&["baseline", "write", "--baseline", "known.json"]).says(0, "3 findings accepted");
    sandbox.write("a.py", code(&["one"]).as_bytes());
    sandbox.write("sub/b.py", HEAD.as_bytes());
    let run = sandbox.run(&["baseline", "show", "--baseline", "known.json"]);
    run.says(0, "3 findings accepted, 2 of them not found any more");
    assert!(run.stdout.contains("a.py: retired-model "), "{}", run.stdout);
    assert!(run.stdout.contains(" (2 times) - 1 not found any more\n"), "{}", run.stdout);
    let prune = ["baseline", "prune", "--baseline", "known.json"];
    sandbox.run(&[&prune[..], &["sub"]].concat()).says(0, "1 dropped, 2 left");
    sandbox.run(&prune).says(0, "1 dropped, 1 left");
    sandbox.run(&prune).says(0, "0 dropped, 1 left");
    sandbox.write("a.py", code(&["one", "two"]).as_bytes());
    sandbox.run(&["--baseline", "known.json"]).says(1, "1 error, 1 more in the baseline");
}

#[test]
fn what_is_not_looked_at_stays_accepted() {
    let unchecked = "def label(m):\n    reply = client.messages.create(model=\"claude-sonnet-5\", max_tokens=999, messages=m)\n    \
                     return json.loads(reply.content[0].text)\n";
    let both = format!("import json\n{}{unchecked}", code(&["one"]));
    let sandbox = Sandbox::new(&[("a.py", &both), ("sub/b.py", &code(&["three"]))]);
    git(&sandbox, &["init", "-q"]).unwrap();
    let all = sandbox.run(&["baseline", "write"]);
    let count: usize = all.stderr.split(' ').next().unwrap().parse().unwrap();
    assert!(count > 2, "{}", all.stderr);
    let accepts_all =
        || sandbox.run(&CONCISE).says(0, &format!("nothing found, {count} more in the baseline"));
    accepts_all();
    // In a folder, for a path, for some rules.
    let mut command = sandbox.command(&["baseline", "write"]);
    let run = Run::of(command.current_dir(sandbox.path().join("sub")).output().unwrap());
    run.says(0, &format!("claude-lint-baseline.json, {} of other files or rules kept", count - 1));
    sandbox.run(&["baseline", "write", "sub/b.py"]).says(0, "1 finding accepted");
    sandbox.run(&["baseline", "write", "--select", "retired-model"]).says(0, "2 findings accepted");
    sandbox.run(&["baseline", "prune", "--select", "retired-model"]).says(0, "0 dropped, ");
    accepts_all();
    // Of those that ran nothing else is kept.
    sandbox.write("sub/b.py", b"import anthropic\n");
    sandbox.run(&["baseline", "write", "sub"]).says(0, "0 findings accepted");
    sandbox.write("sub/b.py", code(&["three"]).as_bytes());
    sandbox.run(&CONCISE).says(1, &format!("1 error, {} more in the baseline", count - 1));
}

#[test]
fn a_baseline_is_not_written_after_half_a_look() {
    let sandbox = Sandbox::new(&[("a.py", &code(&["one"]))]);
    sandbox.write("b.py", b"import anthropic\n\xff");
    sandbox.run(&["baseline", "write"]).says(2, "the baseline is left as it is");
    assert!(!sandbox.path().join("claude-lint-baseline.json").exists());
}

#[test]
fn a_broken_baseline_is_said() {
    let sandbox = Sandbox::new(&[
        ("a.py", &code(&["one"])),
        ("x.json", "{"),
        ("y.json", "{\"version\": 9, \"findings\": []}"),
    ]);
    sandbox.run(&["--baseline", "x.json"]).says(2, "the baseline `x.json` cannot be read: EOF");
    sandbox.run(&["--baseline", "y.json"]).says(2, "it has version 9, and 1 is understood");
    sandbox.run(&["--baseline", "z.json"]).says(2, "the baseline `z.json` cannot be read");
    sandbox.run(&["baseline", "prune"]).says(2, "`claude-lint baseline write` writes it anew");
}

#[test]
fn the_same_findings_are_the_same_bytes() {
    let sandbox = Sandbox::new(&[("a.py", &code(&["one"])), ("b.py", &code(&["two", "three"]))]);
    let write = |file: &str, threads: &str| {
        sandbox.run(&[
            "baseline",
            "write",
            "--baseline",
            file,
            "--threads",
            threads,
            "--as-of",
            "2026-11-28",
        ]);
        std::fs::read_to_string(sandbox.path().join(file)).unwrap()
    };
    let one = write("1.json", "1");
    assert_eq!(one, write("2.json", "3"));
    insta::assert_snapshot!("baseline", one);
}

/// Runs git in a sandbox; `None` where there is no git.
fn git(sandbox: &Sandbox, arguments: &[&str]) -> Option<()> {
    git_in("", sandbox, arguments)
}

fn git_in(folder: &str, sandbox: &Sandbox, arguments: &[&str]) -> Option<()> {
    let mut command = Command::new("git");
    command.args(["-c", "user.name=a", "-c", "user.email=a@b.c", "-c", "commit.gpgSign=false"]);
    command.args(["-c", "init.defaultBranch=main"]).args(arguments);
    command.current_dir(sandbox.path().join(folder));
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("GIT_")) {
        command.env_remove(name);
    }
    let output = command.env("HOME", sandbox.path()).output().ok()?;
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Some(())
}

#[test]
fn only_changed_lines_are_reported() {
    let sandbox = Sandbox::new(&[("a.py", &code(&["one", "two"])), ("é b.py", &code(&["three"]))]);
    if git(&sandbox, &["init", "-q"]).is_none() {
        return;
    }
    git(&sandbox, &["add", "."]).unwrap();
    git(&sandbox, &["commit", "-qm", "first"]).unwrap();
    git(&sandbox, &["checkout", "-qb", "work"]).unwrap();
    let since = |reference: &str| {
        let run = sandbox.run(&[&CONCISE[..], &["--changed-since", reference]].concat());
        assert!(matches!(run.code, Some(0 | 1)), "{}", run.stderr);
        run.stdout.lines().map(|line| line.split(": ").next().unwrap().to_string()).collect::<Vec<_>>()
    };
    assert!(since("main").is_empty());
    // Lines before it move, and nothing of it is new.
    sandbox.write("a.py", format!("# Moved.\n{}", code(&["one", "two"])).as_bytes());
    assert!(since("main").is_empty());
    let changed = code(&["one", "two"])
        .replace("def two(messages):\n    return", "def two(messages):\n    return \\\n   ");
    sandbox.write("a.py", changed.as_bytes());
    assert_eq!(since("main"), ["a.py:12:34"]);
    git(&sandbox, &["commit", "-qam", "second"]).unwrap();
    sandbox.write("é b.py", format!("{}{}", code(&["three"]), ask("four", "claude-2.0")).as_bytes());
    sandbox.write("new \"file\".py", code(&["five"]).as_bytes());
    assert_eq!(since("main"), ["a.py:12:34", "new \"file\".py:7:41", "é b.py:11:41"]);
    assert_eq!(since("HEAD"), ["new \"file\".py:7:41", "é b.py:11:41"]);
    // What the other branch has done since is not ours.
    git(&sandbox, &["stash", "-qu"]).unwrap();
    git(&sandbox, &["checkout", "-q", "main"]).unwrap();
    sandbox.write("a.py", format!("{}{}", code(&["one", "two"]), ask("six", "claude-2.0")).as_bytes());
    git(&sandbox, &["commit", "-qam", "theirs"]).unwrap();
    git(&sandbox, &["checkout", "-q", "work"]).unwrap();
    assert_eq!(since("main"), ["a.py:12:34"]);
    let unknown = sandbox.run(&["--changed-since", "nothing"]);
    unknown.says(2, "the lines changed since `nothing` are not known: there is no such commit here");
    unknown.says(2, "fetch-depth: 0");
    sandbox.run(&["--changed-since=--output=x"]).says(2, "does not begin with `-`");
    assert!(!sandbox.path().join("x").exists());
}

#[test]
fn the_settings_of_git_do_not_count() {
    let sandbox = Sandbox::new(&[("a.py", &code(&["one", "two"])), ("sub/b.py", &code(&["three", "four"]))]);
    git(&sandbox, &["init", "-q"]).unwrap();
    git(&sandbox, &["add", "-A"]).unwrap();
    git(&sandbox, &["commit", "-qm", "first"]).unwrap();
    for (name, value) in [
        ("diff.relative", "true"),
        ("diff.interHunkContext", "9"),
        ("diff.noprefix", "true"),
        ("diff.mnemonicPrefix", "true"),
        ("diff.context", "7"),
        ("color.ui", "always"),
        ("status.relativePaths", "true"),
    ] {
        git(&sandbox, &["config", name, value]).unwrap();
    }
    let changed = |names: &[&str]| {
        code(names).replacen("import anthropic\n", "import anthropic  # first\n", 1) + "# last\n"
    };
    sandbox.write("a.py", changed(&["one", "two"]).as_bytes());
    sandbox.write("sub/b.py", changed(&["three", "four"]).as_bytes());
    let since = |folder: &str| {
        let mut command = sandbox.command(&["--changed-since", "HEAD", "--output-format", "concise", ".."]);
        if folder.is_empty() {
            command = sandbox.command(&["--changed-since", "HEAD", "--output-format", "concise"]);
        }
        Run::of(command.current_dir(sandbox.path().join(folder)).output().unwrap())
    };
    // Only comments far from every finding were changed.
    since("").says(0, "nothing found");
    let more = code(&["one", "two"]) + &ask("five", "claude-2.0");
    sandbox.write("a.py", more.as_bytes());
    for folder in ["", "sub"] {
        since(folder).says(1, "1 error (2 files looked at");
    }
}

#[test]
fn outside_of_a_repository_all_is_reported() {
    let sandbox = Sandbox::new(&[("a.py", &code(&["one"]))]);
    let mut command = sandbox.command(&["--changed-since", "main"]);
    let run = Run::of(command.env("GIT_CEILING_DIRECTORIES", "/").output().unwrap());
    run.says(1, "warning: this is no git repository: all findings are reported, changed or not");
}

#[test]
fn a_repository_is_that_of_what_is_named_from_elsewhere() {
    let sandbox = Sandbox::new(&[("repo/src/a.py", &code(&["one"])), ("elsewhere/x.txt", "")]);
    let run = |arguments: &[&str]| {
        let mut command = sandbox.command(arguments);
        Run::of(command.current_dir(sandbox.path().join("elsewhere")).output().unwrap())
    };
    for arguments in [&["init", "-q"][..], &["add", "."], &["commit", "-qm", "one"]] {
        git_in("repo", &sandbox, arguments).unwrap();
    }
    sandbox.write("repo/src/b.py", code(&["two"]).as_bytes());
    let report = run(&["--output-format", "gitlab", "../repo/src"]).stdout;
    assert_eq!(report.matches("\"path\": \"src/").count(), 2, "{report}");
    run(&[&CONCISE[..], &["--changed-since", "HEAD", "../repo"]].concat()).says(1, "1 error (2 files");
    run(&["baseline", "write", "../repo"]).says(0, "2 findings accepted in");
    assert!(sandbox.path().join("repo/claude-lint-baseline.json").is_file());
    run(&["../repo"]).says(0, "nothing found, 2 more in the baseline");
}

#[test]
fn a_repository_that_git_refuses_is_no_folder_without_one() {
    let sandbox = Sandbox::new(&[("a.py", &code(&["one"]))]);
    git(&sandbox, &["init", "-q"]).unwrap();
    // As in a container into which a folder of somebody else is mounted.
    let mut command = sandbox.command(&["--changed-since", "main"]);
    let run = Run::of(command.env("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1").output().unwrap());
    run.says(2, "the lines changed since `main` are not known: fatal: detected dubious ownership");
    let run = Run::of(sandbox.command(&["--changed-since", "main"]).env("PATH", "/none").output().unwrap());
    run.says(2, "git cannot be run");
}

#[test]
fn comments_can_be_added_at_all_findings() {
    let text = code(&["one", "two"]).replace("messages=messages)", "messages=messages).content[0].text");
    let sandbox = Sandbox::new(&[("a.py", &text.replace('\n', "\r\n")), ("b.py", &code(&["three"]))]);
    let add = ["--add-ignore", "known since the audit"];
    let shown = sandbox.run(&[&add[..], &["--diff", "a.py"]].concat());
    shown.says(1, "would suppress 6 findings in 1 file");
    let names = "blind-content-index, unchecked-stop-reason, retired-model";
    let sorted = |line: &str| {
        let list = line.split(['[', ']']).nth(1).unwrap();
        let mut list: Vec<&str> = list.split(", ").collect();
        list.sort_unstable();
        list.join(", ")
    };
    assert_eq!(std::fs::read_to_string(sandbox.path().join("a.py")).unwrap(), text.replace('\n', "\r\n"));
    sandbox.run(&[&add[..], &["a.py"]].concat()).says(0, "6 suppressed now");
    let after = std::fs::read_to_string(sandbox.path().join("a.py")).unwrap();
    let comments: Vec<&str> = after.lines().filter(|line| line.contains("claude-lint: ignore[")).collect();
    assert_eq!(comments.len(), 2, "{after}");
    assert!(comments.iter().all(|line| line.ends_with("] known since the audit")), "{after}");
    let mut expected: Vec<&str> = names.split(", ").collect();
    expected.sort_unstable();
    assert_eq!(sorted(&comments[0].replace(".content[0]", "")), expected.join(", "));
    assert_eq!(
        after.matches("\r\n").count(),
        text.matches('\n').count(),
        "no line is added, line ends are kept"
    );
    sandbox.run(&["a.py"]).says(0, "nothing found, 6 suppressed");
    sandbox.run(&["b.py"]).says(1, "1 error");
    sandbox.run(&["--add-ignore", " "]).says(2, "say why the findings do not hold");
    sandbox.run(&["--add-ignore", "two\nlines"]).says(2, "a reason stands on one line");
}
