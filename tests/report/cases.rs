//! Findings made by hand, and the files they are about.

use std::path::Path;

use claude_lint::finding::{Accepted, Confidence, Finding, Location, Severity};
use claude_lint::lang::Dialect;
use claude_lint::report::{OutputFormat, Report, render};
use claude_lint::rules::{ALL_LANGUAGES, Category, Rule};
use claude_lint::source::{Cell, FileId, Problem, SourceFile, Span};
use serde_json::Value;

const PAGE: &str = "# missing-retry\n\n## What it does\nFinds requests that nothing retries,\nsuch as `{}`.\n\n\
                    ## Why it matters\nOverload.\n\n## How to fix\nRetry 429 and 529.\n\n## Examples\n### Python\n\
                    ```python bad\ncall()  # expect: missing-retry\n```\n\n## When to ignore it\nNever.\n";

pub(crate) static RETRY: Rule = Rule {
    id: "missing-retry",
    summary: "requests that nothing retries",
    docs: PAGE,
    category: Category::Retry,
    severity: Severity::Warning,
    pedantic: false,
    languages: ALL_LANGUAGES,
    check: |_, _| {},
};

pub(crate) static KEY: Rule = Rule {
    id: "hardcoded-api-key",
    summary: "API keys in the code",
    docs: PAGE,
    category: Category::Auth,
    severity: Severity::Error,
    pedantic: false,
    languages: ALL_LANGUAGES,
    check: |_, _| {},
};

pub(crate) static RULES: &[&Rule] = &[&RETRY, &KEY];

/// Files and findings under construction.
#[derive(Default)]
pub(crate) struct Case {
    pub(crate) files: Vec<SourceFile>,
    pub(crate) findings: Vec<Finding>,
    pub(crate) problems: Vec<Problem>,
    pub(crate) accepted: Vec<Accepted>,
}

impl Case {
    pub(crate) fn file(mut self, path: &str, text: &str) -> Case {
        let dialect = Dialect::from_extension(path.rsplit('.').next().unwrap()).unwrap();
        self.files.push(SourceFile::new(path, format!("/repo/{path}"), text, dialect));
        self
    }

    pub(crate) fn finding(mut self, finding: impl Fn(&Case) -> Finding) -> Case {
        let finding = finding(&self);
        self.findings.push(finding);
        self
    }

    /// The place of a text in a file.
    #[track_caller]
    pub(crate) fn at(&self, file: usize, text: &str) -> Location {
        let start = self.files[file].text.find(text).unwrap_or_else(|| panic!("no {text:?}"));
        Location { file: FileId(file as u32), span: Span::new(start, start + text.len()) }
    }

    pub(crate) fn render(&self, format: OutputFormat) -> String {
        self.render_wide(format, 100, false)
    }

    pub(crate) fn render_wide(&self, format: OutputFormat, width: usize, color: bool) -> String {
        let report = Report {
            category: "claude-lint",
            findings: &self.findings,
            files: self.files.iter().collect(),
            rules: RULES,
            unsafe_fixes: true,
            accepted: &self.accepted,
            show_accepted: !self.accepted.is_empty(),
            has_baseline: !self.accepted.is_empty(),
            files_seen: 7,
            files_linted: self.files.len(),
            problems: &self.problems,
            directory: Path::new("/repo"),
            root: Path::new("/repo"),
            color,
            width,
        };
        let mut out = Vec::new();
        render(format, &report, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    pub(crate) fn sarif(&self) -> Value {
        serde_json::from_str(&self.render(OutputFormat::Sarif)).unwrap()
    }
}

/// Two findings, one with evidence in the same and in another file.
pub(crate) fn ordinary() -> Case {
    Case::default()
        .file(
            "src/app/client.py",
            "import anthropic\n\nclient = anthropic.Anthropic(max_retries=0)\n\n\ndef ask(text):\n    \
             return client.messages.create(\n        model=MODEL,\n        messages=[],\n    )\n",
        )
        .file("src/settings.py", "# Settings.\nMODEL = \"claude-sonnet-4-5\"\nKEY = \"sk-ant-api03-x\"\n")
        .finding(|case| {
            let call = "client.messages.create(\n        model=MODEL,\n        messages=[],\n    )";
            Finding::new(&RETRY, case.at(0, "max_retries=0"), "retries are switched off for this client")
                .label("no attempt after the first")
                .related(case.at(0, call), "this request fails at the first 429 or 529")
                .related(case.at(1, "\"claude-sonnet-4-5\""), "the model comes from here")
                .help(
                    "remove `max_retries=0`: the SDK retries twice by default; otherwise \
                     `anthropic.RateLimitError` reaches the user",
                )
                .confidence(Confidence::Medium)
        })
        .finding(|case| {
            Finding::new(&KEY, case.at(1, "\"sk-ant-api03-x\""), "an API key stands in the code")
                .help("read it from `ANTHROPIC_API_KEY`\nand revoke this one")
        })
}

/// Lines with characters of one, two, three and four bytes, a tab, a byte-order mark, and
/// what a terminal or a CI system would act on.
pub(crate) fn unusual() -> Case {
    Case::default()
        .file("bom.py", "\u{feff}call(1)\n\ts = 'é😀'; call(2)\n")
        .file("crlf.ts", "const a = 1;\r\nconst s = \"é😀\"; call(3);\r\n")
        .file("[id]/é \u{202e}x\x1b[0m.py", "s = '\x1b[31m\u{202e}##vso[task.x]'; call(4)\nx = 1\n")
        .finding(|case| Finding::new(&RETRY, case.at(0, "call(1)"), "first line"))
        .finding(|case| Finding::new(&RETRY, case.at(0, "call(2)"), "after wide characters").label("here"))
        .finding(|case| Finding::new(&RETRY, case.at(1, "call(3)"), "in a file with CRLF").label("here"))
        .finding(|case| {
            let message = "of `\x1b[31m\u{202e}`\n::error::x and `##[group]`";
            Finding::new(&RETRY, case.at(2, "call(4)"), message)
                .label("\x07here\n::x")
                .help("do\n::warning::this\n\x1b]0;title\x07")
        })
}

pub(crate) fn notebook() -> Case {
    let mut case = Case::default().file("lab.ipynb", "import anthropic\nx = 1\n\nask(x)\nask(y)\n");
    let cells = vec![
        Cell {
            number: 2,
            first_line: 1,
            file_lines: [17, 18, 18].into(),
            written: [(1, "%magic anthropic".into())].into(),
        },
        Cell { number: 5, first_line: 4, file_lines: [40, 41].into(), written: Box::default() },
    ];
    case.files[0] = case.files[0].clone().with_cells(cells);
    case.finding(|case| {
        Finding::new(&RETRY, case.at(0, "ask(y)"), "nothing retries this request")
            .label("here")
            .related(case.at(0, "x = 1"), "from another cell")
    })
}
