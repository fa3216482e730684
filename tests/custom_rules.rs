//! Custom rules: what they find, what they ask the model, what is said about mistakes in them.
#![allow(clippy::unwrap_used, reason = "tests")]

mod sandbox;

use claude_lint::lang::Language;
use claude_lint::lang::pattern::{FINDING, compile};
use sandbox::{Run, Sandbox};
use serde_json::Value;

const CONFIG: (&str, &str) = ("claude-lint.toml", "custom-rules = ['lint-rules']\nselect = ['custom']\n");

/// A rule about calls that send requests.
const TOML: (&str, &str) = ("lint-rules/no-request/rule.toml", "message = 'a request'\n");
const QUERY: (&str, &str) = ("lint-rules/no-request/python.scm", "((call) @finding (#request? @finding))\n");

const ASK: &str = "import anthropic\n\nclient = anthropic.Anthropic()\n\n\ndef ask(messages):\n    \
                   return client.messages.create(model='claude-sonnet-5', max_tokens=9, messages=messages)\n";

/// A rule with other files.
fn rule<'t>(files: &[(&'t str, &'t str)]) -> Sandbox {
    Sandbox::new(&[&[CONFIG, TOML, QUERY, ("app.py", ASK)], files].concat())
}

/// `path:line rule` of every finding.
#[track_caller]
fn found(run: &Run) -> Vec<String> {
    assert!(matches!(run.code, Some(0 | 1)), "{}", run.stderr);
    let line = |line: &str| {
        let mut parts = line.splitn(4, ':');
        let (path, number) = (parts.next().unwrap(), parts.next().unwrap());
        format!("{path}:{number} {}", line.split(['[', ']']).nth(1).unwrap())
    };
    run.stdout.lines().map(line).collect()
}

#[track_caller]
fn concise(sandbox: &Sandbox, arguments: &[&str]) -> Vec<String> {
    found(&sandbox.run(&[&["--output-format", "concise"], arguments].concat()))
}

/// What a query finds in a file: the lines.
#[track_caller]
fn lines(path: &str, query: &str, text: &str) -> Vec<u32> {
    let language = match path.rsplit_once('.').unwrap().1 {
        "py" => "python",
        "rs" => "rust",
        _ => "typescript",
    };
    let scm = format!("lint-rules/x/{language}.scm");
    let toml = ("lint-rules/x/rule.toml", "message = 'x'");
    let sandbox = Sandbox::new(&[CONFIG, toml, (&scm, query), (path, text)]);
    let lines = concise(&sandbox, &[]).into_iter().map(|found| {
        let number = found.split([':', ' ']).nth(1).unwrap().to_string();
        number.parse().unwrap()
    });
    lines.collect()
}

mod what_is_found {
    use super::*;

    const MODEL: &[(&str, &str)] = &[
        (
            "lint-rules/no-model/rule.toml",
            "message = 'the model {model} is written in `{finding}`'\nhelp = 'not {{{model}}}'\n\
             severity = 'error'\n[labels]\nfinding = 'sent'\nmodel = 'written'\n",
        ),
        (
            "lint-rules/no-model/python.scm",
            "((call arguments: (argument_list (keyword_argument name: (identifier) @_n value: (string) @model)))\n\
             @finding (#eq? @_n \"model\") (#request? @finding))\n",
        ),
    ];

    #[test]
    fn messages_and_labels_show_what_is_captured() {
        let sandbox = Sandbox::new(&[&[CONFIG, ("app.py", ASK)], MODEL].concat());
        let run = sandbox.run(&["--output-format", "json"]);
        assert_eq!(run.code, Some(1), "{}", run.stderr);
        let report: Value = serde_json::from_str(&run.stdout).unwrap();
        let finding = &report["findings"][0];
        assert_eq!(
            finding["message"],
            "the model 'claude-sonnet-5' is written in `client.messages.create(model='claude-sonnet-5', \
             max_tokens=9…`"
        );
        assert_eq!(finding["help"], "not {'claude-sonnet-5'}");
        assert_eq!((&finding["category"], &finding["severity"]), (&"custom".into(), &"error".into()));
        assert_eq!((&finding["label"], &finding["start"]["line"]), (&"sent".into(), &7.into()));
        assert_eq!(finding["related"][0]["label"], "written");
        assert_eq!(report["findings"].as_array().unwrap().len(), 1);
    }

    #[test]
    fn they_are_chosen_like_any_other() {
        let old = ASK.replace("claude-sonnet-5", "claude-2.1");
        let sandbox = rule(&[("claude-lint.toml", "custom-rules = ['lint-rules']"), ("app.py", &old)]);
        let with = |arguments: &[&str]| {
            let found = concise(&sandbox, arguments);
            (found.len(), found.iter().filter(|line| line.ends_with(" no-request")).count())
        };
        let (all, own) = with(&[]);
        assert!(all > own && own == 1, "{all} {own}");
        assert_eq!(with(&["--select", "no-request"]), (1, 1));
        assert_eq!(with(&["--select", "custom"]), (1, 1));
        assert_eq!(with(&["--ignore", "no-request"]), (all - 1, 0));
        assert_eq!(with(&["--ignore", "custom"]), (all - 1, 0));
        assert_eq!(with(&["--config", "ignore = ['no-request']"]), (all - 1, 0));
        assert_eq!(with(&["--config", "rules.no-request.severity = 'off'"]), (all - 1, 0));
        sandbox.run(&["--select", "no-requests"]).says(2, "did you mean `no-request`?");
        let severe = sandbox.run(&["--select", "custom", "--config", "rules.no-request.severity = 'error'"]);
        severe.says(1, "1 error");
    }

    #[test]
    fn pedantic_ones_have_to_be_asked_for() {
        let sandbox = rule(&[(TOML.0, "message = 'a request'\npedantic = true")]);
        assert_eq!(concise(&sandbox, &[]), [""; 0]);
        assert_eq!(concise(&sandbox, &["--pedantic"]).len(), 1);
        assert_eq!(concise(&sandbox, &["--select", "no-request"]).len(), 1);
    }

    #[test]
    fn comments_and_the_baseline_accept_them() {
        let ask = ASK.replace("messages)\n", "messages)  # claude-lint: ignore[no-request] meant\n");
        let sandbox = rule(&[("app.py", &ask)]);
        sandbox.run(&[]).says(0, "1 suppressed");
        // A name that nothing has is told, with one that there is.
        let ask = ask.replace("[no-request]", "[no-requst]");
        let sandbox = rule(&[("app.py", &ask)]);
        let run = sandbox.run(&["--select", "suppressions"]);
        assert!(run.stdout.contains("did you mean `no-request`?"), "{}", run.stdout);
        // One without use is told as well.
        let unused = rule(&[("app.py", &format!("{ASK}x = 1  # claude-lint: ignore[no-request] why\n"))]);
        let arguments = &["--select", "no-request,unused-suppression"];
        assert_eq!(concise(&unused, arguments), ["app.py:7 no-request", "app.py:8 unused-suppression"]);

        let sandbox = rule(&[]);
        assert_eq!(sandbox.run(&["baseline", "write"]).code, Some(0));
        sandbox.run(&[]).says(0, "1 more in the baseline");
        std::fs::remove_file(sandbox.path().join("claude-lint-baseline.json")).unwrap();
        sandbox.run(&["--add-ignore", "meant"]).says(0, "1 suppressed now");
        sandbox.run(&[]).says(0, "1 suppressed");
    }

    #[test]
    fn lists_pages_and_logs_have_them() {
        let toml = "message = 'a request'\nsummary = 'requests'\nhelp = 'ask nobody'\nurl = 'https://example.org/no'";
        let sandbox = rule(&[(TOML.0, toml)]);
        let list = sandbox.run(&["rules"]);
        assert!(list.stdout.lines().last().unwrap().starts_with("no-request"), "{}", list.stdout);
        let page = sandbox.run(&["explain", "no-request"]).stdout;
        for part in
            ["# no-request", "Category custom, severity warning", "requests", "ask nobody", "example.org"]
        {
            assert!(page.contains(part), "no `{part}` in:\n{page}");
        }
        sandbox.run(&["explain", "no-requests"]).says(2, "did you mean `no-request`?");
        let log: Value = serde_json::from_str(&sandbox.run(&["--output-format", "sarif"]).stdout).unwrap();
        let run = &log["runs"][0];
        let described = &run["tool"]["driver"]["rules"][0];
        assert_eq!(
            (&described["id"], &described["helpUri"]),
            (&"no-request".into(), &"https://example.org/no".into())
        );
        assert_eq!(run["results"][0]["ruleId"], "no-request");
    }

    #[test]
    fn a_run_is_the_same_for_any_number_of_threads() {
        let copies: Vec<(String, String)> =
            (0..40).map(|n| (format!("app{n}.py"), ASK.replace("ask", &format!("ask{n}")))).collect();
        let copies: Vec<(&str, &str)> = copies.iter().map(|(p, t)| (p.as_str(), t.as_str())).collect();
        let sandbox = rule(&copies);
        let run = |threads| sandbox.run(&["--threads", threads, "--output-format", "json"]).stdout;
        let alone = run("1");
        assert_eq!(alone.matches("\"no-request\"").count(), 41, "{alone}");
        assert_eq!(alone, run("3"));
        assert_eq!(alone, run("8"));
    }

    #[test]
    fn only_what_is_linted_is_asked() {
        let plain = "def f():\n    return g()\n";
        let query = "((call) @finding)";
        let files = [(QUERY.0, query), ("plain.py", plain), ("near.py", "import app\napp.ask([])\n")];
        assert_eq!(
            concise(&rule(&files), &[]),
            ["app.py:3 no-request", "app.py:7 no-request", "near.py:2 no-request"]
        );
        // What is read for another file's sake is not reported.
        let sandbox = rule(&files);
        std::fs::create_dir(sandbox.path().join(".git")).unwrap();
        assert_eq!(concise(&sandbox, &["near.py"]), ["near.py:2 no-request"]);
    }

    #[test]
    fn places_in_notebooks_are_those_of_cells() {
        let notebook = format!(
            "{{\"cells\": [{{\"cell_type\": \"code\", \"source\": {}}}], \"metadata\": {{}}, \"nbformat\": 4, \
             \"nbformat_minor\": 5}}",
            serde_json::to_string(ASK).unwrap()
        );
        let sandbox = rule(&[("ask.ipynb", &notebook)]);
        let run = sandbox.run(&["--output-format", "concise", "ask.ipynb"]);
        assert!(run.stdout.starts_with("ask.ipynb:cell 1:7:"), "{}", run.stdout);
    }

    #[test]
    fn fixes_of_other_rules_leave_them_their_place() {
        let ask = ASK.replace("claude-sonnet-5", "claude-2.1").replace("client =", "x = 1\nclient =");
        let sandbox = rule(&[
            ("claude-lint.toml", "custom-rules = ['lint-rules']\nselect = ['custom', 'retired-model']"),
            ("app.py", &ask),
        ]);
        let run = sandbox.run(&["--fix", "--unsafe-fixes", "--output-format", "concise"]);
        assert_eq!(found(&run), ["app.py:8 no-request"]);
    }
}

mod the_model {
    use super::*;

    const CALLS: &str = "\
import os
import anthropic
import requests

MODEL = 'claude-sonnet-5'
client = anthropic.Anthropic()


def ask(messages, model, other):
    client.messages.create(model=MODEL, max_tokens=9, messages=messages)
    other.create(model=model, max_tokens=9)
    requests.get('https://example.org')
    print(os.environ['MODEL'], MODEL, model, 'a' + 'b')
";

    #[test]
    fn requests() {
        assert_eq!(lines("a.py", "((call) @finding (#request? @finding))", CALLS), [10]);
        // Line 11 may be one: nobody knows what `other` is.
        let not = "((call) @finding (#not-request? @finding))";
        assert_eq!(lines("a.py", not, CALLS), [6, 12, 13]);
        let awaited =
            "import anthropic\nasync def ask():\n    await anthropic.AsyncAnthropic().messages.create()\n";
        assert_eq!(lines("a.py", "((await) @finding (#request? @finding))", awaited), [3]);
    }

    #[test]
    fn clients() {
        let receiver = |predicate: &str| {
            format!("(call function: (attribute object: (_) @x (#{predicate} @x))) @finding")
        };
        assert_eq!(lines("a.py", &receiver("client?"), CALLS), [10]);
        assert_eq!(lines("a.py", &receiver("not-client?"), CALLS), [6, 12]);
        let http = "import requests\nurl = 'https://api.anthropic.com/v1/messages'\none = requests.Session()\n\
                    two = requests.Session()\nheaders = {'x-api-key': KEY}\n\
                    one.post(url, headers=headers, json={'messages': [], 'model': 'claude-sonnet-5'})\n\
                    two.get('https://example.org')\n";
        assert_eq!(lines("a.py", &receiver("client?"), http), [6]);
        assert_eq!(lines("a.py", &receiver("not-client?"), http), [3, 4]);
        let made = "import anthropic\nfrom llm import client as c\nprint(c, anthropic)\n";
        let files = [
            ("lint-rules/no-request/python.scm", "((identifier) @finding (#client? @finding))"),
            ("llm.py", "import anthropic\nclient = anthropic.Anthropic()\n"),
            ("app.py", made),
        ];
        assert!(concise(&rule(&files), &[]).contains(&"app.py:3 no-request".to_string()));
    }

    #[test]
    fn names() {
        let callee = |names: &str| format!("(call function: (_) @x (#resolves-to? @x {names})) @finding");
        assert_eq!(lines("a.py", &callee("\"anthropic.Anthropic\""), CALLS), [6]);
        assert_eq!(lines("a.py", &callee("\"requests.get\" print"), CALLS), [12, 13]);
        assert_eq!(lines("a.py", &callee("\"anthropic.Anthropic.messages.create\""), CALLS), [10]);
        let not = "(call function: (_) @x (#not-resolves-to? @x \"requests.get\")) @finding";
        assert_eq!(lines("a.py", not, CALLS), [6, 10, 13]);
        let value = "((keyword_argument value: (_) @x (#resolves-to? @x \"claude-sonnet-5\")) @finding)";
        assert_eq!(lines("a.py", value, CALLS), [10]);
        let number = "((keyword_argument value: (_) @x (#resolves-to? @x \"9\")) @finding)";
        assert_eq!(lines("a.py", number, CALLS), [10, 11]);

        let own = [
            (QUERY.0, &*callee("\"app.ask\"")),
            ("src/app.py", ASK),
            ("src/use.py", "from app import ask as put\nput([])\nask([])\n"),
        ];
        assert_eq!(concise(&rule(&own), &[]), ["src/use.py:2 no-request"]);
    }

    #[test]
    fn names_in_other_languages() {
        let ts = "import Anthropic from '@anthropic-ai/sdk';\nconst c = new Anthropic();\n\
                  export const ask = async (m) => c.messages.create({ model: 'claude-sonnet-5', messages: m });\n";
        let made = "(new_expression constructor: (_) @x (#resolves-to? @x \"@anthropic-ai/sdk\")) @finding";
        let called = "(call_expression function: (member_expression property: (_) @x) \
                      (#resolves-to? @x \"@anthropic-ai/sdk.messages.create\")) @finding";
        for path in ["a.ts", "a.tsx", "a.mjs"] {
            assert_eq!(lines(path, made, ts), [2], "{path}");
            assert_eq!(lines(path, called, ts), [3], "{path}");
            assert_eq!(lines(path, "((call_expression) @finding (#inside? @finding async))", ts), [3]);
        }
        let rs = "use reqwest::Client;\nasync fn ask(key: &str) {\n    let http = Client::new();\n    \
                  http.post(\"https://api.anthropic.com/v1/messages\").header(\"x-api-key\", key).send().await;\n}\n";
        let made = "(call_expression function: (_) @x (#resolves-to? @x \"reqwest::Client::new\")) @finding";
        assert_eq!(lines("a.rs", made, rs), [3]);
        assert_eq!(lines("a.rs", "((call_expression) @finding (#request? @finding))", rs), [4]);
    }

    #[test]
    fn places() {
        let code = "\
import anthropic
import tenacity

client = anthropic.Anthropic()


def plain(items):
    return client.messages.create(n=1)


def looped(items):
    for item in client.items(n=2):
        client.messages.create(n=3)
    return [client.messages.create(n=4) for item in items]


@tenacity.retry(stop=tenacity.stop_after_attempt(3))
async def repeated():
    try:
        return client.messages.create(n=5)
    except anthropic.APIError:
        return None


def test_it():
    client.messages.create(n=6)
";
        let calls = |predicate: &str| {
            let query = format!(
                "((call arguments: (argument_list (keyword_argument value: (integer)))) @finding ({predicate}))"
            );
            lines("app.py", &query, code)
        };
        assert_eq!(calls("#inside? @finding loop"), [13, 14]);
        assert_eq!(calls("#not-inside? @finding loop"), [8, 12, 20, 26]);
        assert_eq!(calls("#inside? @finding retry"), [20]);
        assert_eq!(calls("#inside? @finding handler"), [20]);
        assert_eq!(calls("#inside? @finding async"), [20]);
        assert_eq!(calls("#inside? @finding loop retry"), [13, 14, 20]);
        assert_eq!(calls("#not-inside? @finding loop retry handler async"), [8, 12, 26]);
        let tests = "((call) @finding (#request? @finding) (#inside? @finding test))";
        assert_eq!(lines("test_app.py", tests, ASK), [7]);
        assert_eq!(lines("app.py", tests, ASK), [0_u32; 0]);
    }

    #[test]
    fn known_values() {
        let printed = |predicate: &str| {
            let query = format!(
                "(call function: (identifier) @_p arguments: (argument_list (_) @finding) \
                 (#eq? @_p \"print\") (#{predicate} @finding))"
            );
            let sandbox = Sandbox::new(&[
                CONFIG,
                ("lint-rules/x/rule.toml", "message = '{finding}'"),
                ("lint-rules/x/python.scm", &query),
                ("a.py", CALLS),
            ]);
            let run = sandbox.run(&["--output-format", "json"]);
            let report: Value = serde_json::from_str(&run.stdout).unwrap();
            let messages = report["findings"].as_array().unwrap().iter();
            messages.map(|finding| finding["message"].as_str().unwrap().to_string()).collect::<Vec<_>>()
        };
        assert_eq!(printed("known?"), ["MODEL", "'a' + 'b'"]);
        assert_eq!(printed("not-known?"), ["os.environ['MODEL']", "model"]);
    }

    #[test]
    fn what_is_no_expression_is_unknown() {
        for predicate in ["request?", "not-request?", "resolves-to?", "not-client?"] {
            let argument = if predicate == "resolves-to?" { " x" } else { "" };
            let query = format!("((keyword_argument) @finding (#{predicate} @finding{argument}))");
            assert_eq!(lines("a.py", &query, CALLS), [0_u32; 0], "{predicate}");
        }
        // But it stands somewhere.
        assert_eq!(
            lines(
                "a.py",
                "((keyword_argument name: (_) @n) @finding (#eq? @n model) (#not-inside? @finding loop))",
                CALLS
            ),
            [10, 11]
        );
    }
}

mod mistakes {
    use super::*;

    /// The run ends with 2 and says so, pointing at a line of the file.
    #[track_caller]
    fn check(path: &str, text: &str, expected: &[&str]) {
        let run = rule(&[(path, text)]).run(&[]);
        for words in expected {
            run.says(2, words);
        }
        assert_eq!(run.stdout, "");
    }

    #[test]
    fn in_queries_are_shown_where_they_stand() {
        let query = |text: &str, expected: &[&str]| check(QUERY.0, text, expected);
        query(
            "(call) @finding\n(cal) @finding",
            &["python.scm:2:2", "no node `cal`", "did you mean `call`?"],
        );
        query("(call functon: (_)) @finding", &["no field `functon`", "did you mean `function`?"]);
        query("((call) @finding (#eq? @y \"a\"))", &["nothing before this is captured as `@y`"]);
        query(
            "((call) @finding (#request @finding))",
            &["no predicate `#request`", "did you mean `#request?`?"],
        );
        query("((call) @finding (#inside? @finding lop))", &["python.scm:1:37", "did you mean `loop`?"]);
        query("((call) @finding (#inside? @finding))", &["given too little", "`retry`"]);
        query("((call) @finding (#client? @finding x))", &["more than the predicate takes"]);
        query("((call) @finding (#client? \"x\"))", &["this is no capture"]);
        query("((call) @finding (#match? @finding \"(\"))", &["python.scm:1:36", "not a regular expression"]);
        query("((call) @finding (#set! a b))", &["no predicate `#set!`"]);
        query("(call", &["python.scm:1:1", "nothing closes this"]);
        query("(call))", &["this is not a query"]);
        query("", &["python.scm` is empty"]);
        query("; (call)\n", &["there is no pattern in this file"]);
        query("(call) @x", &["captures no `@finding`"]);
        query("(call)? @finding", &["may match without `@finding`"]);
        query("(call (module)) @finding", &["can never match"]);
    }

    #[test]
    fn a_pattern_suits_one_of_the_grammars_of_typescript() {
        let query = "(jsx_element) @finding\n(type_assertion) @finding\n";
        assert_eq!(lines("a.tsx", query, "const a = <b>claude-</b>;\n"), [1]);
        assert_eq!(lines("a.ts", query, "const a = <b>'claude-';\n"), [1]);
        let run = rule(&[(
            "lint-rules/no-request/typescript.scm",
            "(call_expression) @finding\n(jsx_elemen) @finding",
        )]);
        run.run(&[]).says(2, "typescript.scm:2:2");
    }

    #[test]
    fn in_rule_files_are_shown_where_they_stand() {
        let toml = |text: &str, expected: &[&str]| check(TOML.0, text, expected);
        toml(
            "message = 'x'\nseverty = 'error'",
            &["rule.toml:2:1", "no setting `severty`", "did you mean `severity`?"],
        );
        toml("message = 'x'\nseverity = 'eror'", &["no value `eror`", "did you mean `error`?"]);
        toml("help = 'x'", &["missing field `message`"]);
        toml("message = '{modl}'", &["rule.toml:1:11", "`python.scm` captures no `@modl`"]);
        let typescript =
            ("lint-rules/no-request/typescript.scm", "(call_expression function: (_) @modl) @finding");
        let run = rule(&[typescript, (TOML.0, "message = '{modl}'")]).run(&[]);
        run.says(2, "`python.scm` captures no `@modl`");
        assert!(
            !run.stderr.contains("did you mean"),
            "what another query captures helps nobody: {}",
            run.stderr
        );
        toml("message = '{'", &["write it twice"]);
        toml("message = ''", &["this text is empty"]);
        toml("message = \"a\\nb\"", &["more than one line"]);
        toml("message = 'x'\n[labels]\nfindin = 'here'", &["rule.toml:3:1", "did you mean `finding`?"]);
        toml("message = 'x'\nurl = 'javascript:x'", &["rule.toml:2:7", "this is no address"]);
        toml("message = 'x'\nsummary = '{y}'", &["captures no `@y`"]);
        toml("message = ", &["the rule cannot be read"]);
    }

    #[test]
    fn in_folders_are_said() {
        let with = |files: &[(&str, &str)], words: &str| rule(files).run(&[]).says(2, words);
        with(&[("claude-lint.toml", "custom-rules = ['lint-ruls']")], "there is no such folder");
        with(&[("claude-lint.toml", "custom-rules = ['app.py']")], "it is no folder");
        with(&[("claude-lint.toml", "custom-rules = ['..']")], "it lies outside of the repository");
        with(&[("claude-lint.toml", "custom-ruls = []")], "did you mean `custom-rules`?");
        with(
            &[("claude-lint.toml", "custom-rules = ['lint-rules']\nignore = ['no-requst']")],
            "did you mean `no-request`?",
        );
        with(
            &[("lint-rules/No_Rule/rule.toml", "message = 'x'"), ("lint-rules/No_Rule/rust.scm", "")],
            "kebab-case",
        );
        with(
            &[("lint-rules/missing-retry/rule.toml", ""), ("lint-rules/missing-retry/rust.scm", "")],
            "built-in rule",
        );
        with(&[("lint-rules/retry/rule.toml", ""), ("lint-rules/retry/rust.scm", "")], "name of a category");
        with(&[("lint-rules/other/python.scm", "")], "other/rule.toml` does not exist");
        with(&[("lint-rules/other/rule.toml", "message = 'x'")], "has no query");
        with(&[("lint-rules/no-request/javascript.scm", "")], "is for no language that is linted");
        with(
            &[
                ("claude-lint.toml", "custom-rules = ['lint-rules', 'more']"),
                ("more/no-request/rule.toml", "message = 'x'"),
                ("more/no-request/python.scm", QUERY.1),
            ],
            "has the name of another one",
        );
        // The same folder twice is no second rule.
        let twice = rule(&[(
            "claude-lint.toml",
            "custom-rules = ['lint-rules', './lint-rules']\nselect = ['custom']",
        )]);
        assert_eq!(concise(&twice, &[]).len(), 1);
        // Files among the rules are nobody's business, and a folder without rules is none either.
        let files = [("lint-rules/README.md", "# Rules\n"), ("none/README.md", "")];
        assert_eq!(concise(&rule(&files), &["--config", "custom-rules = ['none']"]).len(), 1);
    }

    #[test]
    fn built_in_rules_are_explained_all_the_same() {
        let sandbox = rule(&[(QUERY.0, "(")]);
        assert_eq!(sandbox.run(&["explain", "missing-retry"]).code, Some(0));
        sandbox.run(&["explain", "no-request"]).says(2, "nothing closes this");
        assert_eq!(sandbox.run(&["--no-config", "--fail-on", "never"]).code, Some(0));
    }
}

mod hostile {
    use super::*;

    #[test]
    fn a_query_that_runs_away_is_stopped_and_said_so() {
        let wild = "(_ (_)* @a (_)* @b (_)* @c) @finding";
        let code = format!("{ASK}{}", "x = [f(a, [b, c, d, e], {1: 2, 3: 4}), (1, 2, 3)]\n".repeat(300));
        let sandbox = rule(&[(QUERY.0, wild), ("app.py", &code), ("other.py", ASK)]);
        let run = sandbox.run(&["--output-format", "sarif"]);
        run.says(2, "error: app.py: `no-request` was stopped");
        let log: Value = serde_json::from_str(&run.stdout).unwrap();
        let said = log["runs"][0]["invocations"][0]["toolExecutionNotifications"].to_string();
        assert!(said.contains("`no-request` was stopped"), "{said}");
        // What it found until then is reported, the same each time.
        assert!(!log["runs"][0]["results"].as_array().unwrap().is_empty());
        assert_eq!(run.stdout, sandbox.run(&["--threads", "1", "--output-format", "sarif"]).stdout);
        // Other rules and files are none the worse for it.
        let usual = rule(&[(QUERY.0, "((call) @finding (#request? @finding))"), ("app.py", &code)]);
        assert_eq!(concise(&usual, &[]), ["app.py:7 no-request"]);
    }

    #[test]
    fn predicates_about_much_text_are_stopped() {
        let nested = format!("{ASK}x = {}1{}\n", "(".repeat(300), ")".repeat(300));
        let code = format!("{nested}# {}\n", "a".repeat(400_000)).repeat(3);
        let sandbox = rule(&[(QUERY.0, "((_) @finding (#match? @finding \"^z.*z$\"))"), ("app.py", &code)]);
        let run = sandbox.run(&[]);
        assert!(matches!(run.code, Some(0 | 2)), "{}", run.stderr);
    }

    #[test]
    fn texts_of_unbearable_size_or_depth_are_refused() {
        let huge = "(call) @finding\n".repeat(10_000);
        rule(&[(QUERY.0, &huge)]).run(&[]).says(2, "is not a plain text file of bearable size");
        let deep = format!("{}call{}", "(".repeat(10_000), ")".repeat(10_000));
        rule(&[(QUERY.0, &deep)]).run(&[]).says(2, "nested too deep");
        let open = "([".repeat(5_000);
        rule(&[(QUERY.0, &open)]).run(&[]).says(2, "nested too deep");
        let toml = format!("message = '{}'", "x".repeat(100_000));
        rule(&[(TOML.0, &toml)]).run(&[]).says(2, "is not a plain text file of bearable size");
    }

    #[test]
    fn bytes_that_are_no_text_are_refused() {
        let sandbox = rule(&[]);
        sandbox.write(QUERY.0, b"(call) @finding ; \xff\xfe");
        sandbox.run(&[]).says(2, "is not a plain text file");
        let sandbox = rule(&[]);
        sandbox.write(QUERY.0, b"(call) @finding \0");
        assert_eq!(sandbox.run(&[]).code, Some(2));
        // What is shown of a file does nothing to a terminal.
        for query in
            ["(call) @finding (\x1b[31mcal)", "((call) @finding (#\x1bc? @finding))", "(\"\x1bc\") @finding"]
        {
            let run = rule(&[(QUERY.0, query)]).run(&[]);
            assert_eq!(run.code, Some(2));
            assert!(!run.stderr.contains('\x1b'), "{:?}", run.stderr);
        }
    }

    /// Pieces of queries.
    const PIECES: &[&str] = &[
        "(",
        ")",
        "[",
        "]",
        "(_)",
        "(call",
        "(identifier)",
        "@a",
        "@finding",
        "(#eq? @a",
        "(#request? @finding)",
        "(#inside? @a loop)",
        "\"x\"",
        "\"",
        ".",
        "!",
        "function:",
        "*",
        "?",
        "+",
        ";",
        "\n",
        "é",
        "/",
        "ERROR",
        "MISSING",
        " ",
        " ",
        " ",
        "_",
        "#",
        "@",
        ")) @finding",
    ];

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig { failure_persistence: None, ..Default::default() })]

        #[test]
        fn no_text_does_harm(pieces in proptest::collection::vec(proptest::sample::select(PIECES), 0..24)) {
            let text = pieces.concat();
            for &language in Language::ALL {
                let Ok(compiled) = compile(language, &text) else { continue };
                for (dialect, pattern) in compiled {
                    let code = "f(a)\n";
                    let (_, matches) = dialect.read(code, std::iter::once(&pattern)).unwrap();
                    for found in &matches[0].found {
                        proptest::prop_assert!(pattern.place(found, FINDING).is_some(), "{}", text);
                    }
                }
            }
        }

        #[test]
        fn flaws_stand_in_the_text(text in ".{0,40}") {
            if let Err(flaw) = compile(Language::TypeScript, &text) {
                proptest::prop_assert!(text.get(flaw.at).is_some());
            }
        }
    }

    #[test]
    fn many_alternatives_end() {
        let wild = "(_ (_)* @a (_)? [(_) (_ (_))]+) @finding\n".repeat(100);
        let run = rule(&[(QUERY.0, &wild)]).run(&[]);
        assert!(matches!(run.code, Some(1 | 2)), "{}", run.stderr);
    }

    #[cfg(unix)]
    #[test]
    fn links_are_not_followed() {
        use std::os::unix::fs::symlink;
        let elsewhere = rule(&[]);
        let sandbox = Sandbox::new(&[CONFIG, ("app.py", ASK), ("lint-rules/README.md", "")]);
        std::fs::remove_dir_all(sandbox.path().join("lint-rules")).unwrap();
        symlink(elsewhere.path().join("lint-rules"), sandbox.path().join("lint-rules")).unwrap();
        sandbox.run(&[]).says(2, "it lies outside of the repository");

        std::fs::remove_file(sandbox.path().join("lint-rules")).unwrap();
        std::fs::create_dir(sandbox.path().join("lint-rules")).unwrap();
        let inner = sandbox.path().join("lint-rules/no-request");
        symlink(elsewhere.path().join("lint-rules/no-request"), &inner).unwrap();
        sandbox.run(&[]).says(2, "is a symbolic link, which is not followed");

        let sandbox = rule(&[]);
        let query = sandbox.path().join(QUERY.0);
        std::fs::remove_file(&query).unwrap();
        symlink(elsewhere.path().join(QUERY.0), &query).unwrap();
        sandbox.run(&[]).says(2, "is a symbolic link, which is not followed");

        let sandbox = rule(&[("lint-rules/no-request/examples/a.py", ASK)]);
        symlink(elsewhere.path().join("app.py"), sandbox.path().join("lint-rules/no-request/examples/b.py"))
            .unwrap();
        let run = sandbox.run(&["test"]);
        assert!(run.stdout.contains("b.py: is a symbolic link"), "{}", run.stdout);
        let sandbox = rule(&[]);
        symlink(elsewhere.path(), sandbox.path().join("lint-rules/no-request/examples")).unwrap();
        let run = sandbox.run(&["test"]);
        assert!(run.stdout.contains("examples: is a symbolic link"), "{}", run.stdout);
    }
}

mod configuration {
    use super::*;

    #[test]
    fn the_nearest_file_brings_its_own_rules() {
        let files = [
            CONFIG,
            TOML,
            QUERY,
            ("app.py", ASK),
            ("sub/app.py", ASK),
            ("sub/claude-lint.toml", "custom-rules = ['own']\nselect = ['custom']"),
            ("sub/own/no-client/rule.toml", "message = 'x'"),
            (
                "sub/own/no-client/python.scm",
                "((call function: (_) @x) @finding (#resolves-to? @x \"anthropic.Anthropic\"))",
            ),
            ("sub/own/no-client/examples/a.py", ASK),
        ];
        let sandbox = Sandbox::new(&files);
        assert_eq!(concise(&sandbox, &[]), ["app.py:7 no-request", "sub/app.py:3 no-client"]);
        // A name of one place is no mistake in the other.
        assert_eq!(concise(&sandbox, &["--select", "no-request"]), ["app.py:7 no-request"]);
        let extends = Sandbox::new(&files);
        extends.write(
            "sub/claude-lint.toml",
            b"extend = '../claude-lint.toml'\ncustom-rules = ['own']\nselect = ['no-client', 'no-request']",
        );
        assert_eq!(
            concise(&extends, &[]),
            ["app.py:7 no-request", "sub/app.py:3 no-client", "sub/app.py:7 no-request"]
        );
    }

    #[test]
    fn a_folder_can_be_named_by_hand() {
        let elsewhere = rule(&[]);
        let folder = elsewhere.path().join("lint-rules").to_string_lossy().into_owned();
        let sandbox = Sandbox::new(&[
            ("app.py", ASK),
            ("sub/claude-lint.toml", "ignore = ['retry']"),
            ("sub/b.py", ASK),
        ]);
        let arguments = ["--select", "custom", "--rules-dir", &folder];
        assert_eq!(concise(&sandbox, &arguments), ["app.py:7 no-request", "sub/b.py:7 no-request"]);
        let one = format!("{folder}/no-request");
        assert_eq!(concise(&sandbox, &["--select", "no-request", "--rules-dir", &one]).len(), 2);
        sandbox.run(&["--rules-dir", "nowhere"]).says(2, "does not exist");
        let inline = rule(&[("claude-lint.toml", "")]);
        let arguments = ["--config", "custom-rules = ['lint-rules']", "--select", "custom"];
        assert_eq!(concise(&inline, &arguments), ["app.py:7 no-request"]);
    }

    #[test]
    fn examples_are_not_linted_with_the_code() {
        let sandbox = rule(&[("lint-rules/no-request/examples/bad.py", ASK)]);
        assert_eq!(sandbox.files(&[]), ["app.py"]);
        assert_eq!(sandbox.files(&["--no-ignore"]), ["app.py"]);
        // Whoever names them means them.
        assert_eq!(sandbox.files(&["lint-rules"]), ["lint-rules/no-request/examples/bad.py"]);
        assert_eq!(sandbox.files(&["lint-rules/no-request/examples/bad.py"]).len(), 1);
        let shown = sandbox.run(&["--show-config"]).stdout;
        assert!(shown.contains("custom-rules = [\""), "{shown}");
    }
}

mod examples {
    use super::*;

    const BAD: (&str, &str) = (
        "lint-rules/no-request/examples/bad.py",
        "import anthropic\n# expect: no-request\nanthropic.Anthropic().messages.create()\nx = 1\n",
    );

    #[track_caller]
    fn check(files: &[(&str, &str)], arguments: &[&str], code: i32, stdout: &str, stderr: &str) {
        let run = rule(files).run(&[&["test"], arguments].concat());
        assert_eq!(run.stdout, stdout);
        run.says(code, stderr);
    }

    #[test]
    fn that_do_as_they_say_are_counted() {
        check(&[BAD], &[], 0, "", "all as marked (1 rule, 1 example)");
        check(&[BAD], &["lint-rules"], 0, "", "all as marked (1 rule, 1 example)");
        check(&[BAD], &["lint-rules/no-request"], 0, "", "all as marked (1 rule, 1 example)");
        let beside = ("lint-rules/no-request/examples.py", BAD.1);
        let project = [
            (
                "lint-rules/no-request/examples/two/a.py",
                "from b import c\nc.messages.create()  # expect: no-request\n",
            ),
            ("lint-rules/no-request/examples/two/b.py", "import anthropic\nc = anthropic.Anthropic()\n"),
        ];
        check(&[&[BAD, beside], &project[..]].concat(), &[], 0, "", "(1 rule, 3 examples)");
        let divided = format!("# --- path: b.py\n{}# --- path: a.py\n{}", project[1].1, project[0].1);
        check(&[(BAD.0, &divided)], &[], 0, "", "(1 rule, 1 example)");
    }

    #[test]
    fn that_differ_are_shown() {
        let text = BAD.1.replace("x = 1", "y.x()  # expect: no-request");
        check(
            &[(BAD.0, &text)],
            &[],
            1,
            "lint-rules/no-request/examples/bad.py:4: missing `no-request`\n    | y.x()  # expect: no-request\n",
            "1 failure (1 rule, 1 example)",
        );
        let text = BAD.1.replace("# expect: no-request\n", "");
        check(
            &[(BAD.0, &text)],
            &[],
            1,
            "lint-rules/no-request/examples/bad.py:2: unexpected `no-request`: a request\n    \
             | anthropic.Anthropic().messages.create()\n",
            "1 failure",
        );
        let text = BAD.1.replace("expect:", "todo-expect:");
        let run = rule(&[(BAD.0, &text)]).run(&["test"]);
        run.says(1, "1 failure");
        assert!(run.stdout.contains("turn `todo-expect` into `expect`"), "{}", run.stdout);
        let text = format!("{}# expect: no-request\n", BAD.1);
        rule(&[(BAD.0, &text)]).run(&["test"]).says(1, "1 failure");
    }

    #[test]
    fn that_could_never_be_linted_are_shown() {
        check(
            &[(BAD.0, "x.create()\n")],
            &[],
            1,
            "lint-rules/no-request/examples/bad.py: nothing in it mentions Claude, so that it would never be linted\n",
            "1 failure",
        );
    }

    #[test]
    fn that_are_missing_are_said() {
        check(&[], &[], 0, "", "warning: `no-request` has no examples");
        let text = "import anthropic\n";
        check(&[(BAD.0, text)], &[], 0, "", "nothing shows that it finds anything");
        let none = Sandbox::new(&[("app.py", ASK)]).run(&["test"]);
        none.says(0, "nothing to test");
        Sandbox::new(&[]).run(&["test", "nowhere"]).says(2, "does not exist");
        rule(&[(QUERY.0, "(")]).run(&["test"]).says(2, "nothing closes this");
    }

    #[test]
    fn that_run_away_are_shown() {
        let code = format!("{}{}", BAD.1, "x = [f(a, [b, c, d, e], {1: 2, 3: 4}), (1, 2, 3)]\n".repeat(300));
        let files = [(BAD.0, &*code), (QUERY.0, "(_ (_)* @a (_)* @b (_)* @c) @finding")];
        let run = rule(&files).run(&["test"]);
        run.says(1, "failures");
        assert!(run.stdout.contains("`no-request` was stopped"), "{}", run.stdout);
    }
}

/// The rule in the documentation, with the files it shows.
#[test]
fn the_documented_rule_works() {
    let page = include_str!("../docs/custom-rules.md");
    let sandbox = Sandbox::new(&[]);
    let (mut path, mut text, mut written) = (None, None::<String>, 0);
    for line in page.lines() {
        match (&mut text, line.strip_prefix("```")) {
            (Some(whole), Some(_)) => {
                if let Some(path) = path.take() {
                    sandbox.write(path, whole.as_bytes());
                    written += 1;
                }
                text = None;
            }
            (Some(whole), None) => *whole += &format!("{line}\n"),
            (None, Some(_)) => text = Some(String::new()),
            (None, None) if line.starts_with("`lint-rules/") => {
                path = line.strip_prefix('`').and_then(|l| l.strip_suffix("`:"))
            }
            (None, None) => {}
        }
    }
    assert_eq!(written, 5);
    let run = sandbox.run(&["test", "lint-rules"]);
    assert_eq!(run.stdout, "");
    run.says(0, "all as marked (1 rule, 2 examples)");
    sandbox.write("claude-lint.toml", b"custom-rules = ['lint-rules']");
    sandbox.write("app.py", ASK.as_bytes());
    assert_eq!(concise(&sandbox, &["--select", "custom"]), ["app.py:7 no-literal-model"]);
}
