//! Texts made at random.

use proptest::prelude::*;

use super::lint;
use super::sandbox::Sandbox;

const EXTENSIONS: &[&str] = &["py", "ipynb", "ts", "tsx", "js", "rs"];

const PYTHON: &[&str] = &[
    "import anthropic\n",
    "from .a import *\n",
    "client",
    "anthropic.Anthropic",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    ".messages.create",
    "**kwargs",
    "*",
    "=",
    "==",
    ",",
    ":",
    "\n",
    "\n    ",
    "\n        ",
    "def f",
    "class A",
    "async ",
    "await ",
    "for x in ",
    "while True",
    "try",
    "except Exception as e",
    "finally",
    "if ",
    "else",
    "elif ",
    "return ",
    "raise",
    "yield ",
    "lambda x",
    "with ",
    " as ",
    "response",
    ".content",
    "[0]",
    ".text",
    ".stop_reason",
    "\"tool_use\"",
    "'claude-3-opus-20240229'",
    "f\"{x}\"",
    "\"\"\"",
    "'",
    "\\",
    "1e999",
    "0x",
    "max_tokens=",
    "time.sleep",
    "2 ** n",
    "os.environ",
    ".get",
    "@retry",
    "self",
    ".x",
    " match x",
    "case _",
    "# claude-lint: ignore[missing-retry]\n",
    "é",
    "\u{1F600}",
    "\t",
    ";",
    "global x",
    "del x",
    " or ",
    " not ",
];

const TYPESCRIPT: &[&str] = &[
    "import Anthropic from '@anthropic-ai/sdk';",
    "export * from './a';",
    "export default ",
    "new Anthropic",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    "client",
    ".messages.create",
    "...",
    "=",
    "=>",
    ",",
    ":",
    ";",
    "\n",
    "function f",
    "class A extends A",
    "async ",
    "await ",
    "for (const x of ",
    "while (true)",
    "try ",
    "catch (e)",
    "finally ",
    "if ",
    "else ",
    "return ",
    "throw ",
    "yield ",
    "const x",
    "let ",
    "response",
    ".content",
    "[0]",
    "?.",
    "!",
    ".stop_reason",
    "'tool_use'",
    "`${",
    "}`",
    "`",
    "'",
    "\"",
    "\\",
    "/",
    "/x/g",
    "//",
    "/*",
    "*/",
    "<A>",
    "</A>",
    "as const",
    "satisfies ",
    "type T = ",
    "interface I ",
    "enum E ",
    "0x",
    "1n",
    "max_tokens: ",
    "setTimeout",
    "2 ** n",
    "process.env.KEY",
    "this",
    ".x",
    "switch (x) ",
    "case 1:",
    "default:",
    "é",
    "\u{1F600}",
    " ?? ",
    "// claude-lint: ignore\n",
    "module.exports = ",
    "require('./a')",
    "Promise.all",
    ".map",
    "fetch",
];

const RUST: &[&str] = &[
    "use reqwest::Client;",
    "use crate::*;",
    "pub mod a;",
    "client",
    "::new",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    ".post",
    "\"https://api.anthropic.com/v1/messages\"",
    ".send()",
    ".await",
    "?",
    "=",
    "=>",
    ",",
    ":",
    ";",
    "\n",
    "fn f",
    "impl A for A",
    "struct A",
    "enum E",
    "trait T",
    "async ",
    "loop ",
    "for x in ",
    "while let ",
    "match x ",
    "if ",
    "else ",
    "return ",
    "break 'a",
    "let x",
    "let mut ",
    "|x| ",
    "move ",
    "json!",
    "\"model\"",
    "\"claude-3-opus-20240229\"",
    "vec!",
    "format!",
    "select!",
    "#[",
    "#![",
    "r#\"",
    "\"#",
    "\"",
    "'",
    "'a",
    "//",
    "/*",
    "*/",
    "\\",
    "0x",
    "1e9",
    "..",
    "..=",
    "&",
    "*",
    "!",
    "<A>",
    "::<",
    "where ",
    "unsafe ",
    "self",
    ".x",
    "Self",
    "macro_rules! m",
    "$x",
    "é",
    "\u{1F600}",
    "// claude-lint: ignore\n",
    "tokio::time::sleep",
    "2u64.pow",
    "std::env::var",
    ".unwrap()",
    ".ok()",
    "Some(x)",
    "stop_reason",
];

fn tokens(words: &'static [&'static str]) -> impl Strategy<Value = String> {
    proptest::collection::vec(proptest::sample::select(words), 0..60).prop_map(|words| words.concat())
}

/// The same twice, alone and beside a text of another project.
fn check(extensions: &[&str], text: &str, other: &str) {
    for extension in extensions {
        let (a, b) = (format!("app/a.{extension}"), format!("app/b.{extension}"));
        let sources = [(a.as_str(), text), (b.as_str(), other)];
        assert_eq!(lint(&sources), lint(&sources));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn tokens_of_python(text in tokens(PYTHON), other in tokens(PYTHON)) {
        check(&["py"], &text, &other);
    }

    #[test]
    fn tokens_of_typescript(text in tokens(TYPESCRIPT), other in tokens(TYPESCRIPT)) {
        check(&["ts", "tsx"], &text, &other);
    }

    #[test]
    fn tokens_of_rust(text in tokens(RUST), other in tokens(RUST)) {
        check(&["rs"], &text, &other);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text(text in any::<String>(), other in ".{0,80}") {
        check(EXTENSIONS, &text, &other);
    }

    /// Bytes that need not be text, named and found, as each kind of file.
    #[test]
    fn any_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..400), mark in 0..4_usize) {
        let marks: [&[u8]; 4] = [b"", b"\xff\xfe", b"\xfe\xff", b"anthropic\n"];
        let bytes = [marks[mark], &bytes].concat();
        let sandbox = Sandbox::new(&[]);
        let names: Vec<String> = EXTENSIONS.iter().map(|extension| format!("a.{extension}")).collect();
        names.iter().for_each(|name| sandbox.write(name, &bytes));
        let named: Vec<&str> = names.iter().map(String::as_str).collect();
        for paths in [&["."][..], &named] {
            let run = sandbox.run(&[&["--output-format", "json", "--pedantic"], paths].concat());
            prop_assert!(matches!(run.code, Some(0..=2)), "{:?} {}", run.code, run.stderr);
            prop_assert!(!run.stderr.contains("internal error"), "{}", run.stderr);
        }
    }
}
