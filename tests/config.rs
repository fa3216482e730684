//! Configuration: which file counts, what it changes, and what is said about mistakes in it.
#![allow(clippy::unwrap_used, reason = "tests")]

mod sandbox;

use std::io::Write as _;

use sandbox::{Run, Sandbox};

/// Three findings: `blind-content-index`, `unchecked-stop-reason`, `retired-model`.
const ASK: &str = "import anthropic\n\nclient = anthropic.Anthropic()\n\n\ndef ask(messages):\n    \
                   return client.messages.create(model=\"claude-2.1\", max_tokens=9999, messages=messages)\
                   .content[0].text\n";

/// `path rule severity` of every finding, in order.
#[track_caller]
fn findings(run: &Run) -> Vec<String> {
    assert!(matches!(run.code, Some(0 | 1)), "{}", run.stderr);
    let line = |line: &str| {
        let (path, rest) = line.split_once(':').unwrap();
        let rule = rest.split(['[', ']']).nth(1).unwrap();
        let severity = rest.split([' ', '[']).nth(1).unwrap();
        format!("{path} {rule} {severity}")
    };
    run.stdout.lines().map(line).collect()
}

#[track_caller]
fn check(files: &[(&str, &str)], arguments: &[&str], expected: &[&str]) {
    let sandbox = Sandbox::new(files);
    let run = sandbox.run(&[&["--output-format", "concise"], arguments].concat());
    assert_eq!(findings(&run), expected, "{}", run.stderr);
}

const BLIND: &str = "a.py blind-content-index warning";
const STOP: &str = "a.py unchecked-stop-reason warning";
const RETIRED: &str = "a.py retired-model error";

#[test]
fn files_choose_rules_and_severities() {
    check(&[("a.py", ASK)], &[], &[BLIND, STOP, RETIRED]);
    let with = |config: &str, expected: &[&str]| {
        check(&[("a.py", ASK), ("claude-lint.toml", config)], &[], expected);
    };
    with("ignore = ['response']", &[RETIRED]);
    with("select = ['response']", &[BLIND, STOP]);
    with("rules.retired-model.severity = 'off'", &[BLIND, STOP]);
    with("rules.unchecked-stop-reason.severity = 'info'\nmin-severity = 'warning'", &[BLIND, RETIRED]);
    with("rules.retired-model.allow = ['claude-2.1']", &[BLIND, STOP]);
    with("rules.deprecated-model.allow = ['claude-2.1']", &[BLIND, STOP, RETIRED]);
    with("exclude = ['a.py']", &[]);
}

#[test]
fn the_command_line_counts_more() {
    let files = &[("a.py", ASK), ("claude-lint.toml", "ignore = ['response']")];
    check(files, &["--select", "response"], &[BLIND, STOP]);
    check(files, &["--ignore", "request"], &[]);
    check(files, &["--no-config"], &[BLIND, STOP, RETIRED]);
    check(files, &["--config", "ignore = ['request']"], &[BLIND, STOP]);
    let sandbox = Sandbox::new(files);
    let mut command = sandbox.command(&["--output-format", "concise"]);
    let run = Run::of(command.env("CLAUDE_LINT_SELECT", "unchecked-stop-reason").output().unwrap());
    assert_eq!(findings(&run), [STOP]);
    let off = Run::of(
        sandbox.command(&["--output-format", "concise"]).env("CLAUDE_LINT_NO_CONFIG", "0").output().unwrap(),
    );
    assert_eq!(findings(&off), [RETIRED]);
}

#[test]
fn a_run_fails_where_the_file_says() {
    let sandbox = Sandbox::new(&[("a.py", ASK), ("claude-lint.toml", "fail-on = 'never'")]);
    assert_eq!(sandbox.run(&[]).code, Some(0));
    assert_eq!(sandbox.run(&["--fail-on", "error"]).code, Some(1));
}

#[test]
fn the_nearest_file_counts_alone() {
    let files = &[
        ("a.py", ASK),
        ("claude-lint.toml", "select = ['retired-model']"),
        ("sub/b.py", ASK),
        ("sub/pyproject.toml", "[tool.claude-lint]\nselect = ['unchecked-stop-reason']"),
        ("sub/deep/c.py", ASK),
        ("sub/deep/pyproject.toml", "[project]\nname = 'c'"),
        ("own/d.py", ASK),
        ("own/claude-lint.toml", "extend = '../claude-lint.toml'\nrules.retired-model.severity = 'info'"),
    ];
    let expected = &[
        RETIRED,
        "own/d.py retired-model info",
        "sub/b.py unchecked-stop-reason warning",
        "sub/deep/c.py unchecked-stop-reason warning",
    ];
    check(files, &[], expected);
    check(files, &["own", "--config", "claude-lint.toml"], &["own/d.py retired-model error"]);
    let dotted = &[("a.py", ASK), ("claude-lint.toml", "="), (".claude-lint.toml", "ignore = ['response']")];
    check(dotted, &[], &[RETIRED]);
}

#[test]
fn some_files_may_have_other_settings() {
    let config = "ignore = ['request']\n\
                  [[overrides]]\npaths = ['scripts/', '*_demo.py']\nignore = ['blind-content-index']\n\
                  [[overrides]]\npaths = ['scripts/x.py']\nselect = ['blind-content-index', 'request']\n\
                  rules.unchecked-stop-reason.severity = 'error'\n";
    let files = &[
        ("claude-lint.toml", config),
        ("a.py", ASK),
        ("b_demo.py", ASK),
        ("lib/scripts/c.py", ASK),
        ("scripts/x.py", ASK),
    ];
    let expected = &[
        BLIND,
        STOP,
        "b_demo.py unchecked-stop-reason warning",
        "lib/scripts/c.py unchecked-stop-reason warning",
    ];
    check(files, &[], expected);
}

#[test]
fn retry_helpers_are_believed() {
    let code = "import anthropic\n\nfrom net import resilient\n\nclient = anthropic.Anthropic(max_retries=0)\n\n\n\
                def ask(messages):\n    return resilient(lambda: client.messages.create(\n        \
                model=\"claude-sonnet-5\", max_tokens=9999, messages=messages))\n\n\n@app.get(\"/\")\ndef get():\n    \
                return ask([])\n";
    let config = "[project]\nretry-helpers = ['resilient']\n[rules]\nmissing-retry.severity = 'warning'\n";
    check(&[("a.py", code), ("claude-lint.toml", config)], &["--select", "missing-retry"], &[]);
    let bare = code.replace("resilient(lambda: ", "(").replace("from net import resilient\n", "");
    check(
        &[("a.py", &bare), ("claude-lint.toml", config)],
        &["--select", "missing-retry"],
        &["a.py missing-retry warning"],
    );
}

#[test]
fn history_limiters_are_believed() {
    let code = "import anthropic\n\nfrom room import make_room\n\nclient = anthropic.Anthropic()\n\n\ndef chat():\n    \
                history = []\n    while True:\n        history.append({\"role\": \"user\", \"content\": input()})\n        \
                make_room(history)\n        reply = client.messages.create(\n            model=\"claude-sonnet-5\", \
                max_tokens=999, messages=history)\n        history.append({\"role\": \"assistant\", \"content\": \
                reply.content})\n";
    let select = &["--select", "unbounded-history"];
    check(&[("a.py", code)], select, &["a.py unbounded-history warning"]);
    let config = "[project]\nhistory-limiters = ['make_room']\n";
    check(&[("a.py", code), ("claude-lint.toml", config)], select, &[]);
    let misspelt =
        Sandbox::new(&[("a.py", code), ("claude-lint.toml", "[project]\nhistory-limiter = ['make_room']\n")]);
    misspelt.run(&[]).says(2, "did you mean `history-limiters`?");
}

#[test]
fn wrappers_are_what_they_are_like() {
    let python = "import acme.models\nfrom acme.models import chat\n\nclient = acme.models.Claude(max_retries=0)\n\n\n\
                  def ask(messages):\n    chat(model=\"claude-2.1\", messages=messages)\n    \
                  return client.messages.create(model=\"claude-2.0\", max_tokens=9999, messages=messages)\n";
    let typescript = "import { connect } from '@acme/models';\n\nconst client = connect();\n\n\
                      export const ask = (messages: any) =>\n  \
                      client.messages.create({ model: 'claude-2.1', max_tokens: 99999, messages });\n";
    let rust = "use acme_models::Client;\nuse futures::future::join_all;\n\n\
                pub async fn everything(client: &Client, requests: Vec<Request>) -> Vec<Answer> {\n    \
                join_all(requests.into_iter().map(|r| async move { client.messages().create(r).await })).await\n}\n";
    let config = "[project.wrappers]\n'acme.models.Claude' = 'anthropic.Anthropic'\n\
                  'acme.models.chat' = 'litellm.completion'\n\
                  '@acme/models.connect' = '@anthropic-ai/sdk.Anthropic'\n\
                  'acme_models::Client' = 'async_anthropic::Client'\n";
    let files = &[("a.py", python), ("b.ts", typescript), ("c.rs", rust), ("claude-lint.toml", config)];
    let expected = &[
        "a.py retired-model error",
        "a.py retired-model error",
        "b.ts retired-model error",
        "b.ts blocking-long-request error",
        "c.rs unbounded-concurrency warning",
    ];
    let select = &["--select", "retired-model,blocking-long-request,unbounded-concurrency"];
    check(files, select, expected);
    // Nobody says so.
    check(&files[..3], &["--select", "retry,blocking-long-request"], &[]);
    let unknown = "[project.wrappers]\n'acme.models.Claude' = 'anthropic.Antropic'\n";
    Sandbox::new(&[("claude-lint.toml", unknown)]).run(&[]).says(2, "did you mean `anthropic.Anthropic`?");
}

#[test]
fn wrappers_of_nearer_configurations_count_below_them() {
    let python = "from acme.models import Claude\n\nclient = Claude()\n\n\ndef ask(messages):\n    \
                  return client.messages.create(model=\"claude-2.1\", max_tokens=99, messages=messages)\n";
    // Nothing in it speaks of Claude.
    let plain = "from acme.models import Bot\nfrom acme.names import MODEL\n\n\ndef ask(messages):\n    \
                 return Bot().messages.create(model=MODEL, messages=messages)\n";
    let config = "[project.wrappers]\n'acme.models.Claude' = 'anthropic.Anthropic'\n\
                  'acme.models.Bot' = 'anthropic.Anthropic'\n";
    let select = &["--select", "retired-model,missing-required-field"];
    let files =
        &[("in/a.py", python), ("in/b.py", plain), ("out/b.py", plain), ("in/claude-lint.toml", config)];
    let expected = &["in/a.py retired-model error", "in/b.py missing-required-field error"];
    check(files, select, expected);
    // From outside as from inside, and a nearer one that says nothing of them.
    let sandbox = Sandbox::new(files);
    sandbox.run(&["in/b.py", select[0], select[1]]).says(1, "");
    let deep = |config: &'static str| {
        [&files[..], &[("in/deep/b.py", plain), ("in/deep/.claude-lint.toml", config)]].concat()
    };
    check(&deep(""), select, expected);
    let more = [&expected[..], &["in/deep/b.py missing-required-field error"]].concat();
    check(&deep("extend = '../claude-lint.toml'"), select, &more);
    check(files, &["--no-config", select[0], select[1]], &expected[..1]);
    // What is typed and not saved.
    let mut child = sandbox
        .command(&["--stdin-filename", "in/new.py", "-", select[0], select[1]])
        .stdin(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(plain.as_bytes()).unwrap();
    sandbox::Run::of(child.wait_with_output().unwrap()).says(1, "1 error");
}

#[test]
fn mistakes_are_shown_where_they_are() {
    let says = |config: &str, expected: &[&str]| {
        let sandbox = Sandbox::new(&[("a.py", ASK), ("claude-lint.toml", config)]);
        let run = sandbox.run(&[]);
        for words in expected {
            run.says(2, words);
        }
        run.says(2, "claude-lint.toml:");
        assert_eq!(run.stdout, "");
    };
    says("ignroe = ['retry']", &["there is no setting `ignroe`", "did you mean `ignore`?", ":1:1]"]);
    says("\nselect = ['retrry']", &["there is no rule `retrry`", "did you mean `retry`?", ":2:11]"]);
    says("min-severity = 'warn'", &["there is no value `warn`", "did you mean `warning`?"]);
    says("rules.mising-retry.severity = 'off'", &["there is no rule `mising-retry`", "`missing-retry`?"]);
    says("rules.missing-retry.allow = []", &["`missing-retry` has no `allow`", "`retired-model`"]);
    says("exclude = ['!a']", &["without `!`"]);
    says("pedantic = 3", &["invalid type: integer `3`, expected a boolean"]);
    says("extend = 'none.toml'", &["there is no such file"]);
    says(
        "extend = '/etc/hosts'",
        &["there is no such file", ""].map(|_| "the file to extend cannot be used"),
    );
    says("extend = 'claude-lint.toml'", &["perhaps in a circle"]);
    says("pedantic = true\nselect = [", &["unclosed array", ":2:10]", "select = ["]);
    says("min-severity = 3", &["there is no value `3`", "it may be `info`, `warning`, `error`"]);
    says("[rules.missing-retry]\nseverity = true", &["there is no value `true`", "`off`, `info`"]);
    says("a = \u{1b}]0;x", &["the configuration cannot be read"]);
    let sandbox = Sandbox::new(&[("a.py", ASK)]);
    sandbox.run(&["--config", "none.toml"]).says(2, "none.toml` does not exist");
    sandbox.run(&["--config", "ignroe = 1"]).says(2, "did you mean `ignore`?");
    let run = sandbox.run(&["--config", "ignore = ['\u{1b}[31m']"]);
    run.says(2, "the configuration cannot be read");
    assert!(!run.stderr.contains('\u{1b}'), "{}", run.stderr);
}

#[test]
fn all_mistakes_are_shown_at_once() {
    let config = "pedantc = true\nmin-severity = 3\nselect = ['retrry', 4, 'retry']\n[rules.mising-retry]\nseverity = \
                  'of'\n[[overrides]]\nselect = []\n[[overrides]]\npaths = ['a/', '[b']\nignore = ['tols']\n";
    let places = [":1:1]", ":2:16]", ":3:11]", ":3:21]", ":4:8]", ":5:12]", ":6:1]", ":9:16]", ":10:11]"];
    let sandbox = Sandbox::new(&[("a.py", ASK), ("claude-lint.toml", config)]);
    let run = sandbox.run(&[]);
    let mut rest = run.stderr.as_str();
    for place in places {
        let at = rest.find(place).unwrap_or_else(|| panic!("{place} is missing or late:\n{}", run.stderr));
        rest = &rest[at..];
    }
    assert_eq!(run.stderr.matches("error: ").count(), places.len(), "{}", run.stderr);
    // What an extended file brings along is not known where it cannot be read.
    let config = "extend = 'none.toml'\npedantic = 1\nselect = ['theirs']\n";
    let sandbox = Sandbox::new(&[("a.py", ASK), ("claude-lint.toml", config)]);
    let run = sandbox.run(&[]);
    run.says(2, "there is no such file");
    run.says(2, "expected a boolean");
    assert!(!run.stderr.contains("theirs`"), "{}", run.stderr);
    // In a file of several tools the others may do as they like.
    let config =
        "[tool.other]\nx = 1\n[tool.claude-lint]\nfail-on = 'x'\nignore = 3\n[tool.more]\nselect = 3\n";
    let sandbox = Sandbox::new(&[("a.py", ASK), ("pyproject.toml", config)]);
    let run = sandbox.run(&[]);
    run.says(2, "there is no value `x`");
    assert_eq!(run.stderr.matches("error: ").count(), 2, "{}", run.stderr);
}

#[test]
fn variables_that_nothing_reads_are_told() {
    let sandbox = Sandbox::new(&[("a.py", ASK)]);
    let with = |name: &str, value: &str| {
        Run::of(sandbox.command(&["--output-format", "concise"]).env(name, value).output().unwrap())
    };
    let run = with("CLAUDE_LINT_SELCT", "retry");
    run.says(1, "warning: nothing reads `CLAUDE_LINT_SELCT`: did you mean `CLAUDE_LINT_SELECT`?");
    assert_eq!(findings(&run).len(), 3);
    let unlike = with("CLAUDE_LINT_OF_ANOTHER_TOOL", "1");
    unlike.says(1, "`CLAUDE_LINT_OF_ANOTHER_TOOL`: `claude-lint --help` says which options there are");
    assert!(!with("CLAUDE_LINT_PATHS", "src").stderr.contains("nothing reads"));
    with("CLAUDE_LINT_PEDANTIC", "maybe").says(2, "switched on by `1` or `true`");
    with("CLAUDE_LINT_PEDANTIC", "").says(1, "1 error");
}

#[cfg(unix)]
#[test]
fn nothing_outside_of_the_repository_is_read() {
    let outside = Sandbox::new(&[("claude-lint.toml", "secret words")]);
    let sandbox = Sandbox::new(&[("repo/a.py", ASK), ("claude-lint.toml", "secret words")]);
    std::os::unix::fs::symlink(
        outside.path().join("claude-lint.toml"),
        sandbox.path().join("repo/claude-lint.toml"),
    )
    .unwrap();
    let in_repo = |arguments: &[&str]| {
        let folder = sandbox.path().join("repo");
        Run::of(sandbox.command(arguments).current_dir(folder).output().unwrap())
    };
    // The link is no configuration of this repository.
    let run = in_repo(&[]);
    run.says(2, "claude-lint.toml` is a link that leads out of the repository");
    assert!(!run.stderr.contains("secret"), "{}", run.stderr);
    std::fs::remove_file(sandbox.path().join("repo/claude-lint.toml")).unwrap();
    // Nor does the file above the working directory count.
    assert_eq!(findings(&in_repo(&["--output-format", "concise"])).len(), 3);
    sandbox.write("repo/.claude-lint.toml", b"extend = '../claude-lint.toml'");
    let run = in_repo(&[]);
    run.says(2, "it lies outside of the repository");
    assert!(!run.stderr.contains("secret"), "{}", run.stderr);
}

#[test]
fn a_configuration_that_is_there_counts_or_fails() {
    let config = "ignore = ['retired-model']";
    let with = |bytes: &[u8]| {
        let sandbox = Sandbox::new(&[("a.py", ASK)]);
        sandbox.write("claude-lint.toml", bytes);
        sandbox.run(&["--output-format", "concise"])
    };
    assert_eq!(findings(&with(config.as_bytes())), [BLIND, STOP]);
    // As some shells and editors of Windows write it.
    let utf16: Vec<u8> =
        std::iter::once(0xfeff).chain(config.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    assert_eq!(findings(&with(&utf16)), [BLIND, STOP]);
    assert_eq!(findings(&with(&[b"\xef\xbb\xbf", config.as_bytes()].concat())), [BLIND, STOP]);
    with(b"ignore = ['\xe4']").says(2, "claude-lint.toml` is not UTF-8: line 1 holds other bytes");
    with(&vec![b'#'; (1 << 20) + 1]).says(2, "claude-lint.toml` is too large");
    // A folder of that name is none, and other people's files are theirs.
    let sandbox = Sandbox::new(&[("a.py", ASK), ("claude-lint.toml/b.py", ""), ("pyproject.toml", "[tool.")]);
    sandbox.write("pyproject.toml", b"\xe4");
    assert_eq!(findings(&sandbox.run(&["--output-format", "concise"])), [BLIND, STOP, RETIRED]);
}

#[cfg(unix)]
#[test]
fn links_within_a_repository_are_followed() {
    use std::os::unix::fs::symlink;
    let files = [("shared.toml", "exclude = ['b.py']"), ("in/a.py", ASK), ("in/b.py", ASK), ("b.py", ASK)];
    let sandbox = Sandbox::new(&files);
    // What it says holds as if it stood there.
    symlink("../shared.toml", sandbox.path().join("in/claude-lint.toml")).unwrap();
    let paths =
        |run: &Run| run.stdout.lines().map(|l| l.split(':').next().unwrap().to_string()).collect::<Vec<_>>();
    let run = sandbox.run(&["--output-format", "concise", "--select", "retired-model"]);
    assert_eq!(paths(&run), ["b.py", "in/a.py"]);
    symlink("nothing", sandbox.path().join("claude-lint.toml")).unwrap();
    sandbox.run(&[]).says(2, "claude-lint.toml` is a link that leads nowhere");
    symlink("shared.toml", sandbox.path().join("link.toml")).unwrap();
    let run =
        sandbox.run(&["--config", "link.toml", "--output-format", "concise", "--select", "retired-model"]);
    assert_eq!(paths(&run), ["in/a.py"]);
    sandbox.run(&["--config", "in"]).says(2, "in` is not a plain file");
}

#[test]
fn settings_can_be_shown() {
    let sandbox = Sandbox::new(&[
        ("base.toml", "pedantic = true\nignore = ['auth']"),
        ("claude-lint.toml", "extend = 'base.toml'\nignore = ['retry']"),
    ]);
    let run = sandbox.run(&["--show-config", "--config", "fail-on = 'never'"]);
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    for words in ["claude-lint.toml\n", "base.toml\n", "pedantic = true", "ignore = [\"retry\"]", "\"never\""]
    {
        assert!(run.stdout.contains(words), "no {words} in {}", run.stdout);
    }
    let written = Sandbox::new(&[("claude-lint.toml", &run.stdout)]);
    let again = written.run(&["--show-config"]).stdout;
    let settings =
        |text: &str| text.lines().filter(|l| !l.starts_with('#')).map(String::from).collect::<Vec<_>>();
    assert_eq!(settings(&again), settings(&run.stdout), "what is shown can be read");
    assert_eq!(Sandbox::new(&[]).run(&["--show-config"]).stdout, "# no configuration file\n");
}

/// `UPDATE=1 cargo test --test config` writes it anew.
#[test]
fn the_schema_is_up_to_date() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/claude-lint.schema.json");
    let schema = Sandbox::new(&[]).run(&["schema"]).stdout;
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(path, &schema).unwrap();
    }
    assert_eq!(std::fs::read_to_string(path).unwrap().replace("\r\n", "\n"), schema);
}
