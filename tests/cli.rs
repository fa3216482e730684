//! The command line as a user meets it.
#![allow(clippy::unwrap_used, reason = "tests")]

mod sandbox;

use std::io::Write as _;
use std::process::Stdio;

use sandbox::{Run, Sandbox};

const CLAUDE: &str = "import anthropic\n";

fn with_stdin(sandbox: &Sandbox, arguments: &[&str], input: &[u8]) -> Run {
    let mut child = sandbox
        .command(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // The program may end without reading.
    let _ = child.stdin.take().unwrap().write_all(input);
    Run::of(child.wait_with_output().unwrap())
}

#[test]
fn nothing_found_is_success_and_the_summary_goes_to_standard_error() {
    let sandbox = Sandbox::new(&[("a.py", CLAUDE), ("b.py", "")]);
    for arguments in [&[][..], &["."], &["check"], &["check", "."]] {
        let run = sandbox.run(arguments);
        run.says(0, "nothing found (2 files looked at, 1 linted");
        assert_eq!(run.stdout, "", "{arguments:?}");
    }
    assert_eq!(sandbox.run(&["-q"]).stderr, "");
}

#[test]
fn an_unreadable_path_fails_the_run_after_the_rest_is_linted() {
    let sandbox = Sandbox::new(&[("a.py", CLAUDE)]);
    let run = sandbox.run(&["missing.py", "a.py"]);
    run.says(2, "error: missing.py: does not exist\n");
    run.says(2, "1 linted");
    run.says(2, "incomplete: 1 problem");
    sandbox.run(&["--fail-on", "never", "missing"]).says(2, "error: missing: does not exist");
    let late = sandbox.run(&["--pedantic", "baseline", "write"]);
    late.says(
        2,
        "error: baseline: does not exist\nerror: write: does not exist\nhelp: a command comes before",
    );
    sandbox.run(&["chekc", "a.py"]).says(2, "does not exist\nhelp: is the command `check` meant?");
}

#[test]
fn what_is_found_in_a_copy_is_told_with_the_original() {
    let text = format!(
        "import anthropic\n\nclient = anthropic.Anthropic()\n{}\n\n\ndef ask(messages):\n    \
         return client.messages.create(model=\"claude-2.1\", max_tokens=9999, messages=messages)\n",
        "\n".repeat(20)
    );
    let files =
        [(".hooks/ask.py", &*text), ("b/c/ask.py", &text), ("d/ask.py", &text), ("d/other.py", &text)];
    let sandbox = Sandbox::new(&files);
    let all = ["--output-format", "concise", ".", ".hooks"];
    let run = sandbox.run(&all);
    let found: Vec<&str> = run.stdout.lines().map(|line| line.split(':').next().unwrap()).collect();
    assert_eq!(found, ["d/ask.py"], "{}", run.stdout);
    let full = sandbox.run(&[".", ".hooks"]).stdout;
    for copy in [".hooks/ask.py", "b/c/ask.py", "d/other.py"] {
        assert!(full.contains(copy), "{full}");
    }
    // One that was changed is told by itself.
    sandbox.write("b/c/ask.py", format!("# ours\n{text}").as_bytes());
    assert_eq!(sandbox.run(&all).stdout.lines().count(), 2);
    // All copies are mended.
    sandbox.run(&["--fix", "-q", ".", ".hooks"]);
    assert_eq!(sandbox.run(&all).stdout, "");
}

#[test]
fn what_is_not_text_is_said() {
    let sandbox = Sandbox::new(&[]);
    sandbox.write("latin.py", b"import anthropic\nname = '\xe4'\n");
    sandbox.write("binary.ts", b"anthropic\0\0");
    sandbox.write("harmless.py", b"name = '\xe4'\n");
    // One in a literal does not make it another kind of file.
    let odd = format!(
        "import anthropic\n\nMARK = \"\0\"  # {}\nclient = anthropic.Anthropic()\nreply = \
         client.messages.create(model=\"claude-2.1\", max_tokens=9999, messages=[])\n",
        "-".repeat(500)
    );
    sandbox.write("odd.py", odd.as_bytes());
    let run = sandbox.run(&[]);
    assert!(!run.stderr.contains("odd.py") && run.stdout.contains("odd.py:5"), "{run:?}");
    run.says(2, "error: latin.py: is not UTF-8: line 2 holds other bytes");
    run.says(2, "error: binary.ts: is not text: it holds NUL bytes");
    assert!(!run.stderr.contains("harmless"), "{}", run.stderr);
    sandbox.run(&["harmless.py"]).says(2, "error: harmless.py: is not UTF-8");
}

#[test]
fn marks_and_utf16_are_read() {
    let sandbox = Sandbox::new(&[("a.py", "\u{feff}import anthropic\n")]);
    let utf16: Vec<u8> = "\u{feff}import anthropic\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    sandbox.write("b.py", &utf16);
    assert_eq!(sandbox.files(&[]), ["a.py", "b.py"]);
}

#[cfg(unix)]
#[test]
fn a_forbidden_file_is_a_problem() {
    use std::os::unix::fs::PermissionsExt as _;
    let sandbox = Sandbox::new(&[("a.py", CLAUDE), ("b.py", CLAUDE)]);
    let path = sandbox.path().join("b.py");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o000)).unwrap();
    // Whoever may read everything meets no problem here.
    if std::fs::read(&path).is_err() {
        sandbox.run(&[]).says(2, "error: b.py: cannot be read: permission denied");
    }
}

#[test]
fn a_named_file_in_another_language_is_skipped_aloud() {
    let sandbox = Sandbox::new(&[("notes.md", "anthropic")]);
    sandbox.run(&["notes.md"]).says(0, "skipped: notes.md: not a Python");
}

#[test]
fn unknown_names_offer_the_nearest() {
    let sandbox = Sandbox::new(&[]);
    for arguments in [["--select", "retrry"], ["--ignore", "retry,Retri"]] {
        let run = sandbox.run(&arguments);
        run.says(2, "there is no rule");
        run.says(2, "did you mean `retry`?");
    }
    sandbox.run(&["explain", "retry"]).says(2, "`retry` is a category; its rules are `missing-retry`");
    sandbox.run(&["explain", "mising-retry"]).says(2, "did you mean `missing-retry`?");
    sandbox.run(&["explain", "qqqqq"]).says(2, "there is no rule `qqqqq`");
    sandbox.run(&["--select", "retry,streaming"]).says(0, "nothing found");
}

#[test]
fn bad_arguments_are_explained() {
    let sandbox = Sandbox::new(&[]);
    sandbox.run(&["--exclude", "["]).says(2, "`[` is not a glob");
    sandbox.run(&["--exclude", "!a"]).says(2, "without `!`");
    sandbox.run(&["--threads", "0"]).says(2, "--threads");
    sandbox
        .run(&["--output-format", "xml"])
        .says(2, "possible values: full, concise, json, json-lines, sarif, github");
    sandbox.run(&["-"]).says(2, "--stdin-filename");
    sandbox.run(&["--stdin-filename", "a.py"]).says(2, "give `-` as path");
    let nowhere = sandbox.run(&["--output-file", "no/such/folder/x"]);
    let reason = if cfg!(windows) { "" } else { ": no such file or directory\n" };
    nowhere.says(2, &format!("error: cannot write to `no/such/folder/x`{reason}"));
    let run = sandbox.run(&["--exclude", "*.{js"]);
    run.says(2, "error: `*.{js` is not a glob: ");
    assert!(!run.stderr.contains("!*"), "the glob as it was given:\n{}", run.stderr);
    assert!(run.stderr.contains("\n  help: globs are written as in .gitignore"), "{}", run.stderr);
}

const RETIRED: &str = "import anthropic\nanthropic.Anthropic().messages.create(\n    model=\"claude-2.1\", max_tokens=99, messages=m)\n";

#[test]
fn one_run_makes_several_reports() {
    let sandbox = Sandbox::new(&[("src/a.py", RETIRED), (".git/HEAD", "")]);
    let mut command = sandbox.command(&[
        "--output-format=sarif=out.sarif",
        "--output-format=gitlab=out.json",
        "--output-format=concise",
    ]);
    let run = Run::of(command.current_dir(sandbox.path().join("src")).output().unwrap());
    assert!(run.stdout.starts_with("a.py:3:11: error[retired-model]"), "{}", run.stdout);
    for file in ["src/out.sarif", "src/out.json"] {
        let text = std::fs::read_to_string(sandbox.path().join(file)).unwrap();
        assert!(text.contains("\"src/a.py\""), "paths are those from the root of the repository: {text}");
    }
    let two = sandbox.run(&["--output-format", "sarif", "--output-format", "json"]);
    two.says(2, "error: two reports for standard output");
    let both = sandbox.run(&["--output-format=concise", "--output-format=github"]);
    assert!(
        both.stdout.starts_with("src/a.py:3:11: error") && both.stdout.contains("\n::error file=src/a.py,")
    );
    let twice = ["--output-format=full", "--output-format=github", "--output-format=azure"];
    sandbox.run(&twice).says(2, "two reports for standard output");
    sandbox
        .run(&["--output-format=json", "--output-format=github"])
        .says(2, "two reports for standard output");
    sandbox.run(&["--output-format=json=x", "--output-format=sarif=x"]).says(2, "two reports for `x`");
    sandbox.run(&["--output-format=json=x", "--output-file=y"]).says(2, "not clear which report");
    sandbox.run(&["--output-format=json="]).says(2, "there is no file behind `=`");
}

#[test]
fn github_actions_get_annotations_where_nothing_is_asked_for() {
    let sandbox = Sandbox::new(&[("a.py", RETIRED)]);
    let in_actions = |arguments: &[&str]| {
        Run::of(sandbox.command(arguments).env("GITHUB_ACTIONS", "true").output().unwrap()).stdout
    };
    let text = in_actions(&[]);
    assert!(text.contains("╭─[a.py:3:11]") && text.contains("\n::error file=a.py,line=3,"), "{text}");
    assert!(!in_actions(&["--output-format", "full"]).contains("::error"));
    assert!(!sandbox.run(&[]).stdout.contains("::error"));
}

#[test]
fn what_is_not_understood_is_said_when_asked() {
    let broken = "import anthropic\n\ndef ask(:\n    return anthropic.Anthropic().messages.create(\n";
    let sandbox = Sandbox::new(&[("a.py", broken), ("b.py", CLAUDE)]);
    let run = sandbox.run(&["-v"]);
    run.says(0, "skipped: a.py: a part with errors in its syntax, first at line 3\n");
    assert!(!run.stderr.contains("b.py"), "{}", run.stderr);
    assert!(!sandbox.run(&[]).stderr.contains("skipped"));
}

#[test]
fn standard_input_stands_for_a_file() {
    let sandbox = Sandbox::new(&[("src/a.py", "")]);
    let arguments = ["-", "--stdin-filename", "src/a.py"];
    with_stdin(&sandbox, &arguments, CLAUDE.as_bytes()).says(0, "1 file looked at, 1 linted");
    with_stdin(&sandbox, &arguments, b"").says(0, "1 file looked at, 0 linted");
    with_stdin(&sandbox, &arguments, b"anthropic \xff").says(2, "error: src/a.py: is not UTF-8");
    with_stdin(&sandbox, &["-", "--stdin-filename", "a.md"], b"anthropic").says(0, "skipped: a.md");
    let both = with_stdin(&sandbox, &["-", "src", "--stdin-filename", "src/a.py"], CLAUDE.as_bytes());
    both.says(0, "1 file looked at, 1 linted");
}

#[test]
fn a_closed_pipe_is_success() {
    let files: Vec<String> = (0..4000).map(|n| format!("a_rather_long_file_name_{n:04}.py")).collect();
    let files: Vec<(&str, &str)> = files.iter().map(|name| (name.as_str(), CLAUDE)).collect();
    let sandbox = Sandbox::new(&files);
    let mut child =
        sandbox.command(&["--show-files"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let run = Run::of(child.wait_with_output().unwrap());
    assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""));
}

#[test]
fn hostile_input_ends() {
    let sandbox = Sandbox::new(&[]);
    let deep = format!("import anthropic\nx = {}{}\n", "(".repeat(100_000), ")".repeat(100_000));
    sandbox.write("deep.py", deep.as_bytes());
    sandbox.write("open.ts", format!("// anthropic\n{}", "({[`${".repeat(50_000)).as_bytes());
    sandbox.write("angle.rs", format!("// anthropic\nfn f() {{ {} }}", "a<".repeat(50_000)).as_bytes());
    let run = sandbox.run(&[]);
    assert!(matches!(run.code, Some(0..=2)), "{:?} {}", run.code, run.stderr);
    assert!(!run.stderr.contains("panicked"), "{}", run.stderr);
}

#[test]
fn any_number_of_threads_is_bearable() {
    Sandbox::new(&[("a.py", CLAUDE)]).run(&["--threads", "20000"]).says(0, "1 linted");
}

#[test]
fn explained_rules_say_when_they_run_and_point_at_what_they_report() {
    let page = Sandbox::new(&[]).run(&["explain", "missing-jitter"]).stdout;
    assert!(page.starts_with(
        "# missing-jitter\n\nCategory retry, severity warning, on by default. `--fix` mends it"
    ));
    assert!(page.contains("time.sleep(2**attempt)  # ← missing-jitter\n"), "{page}");
    assert!(page.contains("// ↓ missing-jitter\n"), "{page}");
    assert!(!page.contains("expect:"), "{page}");
}

#[test]
fn colours_follow_the_flag_then_the_environment() {
    let sandbox = Sandbox::new(&[("app.py", UNCHECKED)]);
    let colored = |when: &str, variables: &[(&str, &str)]| {
        let mut command = sandbox.command(&["--color", when]);
        command.envs(variables.iter().copied());
        Run::of(command.output().unwrap()).stdout.contains('\x1b')
    };
    assert!(!colored("auto", &[]), "a pipe is no terminal");
    assert!(colored("auto", &[("CLICOLOR_FORCE", "1")]));
    assert!(!colored("auto", &[("CLICOLOR_FORCE", "0")]));
    assert!(!colored("auto", &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")]));
    assert!(colored("always", &[("NO_COLOR", "1")]));
    assert!(!colored("never", &[("CLICOLOR_FORCE", "1")]));
}

#[test]
fn reports_fit_the_width_that_is_said() {
    let sandbox = Sandbox::new(&[("app.py", UNCHECKED)]);
    let mut command = sandbox.command(&[]);
    let run = Run::of(command.env("COLUMNS", "60").output().unwrap());
    // Labels stand where they point to, however far to the right.
    let lines = run.stdout.lines().filter(|line| !line.trim_start().starts_with('·'));
    let widest = lines.map(|line| line.chars().count()).max();
    assert!(widest.is_some_and(|widest| widest <= 60), "{}", run.stdout);
}

#[test]
fn rules_are_listed_for_people_and_programs() {
    let sandbox = Sandbox::new(&[]);
    let text = sandbox.run(&["rules"]);
    assert_eq!(text.code, Some(0));
    let json = sandbox.run(&["rules", "--output-format", "json"]);
    let list: serde_json::Value = serde_json::from_str(&json.stdout).unwrap();
    let rules = list["rules"].as_array().unwrap();
    assert_eq!(text.stdout.lines().count(), rules.len() + 1);
    for rule in rules {
        let id = rule["id"].as_str().unwrap();
        let page = sandbox.run(&["explain", id]);
        assert_eq!(page.code, Some(0));
        assert!(page.stdout.contains(id), "{id}");
    }
}

const UNCHECKED: &str = "\
import anthropic

client = anthropic.Anthropic()


def summarize(text):
    response = client.messages.create(
        model=\"claude-opus-4-1\",
        max_tokens=1024,
        messages=[{\"role\": \"user\", \"content\": text}],
    )
    return response.content[0].text
";

#[test]
fn findings_decide_the_exit_code() {
    let sandbox = Sandbox::new(&[("app.py", UNCHECKED)]);
    let only = ["--select", "unchecked-stop-reason"];
    let code = |arguments: &[&str]| sandbox.run(&[&only[..], arguments].concat()).code;
    assert_eq!(code(&[]), Some(1));
    assert_eq!(code(&["--fail-on", "info"]), Some(1));
    assert_eq!(code(&["--fail-on", "error"]), Some(0));
    assert_eq!(code(&["--fail-on", "never"]), Some(0));
    assert_eq!(code(&["--min-severity", "error"]), Some(0));
    assert_eq!(code(&["--ignore", "response"]), Some(1), "a rule's own name beats its category");
    assert_eq!(code(&["--ignore", "unchecked-stop-reason"]), Some(0));
    assert_eq!(code(&["missing.py", "app.py"]), Some(2), "incomplete beats found");
}

#[test]
fn findings_go_to_standard_output_or_the_named_file() {
    let sandbox = Sandbox::new(&[("app.py", UNCHECKED)]);
    let arguments = ["--select", "unchecked-stop-reason", "--output-format", "concise"];
    let run = sandbox.run(&arguments);
    assert!(run.stdout.starts_with("app.py:"), "{}", run.stdout);
    assert_eq!(run.stdout.lines().count(), 1);
    run.says(1, "1 warning");
    let to_file = sandbox.run(&[&arguments[..], &["--output-file", "report.txt"]].concat());
    assert_eq!((to_file.code, to_file.stdout.as_str()), (Some(1), ""));
    assert_eq!(std::fs::read_to_string(sandbox.path().join("report.txt")).unwrap(), run.stdout);
}

#[test]
fn the_summary_counts_what_comments_suppress() {
    let sandbox = Sandbox::new(&[]);
    let quiet = "content[0].text  # claude-lint: ignore[unchecked-stop-reason]";
    sandbox.write("app.py", UNCHECKED.replace("content[0].text", quiet).as_bytes());
    let select = ["--select", "unchecked-stop-reason,suppressions"];
    sandbox.run(&select).says(0, "nothing found, 1 suppressed (1 file looked at");
}

#[test]
fn context_is_understood_and_not_reported_on() {
    let sandbox = Sandbox::new(&[(".git/HEAD", ""), ("app.py", UNCHECKED), ("main.py", "import app\n")]);
    sandbox.write("other.py", UNCHECKED.replace("import anthropic", "import anthropic, main").as_bytes());
    let run = sandbox.run(&["--select", "unchecked-stop-reason", "--output-format", "concise", "app.py"]);
    assert_eq!(run.stdout.lines().count(), 1, "{}", run.stdout);
    run.says(1, "1 file looked at, 1 linted");
}

#[test]
fn the_report_is_the_same_for_any_number_of_threads() {
    let names: Vec<String> = (0..40).map(|n| format!("d{}/f{n}.py", n % 7)).collect();
    let files: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), UNCHECKED)).collect();
    let sandbox = Sandbox::new(&files);
    let report = |threads| sandbox.run(&["--output-format", "json", "--threads", threads]).stdout;
    let one = report("1");
    assert!(one.contains("d6/f6.py"));
    assert_eq!(one, report("2"));
    assert_eq!(one, report("8"));
}

#[test]
fn models_are_listed_with_their_status_on_a_day() {
    let sandbox = Sandbox::new(&[]);
    let text = sandbox.run(&["models", "--as-of", "2026-12-01"]);
    assert_eq!(text.code, Some(0));
    let line = |id: &str| text.stdout.lines().find(|l| l.starts_with(id)).unwrap().to_string();
    assert!(line("claude-sonnet-4-5-20250929 ").contains("retired"), "{}", text.stdout);
    let json = sandbox.run(&["models", "--as-of", "2026-11-29", "--output-format", "json"]);
    let list: serde_json::Value = serde_json::from_str(&json.stdout).unwrap();
    let models = list["models"].as_array().unwrap();
    let sonnet = models.iter().find(|m| m["id"] == "claude-sonnet-4-5-20250929").unwrap();
    assert_eq!(sonnet["status"], "deprecated");
    assert_eq!(sonnet["replacement"], "claude-sonnet-5-5");
    assert_eq!(sandbox.run(&["models", "--as-of", "2026-02-30"]).code, Some(2));
}

#[test]
fn shells_complete_every_command_and_option() {
    let sandbox = Sandbox::new(&[]);
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let run = sandbox.run(&["completions", shell]);
        assert_eq!(run.code, Some(0), "{}", run.stderr);
        for word in ["explain", "show-project", "output-format", "stdin-filename"] {
            assert!(run.stdout.contains(word), "no `{word}` for {shell}");
        }
    }
    sandbox.run(&["completions", "tcsh"]).says(2, "possible values: bash");
}

#[test]
fn the_manual_has_a_page_for_each_command() {
    let sandbox = Sandbox::new(&[]);
    let page = sandbox.run(&["man"]);
    assert!(page.stdout.contains(".TH claude-lint 1"), "{}", page.stdout);
    assert!(page.stdout.contains("claude\\-lint\\-explain(1)"), "{}", page.stdout);
    assert_eq!(sandbox.run(&["man", "out/pages"]).code, Some(0));
    assert!(sandbox.path().join("out/pages/claude-lint-explain.1").is_file());
}

#[test]
fn sarif_logs_have_a_category() {
    let sandbox = Sandbox::new(&[("a.py", UNCHECKED)]);
    let category = |arguments: &[&str]| {
        let run = sandbox.run(&[&["--output-format", "sarif"], arguments].concat());
        let log: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
        log["runs"][0]["automationDetails"]["id"].as_str().unwrap().to_string()
    };
    assert_eq!(category(&[]), "claude-lint/");
    assert_eq!(category(&["--sarif-category", "services/mail"]), "services/mail/");
    sandbox.run(&["--sarif-category", ""]).says(2, "a category has a name");
}

#[test]
fn line_hashes_are_those_of_the_files_on_disk() {
    let call = "anthropic.Anthropic().messages.create(model='claude-2.1', max_tokens=9, messages=m)";
    let notebook = format!(
        "{{\"cells\": [{{\"cell_type\": \"code\", \"metadata\": {{}}, \"outputs\": [], \"execution_count\": null,\n \
         \"source\": [\"import anthropic\\n\",\n  \"{call}\"]}}],\n \"metadata\": {{}}, \"nbformat\": 4, \"nbformat_minor\": 5}}\n"
    );
    let marked = format!("\u{feff}import anthropic; {call}\n");
    for (path, text, line) in [("a.ipynb", &notebook, 2), ("a.py", &marked, 0)] {
        let sandbox = Sandbox::new(&[(path, text)]);
        let run = sandbox.run(&["--select", "retired-model", "--output-format", "sarif"]);
        let hash = &claude_lint::report::line_hashes(text)[line];
        assert!(
            run.stdout.contains(&format!("\"primaryLocationLineHash\": \"{hash}\"")),
            "{path}: {hash} {}",
            run.stdout
        );
    }
}

/// Nobody imports a notebook: a model that is named once, and never again, is asked for by no request.
#[test]
fn a_model_that_a_notebook_never_uses_reaches_no_request() {
    let notebook = |source: &str| {
        format!(
            "{{\"cells\": [{{\"cell_type\": \"code\", \"metadata\": {{}}, \"outputs\": [], \"execution_count\": null,\n \
             \"source\": \"{source}\"}}],\n \"metadata\": {{}}, \"nbformat\": 4, \"nbformat_minor\": 5}}\n"
        )
    };
    let code = |files: &[(&str, &str)], expected: i32| {
        assert_eq!(Sandbox::new(files).run(&["--select", "retired-model"]).code, Some(expected));
    };
    let constant = "CLAUDE_MODEL_ID = 'us.anthropic.claude-3-5-sonnet-20241022-v2:0'";
    let alone = notebook(constant);
    code(&[("a.ipynb", &alone)], 0);
    code(&[("a.ipynb", &notebook(&format!("{constant}\\nask(CLAUDE_MODEL_ID)")))], 1);
    // Another one may run it.
    code(&[("a.ipynb", &alone), ("b.ipynb", &notebook("%run a.ipynb\\nask_claude(CLAUDE_MODEL_ID)"))], 1);
    code(&[("a.py", constant)], 1);
    // What a type derives from reads its fields.
    let field = "class Own(ChatAnthropic):\\n    model: str = 'claude-3-opus-20240229'\\nOwn().invoke('hi')";
    code(&[("a.ipynb", &notebook(&format!("from langchain_anthropic import ChatAnthropic\\n{field}")))], 1);
}
